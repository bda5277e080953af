"""Stretches of time on the command line (15m), and work that is done again after each."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import click

_SPAN = re.compile(r"([0-9]{1,5})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
SHORTEST, LONGEST = timedelta(seconds=30), timedelta(days=7)


class Span(click.ParamType[timedelta]):
    """A stretch of time such as 15m."""

    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        match = _SPAN.fullmatch(str(value).strip().lower())
        found = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else timedelta()
        if not SHORTEST <= found <= LONGEST:
            said = f"{value!r} is no stretch of time from 30 seconds to 7 days; write one such as 15m or 2h."
            self.fail(said, param, ctx)
        return found


def rounds(every: timedelta, stopped: Callable[[float], bool]) -> Iterator[None]:
    """One turn at once and one after each `every`, until `stopped` (which waits so many seconds) says so."""
    while True:
        began = time.monotonic()
        yield
        if stopped(max(0.0, every.total_seconds() - (time.monotonic() - began))):
            return
