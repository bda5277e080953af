"""The state of an exposure, which is one abused party's door on one platform: when the door proved open again, how
long a fix took. Pure.

unreviewed ─▶ confirmed ─▶ reported ─▶ acknowledged ─▶ mitigating ─▶ mitigated ─▶ verified-quiet
                                                                        └─ recurred ◀─┘ (set by the machine only)

Steps may be left out where the vendor was faster than the report; disputed and not-affected can be reached from
everywhere. What people said is a list of changes in the order in which they took effect, and the state is a function
of that list and of the confirmed observations SENT after a fix, so that late submissions of old mail change nothing
and any order of arrival ends in the same state.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Literal, get_args

Status = Literal[
    "unreviewed",
    "confirmed",
    "reported",
    "acknowledged",
    "mitigating",
    "mitigated",
    "verified-quiet",
    "recurred",
    "disputed",
    "not-affected",
]

STATUSES: tuple[Status, ...] = get_args(Status)
SETTABLE: tuple[Status, ...] = tuple(status for status in STATUSES if status != "recurred")
"""What people may set; `recurred` is the machine's word."""
FIXED: frozenset[Status] = frozenset({"mitigated", "verified-quiet"})
CLOSED: frozenset[Status] = FIXED | {"not-affected"}
"""Nothing is left to do for the vendor."""


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody said: from `effective_at` on it has this status. `number` is the order of recording."""

    status: Status
    effective_at: datetime
    number: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """One status on the time line; `machine` where Relaywatch set it itself."""

    status: Status
    at: datetime
    machine: bool = False


@dataclass(frozen=True, slots=True)
class Cycle:
    """From telling the vendor (or from a recurrence) to the fix; None for what is not known or has not happened."""

    started_at: datetime | None
    acknowledged_at: datetime | None = None
    mitigated_at: datetime | None = None

    @property
    def to_acknowledge(self) -> timedelta | None:
        return _between(self.started_at, self.acknowledged_at)

    @property
    def to_mitigate(self) -> timedelta | None:
        return _between(self.started_at, self.mitigated_at)


@dataclass(frozen=True, slots=True)
class State:
    """Where an exposure stands. `fixed_at` is the last fix, whether or not it held."""

    status: Status
    since: datetime | None
    fixed_at: datetime | None
    marks: tuple[Mark, ...]
    cycles: tuple[Cycle, ...]

    @property
    def recurrences(self) -> int:
        return sum(mark.status == "recurred" for mark in self.marks)

    @property
    def to_acknowledge(self) -> timedelta | None:
        """The median time from the report to the vendor's answer."""
        return middle(cycle.to_acknowledge for cycle in self.cycles)

    @property
    def to_mitigate(self) -> timedelta | None:
        """The median time from the report, or from a recurrence, to the fix."""
        return middle(cycle.to_mitigate for cycle in self.cycles)

    def open_since(self, first_seen_at: datetime) -> datetime | None:
        """Since when the door has stood open without a break; None where it is closed."""
        opened: datetime | None = first_seen_at
        for mark in self.marks:
            if mark.status in CLOSED:
                opened = None
            elif opened is None:
                opened = mark.at
        return opened


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Changes as they took effect; of one moment, as they were recorded."""
    return sorted(changes, key=lambda change: (change.effective_at, change.number))


def tell(changes: Iterable[Change], sent_at: Sequence[datetime] = ()) -> State:
    """The state after all changes. `sent_at` holds, in order, times at which confirmed observations were sent: of
    each fix only the first one after it is looked at. Silence that evidence contradicts is void, whoever verified
    it."""
    ordered = in_order(changes)
    marks: list[Mark] = []
    fixed_at: datetime | None = None
    relapse: datetime | None = None
    for change in ordered:
        quiet = change.status == "verified-quiet"
        if relapse and relapse <= change.effective_at:
            marks.append(Mark("recurred", relapse, machine=True))
            relapse = None
        if quiet and marks and marks[-1].status == "recurred":
            continue
        marks.append(Mark(change.status, change.effective_at))
        if change.status == "mitigated":
            fixed_at, relapse = change.effective_at, _first_after(sent_at, change.effective_at)
        elif not quiet:
            relapse = None
    if relapse:
        marks.append(Mark("recurred", relapse, machine=True))
    last = marks[-1] if marks else Mark("unreviewed", datetime.min.replace(tzinfo=UTC))
    return State(last.status, last.at if marks else None, fixed_at, tuple(marks), tuple(_cycles(marks)))


def may_be_called_quiet(status: Status, quiet_since: datetime | None, now: datetime, silence: timedelta) -> bool:
    """Whether verified quiet is proposed: a fix held and nothing trusted came for long enough."""
    return status == "mitigated" and quiet_since is not None and now - quiet_since >= silence


def label(status: Status) -> str:
    """A status as people read it."""
    return status.replace("-", " ")


def middle(spans: Iterable[timedelta | None]) -> timedelta | None:
    """The median of the known spans."""
    known = [span.total_seconds() for span in spans if span is not None]
    return timedelta(seconds=round(median(known))) if known else None


def mean(spans: Iterable[timedelta | None]) -> timedelta | None:
    """The mean of the known spans."""
    known = [span.total_seconds() for span in spans if span is not None]
    return timedelta(seconds=round(sum(known) / len(known))) if known else None


def _cycles(marks: Iterable[Mark]) -> list[Cycle]:
    """The ways from a report to a fix. A report starts the clock anew as long as the vendor has not answered."""
    found: list[Cycle] = []
    for mark in marks:
        cycle = found[-1] if found and found[-1].mitigated_at is None else None
        match mark.status:
            case "recurred":
                found.append(Cycle(mark.at))
            case "confirmed" | "reported" if cycle is None:
                found.append(Cycle(mark.at))
            case "reported" if cycle and cycle.acknowledged_at is None:
                found[-1] = Cycle(mark.at)
            case "acknowledged" | "mitigating":
                found[-1:] = _answered(found[-1:], cycle, mark.at)
            case "mitigated":
                found[-1:] = _mended(found[-1:], cycle, mark.at)
    return found


def _answered(last: list[Cycle], cycle: Cycle | None, at: datetime) -> list[Cycle]:
    if cycle is None:
        return [*last, Cycle(None, acknowledged_at=at)]
    return [Cycle(cycle.started_at, cycle.acknowledged_at or at)]


def _mended(last: list[Cycle], cycle: Cycle | None, at: datetime) -> list[Cycle]:
    if cycle is None:
        return [*last, Cycle(None, mitigated_at=at)]
    return [Cycle(cycle.started_at, cycle.acknowledged_at, at)]


def _first_after(times: Sequence[datetime], at: datetime) -> datetime | None:
    place = bisect_right(times, at)
    return times[place] if place < len(times) else None


def _between(start: datetime | None, end: datetime | None) -> timedelta | None:
    return end - start if start and end and end >= start else None
