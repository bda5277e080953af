"""The draft of an abuse notice: what is seen, redacted evidence, what helps; neutral, and nothing that bites."""

from datetime import timedelta

import pytest

from data.catalogue.mitigations import load_mitigations
from data.export.notice import NoticeFacts, abuse_notice, notice_name
from data.store.exposure_details import exposure_samples, party_names
from data.store.exposure_reads import exposure
from data.store.exposure_shapes import ContactRow
from tests.data.readings import NOON, reading, taken


@pytest.fixture
def facts(db):
    def make(contacts=(), done=(), **changes):
        taken(db, [reading(account="0a1b2c3", **changes)])
        row = exposure(db, "E-0001")
        accounts, tenants = party_names(db, "E-0001")
        return NoticeFacts(
            row=row,
            platform="Zendesk",
            account_ids=accounts,
            tenants=tenants,
            samples=exposure_samples(db, "E-0001"),
            checklist=load_mitigations().checklist("zendesk"),
            done=frozenset(done),
            desk=load_mitigations().abuse_desks["zendesk"],
            contacts=contacts,
        )

    return make


def test_a_notice_to_the_vendor_says_what_is_seen_and_what_helps(facts):
    text = abuse_notice(facts(done=["captcha"]), "vendor")
    assert text.startswith("To: acme.example.com (no address is known; its security.txt may name one)\n")
    assert "we saw 1 message in 1 incident that" in " ".join(text.split())
    assert "The platform's mail names account id 0a1b2c3." in text
    assert "[x] Ask for a CAPTCHA before a ticket is made" in text
    assert "[ ] Limit tickets by address, sender and network (not verified)" in text
    assert not [word for word in ("guilty", "hacked", "!") if word in text]


def test_evidence_is_redacted_and_its_links_are_no_links(facts):
    text = abuse_notice(facts(), "vendor")
    assert "Subject: You have won 5,000 USDT, claim at hxxp://prize[.]example/a1" in text
    assert "victim.example" not in text
    assert "http://prize.example" not in text


def test_the_address_is_that_of_the_security_txt_with_its_source(facts):
    contact = ContactRow("security.txt", "security@acme.example.com", "https://acme.example.com/x", "ada", NOON)
    text = abuse_notice(facts(contacts=[contact]), "vendor")
    assert text.startswith("To: security@acme.example.com (from hxxps://acme[.]example[.]com/x)\n")


def test_of_a_tenant_that_an_attacker_made_the_platform_is_told(facts):
    text = abuse_notice(facts(domain="xq.zendesk.com", tenant="xq", verdict="attacker-tenant"), "platform")
    assert text.startswith("To: abuse@zendesk.com\n")
    assert "Nobody but the attacker seems to use this tenant." in text
    assert "WHAT HELPS" not in text


def test_hostile_words_stay_on_their_line(facts):
    text = abuse_notice(
        facts(subject="A\u202eB\x1b[31m\nTo: everybody@example.org", sent_at=NOON + timedelta(days=1)), "vendor"
    )
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\nTo: everybody" not in text


def test_the_file_is_named_by_our_own_letters(facts):
    assert notice_name(facts().row) == "abuse-notice-E-0001.txt"
