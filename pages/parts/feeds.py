"""The health of feeds, and adding, pausing, removing them; lists of feeds in and out."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime

import streamlit as st

from data.errors import SubmissionRefused
from data.intelligence.feed_list import ListedFeed
from data.store.database import Database
from data.store.intelligence_feeds import add_feed, feeds, fetches, pause_feed, remove_feed
from data.store.intelligence_shapes import FeedRow
from data.store.known_feeds import add_catalogue_feeds
from pages.parts.clock import Clock
from pages.parts.download import download
from pages.parts.figures import counted
from pages.parts.inert import inert
from pages.parts.layout import Fact, card, card_title, facts
from pages.parts.tables import Column, Row, csv_button, show_table, table_block
from pages.parts.theme import FEED_STATES
from pages.parts.visitor import author, may_write
from pages.parts.wiring import wiring, writing

SAID = "feeds_said"
UPLOAD_MB = 2
COLUMNS = (
    Column("feed_id", "Feed", width=64),
    Column("state", "State", "state", 124, FEED_STATES),
    Column("title", "Title", width=170),
    Column("address", "Address", width=250),
    Column("fetched_at", "Last good", "when", 98),
    Column("due_at", "Next due", "when", 98),
    Column("failures", "Failures", "count", 64),
    Column("failure", "Why", width=180),
    Column("reports", "Reports", "count", 62),
    Column("relevant", "Relevant", "count", 68),
)
ORIGIN = (Column("added_by", "Added by"), Column("source", "Address named by"))
"""Of a feed that was clicked; the CSV has them for all."""
FETCHES = (
    Column("at", "When", "when", 98),
    Column("status", "Answer", width=70),
    Column("outcome", "Outcome", width=90),
    Column("bytes", "Bytes", "count", 80),
    Column("seconds", "Seconds", "count", 76),
    Column("reason", "Why", width=420),
)


def feed_rows(found: Sequence[FeedRow]) -> list[Row]:
    return [asdict(row) | {"state": "paused" if row.paused else row.state} for row in found]


def show_feeds(db: Database, clock: Clock) -> None:
    found = feeds(db)
    _show_said()
    if not found:
        _show_no_feeds(clock)
        return
    rows = feed_rows(found)
    with card("feeds"):
        with card_title("feeds", "Health", _summary(found)):
            _opml_button(found)
            csv_button("feeds", (*COLUMNS, *ORIGIN), rows)
        chosen = show_table("feeds", COLUMNS, rows, clock, opens=True, wraps=True)
        if chosen is None:
            st.caption("Click a feed to see its requests, to pause it or to remove it.")
    if chosen is not None:
        _show_feed(db, found[chosen], clock)


def show_adding_feeds(clock: Clock) -> None:
    """One address, a list of feeds, or the well-known ones."""
    with st.form("add_feed", border=False):
        typed = st.text_input("Address of a feed", placeholder="https://news.example/feed", max_chars=2_000)
        if st.form_submit_button("Add feed"):
            _do(lambda: _add(typed, clock.now))
    with st.form("add_opml", border=False, clear_on_submit=True):
        file = st.file_uploader("List of feeds (OPML)", max_upload_size=UPLOAD_MB, key="opml")
        if st.form_submit_button("Add the list") and file is not None:
            _do(lambda: _add_list(file.getvalue(), clock.now))
    if st.button("Add the well-known feeds", key="add_known"):
        _do(lambda: _add_known(clock.now))


def _show_no_feeds(clock: Clock) -> None:
    with st.container(border=True, horizontal_alignment="center", key="empty"):
        st.space("medium")
        st.markdown("## No feeds yet", anchors=False, width="content")
        st.caption(
            "Feeds of security news, national authorities and status pages bring advisories here. "
            "Nothing is asked of anybody before a collector runs.",
            width="content",
        )
        if may_write() and st.button("Add the well-known feeds", key="first_feeds", type="primary"):
            _do(lambda: _add_known(clock.now))
        st.caption("Then let a collector run, once or beside the server:", width="content")
        st.code("relaywatch collect all\nrelaywatch serve --collect 15m", language=None, width=420)
        st.space("medium")


def _show_feed(db: Database, row: FeedRow, clock: Clock) -> None:
    with card("feed"):
        with card_title("feed", "Requests", "the newest first"):
            if may_write():
                _show_changing(row, clock)
        facts(
            (
                Fact("Feed", f"{row.feed_id} {row.title or ''}"),
                Fact("Address", row.address),
                Fact("Added by", row.added_by),
                Fact("Address named by", row.source or ""),
            ),
            "feed",
        )
        for sentence in filter(None, (row.failure, row.warning)):
            st.text(inert(sentence, 500))
        asked = [asdict(item) | {"status": str(item.status or "none")} for item in fetches(db, row.feed_id)]
        table_block(
            "fetches", "Fetches", counted(len(asked), "request"), FETCHES, asked, clock,
            nothing="Nobody has asked for it yet: run relaywatch collect feeds.",
        )  # fmt: skip


def _show_changing(row: FeedRow, clock: Clock) -> None:
    label = "Ask again" if row.paused else "Pause"
    if st.button(label, key="pause_feed", type="tertiary"):
        _do(lambda: _pause(row, clock.now))
    if st.button("Remove", key="remove_feed", type="tertiary"):
        _do(lambda: _remove(row, clock.now))


def _summary(found: Sequence[FeedRow]) -> str:
    failing = sum(row.state in ("failing", "gone") for row in found)
    never = sum(row.state == "never fetched" for row in found)
    return f"{counted(len(found), 'feed')} · {failing:,} failing · {never:,} never fetched"


def _opml_button(found: Sequence[FeedRow]) -> None:
    listed = [ListedFeed(row.address, row.title) for row in found if row.address.startswith("http")]
    write = wiring().intelligence.write_feeds
    download("OPML", lambda: write(listed), "relaywatch-feeds.opml", "text/x-opml", "csv_opml", kind="tertiary")


def _add(typed: str, now: datetime) -> str:
    address = safe_address(typed)
    if address is None:
        raise SubmissionRefused("That is no web address; type one such as https://news.example/feed.")
    with writing() as db:
        _, new = add_feed(db, address, now=now, added_by=author())
    return "Added; a collector asks for it at its next turn." if new else "This feed is there already."


def _add_list(blob: bytes, now: datetime) -> str:
    listed = wiring().intelligence.read_feeds(blob)
    with writing() as db:
        new = sum(add_feed(db, item.address, now=now, added_by="opml", title=item.title)[1] for item in listed.feeds)
    return f"{new:,} added, {len(listed.feeds) - new:,} were there already, {listed.left_out:,} left out."


def _add_known(now: datetime) -> str:
    with writing() as db:
        return f"{add_catalogue_feeds(db, now):,} well-known feeds added; a collector asks for them at its next turn."


def _pause(row: FeedRow, now: datetime) -> str:
    with writing() as db:
        pause_feed(db, row.feed_id, paused=not row.paused, actor=author(), now=now)
    return "It is asked again from now on." if row.paused else "Paused: nobody asks for it until you say so."


def _remove(row: FeedRow, now: datetime) -> str:
    with writing() as db:
        remove_feed(db, row.feed_id, actor=author(), now=now)
    return "Removed. What it brought stays; add its address again to go on."


def safe_address(typed: str) -> str | None:
    """A typed address made safe; https where no scheme was typed."""
    text = typed.strip()
    return wiring().intelligence.safe_address(text if "://" in text else f"https://{text}") if text else None


def _do(act: Callable[[], str]) -> None:
    """Do something and say at the next run what came of it."""
    try:
        st.session_state[SAID] = act()
    except SubmissionRefused as refusal:
        st.session_state[SAID] = str(refusal)
    st.rerun()


def _show_said() -> None:
    said = st.session_state.pop(SAID, None)
    if isinstance(said, str):
        st.text(inert(said, 500))
