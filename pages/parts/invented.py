"""Above every page of a demonstration: that all of it is invented, and the way to be rid of it."""

from datetime import UTC, datetime

import streamlit as st

from data.errors import StoreError
from data.judgement.access import Right
from data.store.demonstration import handed_in_beside, holds_demonstration, remove_demonstration
from pages.parts.figures import counted
from pages.parts.visitor import may
from pages.parts.wiring import reading, writing

REMOVES: Right = "audit"
"""Asked of whoever takes the demonstration out: it goes for everybody."""


def show_demonstration() -> None:
    """The line above the page where the database holds the demonstration, else nothing."""
    try:
        with reading("submit") as db:
            told = holds_demonstration(db)
            yours = handed_in_beside(db) if told else 0
    except StoreError:
        # The page itself says what is wrong with the database, where it needs one.
        return
    if not told:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="demonstration"):
        st.badge("Demonstration", icon=":material/science:", color="violet")
        st.caption("Every company, mail and report here is invented.", width="content")
        st.space("stretch")
        if may(REMOVES):
            with st.popover("Remove it", type="tertiary", key="remove_menu"):
                _offer(yours)


def _offer(yours: int) -> None:
    stays = f" What you handed in yourself ({counted(yours, 'submission')}) stays." if yours else ""
    st.markdown(f"Messages, incidents, reports and everything said about them go, for everybody.{stays}")
    if st.button("Remove the demonstration", type="primary", key="remove_demonstration"):
        with st.spinner("Removing the demonstration"), writing(REMOVES) as store:
            remove_demonstration(store, datetime.now(UTC))
        st.session_state.clear()
        st.query_params.clear()
        st.rerun()
