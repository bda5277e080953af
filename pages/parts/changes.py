"""Lines of the event log in words of ours: an id and what happened to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from data.model import Event
from data.store.annotations import Annotation
from data.store.log import Done
from pages.parts.figures import counted
from pages.parts.tables import Column, Row
from pages.parts.theme import MITIGATION

HISTORY = (
    Column("at", "Time", "when", 98),
    Column("actor", "Who", width=84),
    Column("change", "Change", width=160),
    Column("reason", "Reason"),
)


def history_columns(rows: Sequence[Row]) -> Sequence[Column]:
    """Those of HISTORY; where nobody gave a reason there is none to be read."""
    return HISTORY if any(row["reason"] for row in rows) else (*HISTORY[:2], HISTORY[2].wide(260))


CHANGES = (
    Column("at", "When", "ago", 78),
    Column("name", "What", width=158),
    Column("change", "Change", width=110),
)

_GLYPHS = {
    **{status: state.glyph for status, state in MITIGATION.items()},
    "opened": "⊕",
    "unconfirmed": "○",
    "merged": "→",
    "dissolved": "–",
}


QUIET = ("feed-", "exposure-contact-", "exposure-step-")
"""Beginnings of kinds that are housekeeping: in the log, not among what an analyst must see."""


POOLED = {"incident-opened": "opened", "incident-confirmed": "confirmed", "incident-unconfirmed": "unconfirmed"}
"""What the machine does to many incidents at once, a line together."""
REGROUPED = ("incident-merged", "incident-dissolved", "wave-merged")
"""What the machine does while it settles: in the histories, no news."""


@dataclass(frozen=True, slots=True)
class Change:
    """A line of what is new. `subject` is the id of what it happened to, "" for several; `name` how that is called,
    where a report is concerned a stranger's words."""

    at: datetime
    subject: str
    name: str
    change: str


def digest(events: Sequence[Event], done: Sequence[Done], happened: Sequence[Annotation] = ()) -> list[Change]:
    """What is new, the newest first: what people did and what waves and vendors did, a line each; what the machine
    did to incidents, a line a kind; what was published about it."""
    found = [
        Change(item.at, item.subject, item.words or item.subject, f"+ {item.kind}")
        for item in happened
        if item.kind in ("report", "advisory")
    ]
    found += [
        Change(event.at, event.subject, event.subject, change_words(event))
        for event in events
        if not event.kind.startswith(QUIET)
    ]
    for item in done:
        change = f"{_GLYPHS.get(POOLED[item.kind], '·')} {POOLED[item.kind]}"
        only = item.subject if item.subjects == 1 else ""
        found.append(Change(item.at, only, only or counted(item.subjects, "incident"), change))
    return sorted(found, key=lambda change: change.at, reverse=True)


def change_rows(events: Sequence[Event]) -> list[Row]:
    return [
        {
            "at": event.at,
            "actor": event.actor,
            "subject": event.subject,
            "change": change_words(event),
            "reason": event.reason,
        }
        for event in events
    ]


def change_words(event: Event) -> str:
    """ "⊕ opened", "→ merged into RW-0001": what happened, without what it happened to, whose id stands beside it."""
    what = event.kind
    for subject in ("incident-", "wave-", "report-", "exposure-"):
        what = what.removeprefix(subject)
    # An exposure's changes hold the number and time of the change, which the row says itself.
    detail = "" if event.kind.startswith("exposure-") else _detail(event.detail)
    if event.kind == "incident-triaged":
        what, detail = "work", ", ".join(map(_value, event.detail.values()))
    return " ".join(filter(None, (_GLYPHS.get(what, "·"), what.replace("-", " "), detail)))


def _detail(detail: Mapping[str, object]) -> str:
    return " ".join(f"{name} {_value(value)}" for name, value in detail.items())


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
