"""What strangers send to break a reader: read or refused, in time, whatever it is."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.authentication import read_authentication
from collectors.headers import parse_message
from collectors.messages import read_messages
from collectors.received import border, read_hops
from data.errors import SubmissionRefused
from data.model import ParsedMessage, Refusal
from data.settings import Settings

SECONDS = 2.0
UNITS = [
    "(",
    "<",
    '"',
    "\\",
    "=?",
    "=?utf-8?q?",
    "?=",
    "@",
    ",",
    ";",
    " ",
    "a ",
    "a@",
    "[",
    "for <a@b ",
    "h=a:",
    "12:",
    "\u2028",
    "\n ",
]
FIELDS = [
    "Subject",
    "From",
    "To",
    "Date",
    "Received",
    "Authentication-Results",
    "DKIM-Signature",
    "Content-Type",
    "References",
]


def read(data: bytes) -> list[ParsedMessage | str]:
    found: list[ParsedMessage | str] = []
    for item in read_messages(data, "x", Settings()):
        if isinstance(item, Refusal):
            found.append(item.reason)
            continue
        try:
            message = parse_message(item, Settings())
        except SubmissionRefused as error:
            found.append(str(error))
            continue
        border(read_hops(message))
        read_authentication(message, read_hops(message), ())
        found.append(message)
    return found


def read_in_time(data: bytes) -> list[ParsedMessage | str]:
    started = time.process_time()
    found = read(data)
    assert time.process_time() - started < SECONDS
    assert found
    return found


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("end", ["", "<", " x", '"'], ids=["open", "bracket", "word", "quote"])
def test_a_field_of_anything_a_hundred_thousand_times_is_read_in_time(unit, end):
    """What ends such a run matters: many expressions only turn slow where they fail at last."""
    for field in FIELDS:
        read_in_time(f"From: a@example.com\n{field}: {unit * (200_000 // len(unit))}{end}\nX: y\n\nx".encode())


@pytest.mark.parametrize(
    "unit", ["<", "--x\n", "\nFrom ", "\n\n", "=", "&#", "<!--", "--x\nContent-Type: multipart/mixed; boundary=x\n\n"]
)
@pytest.mark.parametrize("kind", ["text/plain", "text/html", "multipart/mixed; boundary=x", "message/rfc822"])
def test_two_megabytes_of_anything_as_a_body_are_read_in_time(unit, kind):
    header = f"From: postmaster@example.com\nSubject: Fwd: x\nContent-Type: {kind}\n\n"
    read_in_time((header + unit * (2_000_000 // len(unit))).encode())


def test_a_header_of_ten_thousand_lines_is_read_with_a_warning():
    (message,) = read_in_time(b"From: a@example.com\n" + b"X-Filler: y\n" * 10_000 + b"\nx")
    assert any("2,000 fields" in told for told in message.warnings)


def test_messages_within_messages_ten_thousand_deep_are_read_in_time():
    one = (
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
        "--x\nContent-Type: message/rfc822\n\nFrom: a@b.example\n"
    )
    read_in_time(("From: a@b.example\n" + one * 10_000).encode())
    read_in_time(("From: a@b.example\n" + "Content-Type: message/rfc822\n\n" * 50_000).encode())


def test_hidden_parts_without_number_are_read_in_time():
    part = b"--x\nContent-Type: text/html\n\n" + b'<div style="display:none">' * 20_000 + b"\n"
    read_in_time(b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n" + part * 40)


@pytest.mark.parametrize(
    "header",
    [
        "Subject: a\u2028b\0c\u202ed",
        "Date: Mon, 1 Jan 0000 00:00:00 +0000",
        "Date: Mon, 1 Jan 99999 00:00:00 +0000",
        "Date: Mon, 1 Jan 9999 23:59:59 -1200",
        "Content-Type: text/plain; charset=no-such-charset",
        "Content-Type: text/plain; charset=punycode",
        "Content-Type: text/plain; charset=\0",
        "Content-Type: ///;;;===",
        "Content-Type: multipart/mixed; boundary=",
        "Content-Transfer-Encoding: base64\nContent-Type: text/html; charset=utf-16",
        "From: \nTo: ;;;,,,<>@\nMessage-ID: <>\nReturn-Path:",
        "Received: from by with id for ; ;",
        "Received: from [::ffff:999.1.1.1] (IPv6:::::) by (((",
        "DKIM-Signature: ;;;=;d=;h=:::",
        "Authentication-Results: ;;;=;(((",
        "\ufeffFrom: a@example.com",
    ],
)
def test_absurd_fields_are_read_and_never_crash(header):
    (found,) = read_in_time(f"From: a@example.com\n{header}\n\nbody \u00e9\0".encode("utf-8", "surrogatepass"))
    assert isinstance(found, ParsedMessage)


def test_every_surrogate_and_control_survives_or_goes():
    text = "".join(map(chr, range(0x20))) + "\ud800\udfff\ufffe\uffff\U0010ffff"
    read_in_time(f"From: a@example.com\nSubject: {text}\n\n{text}".encode("utf-8", "surrogatepass"))


CORPUS = b"""\
Received: from a.example ([192.0.2.1]) by b.example with ESMTP id 1
 for <jo@b.example>; Mon, 2 Mar 2026 10:00:02 +0000
Authentication-Results: b.example; spf=pass (x) smtp.mailfrom=a.example; dkim=pass header.d=a.example
DKIM-Signature: v=1; d=a.example; s=x; h=from:to; b=AA==
From: =?utf-8?Q?J=C3=B6?= <jo@a.example>
To: "K, V" <kv@b.example>, G: x@c.example;
Subject: Fwd: =?utf-8?B?w6k=?=
Date: Mon, 2 Mar 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="x"

--x
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>a=3Db</p><!-- c --><a href=3D"https://d.example">d</a>
--x
Content-Type: message/rfc822

From: e@f.example
To: jo@a.example
Subject: g

h
--x--
"""
CUTS = st.lists(st.tuples(st.integers(0, len(CORPUS)), st.integers(0, 40), st.binary(max_size=12)), max_size=8)


@given(CUTS)
def test_any_mutant_of_a_message_is_read_or_refused(cuts):
    data = CORPUS
    for place, length, new in cuts:
        data = data[:place] + new + data[place + length :]
    assert read(data)
