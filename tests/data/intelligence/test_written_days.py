from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.intelligence.written_days import written_days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("On January 18, 2026 and 4 February 2026", ["2026-01-18", "2026-02-04"]),
        ("seit dem 18. Januar", ["01-18"]),
        ("el 18 de enero de 2026", ["2026-01-18"]),
        ("le 1er mars 2026", ["2026-03-01"]),
        ("18 января 2026", ["2026-01-18"]),
        ("2026年1月18日と1月20日", ["2026-01-18", "01-20"]),
        ("2026-01-18, 20.01.2026", ["2026-01-18", "2026-01-20"]),
        ("in January 2026", ["2026-01"]),
        ("since May 2025 it may 4 times", ["2025-05"]),
        ("30 February 2026", []),
        ("1,000 mails in 30 minutes", []),
    ],
)
def test_days_are_read_as_they_are_written(text, days):
    assert [day.text() for day in written_days(text)] == days


def test_a_missing_year_is_that_of_the_publication():
    (day,) = written_days("on 18 January")
    assert day.text(date(2026, 1, 22)) == "2026-01-18"
    (day,) = written_days("on 18 December")
    assert day.text(date(2026, 1, 22)) == "2025-12-18"


@given(st.text(max_size=200) | st.text(alphabet="0123456789年月日 .-Januaryде", max_size=100))
def test_any_text_has_days_or_none(text):
    written_days(text)
