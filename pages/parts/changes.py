"""Lines of the event log in words of ours: an id, what happened to it, the numbers behind it."""

import re
from collections.abc import Mapping, Sequence

from data.model import Event
from pages.parts.tables import Column, Row

HISTORY = (
    Column("at", "Time", "when", 98),
    Column("actor", "Who", width=80),
    Column("change", "Change", width=170),
    Column("reason", "Reason"),
)
CHANGES = (Column("at", "When", "ago", 70), Column("subject", "Id", width=70), Column("change", "Change"))


def change_rows(events: Sequence[Event]) -> list[Row]:
    return [
        {
            "at": event.at,
            "actor": event.actor,
            "subject": event.subject,
            "change": _words(event),
            "reason": event.reason,
        }
        for event in events
    ]


def _words(event: Event) -> str:
    detail = " ".join(f"{_plain(name)} {_value(value)}" for name, value in event.detail.items())
    return f"{_plain(event.kind)} {detail}".strip()


def _plain(name: str) -> str:
    return re.sub(r"[_-]+", " ", name)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{_plain(str(name))} {_value(item)}" for name, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
