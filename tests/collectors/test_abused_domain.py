"""Whose domain it was: through lists and forwarders, never a platform's or a mail box for everybody."""

import pytest

from collectors.abused_domain import organisation
from data.catalogue.loader import load_catalogue
from tests.collectors.judged import judged, written


@pytest.mark.parametrize(
    ("host", "party"),
    [
        ("mail.lamps.example.com", "example.com"),
        ("lamps.zendesk.com", "lamps.zendesk.com"),
        ("zendesk.com", None),
        ("emailus.freshdesk.com", None),
        ("project-7.firebaseapp.com", "project-7.firebaseapp.com"),
        ("gmail.com", None),
        ("lists.sourceforge.net", None),
        ("co.uk", None),
        ("192.0.2.7", None),
        ("", None),
    ],
)
def test_the_organisation_behind_a_host(host, party):
    assert organisation(host, load_catalogue()) == party


def domain(*lines: str) -> str | None:
    return judged(written(*lines)).identity.abused_domain


def test_a_list_that_took_over_from_leaves_the_sender_in_reply_to():
    assert (
        domain(
            "From: Example Desk via Lamps <lamps@lists.example.org>",
            "Reply-To: Example Desk <desk@example.com>",
            "List-Post: <mailto:lamps@lists.example.org>",
        )
        == "example.com"
    )


def test_a_list_that_leaves_nothing_else_leaves_the_rewritten_envelope():
    assert (
        domain(
            "Return-Path: <SRS0=ab12=5K=example.com=desk@forward.example.net>",
            "From: Desk via Lamps <lamps@lists.example.org>",
            "List-Post: <mailto:lamps@lists.example.org>",
        )
        == "example.com"
    )


def test_a_domain_that_nothing_stands_behind_is_not_abused():
    assert (
        domain(
            "Authentication-Results: mx.example.net; spf=fail smtp.mailfrom=example.com; dkim=none; dmarc=fail",
            "From: Bank <a@example.com>",
        )
        is None
    )


def test_a_spoofed_from_gives_way_to_the_domain_that_signed():
    assert (
        domain(
            "Authentication-Results: mx.example.net; spf=pass; dkim=pass header.d=example.org; dmarc=none",
            "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s1; h=from; b=x",
            "From: Wallet <a@example.com>",
        )
        == "example.org"
    )


def test_a_pasted_header_without_results_is_taken_at_its_word():
    assert domain("From: Desk <desk@mail.example.co.uk>") == "example.co.uk"


def test_without_a_sender_there_is_no_party():
    assert domain("Subject: hi") is None
