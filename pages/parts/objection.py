"""The form by which an organisation disputes what was reported about it."""

from datetime import datetime

import streamlit as st

from data.errors import ChangeRefused, TooManySubmissions
from data.store.disputes import NAME_LIMIT, STATEMENT_LIMIT, Objection, Standing, dispute
from pages.parts.figures import public_id
from pages.parts.inert import inert
from pages.parts.knocking import count_visit
from pages.parts.owner import opened_domain
from pages.parts.wiring import writing
from pages.parts.words import say

KEPT, REFUSED = "dispute_kept", "dispute_refused"


def show_objection(about: str, now: datetime) -> None:
    """Who proved that the domain is his counts as its owner, everybody else by the name he types."""
    with st.expander(say("lookup.dispute_title"), type="compact"), st.container(key="dispute"):
        if KEPT in st.session_state:
            st.badge(f"✓ {say('lookup.dispute_done', number=public_id(st.session_state[KEPT]))}", color="green")
            return
        st.caption(say("lookup.dispute_hint"))
        with st.form("dispute", border=False):
            organisation = st.text_input(say("lookup.dispute_who"), max_chars=NAME_LIMIT, key="dispute_who")
            statement = st.text_area(say("lookup.dispute_why"), max_chars=STATEMENT_LIMIT, key="dispute_why")
            contact = st.text_input(say("lookup.dispute_contact"), max_chars=NAME_LIMIT, key="dispute_contact")
            pressed = st.form_submit_button(say("lookup.dispute_button"))
        if pressed:
            _dispute(Objection(about, organisation, statement, contact), now)
        if st.session_state.get(REFUSED):
            st.text(inert(st.session_state.pop(REFUSED), 400))


def _dispute(said: Objection, now: datetime) -> None:
    standing: Standing = "domain" if opened_domain(now) == said.about else "named"
    try:
        count_visit("dispute", now)
        with writing("submit") as db:
            st.session_state[KEPT] = dispute(db, said, standing, now=now).dispute_id
    except (ChangeRefused, TooManySubmissions) as refusal:
        st.session_state[REFUSED] = str(refusal)
        return
    st.rerun()
