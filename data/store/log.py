"""The event log as those read it who must know who did what from where, and what is new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from data.model import Event
from data.store.database import Database
from data.store.journal import MACHINE
from data.store.rows import event_of
from data.store.values import moment, seconds


@dataclass(frozen=True, slots=True)
class Written:
    """An event, and the keyed hash of the address block it came from; None for the machine itself."""

    event: Event
    origin: str | None


def written_events(db: Database, limit: int) -> list[Written]:
    """The newest events first."""
    rows = db.rows("select * from events order by at desc, seq desc limit ?", (limit,))
    return [Written(event_of(row), row["origin"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Done:
    """What the machine did to `subjects` ids, the last one at `at`; `subject` is one of them."""

    kind: str
    subjects: int
    subject: str
    at: datetime


def recent_events(db: Database, since: datetime, *, beside: Sequence[str] = (), limit: int = 100) -> list[Event]:
    """What happened since a time, the newest first, without these kinds of what the machine does."""
    marks = ", ".join("?" * len(beside))
    rows = db.rows(
        f"select * from events where at >= ? and not (actor = ? and kind in ({marks}))"  # noqa: S608 (marks only)
        " order by at desc, seq desc limit ?",
        (seconds(since), MACHINE, *beside, limit),
    )
    return [event_of(row) for row in rows]


def done_by_machine(db: Database, since: datetime, kinds: Sequence[str]) -> list[Done]:
    """How many ids each of some kinds of the machine's events concerns since a time."""
    marks = ", ".join("?" * len(kinds))
    rows = db.rows(
        "select kind, count(distinct subject), min(subject), max(at) from events"  # noqa: S608 (marks only)
        f" where at >= ? and actor = ? and kind in ({marks}) group by kind",
        (seconds(since), MACHINE, *kinds),
    )
    return [Done(row[0], row[1], row[2], moment(row[3])) for row in rows]
