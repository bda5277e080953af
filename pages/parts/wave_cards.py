"""The cards of one wave: its spread and flow, its incidents, its payload and where that was seen before."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta

import streamlit as st

from data.store.database import Database
from data.store.exposure_shapes import WaveDoor
from data.store.intelligence_reads import reports_about
from data.store.reads import events, incidents, template
from data.store.shapes import IncidentFilter, WaveRow
from data.store.spread import (
    PartySpread,
    WaveFigures,
    wave_flow,
    wave_languages,
)
from pages.parts import columns
from pages.parts.changes import change_rows, history_columns
from pages.parts.charts import show
from pages.parts.clock import Clock
from pages.parts.figures import count, counted, percent, public_id
from pages.parts.inert import inert_block
from pages.parts.layout import (
    INCIDENTS,
    INTELLIGENCE,
    WAVES,
    card,
    card_title,
)
from pages.parts.span import Span
from pages.parts.tables import Column, csv_button, table_block
from pages.parts.templates import show_template
from pages.parts.theme import MITIGATION, State, theme_type
from pages.parts.wave_charts import MOST_LANES, draw_spread
from pages.parts.wave_flow import MOST_PARTIES_IN_FLOW, draw_flow

HOUR = timedelta(hours=1)
MOST_INCIDENTS = 1_000
MOST_EVENTS = 100
MOST_LANGUAGES = 6
MOST_REPORTS = 50

PARTIES = (
    columns.PARTY.wide(190),
    columns.PLATFORM,
    columns.OBSERVATIONS.wide(60),
    columns.FIRST_SEEN,
    columns.LAST_SEEN,
)
INCIDENT_ROWS = (
    columns.INCIDENT,
    columns.CONFIRMATION,
    columns.PARTY,
    columns.PLATFORM,
    columns.OBSERVATIONS,
    columns.LAST_SEEN,
)
EARLIER = (
    columns.WAVE,
    columns.OBSERVATIONS.wide(60),
    columns.PARTIES,
    columns.FIRST_SEEN,
    columns.LAST_SEEN,
)
REPORTS = (
    Column("report_id", "Report", width=64),
    Column("kind", "Kind", width=68),
    Column("title", "Title", width=216),
    Column("published_at", "Published", "when", 98),
)


def show_spread(
    parties: list[PartySpread], doors: Mapping[str, WaveDoor], figures: WaveFigures, span: Span, clock: Clock
) -> None:
    rows = [asdict(party) for party in parties]
    more = f"; the first {MOST_LANES:,} of {len(parties):,}, all are in the CSV" if len(parties) > MOST_LANES else ""
    with card("spread"):
        busiest = f"{count(figures.peak_observations)} in the busiest hour, {clock.when(figures.peak_at)}"
        if figures.doubled_in is not None:
            busiest += f"; doubled in {_doubling(figures.doubled_in)}"
        caption = f"as first seen; a cell is {span.cell_words}, stronger is more; {busiest}{more}"
        with card_title("spread", "Spread", caption):
            csv_button("spread", PARTIES, rows)
        fixes = {name: door.fixed_at for name, door in doors.items() if door.fixed_at}
        figure = draw_spread(parties, _statuses(doors), span, clock, theme_type(), fixes)
        show(figure, "spread", f"How the wave spread over {counted(len(parties), 'abused party', 'abused parties')}")


def _doubling(span: timedelta) -> str:
    hours = span / HOUR
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} d"


def _statuses(doors: Mapping[str, WaveDoor]) -> dict[str, State]:
    return {name: MITIGATION[door.status] for name, door in doors.items()}


def show_flow(db: Database, row: WaveRow, doors: Mapping[str, WaveDoor]) -> None:
    flows = wave_flow(db, row.wave_id)
    parties = len({flow.party for flow in flows})
    pooled = f"; the {MOST_PARTIES_IN_FLOW:,} largest parties" if parties > MOST_PARTIES_IN_FLOW + 1 else ""
    with card("flow"):
        with card_title(
            "flow", "Flow", f"platform → abused party → what was abused, all of {public_id(row.template_id)}{pooled}"
        ):
            pass
        figure = draw_flow(flows, _statuses(doors), theme_type())
        show(figure, "flow", "Observations from platform over abused party to the template")


def show_incidents(db: Database, row: WaveRow, clock: Clock) -> None:
    found = incidents(db, IncidentFilter(wave_id=row.wave_id), limit=MOST_INCIDENTS, now=clock.now)
    rows = [asdict(item) for item in found]
    with card("incidents"):
        opened = table_block(
            "incidents", "Incidents", "one an abused party", INCIDENT_ROWS, rows, clock, nothing="None.", opens=True
        )
    if opened is not None:
        st.switch_page(INCIDENTS, query_params={"id": found[opened].incident_id})


def show_payload(db: Database, row: WaveRow) -> None:
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
    return f"{language or 'not told'}\N{NO-BREAK SPACE}{percent(share)}\N{NO-BREAK SPACE}%"


def show_recurrence(row: WaveRow, earlier: list[WaveRow], clock: Clock) -> None:
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


def show_reports(db: Database, row: WaveRow, clock: Clock) -> None:
    found = reports_about(db, row.wave_id, limit=MOST_REPORTS)
    with card("reports"):
        opened = table_block(
            "reports",
            "Reports and advisories",
            "linked, or proposed to be",
            REPORTS,
            [asdict(item) for item in found],
            clock,
            nothing="Nothing published is linked to it yet.",
            opens=True,
            wraps=True,
        )
    if opened is not None:
        st.switch_page(INTELLIGENCE, query_params={"id": found[opened].report_id})


def show_history(db: Database, row: WaveRow, clock: Clock) -> None:
    rows = change_rows(events(db, row.wave_id, limit=MOST_EVENTS))
    with card("history"):
        table_block(
            "history", "History", "the newest first", history_columns(rows), rows, clock, nothing="Nothing yet."
        )
