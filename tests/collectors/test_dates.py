from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.dates import read_date


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("Mon, 2 Mar 2026 11:15:07 +0100", "2026-03-02T10:15:07"),
        ("2 Mar 2026 11:15 -0000", "2026-03-02T11:15:00"),
        ("Mon, 02 Mar 26 11:15:07 EST", "2026-03-02T16:15:07"),
        ("Mon, 02 Mar 99 11:15:07 GMT", "1999-03-02T11:15:07"),
        ("Mon, 2 Mar 126 11:15:07 +0000", "2026-03-02T11:15:07"),
        ("Mon, 2 Mar 2026 11:15:60 +0000", "2026-03-02T11:15:59"),
        ("Mon, 2 Mar 2026 11:15:07 GMT+0200", "2026-03-02T09:15:07"),
        ("Mon, 2 Mar 2026 11:15:07 +02:00 (EET)", "2026-03-02T09:15:07"),
        ("Mon, 2 Mar 2026 11:15:07", "2026-03-02T11:15:07"),
        ("Mon, 2 Mar 2026 11:15:07 +9900", "2026-03-02T11:15:07"),
        ("Mon,2-Mar-2026 11:15:07 Z", "2026-03-02T11:15:07"),
        ("Mon Mar  2 11:15:07 2026", "2026-03-02T11:15:07"),
        ("Mon Mar 2 11:15:07 PST 2026", "2026-03-02T19:15:07"),
        ("2026-03-02T11:15:07Z", "2026-03-02T11:15:07"),
        ("2026-03-02 11:15:07.644090596 +0200 UTC m=+7.30", "2026-03-02T09:15:07"),
        ("Mar 2, 2026 at 11:15 PM", "2026-03-02T23:15:00"),
        ("Monday, March 2, 2026 12:15 AM", "2026-03-02T00:15:00"),
        ("Montag, 2. März 2026 11:15", "2026-03-02T11:15:00"),
        ("lundi 2 février 2026 11:15", "2026-02-02T11:15:00"),
        ("lunes, 2 de marzo de 2026 11:15", "2026-03-02T11:15:00"),
    ],
)
def test_dates_are_read_as_mailers_write_them(text, utc):
    assert read_date(text) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "11-04-2023",
        "Mon, 30 Feb 2026 11:15:07 +0000",
        "Mon, 2 Mar 0 11:15:07 +0000",
        "Mon, 2 Mar 0000 11:15:07 +0000",
        "Mon, 2 Mar 99999 11:15:07 +0000",
        "Mon, 2 Foo 2026 11:15:07 +0000",
        "Sat, 01 Jan 0001 00:00:00 +0100",
        "tomorrow",
        "",
    ],
)
def test_what_is_no_date_is_none(text):
    assert read_date(text) is None


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(9999, 1, 1), timezones=st.just(UTC)))
def test_a_written_date_comes_back(moment):
    moment = moment.replace(microsecond=0)
    assert read_date(format_datetime(moment)) == moment


WORDS = ["Mon,", "2", "31", "Mar", "März", "2026", "26", "0", "11:15", ":60", "+0100", "PM", "-", "Z", "٣"]
PIECES = st.lists(st.sampled_from(WORDS), max_size=12)


@given(st.text(max_size=300) | PIECES.map(" ".join))
def test_any_text_is_a_date_in_utc_or_none(text):
    moment = read_date(text)
    assert moment is None or moment.tzinfo is UTC
