"""For whoever shows, by a TXT record, that a domain is his: what is known about it, in no attacker's words."""

from dataclasses import asdict
from datetime import datetime

import streamlit as st

from data.errors import ChangeRefused, TooManySubmissions
from data.store.domain_proofs import Challenge, State, challenge, check_proof, proven_domain
from data.store.owner import incidents_of_domain
from pages.parts.clock import read_clock
from pages.parts.inert import inert, inert_block
from pages.parts.knocking import count_visit
from pages.parts.tables import Column, csv_button, show_table
from pages.parts.theme import MITIGATION
from pages.parts.wiring import reading, wiring, writing
from pages.parts.words import say

CHALLENGE, SECRET, SAID = "owner_challenge", "owner_secret", "owner_said"


def opened_domain(now: datetime) -> str | None:
    """The domain that this visitor proved to be his."""
    secret = st.session_state.get(SECRET)
    if not secret:
        return None
    with reading("look-up") as db:
        return proven_domain(db, secret, now)


def show_proof(domain: str, now: datetime) -> None:
    """The way to the details of a domain, or the details."""
    with st.expander(say("lookup.proof_title"), type="compact"), st.container(key="proof"):
        if opened_domain(now) == domain:
            _show_details(domain)
            return
        st.caption(say("lookup.proof_hint"))
        asked = st.session_state.get(CHALLENGE)
        if isinstance(asked, Challenge) and asked.domain == domain:
            _show_challenge(asked, now)
        else:
            _show_start(domain, now)
        if st.session_state.get(SAID):
            st.text(inert(st.session_state.pop(SAID), 400))


def _show_start(domain: str, now: datetime) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.button(say("lookup.proof_start"), key="proof_start"):
            try:
                st.session_state[CHALLENGE] = challenge(wiring().keys, domain, now)
            except ChangeRefused as refusal:
                st.session_state[SAID] = str(refusal)
            st.rerun()
        secret = st.text_input(say("lookup.proof_key"), max_chars=200, type="password", key="proof_key")
        if st.button(say("lookup.proof_open"), key="proof_open"):
            _check(domain, (secret or "").strip(), now)


def _show_challenge(asked: Challenge, now: datetime) -> None:
    st.caption(say("lookup.proof_record"))
    st.code(inert_block(f'{asked.name}. IN TXT "{asked.record}"'), language=None, wrap_lines=True)
    st.caption(say("lookup.proof_secret"))
    st.code(asked.secret, language=None, wrap_lines=True)
    if st.button(say("lookup.proof_check"), type="primary", key="proof_check"):
        _check(asked.domain, asked.secret, now)


def _check(domain: str, secret: str, now: datetime) -> None:
    try:
        count_visit("proof", now)
        with writing("submit") as db:
            state = check_proof(db, wiring().keys, domain, secret, wiring().look_up_texts, now)
    except TooManySubmissions as refusal:
        st.session_state[SAID] = str(refusal)
    else:
        st.session_state[SECRET] = secret if state == "proven" else None
        st.session_state[SAID] = _words(state)
    st.rerun()


def _words(state: State) -> str | None:
    if state == "proven":
        return None
    if state == "missing":
        return say("lookup.proof_missing")
    return say("lookup.proof_unanswered") if state == "unanswered" else say("lookup.proof_expired")


def _show_details(domain: str) -> None:
    with reading("look-up") as db:
        rows = [asdict(row) for row in incidents_of_domain(db, domain)]
    if not rows:
        st.caption(say("lookup.proof_none"))
        return
    columns = (
        Column("incident_id", say("lookup.proof_what.incident"), width=80),
        Column("platform", say("lookup.proof_what.platform"), "platform", 100),
        Column("mechanism", say("lookup.proof_what.mechanism"), width=150),
        Column("status", say("lookup.proof_what.status"), "state", 120, MITIGATION),
        Column("observations", say("lookup.proof_what.messages"), "count", 80),
        Column("first_seen_at", say("lookup.proof_what.first"), "when", 100),
        Column("last_seen_at", say("lookup.proof_what.last"), "when", 100),
    )
    show_table("owner", columns, rows, read_clock())
    csv_button("owner", columns, rows)
