"""How often a visitor may come: counted for his session, his address block and everybody, as submissions are."""

import secrets
from datetime import datetime

import streamlit as st

from data.store.admission import Door
from pages.parts.visitor import address_of_visitor, is_local_visitor
from pages.parts.wiring import wiring

VISITOR = "visitor"


def visitor_id() -> str:
    """What tells this session apart from others; random, and in no cookie."""
    found: str = st.session_state.setdefault(VISITOR, secrets.token_hex(16))
    return found


def count_visit(what: str, now: datetime) -> None:
    """One more question of a kind. Raises TooManySubmissions; at this machine nobody counts."""
    if is_local_visitor():
        return
    door = Door(wiring().settings, wiring().keys)
    visit = door.stranger(f"{what}:{visitor_id()}", address_of_visitor(), now)
    door.ledger.knock(visit.allowances, now)
