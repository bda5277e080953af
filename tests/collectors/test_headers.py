from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.headers import parse_message
from data.errors import SubmissionRefused
from data.model import Mailbox, ParsedMessage, RawMessage
from data.settings import Settings


def parsed(header: str | bytes, **limits: int) -> ParsedMessage:
    raw = header.encode() if isinstance(header, str) else header
    return parse_message(RawMessage("test", raw), Settings(**limits))


RECEIVED = (
    "Received: from a by b; Tue, 3 Mar 2026 10:00:00 +0000\nReceived: from c by a; Tue, 3 Mar 2026 09:59:59 +0000\n"
)
TOPMOST = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)


def test_a_message_without_a_header_is_refused_with_a_sentence():
    with pytest.raises(SubmissionRefused, match="has no header field; hand in"):
        parsed("\nnothing but a body")


def test_values_are_had_by_name_in_any_case():
    message = parsed("X-One: 1\nx-one: 2\nFrom: a@example.com\n\nx")
    assert (message.first("X-ONE"), message.all("x-One"), message.first("none"), message.all("none")) == (
        "1",
        ("1", "2"),
        None,
        (),
    )


def test_identifiers_stand_without_their_brackets():
    message = parsed("Message-ID: <a@b>\nIn-Reply-To: Your mail <c@d> of today\nReferences: <e@f>\n <g@h>\n\nx")
    assert (message.message_id, message.in_reply_to, message.references) == ("a@b", "c@d", ("e@f", "g@h"))


def test_the_null_path_is_not_an_unknown_path():
    assert parsed("Return-Path: <>\n\nx").envelope_sender == ""
    assert parsed("Return-Path: <Bounce@Example.com>\n\nx").envelope_sender == "bounce@example.com"
    assert parsed("From: a@b\n\nx").envelope_sender is None


def test_a_subject_is_one_line_without_controls():
    assert parsed("Subject: a\u2028b\0c =?utf-8?Q?d=0Ae=00f?=\n\nx").subject == "a bc d ef"
    assert parsed("Subject:\n\nx").subject == ""
    assert parsed("From: a@b\n\nx").subject is None


def test_letters_that_a_line_cannot_hold_are_told_of():
    assert parsed("Subject: a\0b\nDate: 2 Mar 2026 1:02\n\nx").warnings == (
        "The header holds control characters or line separators; they were taken out.",
    )


def test_a_message_of_header_alone_says_so():
    assert parsed("From: a@b\n").headers_only
    assert parsed("From: a@b\n\n  \n").headers_only
    assert not parsed("From: a@b\n\nx").headers_only


@pytest.mark.parametrize(
    ("date", "fault"),
    [
        ("Date: 11-04-2023\n", "cannot be read"),
        ("Date: Mon, 2 Mar 99999 10:00:00 +0000\n", "cannot be read"),
        ("Date: Mon, 2 Mar 1970 10:00:00 +0000\n", "cannot be true"),
        ("Date: Mon, 9 Mar 2026 10:00:00 +0000\n", "cannot be true"),
        ("", "is missing"),
    ],
)
def test_a_bad_date_gives_way_to_the_topmost_received_time(date, fault):
    message = parsed(RECEIVED + date + "\nx")
    assert (message.sent_at, message.dated_by) == (TOPMOST, "Received")
    assert message.warnings == (f"Date {fault}; the time of the topmost Received line stands in for it.",)


def test_a_bad_date_without_received_lines_is_not_known():
    message = parsed("From: a@b\nDate: soon\n\nx")
    assert (message.sent_at, message.dated_by) == (None, None)
    assert "when it was sent is not known" in message.warnings[0]


def test_a_date_long_before_delivery_is_believed():
    assert parsed(RECEIVED + "Date: 1 Feb 2026 10:00:00 +0000\n\nx").dated_by == "Date"


SIGNED = "DKIM-Signature: d=example.com; h=from:Subject\n"


def test_a_doubled_subject_counts_lowest_where_signed_and_topmost_elsewhere():
    assert parsed(SIGNED + "Subject: added\nSubject: signed\n\nx").subject == "signed"
    assert parsed("Subject: first\nSubject: second\n\nx").subject == "first"


def test_doubled_fields_are_told_of_and_equal_ones_are_not():
    assert (
        "Subject stands 2 times"
        in parsed("From: a@b\nDate: 2 Mar 2026 1:02\nSubject: 1\nSubject: 2\n\nx").warnings[0]
    )
    assert parsed("From: a@b\nDate: 2 Mar 2026 1:02\nSubject: 1\nSubject: 1\n\nx").warnings == ()


def test_a_header_beyond_its_limits_is_read_as_far_with_a_warning():
    told = parsed("From: a@b\n" + "X: y\n" * 10_000 + "\nx").warnings
    assert "The header has 2,000 fields or more; beyond them only the main ones were read." in told
    told = parsed("From: a@b\nX: " + "y" * 500 + "\n\nx", header_limit=100).warnings
    assert "The header is longer than 100 bytes; what lies beyond was not read." in told


def test_sender_and_reply_to_are_mailboxes():
    message = parsed('From: "Shop" <Help@Shop.example>, second@shop.example\nReply-To: a@b.example, A@b.example\n\nx')
    assert message.sender == Mailbox("Shop", "help@shop.example")
    assert message.reply_to == (Mailbox("", "a@b.example"),)


NAMES = [
    "From",
    "To",
    "Subject",
    "Date",
    "Received",
    "DKIM-Signature",
    "Message-ID",
    "Return-Path",
    "Content-Type",
    "X",
]
FIELDS = st.tuples(st.sampled_from(NAMES), st.text(max_size=80))


@given(st.lists(FIELDS, max_size=12), st.binary(max_size=200))
def test_any_header_is_read_or_refused(fields, body):
    header = "".join(f"{name}: {value}\n" for name, value in fields).encode("utf-8", "surrogatepass")
    try:
        message = parsed(header + b"\n" + body)
    except SubmissionRefused:
        return
    assert message.sent_at is None or message.sent_at.tzinfo is UTC
    assert all("\n" not in field.value for field in message.fields)
    assert "\n" not in (message.subject or "")


@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(raw):
    try:
        parsed(raw)
    except SubmissionRefused as error:
        assert str(error).endswith(".")


def test_thousands_of_fields_on_top_do_not_hide_who_wrote_it():
    found = parsed("X: y\n" * 3_000 + "From: jo@example.org\nSubject: Prize\nX-Late: z\n\nx")
    assert (found.sender.address, found.subject, found.first("x-late")) == ("jo@example.org", "Prize", None)
    assert len(found.fields) == 2_002
