import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.headers import parse_message
from collectors.messages import read_messages
from collectors.pasted import clean_paste, find_header
from data.model import ParsedMessage, RawMessage
from data.settings import Settings

HEADER = """\
Received: from out.shop.example (out.shop.example [192.0.2.9])
 by mx.example.org with ESMTP id 1; Mon, 2 Mar 2026 10:00:02 +0000
DKIM-Signature: v=1; a=rsa-sha256; d=shop.example; s=d1;
\th=from:to:subject:date:
\t message-id; bh=AA; b=BB
From: Shop <help@shop.example>
To: jo@example.org
Subject: Your request
 was received
Date: Mon, 2 Mar 2026 10:00:00 +0000
Message-ID: <1@shop.example>
X-Account: 4711"""
BODY = "\n\nWe have received your request.\n"


def by_line(change):
    return lambda text: "\n".join(change(number, line) for number, line in enumerate(text.split("\n"), 1))


CHANGES = {
    "none": lambda text: text,
    "quoted": by_line(lambda number, line: f"> {line}"),
    "quoted twice": by_line(lambda number, line: f">> {line}"),
    "indented": by_line(lambda number, line: f"    {line}"),
    "indented with no-break spaces": by_line(lambda number, line: f"\u00a0\u00a0{line}"),
    "numbered": by_line(lambda number, line: f"{number:>4}  {line}"),
    "numbered with colons": by_line(lambda number, line: f"{number}: {line}"),
    "without indentation": by_line(lambda number, line: line.lstrip()),
    "double-spaced": by_line(lambda number, line: f"{line}\n"),
    "below a greeting": lambda text: f"Hello,\nthis came today:\n\n{text}",
    "fenced": lambda text: f"```\n{text}",
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "doubled returns": lambda text: text.replace("\n", "\r\r\n"),
    "old Macintosh line ends": lambda text: text.replace("\n", "\r"),
}


def read(text: str) -> ParsedMessage:
    (item,) = read_messages(text.encode(), "paste", Settings())
    assert isinstance(item, RawMessage), item
    return parse_message(item, Settings())


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("body", ["", BODY], ids=["alone", "with its body"])
def test_a_pasted_header_is_read_however_it_was_disfigured(change, body):
    message = read(CHANGES[change](HEADER + body))
    assert message.by_name == read(HEADER).by_name
    assert message.subject == "Your request was received"
    assert message.headers_only is (not body)
    assert message.text == body.strip()


def test_names_in_a_signature_that_lost_its_indentation_are_no_fields():
    assert "message-id" in read(CHANGES["without indentation"](HEADER)).by_name
    assert read(CHANGES["without indentation"](HEADER)).first("dkim-signature").endswith("message-id; bh=AA; b=BB")


def test_a_header_without_its_empty_line_keeps_the_text_below_as_body():
    message = read(HEADER + "\nWe have received your request.\nNo reply needed.\n")
    assert message.first("x-account") == "4711"
    assert message.text == "We have received your request.\nNo reply needed."


def test_lines_a_mail_program_shows_are_claims():
    message = read("From: Shop <help@shop.example>\nSubject: Hi\nTo: jo@example.org\nthis is no field\n\nbody")
    assert "they are claims" in message.warnings[0]


@pytest.mark.parametrize("text", ["", "no header", "Note: one\nHint: two\n\nbody", "From: one thing", "a,b\n1,2\n"])
def test_a_text_without_a_mail_header_is_none(text):
    assert clean_paste(text.encode()) is None


def test_the_first_run_with_a_field_of_mailers_is_the_header():
    assert find_header("From: x\nTo: y\n\nhe said\nX-Mailer: 1\nTo: a\n") == len("From: x\nTo: y\n\nhe said\n")


@pytest.mark.parametrize("unit", ["> ", "1: ", "a: b\n", "\n\n", "Received: x\n", " \n", "Received: x\n\n", "x\n"])
def test_a_megabyte_of_paste_takes_no_second(unit):
    started = time.process_time()
    clean_paste((unit * (1_000_000 // len(unit))).encode())
    assert time.process_time() - started < 2


LINES = st.lists(
    st.sampled_from(
        ["Received: x", "From: a@b", " folded", "> ", "> From: c", "1 To: d", "", "h=from:to;", "text", "Subject: e"]
    ),
    max_size=30,
)


@given(LINES.map("\n".join) | st.text())
def test_any_paste_is_cleaned_or_none(text):
    found = clean_paste(text.encode("utf-8", "surrogatepass"))
    if found:
        parse_message(RawMessage("paste", found[0]), Settings())
