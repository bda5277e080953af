"""Two waves compared: their pace from their beginnings on, their payloads, the parties that both abused."""

from datetime import timedelta

import streamlit as st

from data.store.database import Database
from data.store.reads import observations_over_time, template
from data.store.shapes import Bin, WaveRow
from data.store.spread import wave_figures, wave_spread
from pages.parts import columns
from pages.parts.charts import show
from pages.parts.clock import Clock
from pages.parts.figures import count, public_id
from pages.parts.layout import WAVES, Fact, card, card_title, facts, link
from pages.parts.tables import Column, table_block
from pages.parts.templates import show_template
from pages.parts.theme import WAVE_STATES, theme_type
from pages.parts.wave_charts import draw_comparison

HOUR = timedelta(hours=1)

SHARED = (
    columns.PARTY.wide(220),
    columns.PLATFORM,
    Column("first", "Obs. in the first", "count", 130),
    Column("second", "Obs. in the second", "count", 140),
)


def show_comparison(db: Database, first: WaveRow, second: WaveRow, clock: Clock) -> None:
    """Two waves from their beginnings on, and the parties that both abused."""
    with st.container(horizontal=True, vertical_alignment="center", key="head"):
        st.page_link(
            WAVES,
            label=public_id(first.wave_id),
            icon=":material/arrow_back:",
            query_params={"id": first.wave_id},
        )
        title = f"{public_id(first.wave_id)} and {public_id(second.wave_id)}"
        st.title(title, anchor=False, width="content")
    drawn = [(row, _hourly(db, row)) for row in (first, second)]
    with card("comparison"):
        with card_title("comparison", "Pace", "share of its observations so many hours after its first"):
            pass
        show(draw_comparison(drawn, theme_type()), "comparison", f"Pace of {title}, from their beginnings on")
    with st.container(key="cards"):
        columns = st.columns(2, gap="small")
    for column, row in zip(columns, (first, second), strict=True):
        with column, card(f"side_{row.wave_id}"):
            with card_title(f"side_{row.wave_id}", public_id(row.wave_id), WAVE_STATES[row.state].text):
                link("Open", WAVES, {"id": row.wave_id})
            _show_side(db, row, clock)
    with card("shared"):
        rows = _shared(db, first, second)
        caption = f"{public_id(first.wave_id)} is the first, {public_id(second.wave_id)} the second"
        table_block("shared", "Abused in both", caption, SHARED, rows, clock, nothing="No party was abused in both.")


def _show_side(db: Database, row: WaveRow, clock: Clock) -> None:
    figures = wave_figures(db, row, clock.now)
    facts(
        (
            Fact("Observations", count(row.observations)),
            Fact("Abused parties", count(row.parties)),
            Fact("Platforms", count(figures.platforms)),
            Fact("Recipients", count(figures.recipients)),
            Fact("Busiest hour", count(figures.peak_observations)),
            Fact("First seen", clock.with_utc(row.first_seen_at)),
            Fact("Last seen", clock.with_utc(row.last_seen_at)),
        ),
        f"side_{row.wave_id}",
    )
    found = template(db, row.template_id)
    if found:
        show_template(found.parts, f"side_{row.wave_id}")


def _shared(db: Database, first: WaveRow, second: WaveRow) -> list[dict[str, object]]:
    sides = [
        {party.party: party for party in wave_spread(db, row.wave_id, row.first_seen_at, 86_400)}
        for row in (first, second)
    ]
    return [
        {
            "party": name,
            "platform": party.platform,
            "first": party.observations,
            "second": sides[1][name].observations,
        }
        for name, party in sides[0].items()
        if name in sides[1]
    ]


def _hourly(db: Database, row: WaveRow) -> list[Bin]:
    until = row.last_seen_at + HOUR
    return observations_over_time(db, row.first_seen_at, until, 3_600, wave_id=row.wave_id)
