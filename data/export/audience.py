"""What of a table an audience is given: incidents up to its clearance. For everybody that is confirmed ones only,
without a word of strangers and without the keys of doors.

A row that counts several incidents is left out where one of them is beyond the clearance, so that no difference of
figures tells what is hidden. What nobody can mark, such as a report, is of the default marking.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from data.export.columns import Table, Value
from data.export.picture import NOBODY, domain_or_none
from data.export.tables import export_rows
from data.store.database import Database
from data.store.markings import hidden_groups
from data.store.shapes import IncidentFilter
from data.tlp import DEFAULT, Tlp, beyond, lower, within

UNMARKABLE = frozenset({"reports", "exports"})
"""Tables whose rows belong to no incident."""
WITHHELD = frozenset({"account_id", "tenant", "title", "subject", "sender_name", "author", "note", "link"})
"""Keys of doors, words of strangers, and what people wrote down for themselves."""


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
    """A row as everybody may read it."""
    foreign = {column.name for column in table.columns if column.foreign}
    return {name: None if name in foreign else public_value(name, value) for name, value in row.items()}


def public_value(name: str, value: Any) -> Any:  # noqa: ANN401 (of whatever type the field has)
    """A field by its name without what strangers or colleagues wrote and without what opens a door. Organisations are
    named by a domain only: other names may be an attacker's words."""
    if name in WITHHELD:
        return None
    if name in ("party", "party_key"):
        return domain_or_none(value) or NOBODY
    if name == "domains":
        return tuple(domain for domain in value if domain_or_none(domain))
    return domain_or_none(value) if name == "abused_domain" else value


def _visible_links(db: Database, clearance: Tlp, links: str) -> str:
    targets = [target for target in links.split(", ") if target]
    hidden = hidden_groups(db, clearance, targets)
    return ", ".join(target for target in targets if target not in hidden)
