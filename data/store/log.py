"""The event log as those read it who must know who did what from where."""

from dataclasses import dataclass

from data.model import Event
from data.store.database import Database
from data.store.rows import event_of


@dataclass(frozen=True, slots=True)
class Written:
    """An event, and the keyed hash of the address block it came from; None for the machine itself."""

    event: Event
    origin: str | None


def written_events(db: Database, limit: int) -> list[Written]:
    """The newest events first."""
    rows = db.rows("select * from events order by at desc, seq desc limit ?", (limit,))
    return [Written(event_of(row), row["origin"]) for row in rows]
