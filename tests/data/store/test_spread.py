"""How a wave spread: parties, flow, figures, languages, and the waves before it."""

from datetime import timedelta

import pytest

from data.store.reads import wave
from data.store.spread import Flow, recurrences, wave_figures, wave_flow, wave_languages, wave_spread
from tests.data.readings import NOON, burst, reading, taken

HOUR = timedelta(hours=1)
NOW = NOON + 3 * HOUR


@pytest.fixture
def waved(db):
    taken(db, burst(4, 3))
    return db


def test_the_parties_stand_in_the_order_they_were_first_seen_with_their_bins(waved):
    parties = wave_spread(waved, "W-0001", NOON, 3600)
    assert len(parties) == 4
    assert [party.first_seen_at for party in parties] == sorted(party.first_seen_at for party in parties)
    assert {party.observations for party in parties} == {3}
    assert {sum(count for _, count in party.counts) for party in parties} == {3}
    assert {start for party in parties for start, _ in party.counts} == {NOON}


def test_the_flow_adds_up_to_the_wave(waved):
    flows = wave_flow(waved, "W-0001")
    assert sum(flow.observations for flow in flows) == 12
    assert {(flow.platform, flow.mechanism) for flow in flows} == {("zendesk", "ticket-acknowledgement")}
    assert isinstance(flows[0], Flow)


def test_the_figures_of_a_wave_at_a_moment(waved):
    row = wave(waved, "W-0001", now=NOW)
    figures = wave_figures(waved, row, NOW)
    assert (figures.observations_24h, figures.observations_24h_before) == (12, 0)
    assert (figures.parties_24h, figures.platforms, figures.incidents, figures.confirmed) == (4, 1, 4, 0)
    assert (figures.peak_at, figures.peak_observations) == (NOON, 12)
    assert figures.mechanism == "ticket-acknowledgement"
    assert figures.doubled_in == HOUR


def test_a_day_later_nothing_of_it_is_new(waved):
    row = wave(waved, "W-0001", now=NOW)
    figures = wave_figures(waved, row, NOW + timedelta(days=1, hours=2))
    assert (figures.observations_24h, figures.observations_24h_before, figures.parties_24h) == (0, 12, 0)


def test_a_template_that_comes_back_names_the_wave_before(waved):
    taken(waved, burst(4, 3, start=NOON + timedelta(days=20)))
    first, second = (wave(waved, wave_id, now=NOW) for wave_id in ("W-0001", "W-0002"))
    assert [row.wave_id for row in recurrences(waved, second, NOW)] == [first.wave_id]


def test_languages_are_counted_over_the_messages(waved):
    assert wave_languages(waved, "W-0001") == [("en", 12)]


def test_an_unknown_wave_has_nothing(waved):
    assert wave_spread(waved, "W-9999", NOON, 3600) == []
    assert wave_flow(waved, "W-9999") == []
    assert wave_languages(waved, "W-9999") == []


def test_messages_outside_the_wave_stand_in_no_lane(waved):
    taken(waved, [reading("Your parcel is late", domain="post.example.net", verdict="ordinary", score=1)])
    assert "post.example.net" not in {party.party for party in wave_spread(waved, "W-0001", NOON, 3600)}
