"""One wave: its head, its figures, and its cards in their order."""

from collections.abc import Mapping
from datetime import timedelta

import streamlit as st

from data.mitigation import FIXED
from data.store.database import Database
from data.store.exposure_reads import wave_doors
from data.store.exposure_shapes import WaveDoor
from data.store.reads import template, waves
from data.store.shapes import IncidentFilter, WaveRow
from data.store.spread import (
    WaveFigures,
    recurrences,
    wave_figures,
    wave_spread,
)
from pages.parts.clock import Clock
from pages.parts.figures import change, count, public_id
from pages.parts.inert import inert
from pages.parts.layout import (
    INCIDENTS,
    MOST_QUOTED,
    VENDORS,
    WAVES,
    Query,
    Tile,
    link,
    tiles,
)
from pages.parts.sharing import save_button
from pages.parts.span import Span, span_between
from pages.parts.templates import template_words
from pages.parts.theme import WAVE_STATES
from pages.parts.wave_cards import (
    show_flow,
    show_history,
    show_incidents,
    show_payload,
    show_recurrence,
    show_reports,
    show_spread,
)

HOUR = timedelta(hours=1)
MOST_OTHERS = 50


def show_wave(db: Database, row: WaveRow, clock: Clock) -> None:
    span = _span(row, clock)
    figures = wave_figures(db, row, clock.now)
    parties = wave_spread(db, row.wave_id, span.since, span.bin_seconds)
    earlier = recurrences(db, row, clock.now)
    _show_wave_head(row, figures, earlier, waves(db, limit=MOST_OTHERS + 1), clock)
    said = template(db, row.template_id)
    if said and said.parts:
        with st.container(key="small_words"):
            st.text(inert(f"“{template_words(said.parts)}”", MOST_QUOTED))
    doors = wave_doors(db, row.wave_id)
    _show_tiles(row, figures, doors)
    show_spread(parties, doors, figures, span, clock)
    with st.container(key="cards"):
        left, right = st.columns((7, 5), gap="small")
    with left:
        show_flow(db, row, doors)
        show_incidents(db, row, clock)
    with right:
        show_payload(db, row, said)
        show_recurrence(row, earlier, clock)
        show_reports(db, row, clock)
        show_history(db, row, clock)


def _show_wave_head(
    row: WaveRow, figures: WaveFigures, earlier: list[WaveRow], others: list[WaveRow], clock: Clock
) -> None:
    state = WAVE_STATES[row.state]
    end = "now" if row.state != "over" else clock.when(row.last_seen_at)
    with st.container(horizontal=True, vertical_alignment="center", key="head"):
        st.page_link(WAVES, label="Waves", icon=":material/arrow_back:")
        st.title(public_id(row.wave_id), anchor=False, width="content")
        st.badge(state.text, color=state.badge)
        if any(other.first_seen_at < row.first_seen_at for other in earlier):
            st.badge("↻ came back", color="red" if row.state != "over" else "gray")
        st.caption(
            f"{clock.when(row.first_seen_at)} – {end} · template {public_id(row.template_id)} · {figures.mechanism}",
            width="content",
        )
        st.space("stretch")
        _choose_other(row, others)
        _show_exports(row)
        link("Its messages", INCIDENTS, {"wave": row.wave_id, "view": "messages"})


def _show_exports(row: WaveRow) -> None:
    where = IncidentFilter(wave_id=row.wave_id)
    with st.popover("Export", icon=":material/download:", width="content"):
        save_button("Incidents, CSV", what="incidents", form="csv", where=where)
        save_button("Briefing, HTML", what="briefing", form="html", where=where)
        save_button("Briefing, Markdown", what="briefing", form="md", where=where)
        save_button("STIX 2.1", what="stix", form="json", where=where)


def _choose_other(row: WaveRow, others: list[WaveRow]) -> None:
    """The latest other waves, to be compared with; nothing to choose where this is the only one."""
    ids = [public_id(other.wave_id) for other in others if other.wave_id != row.wave_id][:MOST_OTHERS]
    if not ids:
        return
    chosen = st.selectbox(
        "Compare with",
        ids,
        index=None,
        key="compare",
        placeholder="Compare with",
        label_visibility="collapsed",
        width=150,
    )
    if chosen:
        st.switch_page(WAVES, query_params={"id": row.wave_id, "with": chosen})


def _show_tiles(row: WaveRow, figures: WaveFigures, doors: Mapping[str, WaveDoor]) -> None:
    fixed = sum(door.status in FIXED for door in doors.values())
    own: Query = {"wave": row.wave_id}
    day = change(figures.observations_24h, 0)
    new = change(figures.parties_24h, 0)
    note = "none in 24 h" if row.state != "over" else "it is over"
    tiles(
        [
            Tile(
                "observations",
                "Observations",
                count(row.observations),
                day,
                "in 24 h" if day else note,
                query={**own, "view": "messages"},
            ),
            Tile(
                "parties",
                "Abused parties",
                count(row.parties),
                new,
                "in 24 h" if new else "none new in 24 h",
                query=own,
            ),
            Tile("platforms", "Platforms", count(figures.platforms), None, "that it came through", query=own),
            Tile("recipients", "Recipients", count(figures.recipients), None, "known, by keyed hash", query=own),
            Tile(
                "confirmed",
                "Confirmed",
                f"{count(figures.confirmed)} of {count(figures.incidents)}",
                None,
                "incidents",
                query={**own, "confirmation": "confirmed"} if figures.confirmed else own,
            ),
            Tile(
                "mitigated",
                "Mitigated",
                f"{count(fixed)} of {count(len(doors))}",
                None,
                "abused parties",
                color="green",
                page=VENDORS,
                query={"wave": row.wave_id},
            ),
        ]
    )


def _span(row: WaveRow, clock: Clock) -> Span:
    """To now while it is on, else to its end; cells wide enough to be seen."""
    until = clock.now if row.state != "over" else row.last_seen_at + HOUR
    room = max(timedelta(), 12 * HOUR - (until - row.first_seen_at))
    return span_between(row.first_seen_at - room / 4, min(until + room * 3 / 4, clock.now), clock.zone, finest=3_600)
