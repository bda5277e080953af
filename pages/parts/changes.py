"""Lines of the event log in words of ours: an id and what happened to it."""

from collections.abc import Mapping, Sequence

from data.model import Event
from pages.parts.tables import Column, Row
from pages.parts.theme import MITIGATION

HISTORY = (
    Column("at", "Time", "when", 98),
    Column("actor", "Who", width=84),
    Column("change", "Change", width=160),
    Column("reason", "Reason"),
)
CHANGES = (
    Column("at", "When", "ago", 84),
    Column("subject", "Id", width=72),
    Column("change", "Change", width=180),
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


def telling(events: Sequence[Event], most: int) -> list[Event]:
    """The newest events that are more than housekeeping."""
    return [event for event in events if not event.kind.startswith(QUIET)][:most]


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
