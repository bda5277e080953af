from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pages.parts.clock import Clock, zone_of

NOW = datetime(2026, 11, 24, 13, 40, tzinfo=UTC)
BERLIN = Clock(NOW, ZoneInfo("Europe/Berlin"))


def test_a_time_is_told_in_the_readers_zone_with_utc_beside_it():
    assert BERLIN.with_utc(NOW) == "24 Nov 14:40 (13:40 UTC)"


def test_utc_names_its_day_where_that_is_another_one():
    assert BERLIN.with_utc(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)) == "24 Nov 00:30 (23 Nov 23:30 UTC)"


def test_a_reader_in_utc_is_not_told_the_same_twice():
    assert Clock(NOW, ZoneInfo("UTC")).with_utc(NOW) == "24 Nov 13:40"


def test_the_year_is_told_only_where_it_is_another_one():
    assert (BERLIN.day(NOW), BERLIN.day(NOW.replace(year=2025))) == ("24 Nov", "24 Nov 2025")


@pytest.mark.parametrize(
    ("past", "told"),
    [
        (timedelta(seconds=5), "now"),
        (timedelta(seconds=-5), "now"),
        (timedelta(minutes=7), "7 min ago"),
        (timedelta(hours=47), "47 h ago"),
        (timedelta(days=3), "3 d ago"),
        (timedelta(days=40), "15 Oct"),
    ],
)
def test_an_age_is_told_in_the_unit_that_fits(past, told):
    assert BERLIN.ago(NOW - past) == told


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("Europe/Berlin", "Europe/Berlin (UTC+1)"),
        ("Asia/Kolkata", "Asia/Kolkata (UTC+5:30)"),
        ("America/St_Johns", "America/St_Johns (UTC−3:30)"),
        ("UTC", "UTC"),
    ],
)
def test_the_zone_is_named_with_its_offset(zone, told):
    assert Clock(NOW, ZoneInfo(zone)).zone_text == told


@pytest.mark.parametrize("name", [None, "", "../../etc/passwd", "No/Where", "/etc/passwd", "a" * 5_000, "x\x00y"])
def test_a_browser_that_tells_nonsense_is_shown_utc(name):
    assert zone_of(name).key == "UTC"
