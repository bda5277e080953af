from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import streamlit

from data.store.shapes import IncidentFilter
from pages.parts import filters
from pages.parts.clock import Clock

CLOCK = Clock(datetime(2026, 11, 24, 13, 40, tzinfo=UTC), ZoneInfo("Europe/Berlin"))


class Address(dict):
    """A query like that of the browser: every name with its values."""

    def get(self, name, default=None):
        return self[name][-1] if self.get_all(name) else default

    def get_all(self, name):
        return super().get(name, [])


@pytest.fixture
def address(monkeypatch):
    query = Address()
    monkeypatch.setattr(streamlit, "query_params", query)
    return query


def test_an_empty_address_asks_for_everything(address):
    assert filters.asked_filter(CLOCK) == IncidentFilter()
    assert not filters.is_filtered()


def test_the_address_is_the_filter(address):
    address |= {
        "q": [" invoice "],
        "platform": ["zendesk", "jira"],
        "verdict": ["relay-spam"],
        "since": ["2026-11-01"],
        "until": ["2026-11-02"],
        "wave": ["W-0001"],
        "domain": ["acme.example.com"],
    }
    assert filters.asked_filter(CLOCK) == IncidentFilter(
        text="invoice",
        platform=("zendesk", "jira"),
        verdict=("relay-spam",),
        since=datetime(2026, 10, 31, 23, tzinfo=UTC),
        until=datetime(2026, 11, 2, 23, tzinfo=UTC),
        wave_id="W-0001",
        abused_domain="acme.example.com",
    )


def test_a_moment_in_the_address_is_kept_to_the_second(address):
    address["since"] = ["2026-11-23T13:40:05Z"]
    assert filters.asked_filter(CLOCK).since == datetime(2026, 11, 23, 13, 40, 5, tzinfo=UTC)
    assert filters.asked_day("since") == date(2026, 11, 23)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "9999-12-31", "0001-01-01", "2026-13-01", "9999-12-31T00:00:00Z", "٢"]
)
def test_a_day_that_is_none_is_left_out(address, text):
    address |= {"since": [text], "until": [text]}
    assert filters.asked_filter(CLOCK) == IncidentFilter()


def test_an_address_of_any_length_is_cut(address):
    address |= {"q": ["x" * 100_000], "platform": ["y" * 100_000] * 1_000}
    found = filters.asked_filter(CLOCK)
    assert (len(found.text), len(found.platform), len(found.platform[0])) == (200, 50, 200)


def test_a_link_keeps_the_filters_and_changes_what_it_names(address):
    address |= {"platform": ["zendesk", "jira"], "view": ["messages"], "id": ["RW-0001"]}
    assert filters.query_with(id="RW-0002", q=None) == {
        "platform": ["zendesk", "jira"],
        "view": ["messages"],
        "id": "RW-0002",
    }


def test_reset_takes_every_filter_out_and_leaves_the_view(address):
    address |= {"platform": ["zendesk"], "q": ["x"], "view": ["messages"]}
    filters.reset()
    assert address == {"view": ["messages"]}
