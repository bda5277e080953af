"""Vendors: who is abused, through which door, and how far they are with closing it; one vendor; one platform.

The address says it all: ?status=recurred&platform=zendesk, ?view=platforms, ?party=acme.example&exposure=E-0001,
?on=zendesk.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import get_args

import streamlit as st

from data.catalogue.mitigations import load_mitigations
from data.export.mitigation_tables import VENDORS as VENDORS_EXPORT
from data.mitigation import STATUSES
from data.store.database import Database
from data.store.exposure_details import exposure_over_time
from data.store.exposure_reads import exposures, latest_fixed
from data.store.exposure_shapes import ExposureFilter, VendorRow
from data.store.mitigation_reads import states
from data.store.reads import facets
from data.store.vendor_reads import Vendors, list_vendors, platforms
from data.vocabulary import Mechanism
from pages.parts import columns
from pages.parts.charts import show
from pages.parts.clock import Clock, read_clock
from pages.parts.disputes import show_waiting
from pages.parts.empty import show_empty
from pages.parts.exposure_charts import Pane, draw_before_and_after
from pages.parts.figures import counted
from pages.parts.filters import (
    asked,
    asked_filter,
    asked_several,
    choose_day,
    choose_one,
    choose_several,
    choose_text,
    is_filtered,
    query_with,
    reset,
    show_address,
)
from pages.parts.layout import LOOKUP, VENDORS, card, card_title, head, link
from pages.parts.live import keep_fresh
from pages.parts.platform import show_platform
from pages.parts.span import span_between
from pages.parts.tables import Column, Row, csv_button, row_of, show_table, table_block
from pages.parts.theme import MITIGATION, TENANCIES, platform_label, theme_type
from pages.parts.vendor import show_vendor
from pages.parts.visitor import enter
from pages.parts.wiring import reading

VIEWS = {"vendors": "Vendors", "platforms": "Platforms"}
MOST_ROWS = 500
MOST_PANES = 8
LONGEST = timedelta(days=400)
SOME = timedelta(days=14)

COLUMNS = (
    columns.VENDOR,
    columns.PLATFORM,
    columns.STATUS,
    Column("exposures", "Doors", "count", 52),
    columns.INCIDENTS,
    columns.OBSERVATIONS,
    *columns.REACTION,
    Column("checklist", "Checklist", "share", 82),
    columns.LAST_SEEN,
)
TENANTS = (
    Column("party", "Tenant", width=176),
    Column("tenancy", "Kind", "state", 116, TENANCIES),
    columns.PLATFORM,
    Column("desk", "Who must act", width=260),
    columns.STATUS,
    columns.OBSERVATIONS,
    columns.OPEN_SINCE,
    columns.TO_MITIGATE,
    columns.LAST_SEEN,
)
PLATFORMS = (
    columns.PLATFORM.wide(110),
    Column("parties", "Vendors", "count", 64),
    Column("exposures", "Doors", "count", 56),
    Column("open", "Open", "count", 52),
    columns.INCIDENTS,
    columns.OBSERVATIONS.wide(60),
    columns.RECURRED,
    Column("to_acknowledge", "To acknowledge: median", "span", 156),
    Column("to_acknowledge_mean", "mean", "span", 88),
    Column("to_mitigate", "To mitigate: median", "span", 136),
    Column("to_mitigate_mean", "mean ", "span", 88),
    columns.LAST_SEEN,
)


def page() -> None:
    enter("vendors")
    clock = read_clock()
    show_address()
    keep_fresh()
    with reading() as db:
        if asked("party"):
            _show_vendor(db, clock)
        elif asked("on"):
            show_platform(db, asked("on") or "", clock)
        elif asked("view") == "platforms":
            _show_platforms(db, clock)
        else:
            _show_vendors(db, clock)


def _show_vendor(db: Database, clock: Clock) -> None:
    found = exposures(db, ExposureFilter(party=asked("party")))
    if found:
        show_vendor(db, found, clock)
        return
    with head("Not here"):
        pass
    st.caption("There is no abused vendor of that name.")
    link("All vendors", VENDORS)


def _asked(clock: Clock) -> ExposureFilter:
    return ExposureFilter(asked_filter(clock), status=asked_several("status"))


def _show_vendors(db: Database, clock: Clock) -> None:
    where = _asked(clock)
    found = list_vendors(db, where, limit=MOST_ROWS)
    if not found.honest and not found.apart and not is_filtered():
        with head("Vendors"):
            link("Is my domain abused?", LOOKUP)
        show_empty()
        return
    rows = _rows(found.honest)
    _show_head("vendors", f"{counted(found.honest_total, 'vendor')} · {found.open:,} not mitigated", rows)
    show_waiting(db)
    if found.honest:
        _show_panes(db, where, clock)
    _show_filters(db)
    _show_rows(found, rows, clock)
    if found.apart:
        _show_apart(found, clock)


def _rows(found: Sequence[VendorRow]) -> list[Row]:
    return [row_of(row) | {"checklist": row.steps_done / row.steps, "desk": _desk(row)} for row in found]


def _desk(row: VendorRow) -> str:
    """The platform's abuse desk, where the catalogue knows its address."""
    desk = load_mitigations().abuse_desks.get(row.platform or "")
    return f"{platform_label(row.platform)}: {desk.address or desk.how}" if desk else platform_label(row.platform)


def _show_head(view: str, summary: str, rows: Sequence[Row]) -> None:
    with head("Vendors"):
        st.caption(summary, width="content")
        choose_one("view", "View", list(VIEWS), VIEWS.__getitem__, view, usual="vendors")
        csv_button(view, VENDORS_EXPORT.columns if view == "vendors" else PLATFORMS, rows, loud=True)
        link("Is my domain abused?", LOOKUP)


def _show_panes(db: Database, where: ExposureFilter, clock: Clock) -> None:
    """The exposures whose fix is the latest, before and after it, on one scale."""
    shown = latest_fixed(db, where, limit=MOST_PANES)
    if not shown:
        return
    since = max(min(row.first_seen_at for row in shown) - SOME, clock.now - LONGEST)
    span = span_between(since, clock.now, clock.zone, finest=86_400)
    stories = {name: story.marks for name, story in states(db, [row.exposure_id for row in shown]).items()}
    bins = exposure_over_time(db, stories, span.since, span.until, span.bin_seconds)
    with card("panes"):
        caption = f"observations {span.bin_words}, one scale; dotted: fixed, or came back"
        with card_title("panes", "Before and after mitigation", caption):
            pass
        panes = [
            Pane(row.vendor or row.party, MITIGATION[row.status], bins[row.exposure_id], stories[row.exposure_id])
            for row in shown
        ]
        show(draw_before_and_after(panes, span, clock, theme_type()), "panes", "Observations before and after fixes")


def _show_filters(db: Database) -> None:
    known = facets(db)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="filters"):
        choose_text("q", "Search", "domain, subject, words", 230)
        choose_several("platform", "Platform", known["platform"], platform_label, 160)
        mechanisms = [name for name in get_args(Mechanism) if name in known["mechanism"]]
        choose_several("mechanism", "Mechanism", mechanisms, str, 180)
        choose_several("status", "Status", list(STATUSES), _status_label, 160)
        with st.popover("Dates", icon=":material/calendar_today:", key="dates"):
            choose_day("since", "From")
            choose_day("until", "To, included")
        st.button("Reset", on_click=reset, type="tertiary", key="reset", disabled=not is_filtered())


def _status_label(status: str) -> str:
    return MITIGATION[status].text


def _show_rows(found: Vendors, rows: Sequence[Row], clock: Clock) -> None:
    if not rows:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key="nothing"):
            st.caption("No vendor matches.", width="content")
            st.button("Reset filters", on_click=reset, type="tertiary", key="reset_nothing")
        return
    opened = show_table("vendors", COLUMNS, rows, clock, opens=True, tall=True)
    if found.honest_total > len(rows):
        st.caption(f"The first {len(rows):,} of {found.honest_total:,} are shown; filter to see others.")
    if opened is not None:
        st.switch_page(VENDORS, query_params=query_with(party=found.honest[opened].party_key))


def _show_apart(found: Vendors, clock: Clock) -> None:
    with card("tenants"):
        caption = "no honest help desk stands behind these, or somebody took it over: the platform must act"
        if found.apart_total > len(found.apart):
            caption += f"; the first {len(found.apart):,} of {found.apart_total:,}"
        rows = _rows(found.apart)
        opened = table_block(
            "tenants", "Attackers' and taken-over tenants", caption, TENANTS, rows, clock, nothing="", opens=True
        )
    if opened is not None:
        st.switch_page(VENDORS, query_params=query_with(party=found.apart[opened].party_key))


def _show_platforms(db: Database, clock: Clock) -> None:
    found = platforms(db, _asked(clock))
    rows = [row_of(row) for row in found]
    _show_head("platforms", counted(len(found), "platform"), rows)
    _show_filters(db)
    if not rows:
        st.caption("No platform matches." if is_filtered() else "Nothing is kept yet.")
        return
    opened = show_table("platforms", PLATFORMS, rows, clock, opens=True, tall=True)
    if opened is not None and found[opened].platform:
        st.switch_page(VENDORS, query_params={"on": found[opened].platform or ""})


if __name__ == "__main__":
    page()
