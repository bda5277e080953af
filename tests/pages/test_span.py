from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.parts.span import MOST_BARS, range_that_shows, span_between, span_of_range, usual_range

NOW = datetime(2026, 11, 24, 13, 40, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("name", "words"),
    [("24h", "per 15 min"), ("3d", "per hour"), ("7d", "per hour"), ("14d", "per 3 h"), ("90d", "per day")],
)
def test_each_range_has_its_bars(name, words):
    assert span_of_range(name, NOW, BERLIN).bin_words == words


def test_days_begin_at_midnight_and_weeks_on_monday_where_the_reader_is():
    days = span_of_range("90d", NOW, BERLIN).since.astimezone(BERLIN)
    weeks = span_of_range("all", NOW, BERLIN, (NOW - timedelta(days=900), NOW)).since.astimezone(BERLIN)
    assert (days.hour, days.minute, weeks.hour, weeks.weekday()) == (0, 0, 0, 0)


def test_all_reaches_back_to_the_oldest_and_up_to_now():
    span = span_of_range("all", NOW, BERLIN, (NOW - timedelta(days=200), NOW - timedelta(days=2)))
    assert span.since <= NOW - timedelta(days=200)
    assert span.until == NOW


def test_all_ends_where_the_data_ends_when_that_is_long_ago():
    newest = NOW - timedelta(days=300)
    assert span_of_range("all", NOW, BERLIN, (newest - timedelta(days=20), newest)).until == newest + timedelta(
        days=1
    )


def test_all_of_nothing_is_the_last_day():
    assert span_of_range("all", NOW, BERLIN).length <= timedelta(hours=25)


def test_the_shortest_range_that_reaches_back_is_offered():
    ages = [timedelta(hours=3), timedelta(days=6), timedelta(days=80), timedelta(days=900)]
    assert [range_that_shows(NOW - age, NOW) for age in ages] == ["24h", "7d", "90d", "all"]


def test_the_usual_range_holds_the_wave_that_is_on():
    began = [timedelta(hours=3), timedelta(hours=46), timedelta(days=10), timedelta(days=200)]
    assert [usual_range(NOW, NOW - age, NOW) for age in began] == ["3d", "3d", "14d", "all"]


def test_the_usual_range_of_a_quiet_time_reaches_the_newest_observation():
    ages = [timedelta(hours=1), timedelta(days=60)]
    assert [usual_range(NOW, None, NOW - age) for age in ages] == ["14d", "90d"]
    assert usual_range(NOW, None, None) == "14d"


@given(st.integers(min_value=1, max_value=40 * 365 * 24), st.sampled_from(["UTC", "Asia/Kolkata", "Europe/Berlin"]))
def test_no_span_has_more_bars_than_eyes_can_take(hours, zone):
    span = span_between(NOW - timedelta(hours=hours), NOW, ZoneInfo(zone))
    assert span.since <= NOW - timedelta(hours=hours)
    assert span.length.total_seconds() / span.bin_seconds <= max(MOST_BARS, hours / 24 / 28) + 2
