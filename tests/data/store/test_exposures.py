"""Exposures follow their incidents; what people say outlives a rebuild; a recurrence is the machine's word."""

from dataclasses import replace
from datetime import timedelta

import pytest

from data.errors import ChangeRefused
from data.store.check import check
from data.store.closed_doors import incidents_behind_closed_doors, incidents_behind_closed_doors_now
from data.store.database import open_database
from data.store.exposure_details import exposure_over_time, platform_over_time
from data.store.exposure_reads import (
    exposure_of_incident,
    exposures,
    latest_fixed,
    unmitigated_longest,
)
from data.store.exposure_shapes import ExposureFilter
from data.store.lookup import look_up
from data.store.mitigation_reads import changes, contacts, state, stream_changes, ticks
from data.store.mitigations import Door, Proof, set_contact, set_status, set_tick, withdraw_status
from data.store.reads import events
from data.store.rebuild import rebuild
from data.store.shapes import IncidentFilter
from data.store.vendor_reads import list_vendors, platforms, reaction_times, vendors
from tests.data.readings import NOON, burst, reading, taken

NOTE = Proof(note="Answer of the help desk of 21 January")
LATER = NOON + timedelta(days=60)


def day(number: float):
    return NOON + timedelta(days=number)


def seen(db, days: float, key: object, *, sure: bool = True, received: float | None = None, **changes):
    """One message, vouched for by two organisations where it is sure."""
    item = reading(sent_at=day(days), key=key, recipient=f"{key}@victim.example", **changes)
    for organisation in ("first.example", "second.example") if sure else (None,):
        taken(db, [item], at=day(days if received is None else received), who=organisation, organisation=organisation)


def say(db, status, days: float, name="acme.example.com", **more):
    settings = {"author": "ada", "proof": NOTE, "now": LATER, "effective_at": day(days)} | more
    return set_status(db, Door(name), status, **settings)


@pytest.fixture
def fixed(db):
    """Abused at noon, reported, answered and mitigated within five days."""
    seen(db, 0, "a")
    for status, days in (("confirmed", 1), ("reported", 2), ("acknowledged", 3), ("mitigated", 5)):
        say(db, status, days)
    return db


def only(db):
    (row,) = exposures(db)
    return row


def test_an_exposure_is_a_party_on_a_platform_by_a_mechanism(db):
    taken(db, [*burst(3, 2), reading(mechanism="account-verification", verdict="verification-flood")])
    assert sorted((row.party, row.mechanism, row.observations) for row in exposures(db)) == [
        ("acme.example.com", "account-verification", 1),
        ("tenant0.example.com", "ticket-acknowledgement", 2),
        ("tenant1.example.com", "ticket-acknowledgement", 2),
        ("tenant2.example.com", "ticket-acknowledgement", 2),
    ]
    assert {row.status for row in exposures(db)} == {"unreviewed"}
    assert check(db) == []


def test_a_fix_closes_it_and_times_are_measured(fixed):
    row = only(fixed)
    assert (row.status, row.fixed_at, row.open_since) == ("mitigated", day(5), None)
    assert (row.to_acknowledge, row.to_mitigate) == (86_400, 3 * 86_400)


def test_confirmed_mail_sent_after_the_fix_makes_it_recur(fixed):
    seen(fixed, 8, "b")
    row = only(fixed)
    assert (row.status, row.status_at, row.recurrences, row.after_fix) == ("recurred", day(8), 1, 1)
    assert [(event.kind, event.actor) for event in events(fixed, row.exposure_id)][:1] == [
        ("exposure-recurred", "relaywatch")
    ]
    assert check(fixed) == []


def test_old_mail_that_arrives_late_does_not(fixed):
    seen(fixed, 4, "b", received=30)
    assert only(fixed).status == "mitigated"


def test_unconfirmed_mail_does_not_either_but_it_is_counted(fixed):
    seen(fixed, 12, "b", sure=False)
    row = only(fixed)
    assert (row.status, row.after_fix, row.quiet_since) == ("mitigated", 1, day(12))


def test_mail_without_a_time_of_its_own_never_makes_it_recur(fixed):
    item = reading(sent_at=None, key="x", recipient="x@victim.example")
    for name in ("first.example", "second.example"):
        taken(fixed, [item], at=day(20), who=name, organisation=name)
    assert only(fixed).status == "mitigated"


def test_the_order_of_words_and_mail_does_not_matter(db, fixed):
    seen(fixed, 8, "b")
    before = only(fixed)
    rebuild(fixed)
    assert only(fixed) == before
    assert check(fixed) == []


def test_what_people_said_survives_when_the_machine_forgets(fixed):
    before = only(fixed)
    with fixed.writing() as connection:
        connection.execute("delete from exposures")
    assert check(fixed) == ["1 exposures differ from their incidents. Run: relaywatch rebuild"]
    assert rebuild(fixed).changes == 1
    after = only(fixed)
    assert (after.status, after.fixed_at, after.party) == (before.status, before.fixed_at, before.party)


def test_words_about_an_account_are_kept_when_it_turns_out_to_be_a_domain(db):
    item = {"domain": None, "account": "0a1b2c3"}
    taken(db, [reading(key=1, **item)])
    say(db, "confirmed", 1, name="account:zendesk:0a1b2c3")
    for number in range(2):
        taken(db, [reading(key=number, account="0a1b2c3", recipient=f"r{number}@victim.example")])
    assert {(row.party, row.status) for row in exposures(db)} == {("acme.example.com", "confirmed")}
    assert check(db) == []


def test_quiet_is_refused_before_its_time_and_the_sentence_says_how_long(fixed):
    seen(fixed, 55, "b", sure=False)
    with pytest.raises(ChangeRefused, match="It has been quiet for 5 days only"):
        say(fixed, "verified-quiet", 60)
    assert only(fixed).status == "mitigated"


@pytest.mark.parametrize(
    ("proof", "words"),
    [
        (Proof(), "a note, a link or an observation"),
        (Proof(link="javascript:alert(1)"), "begins with http"),
        (Proof(observation_id="O-0099"), "is no observation of acme.example.com"),
    ],
)
def test_a_change_needs_evidence_that_holds(fixed, proof, words):
    with pytest.raises(ChangeRefused, match=words):
        say(fixed, "mitigating", 6, proof=proof)


def test_a_door_that_is_not_unambiguous_is_refused_with_the_choices(db):
    taken(
        db, [reading(), reading("Choose a password", mechanism="account-verification", verdict="verification-flood")]
    )
    with pytest.raises(ChangeRefused, match="has several exposures"):
        say(db, "confirmed", 1)
    with pytest.raises(ChangeRefused, match="no abused party that is known"):
        say(db, "confirmed", 1, name="other.example")


def test_a_withdrawn_word_stays_in_the_history(fixed):
    last = changes(fixed, only(fixed).exposure_id)[0]
    withdraw_status(fixed, last.change_id, author="ada", reason="wrong company", now=LATER)
    assert only(fixed).status == "acknowledged"
    assert changes(fixed, only(fixed).exposure_id)[0].withdrawn_at == LATER


def test_a_recurrence_stands_among_what_people_said(fixed):
    seen(fixed, 8, "b")
    assert [(row.status, row.machine) for row in stream_changes(fixed)][-2:] == [
        ("mitigated", False),
        ("recurred", True),
    ]
    assert state(fixed, only(fixed).exposure_id).recurrences == 1


def test_ticks_and_contacts_keep_the_last_word(fixed):
    for done in (True, False, True):
        set_tick(fixed, Door("acme.example.com"), "captcha", done=done, author="ada", now=LATER)
    with pytest.raises(ChangeRefused, match="is no step of this checklist"):
        set_tick(fixed, Door("acme.example.com"), "prayer", done=True, author="ada", now=LATER)
    assert ticks(fixed, only(fixed).exposure_id)["captcha"].done
    assert only(fixed).steps_done == 1
    for address in ("mailto:old@acme.example.com", "mailto:security@acme.example.com"):
        set_contact(
            fixed, "acme.example.com", "security.txt", address, source="https://acme.example.com/.well-known/security.txt",
            author="ada", now=LATER,
        )  # fmt: skip
    assert [row.address for row in contacts(fixed, "acme.example.com")] == ["mailto:security@acme.example.com"]


def test_an_incident_knows_its_exposure(fixed):
    assert exposure_of_incident(fixed, "RW-0001") == only(fixed)
    assert exposure_of_incident(fixed, "RW-0999") is None


def test_a_vendor_is_as_its_most_urgent_exposure(fixed):
    taken(fixed, [reading(mechanism="account-verification", verdict="verification-flood", sent_at=day(9))])
    (row,) = vendors(fixed)
    assert (row.exposures, row.status, row.open_since, row.to_mitigate) == (2, "unreviewed", day(9), 3 * 86_400)
    (platform,) = platforms(fixed)
    assert (platform.open, platform.exposures, platform.to_mitigate_mean) == (1, 2, 3 * 86_400)


def test_open_doors_come_first_the_longest_open_on_top(fixed):
    taken(fixed, [reading(domain=f"{name}.example", sent_at=day(at)) for name, at in (("late", 9), ("early", 3))])
    assert [row.party for row in exposures(fixed)] == ["early.example", "late.example", "acme.example.com"]
    assert [row.party for row in unmitigated_longest(fixed, limit=1)] == ["early.example"]
    assert [row.party for row in reaction_times(fixed)[0]] == ["acme.example.com"]


def test_a_filter_of_incidents_finds_their_exposures(fixed):
    assert exposures(fixed, ExposureFilter(IncidentFilter(platform=("jira",)))) == []
    assert exposures(fixed, ExposureFilter(IncidentFilter(text="acme"), status=("mitigated",))) == [only(fixed)]
    assert exposures(fixed, ExposureFilter(party="acme.example.com")) == [only(fixed)]
    assert exposures(fixed, ExposureFilter(party="nobody.example")) == []


def test_tenants_of_attackers_are_told_apart(db):
    taken(db, [reading(domain="xq.zendesk.com", tenant="xq", verdict="attacker-tenant")])
    assert [row.tenancy for row in vendors(db)] == ["attacker"]
    assert unmitigated_longest(db) == []


def test_observations_over_time_are_those_of_the_exposure(fixed):
    seen(fixed, 8, "b")
    bins = exposure_over_time(fixed, {"E-0001": state(fixed, "E-0001").marks}, day(-1), day(19), 10 * 86_400)
    assert [(item.at, item.status, item.observations) for item in bins["E-0001"]] == [
        (day(-1), "unreviewed", 1),
        (day(-1), "recurred", 1),
    ]


def test_all_of_a_platform_is_told_by_the_status_of_its_doors(fixed):
    seen(fixed, 6, "b", domain="other.example.com")
    bins = platform_over_time(fixed, "zendesk", day(-1), day(19), 10 * 86_400)
    assert [(item.at, item.status, item.observations) for item in bins] == [(day(-1), "unreviewed", 2)]
    seen(fixed, 8, "c")
    seen(fixed, 8, "d", platform=None)
    bins = platform_over_time(fixed, "zendesk", day(-1), day(19), 10 * 86_400)
    assert [(item.status, item.observations) for item in bins] == [("recurred", 1), ("unreviewed", 2)]
    assert platform_over_time(fixed, "jira", day(-1), day(19), 10 * 86_400) == []


def test_a_list_of_vendors_holds_the_longest_open_ones_and_counts_them_all(fixed):
    for number in range(3):
        seen(fixed, number, number, domain=f"open{number}.example.com")
    seen(fixed, 1, "x", domain="xq.zendesk.com", tenant="xq", verdict="attacker-tenant")
    found = list_vendors(fixed, limit=2)
    assert [row.party for row in found.honest] == ["open0.example.com", "open1.example.com"]
    assert (found.honest_total, found.open, found.apart_total) == (4, 3, 1)
    everyone = list_vendors(fixed, limit=9)
    assert sorted([*everyone.honest, *everyone.apart], key=str) == sorted(vendors(fixed), key=str)


def test_the_latest_fixes_come_with_those_that_did_not_hold_first(fixed):
    seen(fixed, 0, "b", domain="other.example.com")
    for status, days in (("confirmed", 1), ("reported", 2), ("mitigated", 9)):
        say(fixed, status, days, "other.example.com")
    assert [row.party for row in latest_fixed(fixed, limit=5)] == ["other.example.com", "acme.example.com"]
    seen(fixed, 8, "c")
    assert [row.status for row in latest_fixed(fixed, limit=5)] == ["recurred", "mitigated"]
    assert len(latest_fixed(fixed, limit=1)) == 1


def test_doors_that_are_closed_now_are_those_that_were_told_to_be(fixed):
    seen(fixed, 0, "b", domain="other.example.com")
    told = incidents_behind_closed_doors(fixed, LATER)
    assert incidents_behind_closed_doors_now(fixed) == told == frozenset({"RW-0001"})


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("acme.example.com", True),
        ("https://ACME.example.com/contact?x=1", True),
        ("support@acme.example.com", True),
        ("0a1b2c3", True),
        ("example.org", False),
        ("other.zendesk.com", False),
    ],
)
def test_a_look_up_says_whether_there_are_reports_and_no_more(db, text, reported):
    taken(db, [reading(account="0a1b2c3", key=n, recipient=f"{n}@victim.example") for n in range(2)])
    answer = look_up(db, text, day(10))
    assert answer.reported is reported
    assert look_up(db, text, day(31)).reported is False


@pytest.mark.parametrize("text", ["", "   ", "?!", "a", "'; drop table parties; --", "((" * 5000])
def test_a_look_up_of_nothing_is_no_answer(db, text):
    assert look_up(db, text, NOON) is None


def test_a_database_from_before_gets_its_exposures(tmp_path):
    with open_database(tmp_path / "old.db") as db:
        taken(db, [*burst(3, 2), reading(domain="xq.zendesk.com", verdict="attacker-tenant"), reading(platform=None)])
        before = exposures(db)
        for table in ("exposures", "mitigation_changes", "checklist_ticks", "party_contacts"):
            db.connection.execute(f"drop table {table}")
        db.connection.execute("delete from _sqlite_migrations where name = 'm004_mitigation'")
    with open_database(tmp_path / "old.db") as db:
        assert [replace(row, exposure_id="") for row in exposures(db)] == [
            replace(row, exposure_id="") for row in before
        ]
        assert check(db) == []
