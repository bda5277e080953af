"""Marks of form, and what the receiving provider's filter thought."""

from base64 import b64encode

import pytest

from collectors.oddities import looks_random
from tests.collectors.judged import judged, written


@pytest.mark.parametrize("label", ["dkwrtzq", "pqxjd", "ndxldbg", "a1b2c3d4e5f6"])
def test_labels_at_random(label):
    assert looks_random(label)


@pytest.mark.parametrize("label", ["support", "lamps", "github", "schlamm", "acme-help", "strength", "x", ""])
def test_labels_that_are_words(label):
    assert not looks_random(label)


def filtered(*lines: str) -> str | None:
    return judged(written("From: a@example.com", *lines)).signals.filtered


def test_a_filter_of_the_recipients_provider_is_read():
    told = b64encode(b"V=1.1;us=0;SCL=6").decode()
    assert filtered("X-MS-Exchange-Organization-SCL: 9") == "certain"
    assert filtered("X-Forefront-Antispam-Report: CIP:192.0.2.1;SCL:5;SFV:SPM") == "likely"
    assert filtered(f"X-Message-Delivery: {told}") == "likely"
    assert filtered("X-Spam-Flag: YES") == "likely"
    assert filtered("X-MS-Exchange-Organization-SCL: 1", "X-Spam-Flag: NO") is None


@pytest.mark.parametrize("value", ["", "-", "99999999999999999999", "x", "SCL:", "====", "\x00"])
def test_a_broken_level_is_none(value):
    assert filtered(f"X-MS-Exchange-Organization-SCL: {value}", f"X-Message-Delivery: {value}") in {None, "certain"}


def test_what_is_odd_is_said_in_words():
    raw = written("From: Wallet <pqxjdk@dkwrtzq.example>", "Reply-To: b@example.org", "Subject: Re: hi 🎁")
    assert judged(raw).signals.oddities == (
        "pictures in Subject or From",
        "Message-ID without a host name",
        "the sender's mailbox is letters or digits at random",
        "the sender's domain is letters at random",
        "Reply-To is at another domain than From",
        "an answer to nothing: Re: without In-Reply-To",
    )
