"""Reads and checks mitigations.toml: the measures that hold for every platform, each platform's own steps, what
platforms changed for everybody, and where they take reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

from data.catalogue.checks import Entry, read_toml
from data.catalogue.loader import load_catalogue
from data.errors import CatalogueError

FILE = Path(__file__).with_name("mitigations.toml")
MEASURES = 6


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry was read. `verified`: the document itself says so; `url` is "" where there is none."""

    verified: bool
    source: str
    url: str
    revised: date


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a checklist. `platform` is None for measures that hold everywhere."""

    id: str
    platform: str | None
    title: str
    why: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of a platform's roll-out, whole UTC days, both included."""

    title: str
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class PlatformMeasure:
    """What a platform changed for all of its customers."""

    id: str
    platform: str
    title: str
    phases: tuple[Phase, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class AbuseDesk:
    """Where a platform takes reports of abuse; `address` is "" where it takes them another way, which `how` says."""

    platform: str
    address: str
    how: str
    origin: Origin


@dataclass(frozen=True, eq=False)
class Mitigations:
    """Everything that is known about closing the door."""

    measures: tuple[Step, ...]
    steps: Mapping[str, tuple[Step, ...]]
    platform_measures: Mapping[str, tuple[PlatformMeasure, ...]]
    abuse_desks: Mapping[str, AbuseDesk]
    own_form: tuple[str, ...]

    def checklist(self, platform: str | None) -> tuple[Step, ...]:
        """The measures that hold everywhere, then the platform's own steps."""
        return self.measures + self.steps.get(platform or "", ())


@lru_cache(maxsize=4)
def load_mitigations(file: Path = FILE) -> Mitigations:
    """The checked catalogue, read once. Raises CatalogueError: file, entry, field, what to write."""
    table = read_toml(file)
    known = set(load_catalogue().entries)
    measures = tuple(_step(Entry(file.name, "measure", raw), None) for raw in table.get("measure", ()))
    steps = tuple(_step(Entry(file.name, "step", raw), known) for raw in table.get("step", ()))
    changed = tuple(
        _measure(Entry(file.name, "platform_measure", raw), known) for raw in _all(table, "platform_measure")
    )
    desks = tuple(_desk(Entry(file.name, "abuse_desk", raw), known) for raw in _all(table, "abuse_desk"))
    ids = [step.id for step in measures + steps]
    if len(set(ids)) < len(ids):
        raise CatalogueError(f"{file.name}: two steps share one id; ticks are kept by it, so give each its own.")
    if len(measures) != MEASURES:
        raise CatalogueError(f"{file.name} has {len(measures)} measures for every platform; there are {MEASURES}.")
    return Mitigations(
        measures,
        {
            name: tuple(step for step in steps if step.platform == name)
            for name in {step.platform or "" for step in steps}
        },
        {
            name: tuple(item for item in changed if item.platform == name)
            for name in {item.platform for item in changed}
        },
        {desk.platform: desk for desk in desks},
        _own_form(Entry(file.name, "own_form", table.get("own_form"))),
    )


def own_form_steps() -> tuple[str, ...]:
    """How whoever runs a help desk tests whether his own form can be abused."""
    return load_mitigations().own_form


def _own_form(entry: Entry) -> tuple[str, ...]:
    entry.day("revised")
    steps = entry.texts("steps")
    entry.finish()
    return steps


def _all(table: Mapping[str, Any], kind: str) -> tuple[Any, ...]:
    return tuple(table.get(kind, ()))


def _step(entry: Entry, platforms: set[str] | None) -> Step:
    platform = None if platforms is None else entry.choice("platform", platforms, default="")
    step = Step(entry.text("id"), platform, entry.text("title"), entry.text("why"), _origin(entry))
    entry.finish()
    return step


def _measure(entry: Entry, platforms: set[str]) -> PlatformMeasure:
    phases = tuple(_phase(raw) for raw in entry.tables("phases"))
    platform = entry.choice("platform", platforms, default="")
    measure = PlatformMeasure(entry.text("id"), platform, entry.text("title"), phases, _origin(entry))
    entry.finish()
    return measure


def _phase(entry: Entry) -> Phase:
    begins, ends = entry.day("begins"), entry.day("ends")
    if ends < begins:
        raise entry.error("ends", "a day that is not before begins")
    phase = Phase(
        entry.text("title"), datetime.combine(begins, time.min, UTC), datetime.combine(ends, time(23, 59, 59), UTC)
    )
    entry.finish()
    return phase


def _desk(entry: Entry, platforms: set[str]) -> AbuseDesk:
    platform = entry.choice("platform", platforms, default="")
    desk = AbuseDesk(platform, _text_or_nothing(entry, "address"), entry.text("how"), _origin(entry))
    entry.finish()
    return desk


def _origin(entry: Entry) -> Origin:
    origin = Origin(
        entry.flag("verified"), entry.text("source"), _text_or_nothing(entry, "url"), entry.day("revised")
    )
    if origin.verified and not origin.url.startswith(("https://", "http://")):
        raise entry.error("url", "the address of the document that was read, or verified = false")
    return origin


def _text_or_nothing(entry: Entry, field: str) -> str:
    """A text that may be empty, but must be there."""
    return entry.text(field) if entry.holds(field) else ""
