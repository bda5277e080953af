"""Times as people type them: a moment, or a stretch of time such as 15m."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import click

_STRETCH = re.compile(r"([0-9]{1,5})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
SHORTEST, LONGEST = timedelta(seconds=30), timedelta(days=7)


def read_stretch(text: str) -> timedelta | None:
    """ "15m", "7d"; None for anything else."""
    match = _STRETCH.fullmatch(text.strip().lower())
    return timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else None


class Span(click.ParamType[timedelta]):
    """A stretch of time to wait, such as 15m."""

    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        found = read_stretch(str(value)) or timedelta()
        if not SHORTEST <= found <= LONGEST:
            said = f"{value!r} is no stretch of time from 30 seconds to 7 days; write one such as 15m or 2h."
            self.fail(said, param, ctx)
        return found


class Instant(click.ParamType[datetime]):
    """A time, in UTC where it names no zone, or a stretch of time before now."""

    name = "TIME|7d"

    def convert(
        self,
        value: Any,  # noqa: ANN401
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        before = read_stretch(value)
        try:
            if before is not None:
                return datetime.now(UTC).replace(microsecond=0) - before
            at = datetime.fromisoformat(value.strip())
        except (ValueError, OverflowError):
            said = (
                f"{value!r} is no time; write one such as 2026-11-24 or 2026-11-24T08:00:00Z, or 7d for a week ago."
            )
            self.fail(said, param, ctx)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
