"""One wave: figures, spread, flow, payload, languages, recurrence, incidents; and two waves compared."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta

import streamlit as st

from data.store.database import Database
from data.store.exposure_reads import wave_statuses
from data.store.reads import events, incidents, observations_over_time, template, waves
from data.store.shapes import Bin, IncidentFilter, WaveRow
from data.store.spread import (
    PartySpread,
    WaveFigures,
    recurrences,
    wave_figures,
    wave_flow,
    wave_languages,
    wave_spread,
)
from pages.parts.changes import HISTORY, change_rows
from pages.parts.charts import show
from pages.parts.clock import Clock
from pages.parts.figures import change, count, counted, percent, public_id
from pages.parts.inert import inert_block
from pages.parts.layout import INCIDENTS, WAVES, Fact, Query, Tile, card, card_title, facts, link, tiles
from pages.parts.span import Span, span_between
from pages.parts.tables import Column, csv_button, table_block
from pages.parts.templates import show_template
from pages.parts.theme import CONFIRMATIONS, MITIGATION, WAVE_STATES, State, theme_type
from pages.parts.wave_charts import MOST_LANES, MOST_PARTIES_IN_FLOW, draw_comparison, draw_flow, draw_spread

HOUR = timedelta(hours=1)
MOST_INCIDENTS = 1_000
MOST_EVENTS = 100
MOST_LANGUAGES = 6
MOST_OTHERS = 50

PARTIES = (
    Column("party", "Abused party", width=190),
    Column("platform", "Platform", "platform", 96),
    Column("observations", "Obs.", "count", 60),
    Column("first_seen_at", "First seen", "when", 100),
    Column("last_seen_at", "Last seen", "when", 100),
)
INCIDENT_ROWS = (
    Column("incident_id", "Incident", width=74),
    Column("confirmation", "State", "state", 118, CONFIRMATIONS),
    Column("party", "Abused party", width=180),
    Column("platform", "Platform", "platform", 96),
    Column("observations", "Obs.", "count", 56),
    Column("last_seen_at", "Last seen", "when", 100),
)
EARLIER = (
    Column("wave_id", "Wave", width=70),
    Column("observations", "Obs.", "count", 60),
    Column("parties", "Parties", "count", 60),
    Column("first_seen_at", "First seen", "when", 100),
    Column("last_seen_at", "Last seen", "when", 100),
)
SHARED = (
    Column("party", "Abused party", width=220),
    Column("platform", "Platform", "platform", 96),
    Column("first", "Obs. in the first", "count", 130),
    Column("second", "Obs. in the second", "count", 140),
)


def show_wave(db: Database, row: WaveRow, clock: Clock) -> None:
    span = _span(row, clock)
    figures = wave_figures(db, row, clock.now)
    parties = wave_spread(db, row.wave_id, span.since, span.bin_seconds)
    earlier = recurrences(db, row, clock.now)
    _show_wave_head(row, figures, earlier, waves(db, limit=MOST_OTHERS + 1), clock)
    _show_tiles(row, figures)
    _show_spread(parties, _statuses(db, row), figures, span, clock)
    with st.container(key="cards"):
        left, right = st.columns((7, 5), gap="small")
    with left:
        _show_flow(db, row)
        _show_incidents(db, row, clock)
    with right:
        _show_payload(db, row)
        _show_recurrence(row, earlier, clock)
        _show_history(db, row, clock)


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
        link("Its messages", INCIDENTS, {"wave": row.wave_id, "view": "messages"})


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


def _show_tiles(row: WaveRow, figures: WaveFigures) -> None:
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
            Tile("doubling", "Doubling time", _doubling(figures), None, "its last one", query=own),
        ]
    )


def _doubling(figures: WaveFigures) -> str:
    if figures.doubled_in is None:
        return "–"
    hours = figures.doubled_in / HOUR
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} d"


def _statuses(db: Database, row: WaveRow) -> dict[str, State]:
    return {name: MITIGATION[status] for name, status in wave_statuses(db, row.wave_id).items()}


def _show_spread(
    parties: list[PartySpread], statuses: Mapping[str, State], figures: WaveFigures, span: Span, clock: Clock
) -> None:
    rows = [asdict(party) for party in parties]
    more = f"; the first {MOST_LANES:,} of {len(parties):,}, all are in the CSV" if len(parties) > MOST_LANES else ""
    with card("spread"):
        busiest = f"{count(figures.peak_observations)} in the busiest hour, {clock.when(figures.peak_at)}"
        caption = f"parties as they were first seen; a cell is {span.cell_words}, stronger is more; {busiest}{more}"
        with card_title("spread", "Spread", caption):
            csv_button("spread", PARTIES, rows)
        figure = draw_spread(parties, statuses, span, clock, theme_type())
        show(figure, "spread", f"How the wave spread over {counted(len(parties), 'abused party', 'abused parties')}")


def _show_flow(db: Database, row: WaveRow) -> None:
    flows = wave_flow(db, row.wave_id)
    parties = len({flow.party for flow in flows})
    pooled = f"; the {MOST_PARTIES_IN_FLOW:,} largest parties" if parties > MOST_PARTIES_IN_FLOW else ""
    with card("flow"):
        with card_title(
            "flow", "Flow", f"platform → abused party → what was abused, all of {public_id(row.template_id)}{pooled}"
        ):
            pass
        figure = draw_flow(flows, _statuses(db, row), theme_type())
        show(figure, "flow", "Observations from platform over abused party to the template")


def _show_incidents(db: Database, row: WaveRow, clock: Clock) -> None:
    found = incidents(db, IncidentFilter(wave_id=row.wave_id), limit=MOST_INCIDENTS, now=clock.now)
    rows = [asdict(item) for item in found]
    with card("incidents"):
        opened = table_block(
            "incidents", "Incidents", "one an abused party", INCIDENT_ROWS, rows, clock, nothing="None.", opens=True
        )
    if opened is not None:
        st.switch_page(INCIDENTS, query_params={"id": found[opened].incident_id})


def _show_payload(db: Database, row: WaveRow) -> None:
    found = template(db, row.template_id)
    with card("payload"):
        with card_title("payload", "Payload", f"{public_id(row.template_id)}; slots change from mail to mail"):
            pass
        if found is None:
            st.caption("It is not kept any more.")
            return
        show_template(found.parts, "wave")
        if found.example_text:
            with st.expander("An example, redacted", type="compact"):
                st.code(inert_block(found.example_text), language=None, wrap_lines=True)
        _show_languages(db, row)


def _show_languages(db: Database, row: WaveRow) -> None:
    found = wave_languages(db, row.wave_id)
    seen = sum(number for _, number in found)
    if not seen:
        return
    shares = " · ".join(_share_words(language, number / seen) for language, number in found[:MOST_LANGUAGES])
    st.caption(f"Languages of the messages, the company's own words included: {shares}")


def _share_words(language: str | None, share: float) -> str:
    """ "de 22 %": two letters of our own list."""
    return f"{language or 'not told'} {percent(share)} %"


def _show_recurrence(row: WaveRow, earlier: list[WaveRow], clock: Clock) -> None:
    rows = [asdict(other) for other in earlier]
    with card("recurrence"):
        opened = table_block(
            "recurrence",
            "Recurrence",
            "other waves of this template; a click compares",
            EARLIER,
            rows,
            clock,
            nothing="This template was seen in no other wave.",
            opens=True,
        )
    if opened is not None:
        st.switch_page(WAVES, query_params={"id": row.wave_id, "with": earlier[opened].wave_id})


def _show_history(db: Database, row: WaveRow, clock: Clock) -> None:
    rows = change_rows(events(db, row.wave_id, limit=MOST_EVENTS))
    with card("history"):
        table_block("history", "History", "the newest first", HISTORY, rows, clock, nothing="Nothing yet.")


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


def _span(row: WaveRow, clock: Clock) -> Span:
    """To now while it is on, else to its end; cells wide enough to be seen."""
    until = clock.now if row.state != "over" else row.last_seen_at + HOUR
    room = max(timedelta(), 12 * HOUR - (until - row.first_seen_at))
    return span_between(row.first_seen_at - room / 4, min(until + room * 3 / 4, clock.now), clock.zone, finest=3_600)
