"""Published: what an analyst made TLP:CLEAR, for everybody: confirmed, closed, undisputed, in no attacker's words."""

from dataclasses import asdict

import streamlit as st

from data.store.published import published
from pages.parts.clock import read_clock
from pages.parts.figures import counted
from pages.parts.layout import LOOKUP, card, head, link
from pages.parts.tables import Column, table_block
from pages.parts.visitor import enter
from pages.parts.wiring import reading

COLUMNS = (
    Column("incident_id", "Incident", width=84),
    Column("abused_domain", "Abused domain", width=220),
    Column("platform", "Platform", "platform", 130),
    Column("mechanism", "Mechanism", width=180),
    Column("first_seen_at", "First seen", "when", 110),
    Column("last_seen_at", "Last seen", "when", 110),
    Column("observations", "Messages", "count", 84),
)


def page() -> None:
    enter("published")
    clock = read_clock()
    with head("Published"):
        st.caption("TLP:CLEAR", width="content")
    with reading("look-up") as db:
        rows = [asdict(row) for row in published(db)]
    with card("published"):
        table_block(
            "published",
            "What may be told",
            f"{counted(len(rows), 'incident')}; the organisations named were abused, and have closed the door since",
            COLUMNS,
            rows,
            clock,
            nothing="Nothing has been published yet.",
        )
        link("Is your own domain abused? Look it up, or dispute an entry", LOOKUP)


if __name__ == "__main__":
    page()
