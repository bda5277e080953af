"""Signals of one message, and that nothing a stranger writes stops the reading."""

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.identity import identify
from collectors.signals import read_signals
from data.catalogue.loader import load_catalogue
from data.errors import SubmissionRefused
from data.model import Authentication, Mailbox
from tests.collectors.judged import judged, written


def test_a_brand_in_the_name_of_another_domain_is_borrowed():
    assert judged(written("From: PayPal Service <a@example.com>")).signals.borrowed_brand == "paypal"
    assert judged(written("From: PayPal <service@mail.paypal.com>")).signals.borrowed_brand is None


def test_a_name_that_reply_to_still_bears_was_changed():
    raw = written("From: TokenDex <news@example-lamps.com>", "Reply-To: Example Lamps <r@example-lamps.com>")
    assert judged(raw).signals.renamed


def test_mathematical_letters_and_mixed_alphabets_are_disguise():
    raw = written("From: Bаnk <a@example.com>", "Subject: 𝐅𝐫𝐞𝐞 gift")
    assert judged(raw).signals.disguised == ("Subject", "From")


def test_words_are_found_behind_bold_letters_and_invisible_ones():
    raw = written("From: a@example.com", "Subject: 𝐅𝐫𝐞𝐞 bit\u200bcoin")
    assert [lure.id for lure in judged(raw).signals.lures] == ["crypto"]


def test_in_reply_to_of_the_platform_itself_is_no_conversation():
    from_desk = written(
        "From: help@lamps.zendesk.com",
        "X-Mailer: Zendesk Mailer",
        "X-Zendesk-From-Account-Id: 0a1b2c3",
        "In-Reply-To: <K7MWW2GY9JD@zendesk.com>",
        "Message-ID: <K7MWW2GY9JD_696f4a2e24ad8_3e468c53699e_sprut@zendesk.com>",
    )
    assert judged(from_desk).signals.conversation == "own"
    assert judged(from_desk.replace("<K7MWW2GY9JD@zendesk.com>", "<1@example.net>")).signals.conversation == "foreign"


NAMES = st.sampled_from(
    [
        "From", "To", "Subject", "Reply-To", "Return-Path", "Message-ID", "In-Reply-To", "References", "Received",
        "Date", "DKIM-Signature", "X-Mailer", "Authentication-Results", "Received-SPF", "List-Post", "Feedback-ID",
        "X-Zendesk-Email-Id", "X-Zendesk-From-Account-Id", "X-Message-Delivery", "X-SFDC-LK", "Content-Type",
        "X-Original-Authentication-Results", "X-Forefront-Antispam-Report",
    ]
)  # fmt: skip
VALUES = st.one_of(
    st.binary(max_size=120),
    st.text(max_size=120).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from(
        [b"<a@b>", b"a@zendesk.com", b"<K_696f4a2e24ad8_3e_sprut@zendesk.com>", b"d=zendesk.com; s=zendesk1"]
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(NAMES, VALUES), max_size=14), st.binary(max_size=300))
def test_no_header_and_no_body_stops_the_reading(fields, body):
    block = b"".join(name.encode() + b": " + value.replace(b"\n", b"\n ") + b"\r\n" for name, value in fields)
    try:
        found = judged(b"X-First: 1\r\n" + block + b"\r\n" + body)
    except SubmissionRefused:
        return
    assert found.verdict.score >= 0
    assert 0 < found.verdict.confidence < 1


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=600))
def test_random_bytes_are_refused_or_judged(blob):
    try:
        judged(blob)
    except SubmissionRefused:
        return


PIECES = ["(", "<", "=?", "/", "a/", "http://", " ", "a@", ".", "->", "[", "1,", "x.y/", "\u200b", "𝐅"]


@pytest.mark.parametrize("piece", PIECES)
def test_a_flood_of_one_piece_takes_no_second(piece):
    flood = (piece * 100_000)[:100_000]
    quiet = judged(written("From: a@example.com", "X-Mailer: Zendesk Mailer", "X-Zendesk-From-Account-Id: 0a1b2c3"))
    message = replace(
        quiet.message,
        by_name={**quiet.message.by_name, "received-spf": (flood,), "list-post": (flood,), "feedback-id": (flood,)},
        subject=flood,
        sender=Mailbox(flood, f"{flood}@example.com"),
        reply_to=(Mailbox(flood, flood),),
        recipients=(Mailbox(flood, flood),) * 50,
        message_id=flood,
        in_reply_to=flood,
        references=(flood,) * 50,
        text=f"Hi {flood}",
        links=(flood,) * 500,
    )
    start = time.process_time()
    identity = identify(message, (), Authentication(), load_catalogue())
    read_signals(message, identity, Authentication(), (), load_catalogue())
    assert time.process_time() - start < 1
