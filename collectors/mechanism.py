"""What kind of mail it is: acknowledgement, verification, receipt, newsletter, bounce, a person's, ..."""

import re

from collectors.places import Places
from data.catalogue.loader import Catalogue, Platform, Words, fold
from data.model import Mechanism, ParsedMessage

_TEXT_READ = 1_500
_ENOUGH = 1.5
_AUTOMATIC_PRECEDENCE = {"bulk", "list", "junk", "auto_reply"}
_REPORT = re.compile(r"multipart/report|report-type=|message/delivery-status", re.IGNORECASE)
_SYSTEM_SENDER = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mailerdaemon|double-bounce)\b", re.IGNORECASE)
_REPLY = re.compile(r"^(?:\[[^\]]{1,60}\]\s*)?(?:re|aw|sv|antw|vs|r|res|ответ|回复|返信)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)


def is_automatic(message: ParsedMessage) -> bool:
    """Whether a machine wrote it, by RFC 3834 and the fields that are used beside it."""
    submitted = (message.first("auto-submitted") or "").strip().lower()
    if submitted and not submitted.startswith("no"):
        return True
    if message.first("x-auto-response-suppress") or message.first("x-autoreply") or message.first("x-autorespond"):
        return True
    if message.envelope_sender == "" or (message.sender and _SYSTEM_SENDER.match(message.sender.local)):
        return True
    precedence = {value.strip().lower() for value in message.all("precedence")}
    return bool(precedence & _AUTOMATIC_PRECEDENCE) and not _is_discussion(message)


def read_mechanism(
    message: ParsedMessage, places: Places, platform: Platform | None, automatic: bool, catalogue: Catalogue
) -> tuple[Mechanism, tuple[str, ...]]:
    """The mechanism and the lines that show it: the platform's own fields first, then words, then the form."""
    if _is_bounce(message):
        return "bounce", ("Return-Path or Content-Type of a delivery report",)
    if platform:
        for rule in platform.mechanisms:
            if any(rule.pattern.search(value) for value in places.values(rule.place)):
                return rule.mechanism, (f"{rule.place.removeprefix('header:')} of {platform.label}",)
    spoken = _spoken(message, catalogue)
    if platform:
        return _of_platform(message, platform, spoken)
    if spoken and not _is_discussion(message):
        return spoken, ("words of Subject or body",)
    return _by_form(message, automatic)


def _of_platform(
    message: ParsedMessage, platform: Platform, spoken: Mechanism | None
) -> tuple[Mechanism, tuple[str, ...]]:
    own = platform.mechanism or "notification"
    if platform.category == "helpdesk" and answers_somebody(message, platform) and own == "ticket-acknowledgement":
        return "agent-message", ("In-Reply-To names a message that is not the platform's own",)
    if spoken and (own != "newsletter" or spoken == "list-confirmation") and spoken != own and _may_speak(platform):
        return spoken, ("words of Subject or body",)
    return own, (f"usual mail of {platform.label}",)


def _may_speak(platform: Platform) -> bool:
    return platform.writer == "visitor" or platform.mechanism == "newsletter"


def answers_somebody(message: ParsedMessage, platform: Platform | None) -> bool:
    """Whether In-Reply-To or References name a message of another system than the sender's own."""
    own = message.message_id.rpartition("@")[2].lower() if message.message_id else ""
    domains = {own, message.sender.domain if message.sender else ""}
    for reference in (message.in_reply_to or "", *message.references[-8:]):
        host = reference.rpartition("@")[2].lower()
        if host and host not in domains and not _is_platforms(reference, platform):
            return True
    return False


def _is_platforms(reference: str, platform: Platform | None) -> bool:
    if not platform:
        return False
    rules = [rule for rule in platform.evidence if rule.place in {"references", "message-id"}]
    host = reference.rpartition("@")[2].lower()
    return any(rule.pattern.search(reference) if rule.pattern else host in rule.domains for rule in rules) or (
        any(host == suffix or host.endswith("." + suffix) for suffix in (*platform.suffixes, *platform.shared))
    )


def _is_bounce(message: ParsedMessage) -> bool:
    kind = message.first("content-type") or ""
    if "disposition-notification" in kind.lower() or "feedback-report" in kind.lower():
        return False
    system = bool(message.sender and _SYSTEM_SENDER.match(message.sender.local))
    return system or bool(_REPORT.search(kind)) or message.first("x-failed-recipients") is not None


def _spoken(message: ParsedMessage, catalogue: Catalogue) -> Mechanism | None:
    subject, text = fold(message.subject or ""), fold(message.text[:_TEXT_READ])
    scores = {words.id: _score(words, subject, text) for words in catalogue.mechanisms}
    best = max(scores, key=lambda id_: scores[id_], default=None)
    return best if best and scores[best] >= _ENOUGH else None  # type: ignore[return-value]


def _score(words: Words, subject: str, text: str) -> float:
    in_subject = any(phrase in subject for phrase in words.phrases)
    in_text = any(phrase in text for phrase in words.phrases)
    return words.weight * (in_subject + in_text / 2)


def _is_discussion(message: ParsedMessage) -> bool:
    """List mail that a person wrote: a list's fields, and either an answer or no sign of a mailing."""
    listed = any(message.first(name) for name in ("list-post", "x-beenthere", "mailing-list", "x-mailing-list"))
    return bool(listed) and message.first("auto-submitted") is None


def _by_form(message: ParsedMessage, automatic: bool) -> tuple[Mechanism, tuple[str, ...]]:
    if any(message.first(name) for name in _LIST_FIELDS):
        return "newsletter", ("List- fields",)
    precedence = (message.first("precedence") or "").lower()
    if precedence in {"bulk", "list"}:
        return "newsletter", ("Precedence",)
    if automatic:
        return "notification", ("Auto-Submitted and the like",)
    if message.in_reply_to or message.references or _REPLY.match(message.subject or ""):
        return "personal", ("In-Reply-To",)
    if _has_mail_program(message):
        return "personal", ("X-Mailer or User-Agent of a person's program",)
    return "other", ()


_LIST_FIELDS = ("list-unsubscribe", "list-id", "list-post", "x-beenthere", "mailing-list", "x-mailing-list", "list-help")
_PROGRAMS = re.compile(
    r"\b(?:thunderbird|mutt|outlook|apple mail|iphone mail|evolution|kmail|pine|elm|eudora|gnus|mozilla|messenger"
    r"|vm \d|claws|sylpheed|exmh|nmh|mh-e|the bat|lotus notes|icedove|seamonkey|emacs|m2crypto|airmail|webmail|netscape)",
    re.IGNORECASE,
)


def _has_mail_program(message: ParsedMessage) -> bool:
    names = (*message.all("x-mailer"), *message.all("user-agent"), *message.all("x-newsreader"))
    return any(_PROGRAMS.search(name[:200]) for name in names)
