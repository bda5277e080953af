"""Exports: tables with their data dictionary, the briefing, filter rules, sharing formats, and what was exported.

The address says it all: ?table=incidents.
"""

from dataclasses import asdict
from itertools import islice

import streamlit as st

from data.catalogue.loader import load_catalogue
from data.export.dictionary import dictionary_rows
from data.export.doors import Doors, doors_of, exposures_of
from data.export.rules import WRITERS
from data.export.tables import EVERY_TABLE
from data.store.closed_doors import incidents_behind_closed_doors_now
from data.store.database import Database
from data.store.exports import stream_exports
from data.store.reads import stream_incidents
from data.store.shapes import IncidentFilter
from pages.parts.charts import choose_image
from pages.parts.clock import Clock, read_clock
from pages.parts.download import download
from pages.parts.empty import show_empty
from pages.parts.figures import counted
from pages.parts.filters import asked, choose_one
from pages.parts.layout import card, card_title, head
from pages.parts.sharing import save_button
from pages.parts.tables import Column, as_csv, show_table, table_block
from pages.parts.visitor import enter
from pages.parts.wiring import reading

RULE_NAMES = {
    "rspamd": "rspamd",
    "postfix": "Postfix",
    "sieve": "Sieve",
    "spamassassin": "SpamAssassin",
    "exchange": "Exchange Online",
}
CONFIRMED = IncidentFilter(confirmation=("confirmed",))
LAST = 20
DICTIONARY = (
    Column("column", "Column", width=126),
    Column("type", "Type", width=64),
    Column("unit", "Unit", width=98),
    Column("meaning", "Meaning", width=644),
    Column("example", "Example", width=250),
)
RECORD = (
    Column("export_id", "Export", width=80),
    Column("exported_at", "Made", "when", 110),
    Column("state_at", "State of", "when", 110),
    Column("what", "What", width=120),
    Column("format", "Format", width=100),
    Column("rows", "Rows", "count", 80),
    Column("filters", "Filters"),
)


def page() -> None:
    enter("exports")
    clock = read_clock()
    with head("Exports"):
        st.caption("TLP:AMBER unless marked otherwise · every export gets an id", width="content")
    with reading() as db:
        if db.value("select 1 from observations limit 1") is None:
            show_empty()
        else:
            _show_sharing(db)
        _show_tables(clock)
        _show_record(db, clock)


def _show_sharing(db: Database) -> None:
    closed = incidents_behind_closed_doors_now(db)
    found = doors_of(exposures_of(stream_incidents(db, CONFIRMED), closed), load_catalogue())
    with st.container(key="cards_sharing"):
        left, middle, right = st.columns(3, gap="small")
    with left, card("briefing", stretch=True):
        with card_title("briefing", "Briefing", "one page to print or mail"):
            pass
        st.caption("Everything that is kept; of one wave: relaywatch export briefing --wave W-0001")
        with st.container(horizontal=True):
            save_button("HTML", what="briefing", form="html")
            save_button("Markdown", what="briefing", form="md")
    with middle, card("rules", stretch=True):
        with card_title("rules", "Filter rules", "confirmed doors that are open"):
            pass
        st.caption(_summary(found))
        with st.container(horizontal=True):
            for form in WRITERS:
                save_button(RULE_NAMES[form], what="rules", form=form)
    with right, card("formats", stretch=True):
        with card_title("formats", "For other programs", "ids stay between exports"):
            pass
        st.caption("Waves as campaigns, abused organisations as victims, what helps as courses of action.")
        with st.container(horizontal=True):
            save_button("STIX 2.1", what="stix", form="json")
            save_button("MISP", what="misp", form="json")
            save_button("Atom", what="atom", form="xml")
        with st.container(horizontal=True, vertical_alignment="center", key="images"):
            st.caption("Charts are saved by the camera in their corner, as", width="content")
            choose_image()


def _summary(found: Doors) -> str:
    if not found.doors:
        return "Nothing is confirmed yet that a rule could name: an analyst or independent reporters confirm."
    without = f" {found.unwritable:,} more have no mark of their own." if found.unwritable else ""
    rules = counted(len(found.doors), "rule")
    return f"{rules} by account and domain, never a whole platform; good for 14 days.{without}"


def _show_tables(clock: Clock) -> None:
    names = list(EVERY_TABLE)
    chosen = asked("table") if asked("table") in EVERY_TABLE else names[0]
    with card("tables"):
        with card_title("tables", "Tables", "every column, in the order in which it is exported"):
            rows = list(dictionary_rows([EVERY_TABLE[str(chosen)]]))
            download(
                "Dictionary", as_csv(DICTIONARY, rows), f"relaywatch-{chosen}-columns.csv", "text/csv",
                "csv_dictionary", kind="tertiary",
            )  # fmt: skip
            save_button("CSV", what=str(chosen), form="csv")
            save_button("JSON", what=str(chosen), form="json")
        choose_one("table", "Table", names, str.title, str(chosen), usual=names[0])
        show_table("dictionary", DICTIONARY, rows, clock)


def _show_record(db: Database, clock: Clock) -> None:
    rows = [asdict(row) for row in islice(stream_exports(db), LAST)]
    with card("record"):
        table_block(
            "record",
            "Exported before",
            "relaywatch export … --as-of and the id: the same figures, through every merge since",
            RECORD,
            rows,
            clock,
            nothing="Nothing was exported yet.",
        )


if __name__ == "__main__":
    page()
