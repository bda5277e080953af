"""Submit: paste or upload, see what it is and what would be kept, then keep it, then see where it belongs."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime

import streamlit as st

from data.errors import SubmissionRefused
from data.model import Reading, Refusal
from data.store.admission import Admitted, Door
from data.store.claims import save_claim
from data.store.known import known_of, known_waves
from pages.parts.answer import show_answer, show_claim_answer, show_expert_part, show_facts
from pages.parts.claim_form import ask_claim, read_claim
from pages.parts.clock import Clock, read_clock
from pages.parts.figures import public_id
from pages.parts.filters import asked, choose_one
from pages.parts.handed_in import EVERY, Answer, is_only_shown, items_of, read_all, show_refusals
from pages.parts.inert import inert
from pages.parts.keeping import SHOWN, show_claim_form, show_intake, show_kept_forms, show_kept_title
from pages.parts.layout import card, card_title, head
from pages.parts.privacy import show_privacy
from pages.parts.several import choose_reading, forget_choices, show_flood
from pages.parts.visitor import address_of_visitor, enter, is_local_visitor
from pages.parts.wiring import reading, wiring, writing
from pages.parts.words import LANGUAGES, choose_language, language_name, say, say_number

ANSWER, INTAKE, VISITOR, MINE = "answer", "intake", "visitor", "mine"
MOST_MEGABYTES = 25
SOURCE, PHONE = "source", "phone"


def submit() -> None:
    enter("submit")
    clock = read_clock()
    language = choose_language(asked("lang"))
    with head(say("submit.title")):
        if len(LANGUAGES) > 1:
            choose_one("lang", say("language.choose"), list(LANGUAGES), language_name, language)
    st.markdown(say("submit.calm"), anchors=False)
    with st.container(key="cards_submit"):
        left, right = st.columns((5, 7), gap="medium")
    with left:
        way = PHONE if asked("way") == PHONE else SOURCE
        choose_one("way", say("submit.way"), [SOURCE, PHONE], _way_label, way, usual=SOURCE)
        if way == PHONE:
            _ask_claim(clock)
        else:
            _ask()
        show_privacy()
    with right:
        answer: Answer | None = st.session_state.get(ANSWER)
        if answer is None:
            _show_how()
        else:
            _show(answer, clock)


def _way_label(way: str) -> str:
    return say("submit.way_phone") if way == PHONE else say("submit.way_source")


def _ask() -> None:
    with st.form("submit", border=False):
        files = st.file_uploader(
            say("submit.upload"), accept_multiple_files=True, max_upload_size=MOST_MEGABYTES, key="files"
        )
        st.caption(say("submit.upload_hint", megabytes=MOST_MEGABYTES))
        pasted = st.text_area(say("submit.paste"), height=240, placeholder=say("submit.paste_hint"), key="paste")
        with st.container(horizontal=True, vertical_alignment="center"):
            pressed = st.form_submit_button(say("submit.check"), type="primary")
            st.caption(say("submit.promise"), width="content")
    if not pressed:
        return
    items = items_of(files, pasted or "")
    _answer(read_all(wiring().read, items) if items else None)
    if not items:
        # The browser refuses a file that is too large before it gets here, so both cases look the same.
        st.warning(say("submit.nothing", megabytes=MOST_MEGABYTES))


def _ask_claim(clock: Clock) -> None:
    typed = ask_claim()
    if typed is None:
        return
    _answer(read_claim(wiring().read, typed, clock) if typed.subject.strip() else None)
    if not typed.subject.strip():
        st.warning(say("phone.nothing"))


def _answer(answer: Answer | None) -> None:
    """Take the place of the answer before, and of what was chosen in it."""
    forget_choices()
    for name in (INTAKE, SHOWN):
        st.session_state.pop(name, None)
    st.session_state[ANSWER] = answer


def _show_how() -> None:
    with card("how"):
        with card_title("how", say("how.title"), say("how.hint")):
            pass
        for program in ("gmail", "outlook", "apple", "thunderbird", "phone"):
            st.markdown(say(f"how.{program}"), anchors=False)


def _show(answer: Answer, clock: Clock) -> None:
    if answer.readings:
        _show_read(answer, clock)
    else:
        show_refusals(answer.refused, others=False)


def _show_read(answer: Answer, clock: Clock) -> None:
    """What it is before all else; what could not be read stands below the answer."""
    if len(answer.readings) > 1:
        with reading("submit") as db:
            waves = known_waves(db, answer.readings, st.session_state.get(MINE, ()))
        show_flood(answer.readings, waves, clock)
    chosen = choose_reading(answer.readings, clock)
    with reading("submit") as db:
        known = known_of(db, chosen, clock.now, st.session_state.get(MINE, ()))
    if answer.claim:
        show_claim_answer(known, clock)
        _show_keeping(answer, clock)
        return
    if is_only_shown(chosen):
        show_claim_answer(known, clock)
        show_refusals(answer.refused, others=True)
        st.caption(say("submit.only_shown"))
        _show_keeping(answer, clock)
        show_expert_part(chosen, clock)
        return
    show_answer(chosen, known, clock)
    show_refusals(answer.refused, others=True)
    show_facts(chosen, known, clock)
    _show_keeping(answer, clock)
    show_expert_part(chosen, clock)


def _show_keeping(answer: Answer, clock: Clock) -> None:
    done = INTAKE in st.session_state
    with card("keep"):
        show_kept_title(sum(found.kept.masked for found in answer.readings), done=done)
        if answer.claim:
            show_claim_form(answer.claim)
        else:
            show_kept_forms(answer.readings, clock)
        if done:
            _show_done(st.session_state[INTAKE])
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            pressed = st.button(say_number("keep.button", len(answer.readings)), type="primary", key="keep")
            st.caption(say("keep.why"), width="content")
        if pressed and _keep(answer, clock.now):
            st.rerun()


def _keep(answer: Answer, now: datetime) -> bool:
    """Store what was looked at, or hold it: the only place where this page keeps anything. False, and said, where it
    is not taken. The web form is anonymous: it counts, and never confirms or renames anything."""
    door = Door(wiring().settings, wiring().keys)
    visitor = st.session_state.setdefault(VISITOR, secrets.token_hex(16))
    visit = door.local(visitor, now) if is_local_visitor() else door.stranger(visitor, address_of_visitor(), now)
    try:
        door.knock(visit)
        with writing("submit") as db:
            if answer.claim:
                st.session_state[INTAKE] = save_claim(db, visit.submission, answer.claim)
                return True
            admitted = door.hand_in(db, visit, answer.readings, through=_told)
    except SubmissionRefused as refusal:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(say("keep.refused"), color="yellow")
            st.text(inert(str(refusal)), width="content")
        return False
    st.session_state[INTAKE] = admitted
    st.session_state.setdefault(MINE, set()).update(
        item.observation_id for item in admitted.intake.taken if not item.duplicate
    )
    return True


def _told(readings: Sequence[Reading | Refusal]) -> Iterator[Reading | Refusal]:
    """The readings, with a bar that tells how many were handed on, where there are many."""
    bar = st.progress(0.0, say("keep.saving")) if len(readings) > 1 else None
    for number, found in enumerate(readings, 1):
        yield found
        if bar and number % EVERY == 0:
            bar.progress(number / len(readings), say("keep.saving"))
    if bar:
        bar.empty()


def _show_done(kept: Admitted | str) -> None:
    if isinstance(kept, str):
        st.badge(f"✓ {public_id(kept)}", color="green")
        st.caption(say("keep.claim_done", ids=public_id(kept)))
        return
    if kept.held_id is not None:
        st.badge(say("keep.held"), color="blue")
        return
    show_refusals(kept.intake.refused, others=True)
    show_intake(kept.intake)


if __name__ == "__main__":
    submit()
