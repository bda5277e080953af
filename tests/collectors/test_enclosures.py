import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.enclosures import unwrap, unwrap_report
from data.model import RawMessage
from data.settings import Settings

INNER = """Delivered-To: jo@example.org
Received: from out.shop.example by mx.example.org; Mon, 2 Mar 2026 10:00:02 +0000
From: Shop <help@shop.example>
To: jo@example.org
Subject: Ticket 13
Message-ID: <13@shop.example>

inner words
"""


def unwrapped(raw: str, **limits: int) -> list[tuple[str | None, bool, str]]:
    found = unwrap(RawMessage("x", raw.encode()), Settings(**limits))
    return [(item.enclosed_in, item.headers_only, item.raw.decode()) for item in found]


def enclosing(header: str, *parts: str, kind: str = "mixed") -> str:
    body = "".join(f"--x\n{part}\n" for part in parts)
    return f"{header}Content-Type: multipart/{kind}; boundary=x\n\n{body}--x--\n"


ATTACHED = "Content-Type: message/rfc822\n\n" + INNER
WORDS = "\nlook at this"
KEPT = "Subject: Ticket 13"


def is_unwrapped(raw: str) -> bool:
    found = unwrapped(raw)
    return found[0][0] == "forward" and KEPT in found[0][2]


def test_what_the_recipient_forwards_is_the_evidence():
    assert is_unwrapped(enclosing("From: Jo <jo@example.org>\nSubject: spam\n", WORDS, ATTACHED))


def test_a_forward_by_its_subject_counts_for_mail_that_was_delivered():
    header = "From: desk@example.net\nSubject: Fwd: Ticket 13\n"
    assert is_unwrapped(enclosing(header, WORDS, ATTACHED))
    assert not is_unwrapped(enclosing(header.replace("13", "14"), WORDS, ATTACHED))
    undelivered = ATTACHED.replace("Delivered-To", "X").replace("Received", "X")
    assert not is_unwrapped(enclosing(header, WORDS, undelivered))


def test_a_forward_by_the_identifier_it_names():
    header = "From: desk@example.net\nSubject: spam\nX-Forwarded-Message-Id: <13@shop.example>\n"
    assert is_unwrapped(enclosing(header, WORDS, ATTACHED))


def test_an_attachment_of_a_stranger_is_no_forward():
    assert not is_unwrapped(enclosing("From: crook@example.net\nSubject: invoice\n", WORDS, ATTACHED))


def test_ones_own_mail_attached_is_no_forward():
    assert not is_unwrapped(enclosing("From: help@shop.example\nSubject: Fwd: Ticket 13\n", WORDS, ATTACHED))


@pytest.mark.parametrize(
    "sign",
    [
        "List-Id: <l.example.org>",
        "Precedence: list",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
    ],
)
def test_what_a_machine_or_a_list_sends_is_no_forward(sign):
    assert not is_unwrapped(enclosing(f"From: jo@example.org\n{sign}\nSubject: Fwd: Ticket 13\n", WORDS, ATTACHED))


def test_a_digest_is_no_forward():
    assert unwrapped(enclosing("From: jo@example.org\n", "\n" + INNER, kind="digest"))[0][0] is None


REPORT = "From: fbl@provider.example\n"


def test_a_feedback_report_is_known_by_its_type_or_its_part():
    part = "Content-Type: message/feedback-report\n\nFeedback-Type: abuse"
    assert (
        unwrapped(enclosing(REPORT, WORDS, ATTACHED, kind="report; report-type=feedback-report"))[0][0]
        == "feedback-report"
    )
    assert unwrapped(enclosing(REPORT, WORDS, part, ATTACHED))[0][0] == "feedback-report"


def test_a_report_that_encloses_nothing_readable_is_the_evidence_itself():
    redacted = "Content-Type: message/rfc822\n\nREDACTED"
    raw = enclosing(REPORT, WORDS, redacted, kind="report; report-type=feedback-report")
    assert unwrapped(raw) == [(None, False, raw)]


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822-headers", "Text/RFC822-Header"])
def test_a_report_with_only_the_header_says_so(kind):
    part = f"Content-Type: {kind}\n\n" + INNER.partition("\n\n")[0]
    assert unwrapped(enclosing(REPORT, WORDS, part, kind="report; report-type=delivery-status"))[0][:2] == (
        "bounce",
        True,
    )


def test_an_enclosed_message_in_base64_is_decoded():
    import base64

    part = (
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(INNER.encode()).decode()
    )
    assert unwrapped(enclosing(REPORT, part, kind="report; report-type=delivery-status"))[0][2] == INNER


@pytest.mark.parametrize(
    "header",
    [
        "From: MAILER-DAEMON@mx.example.org\n",
        "From: Mail Delivery System <postmaster@mx.example.org>\n",
        "From: x@example.org\nX-Failed-Recipients: jo@example.org\n",
    ],
)
def test_a_bounce_in_words_yields_the_message_it_quotes(header):
    raw = f"{header}Subject: failure notice\n\nSorry.\n\n--- Below is a copy of the message.\n\n{INNER}"
    assert unwrapped(raw) == [("bounce", False, INNER)]


def test_an_acknowledgement_with_a_null_path_is_no_bounce():
    raw = f"From: help@shop.example\nReturn-Path: <>\nSubject: Re: hello\n\nWe got your mail:\n\n{INNER}"
    assert unwrapped(raw) == [(None, False, raw)]


def test_a_person_who_quotes_a_header_sends_no_bounce():
    raw = f"From: jo@example.org\nSubject: help\n\nwhat is this?\n\n{INNER}"
    assert unwrapped(raw) == [(None, False, raw)]


def test_a_bounce_that_quotes_nothing_is_the_evidence_itself():
    raw = (
        "From: postmaster@mx.example.org\nSubject: failure\n\nTo: you\nSubject: your mail\n\ncould not be delivered\n"
    )
    assert unwrapped(raw) == [(None, False, raw)]


def test_messages_within_messages_are_opened_to_the_last_and_no_further_than_allowed():
    bounce = enclosing(REPORT, ATTACHED, kind="report; report-type=delivery-status")
    for _ in range(3):
        bounce = enclosing(
            REPORT,
            "Content-Type: message/rfc822\n\n" + bounce.replace("--x", "--y").replace("=x", "=y"),
            kind="report; report-type=delivery-status",
        )
        bounce = bounce.replace("--y", "--yy").replace("=y", "=yy")
    assert unwrapped(enclosing(REPORT, ATTACHED, kind="report; report-type=delivery-status"))[0][2] == INNER
    assert unwrapped(bounce, nesting_limit=1)[0][0] == "bounce"


PIECES = st.lists(
    st.sampled_from(
        [
            "--x\n",
            "--x--\n",
            "Content-Type: message/rfc822\n",
            "\n",
            "From: a@b\n",
            "Subject: Fwd: c\n",
            "Received: d\n",
            "text\n",
        ]
    ),
    max_size=30,
)
KINDS = st.sampled_from(
    ["mixed", "report; report-type=delivery-status", "report; report-type=feedback-report", "digest"]
)


@given(PIECES, KINDS, st.sampled_from(["jo@example.org", "mailer-daemon@x.example"]))
def test_any_enclosure_yields_at_least_one_message(pieces, kind, sender):
    raw = f"From: {sender}\nSubject: Fwd: c\nContent-Type: multipart/{kind}; boundary=x\n\n" + "".join(pieces)
    assert unwrapped(raw)


@given(PIECES, KINDS, st.sampled_from(["jo@example.org", "mailer-daemon@x.example"]))
def test_any_report_yields_at_least_one_message(pieces, kind, sender):
    raw = f"From: {sender}\nSubject: c\nContent-Type: multipart/{kind}; boundary=x\n\n" + "".join(pieces)
    assert list(unwrap_report(RawMessage("x", raw.encode()), Settings()))
