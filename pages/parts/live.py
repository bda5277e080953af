"""New observations appear without a reload: a fragment asks now and then whether anything changed, nothing more."""

import streamlit as st

from data.store.freshness import freshness
from pages.parts.wiring import reading

EVERY_SECONDS = 15
_SEEN = "freshness"


@st.fragment(run_every=EVERY_SECONDS)
def keep_fresh() -> None:
    """Runs the page again once something was stored, settled or said; two rows of two indexes a look."""
    with reading() as db:
        now = freshness(db)
    if st.session_state.setdefault(_SEEN, now) != now:
        st.session_state[_SEEN] = now
        st.rerun()
