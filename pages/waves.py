"""Waves: all on one time line; one with its spread, flow, payload and recurrence; two compared.

The address says it all: ?id=W-0001, ?id=W-0001&with=W-0002.
"""

from collections.abc import Sequence

import streamlit as st

from data.store.database import Database
from data.store.reads import templates, wave, waves, waves_between
from data.store.shapes import WaveRow
from pages.parts import columns
from pages.parts.charts import show
from pages.parts.clock import Clock, read_clock
from pages.parts.empty import NO_WAVES, show_empty
from pages.parts.figures import counted
from pages.parts.filters import asked, show_address
from pages.parts.layout import EXPORTS, WAVES, card, card_title, head, link
from pages.parts.live import keep_fresh
from pages.parts.span import span_between
from pages.parts.tables import Column, csv_button, row_of, show_table
from pages.parts.theme import theme_type
from pages.parts.visitor import enter
from pages.parts.wave import show_wave
from pages.parts.wave_lanes import MOST_TEMPLATES, draw_waves, lanes_of
from pages.parts.wave_pair import show_comparison
from pages.parts.wiring import reading

MOST_ROWS = 200

COLUMNS = (
    columns.WAVE,
    columns.WAVE_STATE,
    Column("template_id", "Template", width=76),
    Column("title", "Seen as", width=330),
    columns.OBSERVATIONS.wide(60),
    columns.PARTIES,
    Column("sparkline", "Its last 48 h", "area", 110),
    columns.FIRST_SEEN,
    columns.LAST_SEEN,
)


def page() -> None:
    enter("waves")
    clock = read_clock()
    show_address()
    keep_fresh()
    with reading() as db:
        if asked("id"):
            _show_one(db, clock)
        else:
            _show_all(db, clock)


def _show_one(db: Database, clock: Clock) -> None:
    """One wave, or two side by side. An id that was merged away leads to the wave that took it in."""
    wanted = asked("id") or ""
    found = wave(db, wanted, now=clock.now)
    if found is None:
        with head("Not here"):
            pass
        st.caption("There is no wave of that id.")
        link("All waves", WAVES)
        return
    if found.wave_id != wanted:
        st.query_params["id"] = found.wave_id
    other = wave(db, asked("with") or "", now=clock.now)
    if other and other.wave_id != found.wave_id:
        show_comparison(db, found, other, clock)
    else:
        show_wave(db, found, clock)


def _show_all(db: Database, clock: Clock) -> None:
    every = waves_between(db)
    found = waves(db, limit=MOST_ROWS)
    rows = [row_of(row) for row in found]
    with head("Waves"):
        st.caption(_summary(every), width="content")
        if rows:
            csv_button("waves", COLUMNS, rows, loud=True)
    if not found:
        show_empty(NO_WAVES)
        return
    _show_time_line(db, every, clock)
    opened = show_table("waves", COLUMNS, rows, clock, opens=True, tall=True)
    if len(every) > len(rows):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"The {len(rows):,} last seen of {len(every):,} are shown.", width="content")
            link("All of them as a file", EXPORTS)
    if opened is not None:
        st.switch_page(WAVES, query_params={"id": found[opened].wave_id})


def _summary(every: Sequence[WaveRow]) -> str:
    on = sum(row.state != "over" for row in every)
    return f"{counted(len(every), 'wave')} · {counted(on, 'is', 'are')} on"


def _show_time_line(db: Database, found: Sequence[WaveRow], clock: Clock) -> None:
    first = min(row.first_seen_at for row in found)
    span = span_between(first, clock.now, clock.zone)
    number = len({row.template_id for row in found})
    caption = "a lane a template, named by its words; what came back stands on its lane again"
    if number > MOST_TEMPLATES:
        caption += f"; the {MOST_TEMPLATES:,} last seen of {number:,}"
    with card("lanes"):
        with card_title("lanes", "Time line", caption):
            pass
        figure = draw_waves(found, templates(db, lanes_of(found)), span, clock, theme_type())
        show(figure, "lanes", "All waves on one time line, a lane a template")


if __name__ == "__main__":
    page()
