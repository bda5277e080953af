"""Submit: paste or upload, see what it is and what would be kept, then keep it, then see where it belongs."""

import secrets
from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from data.errors import SubmissionRefused
from data.model import Reading
from data.store.admission import Admitted, Door
from pages.parts.answer import (
    Answer,
    choose_reading,
    items_of,
    read_all,
    show_answer,
    show_expert_part,
    show_facts,
    show_kept_form,
    show_refusals,
)
from pages.parts.clock import Clock, read_clock
from pages.parts.figures import count, counted, public_id
from pages.parts.inert import inert
from pages.parts.layout import INCIDENTS, card, card_title, head, link
from pages.parts.visitor import is_local_visitor
from pages.parts.wiring import reading, wiring, writing
from pages.parts.words import say

ANSWER, INTAKE, VISITOR = "answer", "intake", "visitor"
MOST_MEGABYTES = 25


def submit() -> None:
    clock = read_clock()
    with head(say("submit.title")):
        pass
    with st.container(key="cards_submit"):
        left, right = st.columns((5, 7), gap="medium")
    with left:
        _ask()
    with right:
        answer: Answer | None = st.session_state.get(ANSWER)
        if answer is None:
            _show_how()
        else:
            _show(answer, clock)


def _ask() -> None:
    with st.form("submit", border=False):
        files = st.file_uploader(
            say("submit.upload"), accept_multiple_files=True, max_upload_size=MOST_MEGABYTES, key="files"
        )
        pasted = st.text_area(say("submit.paste"), height=240, placeholder=say("submit.paste_hint"), key="paste")
        with st.container(horizontal=True, vertical_alignment="center"):
            pressed = st.form_submit_button(say("submit.check"), type="primary")
            st.caption(say("submit.promise"), width="content")
    if not pressed:
        return
    items = items_of(files, pasted or "")
    st.session_state.pop(INTAKE, None)
    st.session_state[ANSWER] = read_all(wiring().read, items) if items else None
    if not items:
        st.warning(say("submit.nothing"))


def _show_how() -> None:
    with card("how"):
        with card_title("how", say("how.title"), say("how.hint")):
            pass
        for program in ("gmail", "outlook", "apple", "thunderbird"):
            st.markdown(say(f"how.{program}"), anchors=False)


def _show(answer: Answer, clock: Clock) -> None:
    show_refusals(answer, clock)
    if not answer.readings:
        return
    chosen = choose_reading(answer.readings, clock)
    show_answer(chosen)
    with reading() as db:
        show_facts(db, chosen, clock)
    _show_keeping(answer.readings, chosen, clock)
    show_expert_part(chosen, clock)


def _show_keeping(readings: Sequence[Reading], chosen: Reading, clock: Clock) -> None:
    with card("keep"):
        hint = f"{say('keep.hint')}: {counted(chosen.kept.masked, 'place')}"
        with card_title("keep", say("keep.title"), hint):
            pass
        show_kept_form(chosen)
        if INTAKE in st.session_state:
            _show_intake(st.session_state[INTAKE])
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            label = (
                say("keep.button") if len(readings) == 1 else f"{say('keep.button_many')} ({count(len(readings))})"
            )
            pressed = st.button(label, type="primary", key="keep")
            st.caption(say("keep.why"), width="content")
        if pressed and _keep(readings, clock.now):
            st.rerun()


def _keep(readings: Sequence[Reading], now: datetime) -> bool:
    """Store what was looked at, or hold it; False, and said, where it is not taken. The web form is anonymous: it
    counts, and never confirms or renames anything."""
    door = Door(wiring().settings, wiring().keys)
    visitor = st.session_state.setdefault(VISITOR, secrets.token_hex(16))
    visit = door.local(visitor, now) if is_local_visitor() else door.stranger(visitor, st.context.ip_address, now)
    try:
        door.knock(visit)
        with writing() as db:
            st.session_state[INTAKE] = door.hand_in(db, visit, readings)
    except SubmissionRefused as refusal:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(say("keep.refused"), color="yellow")
            st.text(inert(str(refusal)), width="content")
        return False
    return True


def _show_intake(admitted: Admitted) -> None:
    """Where it went: the incident, the messages that stand in none, or those who review it."""
    intake = admitted.intake
    if admitted.held_id is not None:
        st.badge(say("keep.held"), color="blue")
        return
    st.badge(
        f"✓ {say('keep.done')} {', '.join(public_id(item.observation_id) for item in intake.taken[:5])}",
        color="green",
    )
    if intake.duplicates:
        st.caption(say("keep.duplicate"))
    found = dict.fromkeys(item.incident_id for item in intake.taken if item.incident_id)
    for incident_id in list(found)[:5]:
        words = say("keep.opened") if incident_id in intake.incidents_opened else say("keep.belongs")
        link(f"{words} {public_id(incident_id)}", INCIDENTS, {"id": incident_id})
    if not found:
        st.caption(say("keep.no_incident"))
        link(say("keep.messages"), INCIDENTS, {"view": "messages"})


if __name__ == "__main__":
    submit()
