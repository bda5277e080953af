"""Intelligence: public reports and advisories in triage, one of them, and the health of feeds.

The address says it all: ?state=new&feed=F-0001, ?id=R-0001, ?view=feeds.
"""

from collections.abc import Sequence

import streamlit as st

from data.errors import SubmissionRefused
from data.export.tables import REPORTS
from data.store.database import Database
from data.store.intelligence_feeds import feeds
from data.store.intelligence_links import link_reports
from data.store.intelligence_pages import ask_for_page, save_page
from data.store.intelligence_reads import count_reports, report, report_facets, reports, triage_counts
from data.store.values import public_id as public
from pages.parts.clock import Clock, read_clock
from pages.parts.feeds import safe_address, show_adding_feeds, show_feeds
from pages.parts.figures import count, counted
from pages.parts.filters import asked, choose_one, show_address
from pages.parts.inert import inert
from pages.parts.layout import INTELLIGENCE, head, link
from pages.parts.report import show_report
from pages.parts.report_filters import (
    asked_reports,
    is_narrowed,
    report_query,
    reset_reports,
    show_report_filters,
)
from pages.parts.tables import Column, Row, csv_button, row_of, show_table
from pages.parts.theme import TRIAGE
from pages.parts.visitor import author, enter, may_write
from pages.parts.wiring import reading, wiring, writing

VIEWS = {"reports": "Reports", "feeds": "Feeds"}
MOST_ROWS = 1_000
PASTE_LIMIT = 60_000
UPLOAD_MB = 10
SAID = "intelligence_said"

COLUMNS = (
    Column("report_id", "Report", width=66),
    Column("state", "State", "state", 100, TRIAGE),
    Column("title", "Title", width=380),
    Column("publisher", "Publisher", width=136),
    Column("published_at", "Published", "when", 98),
    Column("platforms", "Platforms", "several", 108),
    Column("vendors", "Vendors", "several", 170),
    Column("links", "Linked with", "several", 84),
    Column("proposed", "Proposed", "count", 70),
)


def page() -> None:
    enter("intelligence")
    clock = read_clock()
    show_address()
    with reading() as db:
        if asked("id"):
            _show_one(db, clock)
        elif asked("view") == "feeds":
            _show_head("feeds", "", [], clock)
            show_feeds(db, clock)
        else:
            _show_reports(db, clock)


def _show_one(db: Database, clock: Clock) -> None:
    found = report(db, asked("id") or "")
    if found is None:
        with head("Not here"):
            pass
        st.caption("There is no report of that id.")
        link("All reports", INTELLIGENCE)
        return
    show_report(db, found, clock)


def _show_reports(db: Database, clock: Clock) -> None:
    where = asked_reports()
    found = reports(db, where, limit=MOST_ROWS)
    total = count_reports(db, where) if len(found) == MOST_ROWS else len(found)
    waiting = triage_counts(db).get("new", 0)
    rows: list[Row] = [row_of(row) for row in found]
    _show_head("reports", f"{counted(total, 'report')} · {count(waiting)} wait for somebody", rows, clock)
    show_report_filters(report_facets(db), feeds(db))
    _show_said()
    if not rows:
        _show_nothing(db)
        return
    opened = show_table("reports", COLUMNS, rows, clock, opens=True, wraps=True)
    if opened is not None:
        st.switch_page(INTELLIGENCE, query_params=report_query() | {"id": found[opened].report_id})
    if total > len(rows):
        st.caption(f"The {len(rows):,} newest of {total:,} are shown; filter to see others.")


def _show_head(view: str, summary: str, rows: Sequence[Row], clock: Clock) -> None:
    with head("Intelligence"):
        if summary:
            st.caption(summary, width="content")
        choose_one("view", "View", list(VIEWS), VIEWS.__getitem__, view, usual="reports")
        if may_write():
            _show_adding(view, clock)
        if rows:
            csv_button("reports", REPORTS.columns, rows, loud=True)


def _show_adding(view: str, clock: Clock) -> None:
    with st.popover("Add", icon=":material/add:", key="add"):
        if view == "feeds":
            show_adding_feeds(clock)
        else:
            _show_adding_pages(clock)


def _show_nothing(db: Database) -> None:
    """What to do where the list is empty."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="nothing"):
        if is_narrowed():
            st.caption("Nothing matches.", width="content")
            st.button("Reset filters", on_click=reset_reports, type="tertiary", key="reset_nothing")
        elif count_reports(db):
            st.caption("Nothing that is kept is about relay abuse.", width="content")
            link("Show everything", INTELLIGENCE, {"relevant": "all"})
        else:
            st.caption(
                "No reports yet. Add a page by its address or paste one, or let feeds bring them:", width="content"
            )
            link("Feeds", INTELLIGENCE, {"view": "feeds"})


def _show_adding_pages(clock: Clock) -> None:
    with st.form("add_page", border=False):
        typed = st.text_input("Address of a page", placeholder="https://news.example/story", max_chars=2_000)
        if st.form_submit_button("Add page"):
            _ask(typed, clock)
    with st.form("add_text", border=False):
        source = st.text_input("Where the text is from, if it has an address", max_chars=2_000)
        pasted = st.text_area("Or paste a page or post", max_chars=PASTE_LIMIT, height=120)
        file = st.file_uploader("Or a saved page", max_upload_size=UPLOAD_MB, key="page_file")
        if st.form_submit_button("Read it"):
            blob = file.getvalue() if file is not None else pasted.encode("utf-8", "replace")
            _take(blob, file.name if file is not None else "pasted", source, clock)


def _ask(typed: str, clock: Clock) -> None:
    address = safe_address(typed)
    if address is None:
        _say("That is no web address; type one such as https://news.example/story.")
        return
    with writing() as db:
        report_id, _ = ask_for_page(db, address, now=clock.now, added_by=author())
    st.switch_page(INTELLIGENCE, query_params={"id": report_id})


def _take(blob: bytes, name: str, source: str, clock: Clock) -> None:
    """A page or post that was handed in: read, kept, linked, shown."""
    if not blob.strip():
        _say("Paste the text of a page, or choose a saved one, first.")
        return
    try:
        found = wiring().intelligence.read_page(blob, name, safe_address(source))
    except SubmissionRefused as refusal:
        _say(str(refusal))
        return
    with writing() as db:
        saved = save_page(db, found, now=clock.now, added_by=author())
        link_reports(db, saved.touched)
    st.switch_page(INTELLIGENCE, query_params={"id": public("report", saved.touched[0])})


def _say(sentence: str) -> None:
    st.session_state[SAID] = sentence
    st.rerun()


def _show_said() -> None:
    said = st.session_state.pop(SAID, None)
    if isinstance(said, str):
        st.text(inert(said, 500))


if __name__ == "__main__":
    page()
