"""The analysts' own work on an incident: its state, whose it is, what they noted."""

from datetime import UTC, datetime

import streamlit as st

from data.errors import DecisionRefused
from data.store.database import Database
from data.store.triage import NAME_LIMIT, NOTE_LIMIT, STATES, TriageState, add_note, notes, set_triage, triage
from pages.parts.clock import Clock
from pages.parts.deciding import AUTHOR
from pages.parts.figures import counted
from pages.parts.inert import inert, inert_block
from pages.parts.layout import card, card_title
from pages.parts.theme import WORK
from pages.parts.visitor import author, may_write
from pages.parts.wiring import writing

MOST_NOTES = 50


def show_triage(db: Database, incident_id: str) -> None:
    """State and assignee: set as soon as they are chosen."""
    found = triage(db, incident_id)
    state, assignee = f"triage_{incident_id}", f"assignee_{incident_id}"
    st.session_state[state], st.session_state[assignee] = found.state, found.assignee or ""
    st.segmented_control(
        "Work",
        STATES,
        key=state,
        format_func=lambda name: WORK[name].text,
        required=True,
        label_visibility="collapsed",
        disabled=not may_write(),
        on_change=_set_state,
        args=(incident_id,),
    )
    st.text_input(
        "Assignee",
        key=assignee,
        placeholder="nobody's",
        icon=":material/person:",
        label_visibility="collapsed",
        width=170,
        max_chars=NAME_LIMIT,
        disabled=not may_write(),
        on_change=_set_assignee,
        args=(incident_id,),
    )


def _set_state(incident_id: str) -> None:
    _set(incident_id, state=st.session_state[f"triage_{incident_id}"])


def _set_assignee(incident_id: str) -> None:
    _set(incident_id, assignee=st.session_state[f"assignee_{incident_id}"])


def _set(incident_id: str, *, state: TriageState | None = None, assignee: str | None = None) -> None:
    who = author(st.session_state.get(AUTHOR, ""))
    with writing() as db:
        set_triage(db, [incident_id], actor=who, now=datetime.now(UTC), state=state, assignee=assignee)


def show_notes(db: Database, incident_id: str, clock: Clock) -> None:
    """What analysts wrote, the oldest first, and room for more."""
    found = notes(db, incident_id)
    with card("notes"):
        with card_title("notes", "Notes", counted(len(found), "note") if found else "kept for ever"):
            pass
        for place, note in enumerate(found[-MOST_NOTES:]):
            with st.container(gap=None, key=f"note_{place}"):
                st.text(inert(f"{note.actor}, {clock.with_utc(note.at)}", 200))
                st.text(inert_block(note.text, NOTE_LIMIT))
        if not may_write():
            return
        with st.form("note", border=False, clear_on_submit=True):
            text = st.text_area(
                "Note",
                max_chars=NOTE_LIMIT,
                height=80,
                label_visibility="collapsed",
                key="note_text",
                placeholder="What the next person should know",
            )
            if st.form_submit_button("Add note"):
                _add(incident_id, text)


def _add(incident_id: str, text: str) -> None:
    try:
        with writing() as db:
            add_note(db, incident_id, text, actor=author(st.session_state.get(AUTHOR, "")), now=datetime.now(UTC))
    except DecisionRefused as error:
        st.text(inert(str(error), 300))
        return
    st.rerun()
