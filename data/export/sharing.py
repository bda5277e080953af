"""Everything that can be exported, by name and format, as far as an audience may see it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from data.catalogue.loader import load_catalogue
from data.errors import RelaywatchError
from data.export.atom import to_atom
from data.export.audience import for_audience, visible_rows
from data.export.briefing import brief
from data.export.briefing_html import to_html
from data.export.briefing_markdown import to_markdown
from data.export.columns import Value
from data.export.csv_format import to_csv
from data.export.doors import Exposure, exposures_of
from data.export.formats import FORMATS
from data.export.json_format import to_json
from data.export.misp import to_misp
from data.export.picture import picture
from data.export.rules import EXPIRES_AFTER, SCORE, to_rules
from data.export.stix import to_stix
from data.export.tables import EVERY_TABLE
from data.store.closed_doors import incidents_behind_closed_doors
from data.store.database import Database
from data.store.shapes import IncidentFilter
from data.tlp import DEFAULT, Tlp


@dataclass(slots=True)
class Shared:
    """An export: its bytes, a chunk at a time, and, once they were taken, how many rows or incidents it held."""

    chunks: Iterator[bytes] = field(default_factory=lambda: iter(()))
    rows: int = 0

    def counting(self, rows: Iterable[dict[str, Value]]) -> Iterator[dict[str, Value]]:
        for row in rows:
            self.rows += 1
            yield row


def share(
    db: Database,
    what: str,
    form: str,
    where: IncidentFilter,
    at: datetime,
    ceiling: Tlp = DEFAULT,
    options: Mapping[str, float | None] | None = None,
    status: tuple[str, ...] = (),
) -> Shared:
    """One export of the state that `db` shows, which is that of `at`, as far as a clearance lets it be seen by the
    markings of today. Options of rules: score, expires_days. `status` narrows vendors, exposures and mitigations.

    Raises RelaywatchError for what is never for everybody.
    """
    shared = Shared()
    if what in EVERY_TABLE:
        table = EVERY_TABLE[what]
        rows = shared.counting(visible_rows(db, table, where, ceiling, now=at, status=status))
        shared.chunks = to_csv(rows, table.columns) if form == "csv" else to_json(rows)
        return shared
    seen = picture(db, where, now=at, ceiling=ceiling)
    shared.rows = len(seen.incidents)
    match what:
        case "rules":
            exposures = exposures_of(seen.incidents, incidents_behind_closed_doors(db, at))
            shared.chunks = iter([_rules(exposures, form, at, ceiling, options or {})])
        case "briefing":
            page = brief(db, seen, for_audience(where, ceiling))
            shared.chunks = iter([(to_html if form == "html" else to_markdown)(page).encode("utf-8", "replace")])
        case "stix":
            shared.chunks = to_stix(seen)
        case "misp":
            shared.chunks = to_misp(seen)
        case "atom":
            shared.chunks = to_atom(seen)
        case _:
            raise ValueError(f"nothing is exported as {what!r}; there are {', '.join(FORMATS)}")
    return shared


def _rules(
    exposures: Iterable[Exposure], form: str, at: datetime, ceiling: Tlp, options: Mapping[str, float | None]
) -> bytes:
    if ceiling == "CLEAR":
        raise RelaywatchError("Rules list doors that are open and are never TLP:CLEAR; name a higher --tlp.")
    days = options.get("expires_days")
    return to_rules(
        form,
        exposures,
        load_catalogue(),
        at,
        score=options.get("score") or SCORE,
        expires_after=timedelta(days=days) if days else EXPIRES_AFTER,
        tlp=ceiling,
    )
