from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.feed_dates import read_day, read_time


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Tue, 20 Jan 2026 10:00:00 GMT", at(2026, 1, 20, 10)),
        ("Tue, 20 Jan 2026 10:00:00 EST", at(2026, 1, 20, 15)),
        ("Fri, 20 Jan 2026 10:00:00 +0100", at(2026, 1, 20, 9)),
        ("Jul 23, 2025 00:00:00-0500", at(2025, 7, 23, 5)),
        ("20 Jan 26 10:00 GMT", at(2026, 1, 20, 10)),
        ("2026-01-20T10:00:00+09:00", at(2026, 1, 20, 1)),
        ("2026-01-20 10:00:00", at(2026, 1, 20, 10)),
        ("20260120T101112+0100", at(2026, 1, 20, 9, 11, 12)),
        ("1768903200", at(2026, 1, 20, 10)),
        ("1768903200000", at(2026, 1, 20, 10)),
        ("Dienstag, 20. Januar 2026, 10:05 Uhr", at(2026, 1, 20, 10, 5)),
        ("mar., 20 janv. 2026 10:00:00 +0100", at(2026, 1, 20, 9)),
        ("martedì 20 gennaio 2026", at(2026, 1, 20)),
        ("1º de março de 2026 às 9h30", at(2026, 3, 1, 9, 30)),
        ("12 de septiembre de 2025 a las 10:30 a.m.", at(2025, 9, 12, 10, 30)),
        ("20 января 2026, 10:00 (МСК)", at(2026, 1, 20, 7)),
        ("2026年1月20日 10:00", at(2026, 1, 20, 10)),
        ("January 20th, 2026 at 3:04PM EST", at(2026, 1, 20, 20, 4)),
        ("Tue, 20 Jan 2026 24:00:00 GMT", at(2026, 1, 21)),
        ("Tue, 30 Jun 2026 23:59:60 GMT", at(2026, 7, 1)),
        ("Tue, 20 Jan 2026 10:00:00 GMT (edited)", at(2026, 1, 20, 10)),
    ],
)
def test_a_date_is_read_rightly(text, wanted):
    assert read_time(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "Mon, 30 Feb 2026 10:00:00 GMT",
        "Sat, 01 Jan 10000 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "01/02/2026 10:00",
        "Tue, 20 Jan 2026 10:00:00 IST",
        "Tue, 20 Jan 2026 10:00:00 Europe/Berlin",
        "Tue, 20 Jan 2026 25:00:00 GMT",
    ],
)
def test_a_date_that_is_not_sure_stays_unread(text):
    assert read_time(text) is None


def test_the_order_of_day_and_month_is_the_writers():
    assert read_day("01/02/2026", month_first=True) == (2026, 1, 2)
    assert read_day("01/02/2026", month_first=False) == (2026, 2, 1)
    assert read_day("25/02/2026") == (2026, 2, 25)


@given(st.text(max_size=300))
def test_any_text_is_a_time_or_none(text):
    found = read_time(text)
    assert found is None or found.tzinfo is UTC


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))
def test_what_feeds_should_write_is_always_read(moment):
    whole = moment.replace(microsecond=0, tzinfo=UTC)
    assert read_time(whole.isoformat()) == whole
    assert read_time(whole.strftime("%a, %d %b %Y %H:%M:%S +0000")) == whole
