from datetime import UTC, datetime

import pytest

from data.intelligence.insight import read_insight
from data.intelligence.proposals import propose_mitigations

AT = datetime(2026, 1, 22, tzinfo=UTC)
LEAD = "Relay spam: attackers abuse open Zendesk support forms, and ticket confirmations flood strangers' inboxes. "


def proposed(sentence: str, url: str | None = None):
    return propose_mitigations(read_insight(None, LEAD + sentence, published_at=AT).mentions, url, AT)


def test_a_vendor_that_did_something_is_proposed_with_the_sentence():
    sentence = "Northwind Outdoor has disabled the form and now requires verified users to submit a ticket."
    found = proposed(sentence)[0]
    assert (found.actor, found.name, found.status, found.sentence) == (
        "vendor", "Northwind Outdoor", "mitigated", sentence,
    )  # fmt: skip


def test_advice_is_no_measure_that_was_taken():
    assert proposed("Administrators should allow only verified users to submit a ticket.") == ()


def test_a_platforms_own_measure_has_a_phase():
    later = proposed("Zendesk introduced verification of anonymous requests, effective 15 March 2026.")
    assert [(item.actor, item.party, item.phase, item.day) for item in later] == [
        ("platform", "zendesk", "announced", "2026-03-15")
    ]


@pytest.mark.parametrize(
    ("url", "actor"),
    [
        ("https://support.zendesk.com/hc/en-us/articles/1", "platform"),
        ("https://acme.zendesk.com/hc/en-us/articles/1", None),
        ("https://news.example/a", None),
        ("http://[broken", None),
    ],
)
def test_on_its_own_site_a_platform_speaks_of_itself(url, actor):
    found = proposed("We have introduced a rate limit for requests.", url)
    assert {item.actor for item in found} == ({actor} if actor else set())
