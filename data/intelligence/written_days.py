"""Calendar days as texts write them, in the languages of months.toml."""

import re
from dataclasses import dataclass
from datetime import date

from data.intelligence.months import month_number

_MONTH = r"[^\W\d_]{3,12}"
_YEAR = r"(?:,?\s*(?:de\s|del\s)?(?P<year>(?:19|20)\d\d)(?!\d))?"
_FORMS = (
    re.compile(r"(?<![\d-])(?P<year>(?:19|20)\d\d)-(?P<month>0?[1-9]|1[0-2])-(?P<day>[0-3]?\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)年\s?(?P<month>1[0-2]|0?[1-9])月(?:\s?(?P<day>[0-3]?\d)日)?"),
    re.compile(r"(?<!\d)(?P<month>1[0-2]|[1-9])月\s?(?P<day>[0-3]?\d)日"),
    re.compile(r"(?<![\d.])(?P<day>[0-3]?\d)\.\s?(?P<month>1[0-2]|0?[1-9])\.\s?(?P<year>(?:19|20)\d\d)(?!\d)"),
    re.compile(
        rf"(?<![\d.:])(?P<day>[0-3]?\d)(?:st|nd|rd|th|er|º|ª|\.)?\s+(?:of\s|de\s)?(?P<name>{_MONTH})\b\.?{_YEAR}",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?P<name>{_MONTH})\.?\s+(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?![\d:.])(?:{_YEAR})", re.IGNORECASE),
    re.compile(rf"\b(?P<name>{_MONTH})\.?\s+(?:de\s|del\s|of\s)?(?P<year>(?:19|20)\d\d)(?!\d)", re.IGNORECASE),
)
# Month names that are everyday words count only beside a number of a day and a year, or not at all.
_EVERYDAY = frozenset(
    {"may", "mar", "march", "set", "out", "mai", "mag", "lis", "pro", "ara", "des", "kas", "tem", "haz", "led", "cze"}
)
_MOST = 60


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """A day, or a month where `day` is None, and where it stands. `year` is None where the text leaves it out."""

    year: int | None
    month: int
    day: int | None
    start: int
    end: int

    @property
    def exists(self) -> bool:
        """Whether the calendar has it; in any year where the year is left out."""
        try:
            date(self.year or 2024, self.month, self.day or 1)
        except ValueError:
            return False
        return True

    def text(self, reference: date | None = None) -> str:
        """2026-01-18; 2026-01 without a day; 01-18 without a year, unless the day of publication tells the year."""
        year = self.year or (self._year_before(reference) if reference else None)
        parts = [f"{year:04}"] if year else []
        parts.append(f"{self.month:02}")
        if self.day:
            parts.append(f"{self.day:02}")
        return "-".join(parts)

    def _year_before(self, published: date) -> int:
        """The year in which the day last was when the text appeared; a few days ahead count as announced."""
        later = (self.month, self.day or 1) > (published.month, published.day)
        ahead = later and self.month - published.month <= 2
        return published.year if not later or ahead else published.year - 1


def written_days(text: str) -> tuple[WrittenDay, ...]:
    """The days of a text in their order, at most 60; none that does not exist."""
    found: dict[int, WrittenDay] = {}
    taken: list[tuple[int, int]] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            day = _day(match)
            if day and len(taken) < _MOST:
                taken.append((day.start, day.end))
                if day.exists:
                    found[day.start] = day
    return tuple(found[start] for start in sorted(found))


def _day(match: re.Match[str]) -> WrittenDay | None:
    parts = match.groupdict()
    name, year, day = parts.get("name"), parts.get("year"), parts.get("day")
    month = month_number(name) if name else int(parts["month"])
    if month is None or (name and name.casefold() in _EVERYDAY and (name.islower() or not (day or year))):
        return None
    return WrittenDay(int(year) if year else None, month, int(day) if day else None, match.start(), match.end())
