"""Dates of header fields, in every shape that mailers and mail programs write, to aware UTC."""

import re
from datetime import UTC, datetime, timedelta

_MONTH_NAMES = (
    "jan ene gen janv",
    "feb fev fév febr févr",
    "mar mär mrz mrt mars",
    "apr avr abr avri",
    "may mai mei mag",
    "jun giu juin",
    "jul lug juil",
    "aug ago aoû aou",
    "sep set sept",
    "oct okt ott out",
    "nov",
    "dec dez dic déc",
)
"""First three or four letters in the languages mail programs write forwarded dates in."""
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}
_ZONES: dict[str, float] = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_ZONES |= {"BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11}
"""Hours east of UTC: RFC 5322 section 4.3, and names that mailers write without a number."""

_CLOCK = (
    r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)?(?:\s?(?P<half>[AP])\.?M\b)?"
)
_ZONE = r"(?:\s*(?P<zone>[+-]\s?\d{1,2}:?\d{2}|[A-Z]{1,5}\b))?(?:\s?(?P<offset>[+-]\d{2}:?\d{2})(?!\d))?"
_LETTERS = r"(?P<month>[^\W\d_]{3,12})"
_DAY_FIRST = re.compile(
    rf"\b(?P<day>\d{{1,2}})[\s.-]{{1,3}}(?:de\s)?{_LETTERS}[\s.,-]{{1,3}}(?:de\s)?(?P<year>\d{{2,5}})[\s,]{{1,3}}"
    rf"(?:(?:at|um|à|às|a las|alle ore|o|kl\.?)\s)?{_CLOCK}{_ZONE}",
    re.IGNORECASE,
)
_ISO = re.compile(rf"\b(?P<year>\d{{4}})[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}})[T\s]{{1,2}}{_CLOCK}{_ZONE}")
_MONTH_FIRST = re.compile(
    rf"\b{_LETTERS}\.?\s{{1,3}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?:(?P<early>\d{{4}}),?\s)?(?:at\s)?{_CLOCK}"
    rf"(?:\s(?P<between>[A-Z]{{2,5}}|[+-]\d{{4}}))?(?:\s(?P<year>\d{{4}})\b)?{_ZONE}",
    re.IGNORECASE,
)
_USUAL = re.compile(
    r"(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) (\d\d):(\d\d):(\d\d) "
    r"([+-])(0\d|1[0-4])([0-5]\d)"
)
"""RFC 5322 as nearly everybody writes it; read without the rest, ten times as fast."""
_READ_AT_MOST = 200


def read_date(text: str) -> datetime | None:
    """A date of RFC 5322 (obsolete forms too), asctime, ISO 8601, or as mail programs show it; None if there is none.

    Two-digit years as RFC 5322 section 4.3 says. A time without a zone, or with one nobody knows, is taken as UTC.
    All-number dates ("11-04-2023") are not guessed at.
    """
    text = text[:_READ_AT_MOST]
    usual = _USUAL.search(text)
    if usual:
        return _usual_moment(*usual.groups())
    for shape in (_DAY_FIRST, _ISO, _MONTH_FIRST):
        found = shape.search(text)
        if found:
            return _moment(found.groupdict())
    return None


def _usual_moment(
    day: str, month: str, year: str, hour: str, minute: str, second: str, sign: str, east: str, minutes: str
) -> datetime | None:
    try:
        local = datetime(
            int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute), min(int(second), 59), tzinfo=UTC
        )
        span = timedelta(minutes=int(east) * 60 + int(minutes))
        return local + span if sign == "-" else local - span
    except (ValueError, OverflowError):
        return None


def _moment(part: dict[str, str | None]) -> datetime | None:
    year = part["year"] or part.get("early")
    if not year:
        return None
    try:
        local = datetime(
            _full_year(year),
            _month(part["month"] or ""),
            int(part["day"] or 0),
            _hour(part),
            int(part["minute"] or 0),
            min(int(part["second"] or 0), 59),
            tzinfo=UTC,
        )
        return local - _offset(part.get("between") or part["zone"], part["offset"])
    except (ValueError, OverflowError):
        return None


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(text) == 3 else year


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    name = text.lower()
    return _MONTHS.get(name[:4]) or _MONTHS.get(name[:3], 0)


def _hour(part: dict[str, str | None]) -> int:
    hour = int(part["hour"] or 0)
    if part["half"] is None:
        return hour
    return hour % 12 + (12 if part["half"] in "Pp" else 0)


def _offset(zone: str | None, offset: str | None) -> timedelta:
    for text in (offset, zone):
        if text and text[0] in "+-":
            digits = text[1:].replace(":", "").strip()
            span = timedelta(hours=int(digits[:-2]), minutes=int(digits[-2:]))
            # Nobody lives more than 14 hours from Greenwich; what claims to is no zone.
            return timedelta() if span > timedelta(hours=14) else -span if text[0] == "-" else span
    return timedelta(hours=_ZONES.get((zone or "").upper(), 0))
