"""A date as a feed or a page writes it, to an aware UTC time: read rightly, or not at all.

feedparser reads some dates wrongly without a word (a missing zone, a month name that is not English, an offset stuck
to the time), so its readings are not used.
"""

import re
from datetime import UTC, datetime, timedelta

from data.intelligence.months import month_number

_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420,
    "mdt": -360, "pst": -480, "pdt": -420, "akst": -540, "akdt": -480, "hst": -600, "west": 60, "bst": 60, "cet": 60,
    "mez": 60, "met": 60, "cest": 120, "mesz": 120, "mest": 120, "eet": 120, "eest": 180, "msk": 180, "мск": 180,
    "jst": 540, "kst": 540, "hkt": 480, "sgt": 480, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780, "sast": 120,
}  # fmt: skip
"""Minutes east of Greenwich. RFC 822 section 5 and names that mean one zone only (IST is three)."""

_TIME = re.compile(
    r"(?:^|[\sT,(|-])(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?"
    r"(?:\s*([AaPp])\.?\s?[Mm]\.?(?![a-z]))?\s*\(?(Uhr|hrs?|Z(?![a-z])|(?:GMT|UTC)?\s*[+\u2212-]\d{1,2}:?\d{2}|[^\W\d_]{1,5})?"
)
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?\s?(Z|[+-]\d{4})?$")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[./年]\s?(\d{1,2})\s?[./月]\s?(\d{1,2})")
_DAY_FIRST = re.compile(r"(?<![\d./])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})(?!\d)")
_SLASHED = re.compile(r"(?<![\d./-])(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?!\d)")
_DAY_MONTH = re.compile(
    r"(?<![\d:])(\d{1,2})(?:st|nd|rd|th|er|º|ª|\.)?[\s-]*(?:de\s|of\s|d['’])?([^\W\d_]{3,12})\.?,?[\s-]*(?:de\s|del\s)?(\d{4}|\d{2}(?=[\s,]|$))(?!\d)"
)
_MONTH_DAY = re.compile(r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,\s*|\s+)(\d{4})(?!\d)")
_UNIX_NAMED = re.compile(r"([^\W\d_]{3})\s+(\d{1,2})\s+\d{1,2}:\d{2}:\d{2}\s+(?:[A-Z]{3,4}\s+)?(\d{4})$")
_REGION = re.compile(r"\s*[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+")
_EPOCH = re.compile(r"^\d{9,10}(?:\.\d+)?$|^\d{12,13}$")
_EARLIEST, _LATEST = 1980, 2100
_LONGEST = 120


def read_time(text: str, *, month_first: bool | None = None) -> datetime | None:
    """The moment a text names, None where it names none surely. A time without a zone is taken as UTC.

    `month_first` says how to read 01/02/2026; without it such a date stays unread where both readings are days.
    """
    text = " ".join(text[: 2 * _LONGEST].split())[:_LONGEST]
    if _EPOCH.match(text):
        return _epoch(float(text))
    day = read_day(text, month_first=month_first)
    if day is None:
        return None
    clock = _clock(text)
    if clock is None:
        return None
    try:
        moment = datetime(*day, tzinfo=UTC) + clock
    except OverflowError:
        return None
    return moment if _EARLIEST <= moment.year < _LATEST else None


def read_day(text: str, *, month_first: bool | None = None) -> tuple[int, int, int] | None:
    """(year, month, day) of the first calendar day a text names, as it is written there."""
    for found in (_numbered(text, month_first), _named(text)):
        if found and _exists(*found):
            return found
    return None


def _numbered(text: str, month_first: bool | None) -> tuple[int, int, int] | None:
    match = _ISO.search(text) or _COMPACT.match(text) or _YEAR_FIRST.search(text)
    if match:
        return int(match[1]), int(match[2]), int(match[3])
    match = _DAY_FIRST.search(text)
    if match:
        return _full_year(match[3]), int(match[2]), int(match[1])
    match = _SLASHED.search(text)
    if not match:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if first > 12 or (first == second and second <= 12):
        return year, second, first
    if second > 12:
        return year, first, second
    if month_first is None:
        return None
    return (year, first, second) if month_first else (year, second, first)


def _named(text: str) -> tuple[int, int, int] | None:
    for match in _DAY_MONTH.finditer(text):
        month = month_number(match[2])
        if month:
            return _full_year(match[3]), month, int(match[1])
    for match in (*_MONTH_DAY.finditer(text), *_UNIX_NAMED.finditer(text)):
        month = month_number(match[1])
        if month:
            return int(match[3]), month, int(match[2])
    return None


def _full_year(digits: str) -> int:
    # RFC 5322 section 4.3: two digits below 50 are of this century.
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 50 else 1900)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return False
    return _EARLIEST <= year < _LATEST


def _clock(text: str) -> timedelta | None:
    """Time since midnight UTC of the day written; zero where no time is written, None where it is impossible."""
    compact = _COMPACT.match(text)
    if compact:
        east = _offset(compact[7] or "") or 0
        return timedelta(
            hours=int(compact[4] or 0), minutes=int(compact[5] or 0) - east, seconds=int(compact[6] or 0)
        )
    match = _TIME.search(text)
    if not match:
        return timedelta()
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[4] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if match[4] in "Pp" else 0)
    # Hour 24 is the next midnight (ISO 8601), second 60 a leap second.
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        return None
    offset = _offset(match[5] or "")
    if offset is None or _REGION.match(text, match.start(5) if match[5] else match.end()):
        return None
    return timedelta(hours=hour, minutes=minute - offset, seconds=second)


def _offset(zone: str) -> int | None:
    """Minutes east of Greenwich; None for a zone that is named and not known."""
    digits = re.search(r"([+\u2212-])(\d{1,2}):?(\d{2})$", zone)
    if digits:
        minutes = int(digits[2]) * 60 + int(digits[3])
        return minutes * (1 if digits[1] == "+" else -1) if minutes <= 14 * 60 else None
    if zone.isalpha() and zone.isupper() and 2 <= len(zone) <= 5:
        return _ZONES.get(zone.lower())
    return 0


def _epoch(seconds: float) -> datetime | None:
    moment = datetime.fromtimestamp(seconds / 1000 if seconds >= 1e11 else seconds, UTC)
    return moment if _EARLIEST <= moment.year < _LATEST else None
