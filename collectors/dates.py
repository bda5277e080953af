"""Dates of header fields, in every shape that mailers write, to aware UTC."""

import re
from datetime import UTC, datetime, timedelta

_MONTHS = dict(jan=1, feb=2, mar=3, apr=4, may=5, jun=6, jul=7, aug=8, sep=9, oct=10, nov=11, dec=12)
_ZONES: dict[str, float] = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_ZONES |= {"BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "IST": 5.5, "JST": 9, "KST": 9, "AEST": 10}
"""Hours east of UTC: RFC 5322 section 4.3, and names that mailers write without a number."""

_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)?(?:\s?(?P<half>[AP])M\b)?"
_ZONE = r"(?:\s*(?P<zone>[+-]\s?\d{2}:?\d{2}|[A-Za-z]{1,5}\b))?(?:\s?(?P<offset>[+-]\d{2}:?\d{2}))?"
_DAY_FIRST = re.compile(
    r"\b(?P<day>\d{1,2})[\s.-]{1,3}(?P<month>[A-Za-z]{3})[a-z]{0,7}[\s.,-]{1,3}(?P<year>\d{2,5})[\s,]{1,3}"
    + r"(?:at\s)?"
    + _CLOCK
    + _ZONE,
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"\b(?P<month>[A-Za-z]{3})[a-z]{0,7}\s{1,3}(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s(?:(?P<early>\d{4}),?\s)?(?:at\s)?"
    + _CLOCK
    + r"(?:\s(?P<between>[A-Za-z]{1,5}))?(?:\s(?P<year>\d{4}))?"
    + _ZONE,
    re.IGNORECASE,
)
_ISO = re.compile(r"\b(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})[T\s]{1,2}" + _CLOCK + _ZONE)
_READ_AT_MOST = 200


def read_date(text: str) -> datetime | None:
    """A date of RFC 5322 (obsolete forms too), asctime, ISO 8601 or an address book of mailers; None if none.

    Two-digit years as RFC 5322 section 4.3 says. A time without a zone, or with one nobody knows, is taken as UTC.
    """
    text = text[:_READ_AT_MOST]
    for shape in (_DAY_FIRST, _ISO, _MONTH_FIRST):
        found = shape.search(text)
        if found:
            return _moment(found.groupdict())
    return None


def _moment(part: dict[str, str | None]) -> datetime | None:
    year = part["year"] or part.get("early")
    month, day = part["month"] or "", part["day"] or "0"
    month_number = int(month) if month.isdigit() else _MONTHS.get(month.lower(), 0)
    if not year:
        return None
    try:
        local = datetime(
            _full_year(year), month_number, int(day), _hour(part), int(part["minute"] or 0),
            min(int(part["second"] or 0), 59), tzinfo=UTC,
        )  # fmt: skip
        return local - _offset(part.get("between") or part["zone"], part["offset"])
    except (ValueError, OverflowError):
        return None


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(text) == 3 else year


def _hour(part: dict[str, str | None]) -> int:
    hour = int(part["hour"] or 0)
    if part["half"] is None:
        return hour
    return hour % 12 + (12 if part["half"] in "Pp" else 0)


def _offset(zone: str | None, offset: str | None) -> timedelta:
    for text in (offset, zone):
        if text and text[0] in "+-":
            digits = text[1:].replace(":", "").strip()
            span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
            return timedelta() if span > timedelta(hours=15) else -span if text[0] == "-" else span
    return timedelta(hours=_ZONES.get((zone or "").upper(), 0))
