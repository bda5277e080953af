"""What may stand in a rule: account ids that the catalogue gives back, domains of one owner, nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.catalogue.loader import load_catalogue
from data.export.doors import AccountMark, Exposure, doors_of, exposures_of
from data.export.rules import WRITERS, to_rules
from data.store.reads import incidents
from tests.data.export.shared import ACCOUNT, HOSTILE, fill
from tests.data.readings import NOON

CATALOGUE = load_catalogue()
DOOR = Exposure(
    "northwind.example",
    "zendesk",
    "ticket-acknowledgement",
    ACCOUNT,
    "northwind.example",
    ("RW-0007",),
    12,
    NOON,
    NOON,
)
WORDS = st.text(max_size=60) | st.text(alphabet="ab0-9.\n\r\"'$;/\\|{}()*^# \u2028", max_size=40)


def door(**changes):
    return doors_of([replace(DOOR, **changes)], CATALOGUE)


def test_an_account_and_a_domain_of_its_own_make_a_door():
    (found,) = door().doors
    assert found.accounts == (AccountMark("X-Zendesk-From-Account-Id", ACCOUNT, "exact"),)
    assert (found.domain, found.machines) == (
        "northwind.example",
        ("X-Delivery-Context", "X-Zendesk-Email-Id", "X-Zendesk-From-Account-Id", "X-Zendesk-Priority-Mail"),
    )


@pytest.mark.parametrize(
    ("platform", "account", "mark"),
    [
        ("salesforce", "00D0de1a16DEMOa", AccountMark("X-SFDC-LK", "00D0de1a16DEMOa", "prefix")),
        ("activecampaign", "12345", AccountMark("Feedback-ID", "12345:", "prefix")),
    ],
)
def test_an_account_is_looked_for_where_the_catalogue_reads_it(platform, account, mark):
    found = door(platform=platform, account_id=account).doors[0].accounts
    assert [(one.header.lower(), one.value, one.fit) for one in found] == [
        (mark.header.lower(), mark.value, mark.fit)
    ]


@pytest.mark.parametrize(
    "domain",
    ["zendesk.com", "zdsys.com", "gmail.com", "co.uk", "com", "support.freshdesk.com", "UPPER.example", "a b.example",
     "192.0.2.1", "x.example\nfoo", "", "freshdesk.com", "onmicrosoft.com"],
)  # fmt: skip
def test_no_platform_no_provider_and_nothing_odd_is_a_domain(domain):
    assert door(account_id=None, abused_domain=domain) == doors_of([], CATALOGUE).__class__((), 1)


def test_a_tenant_of_a_platform_is_named_by_its_own_subdomain():
    (found,) = door(account_id=None, abused_domain="acme.zendesk.com", party="acme.zendesk.com").doors
    assert found.domain == "acme.zendesk.com"


def test_a_domain_that_many_customers_share_is_left_to_the_account():
    (found,) = door(party=ACCOUNT).doors
    assert (len(found.accounts), found.domain) == (1, None)


@pytest.mark.parametrize("account", ["0A1B2C3", "0a1b2c3 ", "0a1b2c3$", "..", "0a1b2c3\n", "'; rm", HOSTILE])
def test_an_account_that_the_catalogue_does_not_give_back_is_not_written(account):
    assert door(account_id=account, abused_domain=None).unwritable == 1


def test_only_confirmed_incidents_are_exposures(db):
    fill(db)
    (found,) = exposures_of(incidents(db))
    assert (found.account_id, found.observations, len(found.incidents)) == (ACCOUNT, 2, 1)


def test_one_door_counts_all_its_incidents():
    other = replace(DOOR, mechanism="account-verification", incidents=("RW-0009",), observations=3)
    (found,) = doors_of([DOOR, other], CATALOGUE).doors
    assert (found.exposure.incidents, found.exposure.observations) == (("RW-0007", "RW-0009"), 15)


@pytest.mark.parametrize("form", WRITERS)
def test_a_file_says_what_it_rests_on_and_when_it_runs_out(form):
    text = to_rules(form, [DOOR], CATALOGUE, NOON, expires_after=timedelta(days=3)).decode()
    assert text.startswith("# TLP:AMBER\n")
    assert "run out on 2026-01-23" in text
    assert "# RW-0007: 12 messages, 2026-01-20 to 2026-01-20" in text


@pytest.mark.parametrize("form", WRITERS)
def test_a_file_without_doors_is_still_a_file(form):
    assert b"0 rules." in to_rules(form, [], CATALOGUE, NOON)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS), max_size=4))
def test_no_word_of_a_stranger_becomes_a_rule(words):
    hostile = [
        replace(DOOR, party=party, account_id=account, abused_domain=domain, platform=platform or "zendesk")
        for party, account, domain, platform in words
    ]
    odd = [one for one in hostile if not doors_of([one], CATALOGUE).doors]
    for form in WRITERS:
        assert to_rules(form, odd, CATALOGUE, NOON).count(b"\n") == to_rules(form, [], CATALOGUE, NOON).count(b"\n")
