"""What pages read: figures, time lines, filters, search, ids in any spelling."""

from datetime import timedelta

import pytest

from data.store.filters import match_words
from data.store.log import Done, done_by_machine, recent_events
from data.store.reads import (
    count_incidents,
    count_waves,
    events,
    facets,
    headline,
    incident,
    incidents,
    members,
    most_abused,
    newly_abused,
    observation,
    observations_over_time,
    search_observations,
    template,
    waves,
    waves_between,
)
from data.store.shapes import Bin, IncidentFilter
from tests.data.readings import NOON, burst, reading, taken

HOUR = timedelta(hours=1)
NOW = NOON + HOUR


@pytest.fixture
def filled(db):
    taken(db, burst(4, 3))
    flood = {"verdict": "verification-flood", "mechanism": "account-verification", "sent_at": NOON - 30 * HOUR}
    taken(
        db,
        [
            reading(
                "Verify your wallet right now",
                platform="freshdesk",
                domain="bolt.example.org",
                account="acc-7",
                **flood,
            )
        ],
    )
    taken(db, [reading("Your parcel is late", platform=None, domain="post.example.net", verdict="ordinary", score=1)])
    return db


def test_the_headline_counts_days_parties_and_what_stands_apart(filled):
    found = headline(filled, NOW)
    assert (found.observations_24h, found.observations_24h_before) == (12, 1)
    assert (found.parties_24h, found.parties_24h_before) == (4, 1)
    assert (found.open_incidents, found.open_incidents_before) == (5, 1)
    assert (found.observations_total, found.other_observations, found.claims_total) == (14, 1, 0)


def test_the_time_line_counts_by_platform_in_bins(filled):
    bins = observations_over_time(filled, NOON - 48 * HOUR, NOW, 3600)
    assert bins == [Bin(NOON - 30 * HOUR, "freshdesk", 1), Bin(NOON, "zendesk", 12)]
    assert observations_over_time(filled, NOON, NOW, 3600, incident_id="RW-0001") == [Bin(NOON, "zendesk", 3)]
    assert observations_over_time(filled, NOON, NOW, 3600, wave_id="w-1") == [Bin(NOON, "zendesk", 12)]
    assert observations_over_time(filled, NOON, NOW, 3600, wave_id="W-99") == []


def test_an_incident_of_ordinary_mail_is_on_no_time_line(filled):
    assert "other" not in {found.key for found in observations_over_time(filled, NOON - 48 * HOUR, NOW, 3600)}


@pytest.mark.parametrize(
    ("where", "count"),
    [
        (IncidentFilter(), 5),
        (IncidentFilter(platform=("zendesk",)), 4),
        (IncidentFilter(platform=("zendesk", "freshdesk")), 5),
        (IncidentFilter(platform=("other",)), 0),
        (IncidentFilter(mechanism=("account-verification",)), 1),
        (IncidentFilter(verdict=("relay-spam",)), 4),
        (IncidentFilter(confirmation=("confirmed",)), 0),
        (IncidentFilter(wave_id="W-0001"), 4),
        (IncidentFilter(wave_id="W-0009"), 0),
        (IncidentFilter(wave_id="rubbish"), 0),
        (IncidentFilter(abused_domain="bolt.example.org"), 1),
        (IncidentFilter(abused_domain="BOLT.example.org"), 1),
        (IncidentFilter(since=NOON), 4),
        (IncidentFilter(until=NOON), 1),
        (IncidentFilter(text="wallet"), 1),
        (IncidentFilter(text="WALL"), 1),
        (IncidentFilter(text="usdt claim"), 4),
        (IncidentFilter(text="bolt.example"), 1),
        (IncidentFilter(text="ACC-7"), 1),
        (IncidentFilter(text="nothing of the kind"), 0),
        (IncidentFilter(text="%"), 0),
        (IncidentFilter(text='" OR 1=1 --'), 0),
        (IncidentFilter(text="\ud800\x00"), 0),
        (IncidentFilter(text="wallet", platform=("zendesk",)), 0),
    ],
)
def test_a_filter_means_the_same_in_list_count_and_search(filled, where, count):
    assert len(incidents(filled, where, now=NOW)) == count
    assert count_incidents(filled, where) == count
    found = {row.incident_id for row in search_observations(filled, where=where) if row.incident_id}
    assert found == {row.incident_id for row in incidents(filled, where, now=NOW)}


def test_incidents_come_last_seen_first_with_their_last_day(filled):
    rows = incidents(filled, limit=2, now=NOW)
    assert [row.incident_id for row in rows] == ["RW-0004", "RW-0003"]
    assert (rows[0].last_24h, sum(rows[0].sparkline), len(rows[0].sparkline)) == (3, 3, 24)
    assert rows[0].sparkline[-1] == 3


@pytest.mark.parametrize("spelling", ["RW-0001", "rw-1", " RW-1 ", "RW-000001"])
def test_ids_may_be_written_in_any_way(filled, spelling):
    assert incident(filled, spelling, now=NOW).incident_id == "RW-0001"


@pytest.mark.parametrize(
    "rubbish", ["", "RW-", "W-0001", "RW-99999999999999999999", "RW-١", "1; drop table incidents"]
)
def test_what_is_no_id_finds_nothing(filled, rubbish):
    assert incident(filled, rubbish) is None
    assert members(filled, rubbish) == []
    assert observation(filled, rubbish) is None
    assert template(filled, rubbish) is None
    assert events(filled, rubbish) == [] or rubbish == "W-0001"


def test_members_and_details_say_what_was_read(filled):
    row = members(filled, "RW-0001", limit=1)[0]
    kept = observation(filled, row.observation_id)
    assert kept.row == row
    assert kept.identity.platform_evidence == ("X-Mailer: Zendesk Mailer",)
    assert kept.identity.consistency == (("Message-ID time equals Date", True),)
    assert kept.hops[0].at == row.observed_at
    assert kept.verdict.reasons[0].evidence == "Auto-Submitted: auto-generated"
    assert kept.grouped_by.startswith("the words left after the shell received.en")


def test_a_template_shows_words_and_slots(filled):
    found = template(filled, "T-0001")
    assert (found.observations, found.parties) == (12, 4)
    assert [part.slot for part in found.parts] == [None, "amount", None, "url"]


def test_waves_are_active_until_fifteen_hours_of_silence(filled):
    assert [row.state for row in waves(filled, active_at=NOW)] == ["rising"]
    assert [row.state for row in waves(filled, active_at=NOW + 5 * HOUR)] == ["fading"]
    assert waves(filled, active_at=NOW + 16 * HOUR) == []
    assert [row.state for row in waves(filled)] == ["over"]
    assert sum(waves(filled)[0].sparkline) == 12


def test_newly_abused_parties_the_newest_first(filled):
    assert newly_abused(filled, NOON)[0].party == "tenant3.example.com"
    assert len(newly_abused(filled, NOON - 48 * HOUR)) == 5


def test_the_most_abused_of_a_day_come_with_its_counts(filled):
    taken(filled, burst(1, 5, start=NOON + timedelta(minutes=1), subject="Another text for the same company"))
    found = most_abused(filled, NOW, limit=2)
    assert [(row.party, row.observations) for row in found] == [
        ("tenant0.example.com", 8),
        ("tenant3.example.com", 3),
    ]
    assert most_abused(filled, NOW + timedelta(days=2)) == []


def test_facets_are_the_values_of_incidents(filled):
    assert facets(filled)["platform"] == ["zendesk", "freshdesk"]


def test_events_are_the_newest_first(filled):
    assert [event.kind for event in events(filled, "W-0001")] == ["wave-opened"]
    assert len(recent_events(filled, NOON)) == 6
    assert len(recent_events(filled, NOON, limit=2)) == 2


def test_what_the_machine_did_to_many_ids_is_counted_and_can_be_left_out(filled):
    opened = [event for event in recent_events(filled, NOON) if event.kind == "incident-opened"]
    (counted,) = done_by_machine(filled, NOON, ["incident-opened", "incident-confirmed"])
    assert counted == Done("incident-opened", len(opened), "RW-0001", opened[0].at)
    assert [event.kind for event in recent_events(filled, NOON, beside=["incident-opened"])] == ["wave-opened"]
    assert done_by_machine(filled, NOON + timedelta(days=900), ["incident-opened"]) == []


def test_search_finds_ordinary_mail_by_the_beginning_of_a_word_and_without_accents(filled):
    taken(filled, [reading("Überraschung für Sie", verdict="ordinary", score=0)])
    assert [row.subject for row in search_observations(filled, IncidentFilter(text="parc"))] == [
        "Your parcel is late"
    ]
    assert [row.subject for row in search_observations(filled, IncidentFilter(text="uberrasch"))] == [
        "Überraschung für Sie"
    ]


def test_a_query_holds_words_only():
    assert match_words('claim "now" NEAR(x) *') == '"claim" "now" "NEAR" "x"*'
    assert match_words("-- ;") == ""


DEFAULT_VIEWS = {
    "incidents": "select i.*, p.name from incidents i join parties p using (party_id)"
    " order by i.last_seen_at desc, i.incident_id desc limit 50",
    "a day": "select count(*), count(distinct party_id) from observations"
    " where standing > 0 and observed_at > 1 and observed_at <= 2",
    "members": "select * from observations where incident_id = 1 order by observed_at desc limit 9",
    "search": "select * from observations where observation_id in (select rowid from words where words match 'a')",
    "settle": "select * from observations where standing > 0 and template_id = 1",
    "recent events": "select * from events where at >= 1 order by at desc, seq desc limit 9",
}


@pytest.mark.parametrize("view", DEFAULT_VIEWS)
def test_no_default_view_reads_a_whole_table(db, view):
    plan = [row[3] for row in db.rows(f"explain query plan {DEFAULT_VIEWS[view]}")]
    assert not [step for step in plan if step.startswith("SCAN") and "INDEX" not in step and "words" not in step], (
        plan
    )


def test_waves_of_a_stretch_come_without_their_last_hours(filled):
    every = waves(filled)
    assert [(row.wave_id, row.observations, row.sparkline) for row in waves_between(filled)] == [
        (row.wave_id, row.observations, ()) for row in every
    ]
    assert count_waves(filled) == len(every) == 1
    assert waves_between(filled, NOON + 24 * HOUR, NOW) == []
