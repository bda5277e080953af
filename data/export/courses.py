"""What is abused and what helps, by mechanism, in our own words: for formats that name a pattern and its remedy."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Course:
    """A way of abuse and the course of action against it."""

    pattern: str
    abuse: str
    action: str
    remedy: str


_FORM = Course(
    "Relay of text through an automatic acknowledgement",
    "Somebody types a victim's address and a text of his own into an open form; the system mails that text to the"
    " victim as its acknowledgement. The mail is genuine and passes SPF, DKIM and DMARC.",
    "Take visitors' words out of acknowledgements",
    "Leave subject, name and text of the visitor out of every automatic answer, answer only requesters whose address"
    " is known or proved, and let nobody file requests through an interface that asks for no sign-in.",
)
_ACCOUNT = Course(
    "Flooding through account invitations",
    "Somebody types a victim's address into open registration; the system mails an activation or a password link to"
    " the victim, thousands of times.",
    "Limit what an unproved address can be sent",
    "Send one verification an address and day at most, none for requests that no person confirmed, and put a CAPTCHA"
    " or a proof of work before the first.",
)
_LIST = Course(
    "Flooding through sign-up confirmations",
    "Somebody subscribes a victim's address to many lists; each list mails a confirmation.",
    "Protect sign-up forms",
    "Put a CAPTCHA before the form, confirm once, and do not repeat a confirmation that was not answered.",
)
_CHAT = Course(
    "Relay of text through transcripts and notifications",
    "Somebody names a victim's address in a chat, an invitation or a comment; the system mails what he wrote to it.",
    "Send no words of strangers to addresses they typed",
    "Send transcripts and invitations to proved addresses only, and without free text of whoever caused them.",
)
COURSES: dict[str, Course] = {
    "ticket-acknowledgement": _FORM,
    "form-receipt": _FORM,
    "account-verification": _ACCOUNT,
    "list-confirmation": _LIST,
    "chat-transcript": _CHAT,
    "invitation": _CHAT,
}
OTHER = _CHAT


def course(mechanism: str) -> Course:
    """The course for a mechanism."""
    return COURSES.get(mechanism, OTHER)
