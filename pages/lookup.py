"""Look-up for whoever runs a help desk: are there reports about my domain or account, and is my own form open?

It answers yes or no, so it may stand open to everybody; how often one session may ask is limited.
"""

from datetime import datetime, timedelta

import streamlit as st

from data.errors import TooManySubmissions
from data.store.lookup import Answer, look_up
from pages.parts.clock import read_clock
from pages.parts.filters import asked
from pages.parts.inert import inert
from pages.parts.knocking import count_visit
from pages.parts.layout import card, card_title, head
from pages.parts.objection import show_objection
from pages.parts.owner import show_proof
from pages.parts.visitor import enter
from pages.parts.wiring import reading, wiring
from pages.parts.words import choose_language, say, say_list

ANSWER, ASKED_AT = "lookup_answer", "lookup_times"
NOTHING, TOO_OFTEN = "nothing", "too_often"
HOUR = timedelta(hours=1)


def page() -> None:
    enter("lookup")
    clock = read_clock()
    choose_language(asked("lang"))
    with head(say("lookup.title")):
        pass
    with st.container(key="cards_lookup"):
        left, right = st.columns((5, 7), gap="medium")
    with left:
        _ask(clock.now)
    with right:
        _show_steps()


def _ask(now: datetime) -> None:
    with st.form("lookup", border=False):
        name = st.text_input(say("lookup.field"), placeholder=say("lookup.hint"), max_chars=253, key="lookup_name")
        with st.container(horizontal=True, vertical_alignment="center"):
            pressed = st.form_submit_button(say("lookup.button"), type="primary")
            st.caption(say("lookup.promise"), width="content")
    if pressed:
        st.session_state[ANSWER] = _answer(name or "", now)
    answer = st.session_state.get(ANSWER)
    if answer is not None:
        _show_answer(answer, now)


def _answer(name: str, now: datetime) -> Answer | str:
    """The answer, or why there is none."""
    asked_at = [at for at in st.session_state.get(ASKED_AT, []) if now - at < HOUR]
    if len(asked_at) >= wiring().settings.lookups_limit:
        return TOO_OFTEN
    st.session_state[ASKED_AT] = [*asked_at, now]
    try:
        count_visit("lookup", now)
    except TooManySubmissions:
        return TOO_OFTEN
    with reading("look-up") as db:
        return look_up(db, name, now) or NOTHING


def _show_answer(answer: Answer | str, now: datetime) -> None:
    if not isinstance(answer, Answer):
        with st.container(border=True, key="edge_mute"):
            st.markdown(say("lookup.too_often") if answer == TOO_OFTEN else say("lookup.nothing"), anchors=False)
        return
    with st.container(border=True, key="edge_now" if answer.reported else "edge_ok"):
        st.text(inert(answer.asked, 253))
        st.markdown(_words(answer), anchors=False)
        if not answer.reported and not set(answer.asked) & set(".0123456789"):
            st.markdown(say("lookup.bare_name"), anchors=False)
    if answer.reported:
        show_objection(answer.asked, now)
        show_proof(answer.asked, now)


def _words(answer: Answer) -> str:
    if answer.disputed:
        return say("lookup.disputed")
    return say("lookup.reported") if answer.reported else say("lookup.not_reported")


def _show_steps() -> None:
    with card("own_form"):
        with card_title("own_form", say("lookup.test_title"), say("lookup.test_hint")):
            pass
        st.markdown(say_list("lookup.steps", numbered=True), anchors=False)
    with card("close_form"):
        with card_title("close_form", say("lookup.close_title"), say("lookup.close_hint")):
            pass
        st.markdown(say_list("lookup.measures"), anchors=False)


if __name__ == "__main__":
    page()
