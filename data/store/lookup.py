"""The public look-up: are there reports about a domain or account? It answers yes or no and nothing else, so that it
tells a vendor what he needs and tells nobody who is abused how much, by whom, or which doors stand open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from data.store.database import Database
from data.store.disputes import hidden_names
from data.store.names import names_of
from data.store.values import seconds

DAYS = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What was understood, and whether reports of the last 30 days exist about it."""

    asked: str
    reported: bool
    disputed: bool = False
    """Whether somebody disputes what was reported and an analyst has not decided, or agreed."""


def look_up(db: Database, text: str, now: datetime) -> Answer | None:
    """Whether mail of the last 30 days that a domain, tenant or account was abused for was handed in. An address of a
    page or a mailbox is read as its domain. None where the text names nothing that could be asked for."""
    names = names_of(text)
    if not names:
        return None
    marks = ", ".join("?" * len(names))
    found = db.value(
        "select 1 from party_aliases a join exposures e on e.party_id = a.party_id"  # noqa: S608 (our own words)
        f" where a.name in ({marks}) and a.kind in ('domain', 'account', 'tenant') and e.last_seen_at >= ? limit 1",
        (*names, seconds(now - timedelta(days=DAYS))),
    )
    return Answer(names[0], found is not None, disputed=found is not None and hidden_names(db, names))
