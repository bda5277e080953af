"""Claims for analysts: what people without a header typed in, apart from everything that is counted."""

from dataclasses import asdict

import streamlit as st

from data.store.claims import claims
from data.store.database import Database
from pages.parts.clock import Clock
from pages.parts.figures import counted
from pages.parts.layout import SUBMIT, link
from pages.parts.tables import Column, csv_button, show_table

MOST_ROWS = 1_000
COLUMNS = (
    Column("claim_id", "Claim", width=74),
    Column("received_at", "Handed in", "when", 110),
    Column("claimed_at", "Said to be sent", "when", 120),
    Column("subject", "Subject as typed in", width=520),
    Column("sender", "Sender as typed in", width=300),
)


def show_claims(db: Database, clock: Clock) -> None:
    """The list, the last one first; a claim opens nothing, since there is no evidence behind it."""
    found = claims(db, limit=MOST_ROWS)
    if not found:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key="nothing"):
            st.caption("Nobody has typed in a claim yet.", width="content")
            link("Open Submit", SUBMIT, {"way": "phone"})
        return
    rows = [asdict(row) for row in found]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="claims"):
        more = " or more" if len(found) == MOST_ROWS else ""
        st.caption(
            f"{counted(len(found), 'claim')}{more}: typed in without a header; nothing proves or counts them.",
            width="content",
        )
        csv_button("claims", COLUMNS, rows)
    show_table("claims", COLUMNS, rows, clock, tall=True)
