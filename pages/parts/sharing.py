"""Exports out of the browser: the same bytes, ids and filters as `relaywatch export`."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import islice

import streamlit as st

from data.export.columns import Table, Value
from data.export.csv_format import to_csv
from data.export.formats import MEDIA_TYPES, file_name_of
from data.export.sharing import share
from data.export.tables import export_rows
from data.store.exports import finish_export, recorded
from data.store.shapes import EVERYTHING, IncidentFilter
from data.tlp import DEFAULT
from pages.parts.figures import counted
from pages.parts.wiring import reading, wiring

MOST_EXPORTED = 100_000
"""Rows that a button hands out: the browser's copy is made in memory. The command line streams all of them."""


def exported(what: str, form: str, where: IncidentFilter = EVERYTHING) -> Callable[[], bytes]:
    """What a button hands out; a callable, so that nothing is written for those who do not press it."""

    def write() -> bytes:
        path = wiring().settings.db
        asked = {name: value for name, value in asdict(where).items() if value}
        with recorded(path, what, form, asked) as running:
            shared = share(running.db, what, form, where, running.at, DEFAULT)
            blob = b"".join(shared.chunks)
        if running.export_id:
            finish_export(path, running.export_id, shared.rows, hashlib.sha256(blob).hexdigest())
        return blob

    return write


def save_button(name: str, *, what: str, form: str, where: IncidentFilter = EVERYTHING) -> None:
    """A button for one export; `name` is its label, of ours."""
    st.download_button(
        name,
        data=exported(what, form, where),
        file_name=file_name_of(what, form),
        mime=MEDIA_TYPES.get(form, "text/plain"),
        key=f"save_{what}_{form}",
        on_click="ignore",
        icon=":material/download:",
    )


def all_rows_button(name: str, *, table: Table, where: IncidentFilter, total: int) -> None:
    """The CSV of every row under the filter of the screen, also of those that the screen leaves out."""
    if total > MOST_EXPORTED:
        st.caption(f"CSV: the first {MOST_EXPORTED:,} rows; relaywatch export has all", width="content")
    st.download_button(
        "CSV",
        data=_rows(table, where),
        file_name=f"relaywatch-{name}.csv",
        mime="text/csv",
        key=f"save_{name}",
        on_click="ignore",
        icon=":material/download:",
        help=f"{counted(min(total, MOST_EXPORTED), 'row')}, under the same filter",
    )


def _rows(table: Table, where: IncidentFilter) -> Callable[[], bytes]:
    def written() -> Iterator[bytes]:
        with reading() as db:
            rows: Iterator[dict[str, Value]] = islice(export_rows(db, table, where), MOST_EXPORTED)
            yield from to_csv(rows, table.columns)

    return lambda: b"".join(written())
