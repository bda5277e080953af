"""Published: what an analyst made TLP:CLEAR, for everybody: confirmed, closed, undisputed, in no attacker's words."""

from dataclasses import asdict

import streamlit as st

from data.store.published import published
from pages.parts import columns
from pages.parts.clock import read_clock
from pages.parts.figures import counted
from pages.parts.layout import LOOKUP, card, head, link
from pages.parts.tables import Column, table_block
from pages.parts.visitor import enter
from pages.parts.wiring import reading

COLUMNS = (
    columns.INCIDENT.wide(84),
    columns.DOMAIN.wide(220),
    columns.PLATFORM.wide(130),
    columns.MECHANISM.wide(180),
    columns.FIRST_SEEN.wide(110),
    columns.LAST_SEEN.wide(110),
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
