"""One report: what it says with what was recognised in it, its links, and what people decided."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Literal

import streamlit as st

from data.errors import SubmissionRefused
from data.store.database import Database
from data.store.intelligence_links import link_reports
from data.store.intelligence_shapes import Link, ReportDetail, ReportRow, TriageState
from data.store.intelligence_triage import (
    decide_link,
    link_target,
    reports_naming,
    set_triage,
    set_vendor_domain,
)
from data.store.reads import events
from pages.parts.changes import change_rows, history_columns
from pages.parts.clock import Clock
from pages.parts.figures import counted, public_id
from pages.parts.inert import inert, inert_block
from pages.parts.layout import INCIDENTS, INTELLIGENCE, WAVES, Fact, card, card_title, facts, link
from pages.parts.marked import KINDS, marked_text
from pages.parts.report_filters import report_query
from pages.parts.tables import Column, Row, table_block
from pages.parts.theme import LINK_STATES, TRIAGE
from pages.parts.visitor import author, may_write
from pages.parts.wiring import writing

TEXT_HEIGHT = 420
SHORT_TEXT = 1_500
MOST_LINKS = 6
"""Links in sight; the rest is folded away."""
SAID = "said"
RECOGNISED = (
    Column("kind", "What", width=70),
    Column("name", "Name", width=230),
    Column("key", "Known as", width=128),
    Column("evidence", "Sentence", width=240),
)
REASONS = (
    Column("signal", "Signal", width=262),
    Column("weight", "Weight", "count", 58),
    Column("evidence", "Sentence", width=348),
)
MEASURES = (
    Column("name", "Who", width=100),
    Column("measure", "Measure", width=126),
    Column("status", "Proposes", width=74),
    Column("phase", "Phase", width=48),
    Column("day", "Day", width=92),
    Column("sentence", "Sentence", width=232),
    Column("party", "Known as", width=100),
)
VERSIONS = (
    Column("replaced_at", "Replaced", "when", 98),
    Column("title", "Title", width=220),
    Column("text", "Text", width=300),
)


def show_report(db: Database, found: ReportDetail, clock: Clock) -> None:
    row = found.row
    _show_report_head(row, clock)
    if row.title:
        with st.container(key="report_title"):
            st.text(inert(row.title, 500))
    _show_facts(found, clock)
    _show_troubles(found)
    with st.container(key="cards"):
        left, right = st.columns((7, 5), gap="small")
    with left:
        _show_text(found)
        _show_recognised(found, clock)
        _show_reasons(found, clock)
    with right:
        _show_links(found, clock)
        _show_history(db, found, clock)


def _show_report_head(row: ReportRow, clock: Clock) -> None:
    state = TRIAGE[row.state]
    with st.container(horizontal=True, vertical_alignment="center", key="head"):
        st.page_link(INTELLIGENCE, label="Intelligence", icon=":material/arrow_back:", query_params=report_query())
        st.title(public_id(row.report_id), anchor=False, width="content")
        st.badge(state.text, color=state.badge)
        st.badge("advisory" if row.kind == "advisory" else "report", color="gray")
        about = "about relay abuse" if row.relevant else "about something else"
        st.badge(f"{about} · {row.score:g}", color="gray", help="The score of its words; see why below.")
        st.space("stretch")
        if not may_write():
            return
        if st.button("Relevant", key="triage_relevant", type="primary", disabled=row.state == "relevant"):
            _set_state(row, "relevant", clock)
        if st.button("Dismiss", key="triage_dismissed", disabled=row.state == "dismissed"):
            _set_state(row, "dismissed", clock)
        if row.state != "new" and st.button("Back to new", key="triage_new"):
            _set_state(row, "new", clock)


def _set_state(row: ReportRow, state: TriageState, clock: Clock) -> None:
    with writing() as db:
        set_triage(db, row.report_id, state, actor=author(), now=clock.now)
    st.rerun()


def _show_facts(found: ReportDetail, clock: Clock) -> None:
    row = found.row
    facts(
        (
            Fact("Publisher", row.publisher or ""),
            *([Fact("Author", found.author)] if found.author else []),
            Fact("Published", clock.day(row.published_at) if row.published_at else "it does not say"),
            Fact("Language", row.language or ""),
            Fact("Came in", clock.with_utc(row.added_at)),
            Fact("By", found.added_by),
            Fact("Address", row.url or ""),
        )
    )


def _show_troubles(found: ReportDetail) -> None:
    if found.row.waiting:
        st.caption("This page has not been read yet: `relaywatch collect reports` reads it at its next turn.")
    for sentence in filter(None, (found.page_failure, *found.warnings[:5])):
        st.text(inert(sentence, 500))


def _show_text(found: ReportDetail) -> None:
    with card("text"):
        with card_title("text", "What it says", "recognised words in brackets; nothing in it is a link"):
            pass
        marked = marked_text(found.text, found.mentions)
        height: int | Literal["content"] = TEXT_HEIGHT if len(marked) > SHORT_TEXT else "content"
        with st.container(height=height, border=False, key="report_text"):
            st.text(inert_block(marked, 60_000) or "No text.")


def _show_recognised(found: ReportDetail, clock: Clock) -> None:
    rows = [asdict(mention) | {"kind": KINDS[mention.kind]} for mention in found.mentions]
    with card("recognised"):
        table_block(
            "recognised", "Recognised", "in the order of the text", RECOGNISED, rows, clock,
            nothing="No platform, vendor, subject, day or measure was recognised.",
        )  # fmt: skip
        _match_names(found, clock)
    if found.mitigations:
        with card("measures"):
            table_block(
                "measures", "Measures it speaks of", "proposals; they set nothing", MEASURES,
                [asdict(item) for item in found.mitigations], clock, nothing="None.", wraps=True,
            )  # fmt: skip


def _match_names(found: ReportDetail, clock: Clock) -> None:
    """Names that no catalogue knows, to be matched to a domain by a person."""
    unknown = sorted({mention.name for mention in found.mentions if mention.kind == "vendor" and not mention.key})
    if not unknown or not may_write():
        return
    with (
        st.expander(f"{counted(len(unknown), 'name')} without a domain", type="compact"),
        st.form("match", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        name = st.selectbox("Name", unknown, format_func=inert, key="match_name", width=220)
        domain = st.text_input("Its domain", placeholder="company.example", key="match_domain", width=220)
        pressed = st.form_submit_button("Match")
    if pressed and name:
        _say_or_rerun(lambda: _match(name, domain, clock))


def _match(name: str, domain: str, clock: Clock) -> None:
    with writing() as db:
        set_vendor_domain(db, name, domain, actor=author(), now=clock.now)
        link_reports(db, reports_naming(db, name))


def _show_links(found: ReportDetail, clock: Clock) -> None:
    with card("links"):
        with card_title("links", "Links", "proposed by platform, date, domain and quoted subject"):
            pass
        _show_said()
        if not found.links:
            st.caption("Nothing that is kept here fits it. Type an incident, a wave or a domain to link it.")
        _show_each_link(found, clock)
        if not may_write():
            return
        with st.form("link", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
            typed = st.text_input("Link with", placeholder="W-0001, RW-0001, company.example", key="link_typed")
            pressed = st.form_submit_button("Link")
    if pressed:
        _say_or_rerun(lambda: _add_link(found.row, typed, clock))


def _show_each_link(found: ReportDetail, clock: Clock) -> None:
    """Waves before vendors before incidents, what was decided first."""
    order = ("wave", "vendor", "incident")
    states = ("confirmed", "proposed", "rejected")
    ranked = sorted(found.links, key=lambda item: (states.index(item.state), order.index(item.kind)))
    for place, item in enumerate(ranked[:MOST_LINKS]):
        _show_link(found.row, item, place, clock)
    if len(ranked) > MOST_LINKS:
        with st.expander(f"{counted(len(ranked) - MOST_LINKS, 'further link')}", type="compact"):
            for place, item in enumerate(ranked[MOST_LINKS:], MOST_LINKS):
                _show_link(found.row, item, place, clock)


def _show_link(row: ReportRow, item: Link, place: int, clock: Clock) -> None:
    state = LINK_STATES[item.state]
    with st.container(border=True, key=f"link_{place}", gap=None):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(state.text, color=state.badge)
            if item.kind == "vendor":
                st.text(inert(item.target, 120), width="content")
            else:
                page = WAVES if item.kind == "wave" else INCIDENTS
                link(public_id(item.target), page, {"id": item.target})
            st.space("stretch")
            if may_write():
                _show_decision(row, item, place, clock)
        if item.reason:
            with st.container(key=f"because_{place}"):
                st.text(inert_block("\n".join(f"· {reason}" for reason in item.reason.split("; ")), 1_000))


def _show_decision(row: ReportRow, item: Link, place: int, clock: Clock) -> None:
    if st.button("Confirm", key=f"confirm_{place}", type="tertiary", disabled=item.state == "confirmed"):
        _decide(row, item, clock, confirmed=True)
    if st.button("Reject", key=f"reject_{place}", type="tertiary", disabled=item.state == "rejected"):
        _decide(row, item, clock, confirmed=False)


def _decide(row: ReportRow, item: Link, clock: Clock, *, confirmed: bool) -> None:
    with writing() as db:
        decide_link(db, row.report_id, item.kind, item.target, confirmed=confirmed, actor=author(), now=clock.now)
    st.rerun()


def _add_link(row: ReportRow, typed: str, clock: Clock) -> None:
    with writing() as db:
        kind, target = link_target(db, typed)
        decide_link(db, row.report_id, kind, target, confirmed=True, actor=author(), now=clock.now)


def _show_reasons(found: ReportDetail, clock: Clock) -> None:
    rows: list[Row] = [
        {"signal": signal, "weight": weight, "evidence": evidence} for signal, weight, evidence in found.reasons
    ]
    with card("reasons"):
        table_block(
            "reasons", "Why it is judged so", "from its words alone", REASONS, rows, clock,
            nothing="Nothing in it speaks for or against relay abuse.",
        )  # fmt: skip


def _show_history(db: Database, found: ReportDetail, clock: Clock) -> None:
    rows = change_rows(events(db, found.row.report_id))
    with card("history"):
        table_block(
            "history",
            "History",
            "who did what",
            history_columns(rows),
            rows,
            clock,
            nothing="Nobody has decided anything yet.",
        )
        if found.versions:
            versions = [asdict(version) | {"text": version.text[:2_000]} for version in found.versions]
            caption = counted(len(versions), "version")
            table_block("versions", "Earlier versions", caption, VERSIONS, versions, clock, nothing="", wraps=True)


def _say_or_rerun(act: Callable[[], None]) -> None:
    """Do something that may be refused; the sentence is shown at the next run."""
    try:
        act()
    except SubmissionRefused as refusal:
        st.session_state[SAID] = str(refusal)
    st.rerun()


def _show_said() -> None:
    said = st.session_state.pop(SAID, None)
    if isinstance(said, str):
        st.text(inert(said, 500))
