"""An analyst decides: what and why, what it would change before it changes, and the way back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import get_args

import streamlit as st

from data.errors import DecisionRefused
from data.plain import plain_line
from data.store.database import Database
from data.store.decided import Decided, decided
from data.store.decisions import Decision, DecisionKind, decide, preview, undo
from data.store.effects import Effect
from data.store.triage import STATES, set_triage
from data.vocabulary import Mechanism, VerdictName
from pages.parts.clock import Clock
from pages.parts.figures import counted
from pages.parts.inert import inert, inert_block
from pages.parts.layout import card, card_title
from pages.parts.tables import forget_chosen
from pages.parts.theme import WORK
from pages.parts.visitor import author, may_write
from pages.parts.wiring import writing

ASKED, DONE, AUTHOR = "deciding", "decided", "author"
MOST_UNDONE = 20
LABELS = {
    "confirm": "Confirm",
    "merge": "Merge into another",
    "split": "Split off",
    "move": "Move to another incident",
    "relabel": "Call it something else",
    "ignore": "Ignore: no abuse",
    "assign": "Assign",
    "undo": "Undo",
}
TITLES = {
    "confirm": "Confirm as an analyst",
    "merge": "Merge incidents",
    "split": "Split off messages",
    "move": "Move messages",
    "relabel": "Another verdict or mechanism",
    "ignore": "No abuse: out of counts and waves",
    "assign": "Whose it is",
    "undo": "Undo a decision",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a kind of decision, the public ids that it is for, or the decision to undo; `place` is where on
    the pages it was asked, and where it is answered."""

    place: str
    kind: str
    ids: tuple[str, ...] = ()
    number: int = 0


def decide_menu(name: str, label: str, kinds: Sequence[str], ids: Sequence[str]) -> None:
    """The menu of decisions about some ids; it says so where none are chosen, and is not there for readers."""
    if not may_write():
        return
    picked = st.menu_button(
        label, list(kinds), format_func=LABELS.__getitem__, key=f"decide_{name}", disabled=not ids, type="secondary"
    )
    if picked:
        ask(Question(name, picked, tuple(ids)))


def ask(question: Question) -> None:
    st.session_state[ASKED] = question


def show_question(place: str) -> None:
    """What was asked at a place of a page, until it is decided or cancelled."""
    question = st.session_state.get(ASKED)
    if question is None or question.place != place or not may_write():
        return
    with card("question"):
        with card_title("question", TITLES[question.kind]):
            if st.button("Cancel", type="tertiary", key="cancel"):
                _forget()
                st.rerun()
        _show(question)


def show_done() -> None:
    """What the last decision changed, said once."""
    done = st.session_state.pop(DONE, ())
    if done:
        with st.container(border=True, key="edge_ok_decided"):
            st.text(inert_block("\n".join(done)))


def _forget() -> None:
    st.session_state.pop(ASKED, None)


def show_decided(db: Database, incident_id: str, clock: Clock) -> None:
    """The decisions in force about an incident, each with its way back."""
    for item in decided(db, incident_id)[:MOST_UNDONE]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"decision_{item.number}"):
            st.text(inert(_told(item, clock), 300), width="stretch")
            if may_write() and st.button("Undo", key=f"undo_{item.number}", type="tertiary", icon=":material/undo:"):
                ask(Question(f"history {incident_id}", "undo", number=item.number))
    show_question(f"history {incident_id}")


def _told(item: Decided, clock: Clock) -> str:
    about = ", ".join(item.subjects[:3])
    words = f"{item.kind} {about} · {item.actor}, {clock.day(item.at)}: {item.reason}"
    return f"{item.number} · {words}"


def _show(question: Question) -> None:
    key = f"{question.kind}_{'_'.join(question.ids[:3])}_{question.number}"
    st.text(inert(_about(question), 300))
    if question.kind == "assign":
        _show_assign(question, key)
        return
    decision = _fields(question, key)
    is_ready = question.kind == "undo" or _preview(decision)
    with st.container(horizontal=True, gap="small"):
        reason = st.text_input("Why", max_chars=1_000, key=f"why_{key}", placeholder="It stands in the history")
        name = st.text_input("Your name", st.session_state.get(AUTHOR, ""), max_chars=80, width=200, key=f"who_{key}")
    if st.button(LABELS[question.kind], type="primary", key="decide_now", disabled=not is_ready):
        st.session_state[AUTHOR] = name
        if not reason.strip():
            _refuse("Say why: the next person who reads the history must understand it.")
            return
        who, now = author(name), datetime.now(UTC)
        if question.kind == "undo":
            _carry_out(lambda db: undo(db, question.number, actor=who, reason=reason, now=now))
        elif decision:
            _carry_out(lambda db: decide(db, decision, actor=who, reason=reason, now=now))


def _about(question: Question) -> str:
    if question.kind == "undo":
        return f"Decision {question.number} is taken back; everything stands as it did before."
    shown = ", ".join(question.ids[:12])
    return shown if len(question.ids) <= 12 else f"{shown} and {len(question.ids) - 12} more"


def _fields(question: Question, key: str) -> Decision | None:
    """The decision as far as it is filled in; None while something is missing."""
    kind = question.kind
    if kind in {"merge", "move"}:
        into = st.text_input("Into", placeholder="RW-0001", width=200, key=f"into_{key}").strip()
        # Of several that were ticked, one may be what the others go into.
        others = tuple(name for name in question.ids if name != into.upper())
        return Decision(_kind(kind), others or question.ids, into=into) if into else None
    if kind == "relabel":
        with st.container(horizontal=True):
            verdict = st.selectbox(
                "Verdict", get_args(VerdictName), None, key=f"verdict_{key}", placeholder="as it is"
            )
            mechanism = st.selectbox(
                "Mechanism", get_args(Mechanism), None, key=f"mechanism_{key}", placeholder="as it is"
            )
        named = verdict or mechanism
        return Decision("relabel", question.ids, verdict=verdict, mechanism=mechanism) if named else None
    return None if kind == "undo" else Decision(_kind(kind), question.ids)


def _kind(kind: str) -> DecisionKind:
    found: DecisionKind = next(item for item in get_args(DecisionKind) if item == kind)
    return found


def _preview(decision: Decision | None) -> bool:
    """What would change, in sentences; whether it can be decided."""
    if decision is None:
        st.caption("What would change is said here.")
        return False
    try:
        with writing() as db:
            effect = preview(db, decision, now=datetime.now(UTC))
    except DecisionRefused as error:
        _refuse(str(error))
        return False
    st.text(inert_block("\n".join(effect.sentences[:12])) or "Nothing else would change.")
    return True


def _refuse(sentence: str) -> None:
    with st.container(border=True, key="edge_now_refused"):
        st.text(inert(sentence, 600))


def _carry_out(act: Callable[[Database], Effect]) -> None:
    try:
        with writing() as db:
            effect = act(db)
    except DecisionRefused as error:
        _refuse(str(error))
        return
    _leave(effect.sentences[:3] or ("Done.",))


def _leave(sentences: Sequence[str]) -> None:
    st.session_state[DONE] = tuple(sentences)
    _forget()
    forget_chosen()
    st.rerun()


def _show_assign(question: Question, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        state = st.segmented_control("State", STATES, format_func=lambda name: WORK[name].text, key=f"state_{key}")
        typed = st.text_input("A person or a team", max_chars=80, key=f"assignee_{key}", placeholder="as it is")
    if st.button("Set", type="primary", key="decide_now"):
        name = plain_line(typed, 80)
        with writing() as db:
            set_triage(
                db,
                question.ids,
                actor=author(st.session_state.get(AUTHOR, "")),
                now=datetime.now(UTC),
                state=state,
                assignee=name or None,
            )
        _leave((f"{counted(len(question.ids), 'incident')} set.",))
