"""Exports out of the browser: the same bytes, ids and filters as `relaywatch export`."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import islice

import streamlit as st

from data.export.columns import Column, Table, Value
from data.export.csv_format import to_csv
from data.export.formats import MEDIA_TYPES, file_name_of
from data.export.sharing import share
from data.export.tables import INCIDENTS, export_rows
from data.store.exports import finish_export, recorded
from data.store.shapes import EVERYTHING, IncidentFilter
from data.store.triage import Triage, triages
from data.tlp import DEFAULT
from pages.parts.download import download
from pages.parts.figures import counted
from pages.parts.visitor import author
from pages.parts.wiring import reading, wiring

MOST_EXPORTED = 100_000
"""Rows that a button hands out: the browser's copy is made in memory. The command line streams all of them."""


def exported(what: str, form: str, where: IncidentFilter = EVERYTHING) -> Callable[[], bytes]:
    """What a button hands out; a callable, so that nothing is written for those who do not press it."""

    def write() -> bytes:
        path = wiring().settings.db
        asked = {name: value for name, value in asdict(where).items() if value}
        with recorded(path, what, form, asked, actor=author()) as running:
            shared = share(running.db, what, form, where, running.at, DEFAULT)
            blob = b"".join(shared.chunks)
        if running.export_id:
            finish_export(path, running.export_id, shared.rows, hashlib.sha256(blob).hexdigest())
        return blob

    return write


def save_button(name: str, *, what: str, form: str, where: IncidentFilter = EVERYTHING) -> None:
    """A button for one export; `name` is its label, of ours."""
    download(
        name,
        exported(what, form, where),
        file_name_of(what, form),
        MEDIA_TYPES.get(form, "text/plain"),
        f"save_{what}_{form}",
    )


WORK = (
    Column("triage", "text", "Where it stands with the analysts: new, working or closed."),
    Column("assignee", "text", "Whose it is; empty for nobody's."),
)
"""What the list of incidents shows besides its export: the analysts' own work, which no export gives away."""


def work_of(said: Triage | None) -> dict[str, Value]:
    """The two columns of work for a row of the list."""
    found = said or Triage()
    return {"triage": found.state, "assignee": found.assignee}


def all_rows_button(name: str, *, table: Table, where: IncidentFilter, total: int) -> None:
    """The CSV of every row under the filter of the screen, also of those that the screen leaves out."""
    if total > MOST_EXPORTED:
        st.caption(f"CSV: the first {MOST_EXPORTED:,} rows; relaywatch export has all", width="content")
    download(
        "CSV",
        _rows(table, where),
        f"relaywatch-{name}.csv",
        "text/csv",
        f"save_{name}",
        help=f"{counted(min(total, MOST_EXPORTED), 'row')}, under the same filter",
    )


def _rows(table: Table, where: IncidentFilter) -> Callable[[], bytes]:
    def written() -> Iterator[bytes]:
        with reading() as db:
            rows: Iterator[dict[str, Value]] = islice(export_rows(db, table, where), MOST_EXPORTED)
            if table is not INCIDENTS:
                yield from to_csv(rows, table.columns)
                return
            said = triages(db)
            worked = (row | work_of(said.get(str(row["incident_id"]))) for row in rows)
            yield from to_csv(worked, (*table.columns, *WORK))

    return lambda: b"".join(written())
