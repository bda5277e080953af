"""How much a submitter may hand in: counted in memory by keyed hash, in bounded space, and told in advance.

The minute is counted here only. The day is carried over a restart: its count is asked of the database when a
submitter is seen for the first time since the start. A server has one process, so one ledger.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import NamedTuple

from data.errors import TooManySubmissions

MINUTE, HOUR, DAY = 60, 3_600, 86_400
MOST_COUNTERS = 50_000
"""About 10 MB; beyond, whoever was not seen for longest is forgotten, and only his minute is lost."""


class Counter(NamedTuple):
    """Whose counter: "submitter", "block", "everybody" or "token", with a keyed hash."""

    kind: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one counter may use up: submissions a minute, messages a day."""

    counter: Counter
    minute: int
    day: int


@dataclass(slots=True)
class _Used:
    minute: int
    submissions: int
    day: int
    messages: int
    hour: int
    recent: int


UsedToday = Callable[[Counter, int], int]
"""Messages of a counter since a second (UTC), out of the database."""


class Ledger:
    """Counts what came in. Fixed windows: each minute, hour and UTC day starts anew."""

    def __init__(self, limit: int = MOST_COUNTERS) -> None:
        self._used: OrderedDict[Counter, _Used] = OrderedDict()
        self._limit = limit
        self._lock = Lock()

    def knock(self, allowances: Sequence[Allowance], now: datetime) -> None:
        """One more submission of each counter, before anything of it is read. Raises TooManySubmissions, and counts
        nothing, where a minute is used up."""
        at = int(now.timestamp())
        with self._lock:
            used = [self._of(item.counter, at, None) for item in allowances]
            for item, found in zip(allowances, used, strict=True):
                if found.submissions >= item.minute:
                    raise _too_many(item.counter, "minute", MINUTE - at % MINUTE)
            for found in used:
                found.submissions += 1

    def spend(self, allowances: Sequence[Allowance], messages: int, now: datetime, used_today: UsedToday) -> None:
        """So many messages of each counter, before they are stored. Raises TooManySubmissions, and counts nothing,
        where a day would be overdrawn."""
        at = int(now.timestamp())
        with self._lock:
            used = [self._of(item.counter, at, used_today) for item in allowances]
            for item, found in zip(allowances, used, strict=True):
                if found.messages + messages > item.day:
                    raise _too_many(item.counter, "day", DAY - at % DAY)
            for found in used:
                found.messages += messages
                found.recent += messages

    def last_hour(self, counter: Counter, now: datetime) -> int:
        """Messages of a counter in the hour that runs."""
        with self._lock:
            return self._of(counter, int(now.timestamp()), None).recent

    def _of(self, counter: Counter, at: int, used_today: UsedToday | None) -> _Used:
        found = self._used.get(counter)
        if found is None:
            found = self._used[counter] = _Used(at // MINUTE, 0, -1, 0, at // HOUR, 0)
            while len(self._used) > self._limit:
                self._used.popitem(last=False)
        self._used.move_to_end(counter)
        if found.minute != at // MINUTE:
            found.minute, found.submissions = at // MINUTE, 0
        if found.hour != at // HOUR:
            found.hour, found.recent = at // HOUR, 0
        if used_today is not None and found.day != at // DAY:
            found.day, found.messages = at // DAY, used_today(counter, at - at % DAY)
        return found


_WHO = {
    "submitter": "from you",
    "block": "from your network",
    "everybody": "at present",
    "token": "with this token",
}


def _too_many(counter: Counter, span: str, wait: int) -> TooManySubmissions:
    return TooManySubmissions(
        f"Too many submissions {_WHO[counter.kind]} in this {span}; nothing of this one was kept. "
        f"Try again in {wait} seconds.",
        wait,
    )
