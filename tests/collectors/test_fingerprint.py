"""The same message again is the same observation; another recipient's copy, or another message, is another."""

from hypothesis import given
from hypothesis import strategies as st

from collectors.fingerprint import fingerprint, recipient_of
from collectors.headers import parse_message
from data.keys import Keys
from data.model import ParsedMessage, RawMessage
from data.settings import Settings

KEYS = Keys(*(bytes([number]) * 32 for number in range(5)))
HEADER = """Received: from out.example.net (out.example.net [192.0.2.7]) by mx.example.org for <maria@example.org>; Mon, 5 Jan 2026 10:00:03 +0000
Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=acme.example
Delivered-To: maria@example.org
X-Spam-Score: 0.1
DKIM-Signature: v=1; a=rsa-sha256; d=acme.example; s=s1; h=from:date:subject:to; bh=x; b=y
From: Acme Support <support@acme.example>
To: Maria <maria@example.org>
Date: Mon, 5 Jan 2026 10:00:00 +0000
Message-ID: <abc@acme.example>
Subject: Your request caf\xe9 of today
"""  # noqa: E501
BODY = "\nHello,\n\nwe got it.\n"


def parsed(text: str | bytes, **more: bool) -> ParsedMessage:
    raw = text.encode() if isinstance(text, str) else text
    return parse_message(RawMessage("test", raw, **more), Settings())


def mark(text: str | bytes) -> bytes:
    return fingerprint(parsed(text), KEYS)[0]


def without(*names: str) -> str:
    lines = (line for line in HEADER.splitlines(keepends=True) if not line.startswith(names))
    return "".join(lines) + BODY


def test_the_same_bytes_give_the_same_hashes():
    assert fingerprint(parsed(HEADER + BODY), KEYS) == fingerprint(parsed(HEADER + BODY), KEYS)


def test_transit_fields_change_nothing():
    assert mark(without("Received", "Authentication-Results", "X-", "DKIM-Signature")) == mark(HEADER + BODY)
    assert mark("Received: from a by b; Tue, 6 Jan 2026 10:00:00 +0000\nX-New: 1\n" + HEADER + BODY) == mark(
        HEADER + BODY
    )


def test_a_body_changes_nothing():
    assert mark(HEADER) == mark(HEADER + BODY) == mark(HEADER + "\nanother body")


def test_line_endings_and_folding_change_nothing():
    assert mark((HEADER + BODY).replace("\n", "\r\n")) == mark(HEADER + BODY)
    assert mark(
        HEADER.replace("Your request", "Your\n\t request").replace("Acme Support <", "Acme\n  Support\n <")
    ) == mark(HEADER)


def test_raw_and_encoded_letters_are_the_same():
    encoded = HEADER.replace("Your request caf\xe9 of", "=?utf-8?q?Your_request?=\n =?utf-8?b?IGNhZsOp?= of")
    assert mark(encoded) == mark(HEADER) == mark(HEADER.encode("latin-1"))


def test_another_zone_of_the_same_moment_is_the_same():
    assert mark(HEADER.replace("Date: Mon, 5 Jan 2026 10:00:00 +0000", "Date: 5 Jan 2026 11:00 +0100")) == mark(
        HEADER
    )


def test_another_recipients_copy_is_another_observation():
    assert mark((HEADER + BODY).replace("maria@", "jonas@")) != mark(HEADER + BODY)


def test_two_members_of_a_list_have_copies_of_their_own():
    post = HEADER.replace(
        "To: Maria <maria@example.org>", "To: dev@lists.example.org\nList-Id: <dev.lists.example.org>"
    )
    assert mark(post) != mark(post.replace("maria@", "jonas@"))


def test_a_copy_that_lost_delivered_to_is_the_same():
    assert mark(without("Delivered-To", "Received")) == mark(HEADER + BODY)


def test_a_forwarded_copy_belongs_to_whom_it_was_written():
    assert recipient_of(parsed("Delivered-To: m.l@mail.example\n" + HEADER)) == "maria@example.org"


def test_an_unnamed_recipient_is_read_from_the_envelope():
    blind = HEADER.replace("To: Maria <maria@example.org>", "To: undisclosed-recipients:;")
    assert recipient_of(parsed(blind)) == "maria@example.org"


def test_a_tag_behind_a_plus_is_the_same_recipient():
    assert recipient_of(parsed(HEADER.replace("Maria <maria@", "<maria+desk@"))) == "maria@example.org"


def test_another_subject_under_the_same_message_id_is_another_observation():
    first, second = (fingerprint(parsed(text), KEYS) for text in (HEADER, HEADER.replace("Your request", "You won")))
    assert first[0] != second[0]
    assert first[1] == second[1]


def test_two_messages_without_a_header_to_speak_of_are_told_apart_by_their_text():
    assert mark("Subject: hi\n\none") != mark("Subject: hi\n\ntwo")
    assert mark("Subject: hi\n\none  more\n") == mark("Subject: hi\r\n\r\none more")


def test_what_is_missing_has_no_hash():
    assert fingerprint(parsed("Subject: hi\n\none"), KEYS)[1:] == (None, None)


def test_other_keys_give_other_hashes():
    others = Keys(*(bytes([number + 9]) * 32 for number in range(5)))
    assert not set(fingerprint(parsed(HEADER), others)) & set(fingerprint(parsed(HEADER), KEYS))


@given(st.binary(max_size=400))
def test_any_bytes_behind_a_field_have_a_fingerprint(noise):
    message = parsed(b"X-A: b\nFrom: " + noise)
    assert fingerprint(message, KEYS)[0] == fingerprint(message, KEYS)[0]
