"""Times as people read them: in the reader's zone, with UTC beside it where the page has room."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

SHOWN_IN_HOURS = timedelta(hours=48)
SHOWN_IN_DAYS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment of this script run and the reader's zone. All times given to it are aware."""

    now: datetime
    zone: ZoneInfo

    def local(self, at: datetime) -> datetime:
        """The naive local time, which is what plotly draws: it knows no zones."""
        return at.astimezone(self.zone).replace(tzinfo=None)

    def when(self, at: datetime | None) -> str:
        """ "24 Nov 14:31", with the year only where it is not this one."""
        return f"{self.day(at)} {at.astimezone(self.zone):%H:%M}" if at else "–"

    def day(self, at: datetime | None) -> str:
        """ "24 Nov", with the year only where it is not this one."""
        if at is None:
            return "–"
        local = at.astimezone(self.zone)
        year = "" if local.year == self.now.astimezone(self.zone).year else f" {local.year}"
        return f"{local.day} {local:%b}{year}"

    def with_utc(self, at: datetime | None) -> str:
        """ "24 Nov 14:31 (13:31 UTC)"; UTC's day too where it is another one."""
        if at is None:
            return "–"
        universal = at.astimezone(UTC)
        day = "" if universal.date() == at.astimezone(self.zone).date() else f"{universal.day} {universal:%b} "
        return self.when(at) if self.is_utc else f"{self.when(at)} ({day}{universal:%H:%M} UTC)"

    def ago(self, at: datetime | None) -> str:
        """ "7 h ago", from two days on in days, from a month on the day itself."""
        if at is None:
            return "–"
        past = self.now - at
        if past < timedelta(minutes=1):
            return "now"
        if past < timedelta(hours=1):
            return f"{past // timedelta(minutes=1)} min ago"
        if past < SHOWN_IN_HOURS:
            return f"{past // timedelta(hours=1)} h ago"
        return f"{past.days} d ago" if past < SHOWN_IN_DAYS else self.day(at)

    @property
    def hour(self) -> str:
        """ "14:40", the time of this run."""
        return f"{self.now.astimezone(self.zone):%H:%M}"

    @property
    def is_utc(self) -> bool:
        return not self.now.astimezone(self.zone).utcoffset()

    @property
    def zone_text(self) -> str:
        """ "Europe/Berlin (UTC+1)"."""
        offset = self.now.astimezone(self.zone).utcoffset() or timedelta()
        hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
        sign = "−" if offset < timedelta() else "+"
        return "UTC" if self.is_utc else f"{self.zone.key} (UTC{sign}{hours}{f':{minutes:02}' if minutes else ''})"


def read_clock() -> Clock:
    """The clock of this script run; UTC until the browser has told its zone, or where it told nonsense."""
    return Clock(datetime.now(UTC), zone_of(st.context.timezone))


def zone_of(name: str | None) -> ZoneInfo:
    """The zone of a name that a browser told; UTC for none, and for whatever else it may send."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
