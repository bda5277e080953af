"""What of a table an audience is given: incidents up to its clearance. For everybody that is confirmed ones only,
without a word of strangers and without the keys of doors.

A row that counts several incidents is left out where one of them is beyond the clearance, so that no difference of
figures tells what is hidden. What nobody can mark, such as a report, is of the default marking.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from data.export.columns import Table, Value
from data.export.picture import domain_or_none
from data.export.tables import export_rows
from data.store.database import Database
from data.store.markings import hidden_groups
from data.store.shapes import IncidentFilter
from data.tlp import DEFAULT, Tlp, beyond, lower, within

UNMARKABLE = frozenset({"reports", "exports"})
"""Tables whose rows belong to no incident."""
KEYS_OF_DOORS = frozenset({"account_id", "tenant"})
SAID = frozenset({"author", "note", "link"})
"""What people wrote down for themselves."""
NOBODY = "an organisation"


def for_audience(where: IncidentFilter, clearance: Tlp) -> IncidentFilter:
    """A filter that finds nothing beyond a clearance."""
    return replace(where, clearance=lower(where.clearance, clearance))


def visible_rows(
    db: Database,
    table: Table,
    where: IncidentFilter,
    clearance: Tlp,
    *,
    now: datetime,
    status: tuple[str, ...] = (),
) -> Iterator[dict[str, Value]]:
    """`export_rows` as far as an audience may see them."""
    if table.name in UNMARKABLE and DEFAULT not in within(clearance):
        return
    public = clearance == "CLEAR"
    for row in export_rows(db, table, for_audience(where, clearance), now=now, status=status):
        if table.name == "reports" and beyond(clearance):
            yield {**row, "links": _visible_links(db, clearance, str(row["links"]))}
        else:
            yield for_everybody(table, row) if public else row


def for_everybody(table: Table, row: dict[str, Value]) -> dict[str, Value]:
    """A row without what strangers or colleagues wrote and without what opens a door. Organisations are named by a
    domain only: other names may be an attacker's words."""
    hidden = {column.name for column in table.columns if column.foreign} | KEYS_OF_DOORS | SAID
    return {name: None if name in hidden else _public_name(name, value) for name, value in row.items()}


def _public_name(name: str, value: Value) -> Value:
    if name in ("party", "party_key"):
        return domain_or_none(value) or NOBODY
    return domain_or_none(value) if name == "abused_domain" else value


def _visible_links(db: Database, clearance: Tlp, links: str) -> str:
    targets = [target for target in links.split(", ") if target]
    hidden = hidden_groups(db, clearance, targets)
    return ", ".join(target for target in targets if target not in hidden)
