"""Disputes as analysts see them: which wait, what one vendor says, and the decision."""

from collections.abc import Sequence

import streamlit as st

from data.errors import ChangeRefused
from data.store.database import Database
from data.store.disputes import DECISIONS, Decision, Dispute, decide_dispute, disputes_of, waiting_disputes
from data.store.values import number_of
from pages.parts.clock import Clock
from pages.parts.figures import counted, public_id
from pages.parts.inert import inert, inert_block
from pages.parts.layout import VENDORS, card, card_title, link
from pages.parts.visitor import author, may_write
from pages.parts.wiring import writing

REFUSED = "decision_refused"
STANDINGS = {"named": "name typed, not shown to be his", "token": "by token", "domain": "shown to own the domain"}
DECIDED: dict[Decision, str] = {
    "upheld": "Upheld: stays out of public view",
    "rejected": "Rejected: shown again",
}
MOST_LINKS = 5


def show_waiting(db: Database) -> None:
    """Who waits for a decision, with the way to each; nothing where nobody does."""
    found = waiting_disputes(db)
    if not found:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="edge_now_disputes"):
        st.badge("● Disputed", color="orange")
        st.markdown(f"**{counted(len(found), 'dispute')}** to decide.", anchors=False, width="content")
        for item in found[:MOST_LINKS]:
            link(public_id(item.dispute_id), VENDORS, {"party": item.party_key})


def show_disputes(db: Database, key: str, clock: Clock) -> None:
    """What was said against the entries of one party; nothing where nobody said anything."""
    found = disputes_of(db, key)
    if not found:
        return
    with card("disputes"):
        with card_title("disputes", "Disputes", "what the organisation says; out of public view until decided"):
            pass
        if st.session_state.get(REFUSED):
            st.text(inert(st.session_state.pop(REFUSED), 400))
        for item in found:
            _show_dispute(item, clock)
        if may_write():
            _show_decision([item for item in found if item.decision is None], clock)


def _show_dispute(item: Dispute, clock: Clock) -> None:
    with st.container(border=True, gap=None, key=f"dispute_{item.dispute_id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{public_id(item.dispute_id)}**", anchors=False, width="content")
            if item.decision == "upheld":
                st.badge("upheld", color="gray")
            elif item.decision == "rejected":
                st.badge("rejected", color="gray")
            else:
                st.badge("waits", color="orange")
            st.badge(STANDINGS[item.standing], color="gray")
            if not item.hides:
                st.badge("in public view", color="gray")
            st.caption(clock.with_utc(item.made_at), width="content")
        st.text(inert(item.organisation, 120))
        st.text(inert_block(item.statement, 2_000))
        if item.contact:
            st.text(inert(f"To be reached at {item.contact}", 200))
        if item.decision:
            st.text(inert(f"{item.decided_by}: {item.reason}", 2_100))


def _show_decision(waiting: Sequence[Dispute], clock: Clock) -> None:
    if not waiting:
        return
    with (
        st.form("decide", border=False, clear_on_submit=True),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        number = st.selectbox("Dispute", [item.dispute_id for item in waiting], width=110)
        decision: Decision = st.selectbox("Decision", list(DECISIONS), format_func=DECIDED.__getitem__, width=260)
        reason = st.text_input("Why", max_chars=2_000)
        pressed = st.form_submit_button("Decide", type="primary")
    if pressed:
        _decide(number_of("dispute", number or "") or 0, decision, reason, clock)


def _decide(number: int, decision: Decision, reason: str, clock: Clock) -> None:
    try:
        with writing() as db:
            decide_dispute(db, number, decision, actor=author(), reason=reason, now=clock.now)
    except ChangeRefused as refused:
        st.session_state[REFUSED] = str(refused)
    st.rerun()
