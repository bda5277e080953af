"""One platform: all doors on it over time, its own measures, its steps, its abuse desk, its vendors."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from data.catalogue.loader import load_catalogue
from data.catalogue.mitigations import Step, load_mitigations
from data.store.database import Database
from data.store.exposure_details import platform_over_time
from data.store.exposure_reads import exposures
from data.store.exposure_shapes import ExposureFilter, ExposureRow, PlatformRow
from data.store.shapes import IncidentFilter
from data.store.vendor_reads import platforms
from pages.parts import columns
from pages.parts.charts import show
from pages.parts.clock import Clock
from pages.parts.exposure_charts import BINS, draw_exposure
from pages.parts.figures import count, seconds
from pages.parts.inert import inert
from pages.parts.layout import VENDORS, Fact, card, card_title, facts, link
from pages.parts.span import span_between
from pages.parts.tables import csv_button, row_of, table_block
from pages.parts.theme import platform_label, theme_type

LONGEST = timedelta(days=400)
MOST_ROWS = 500
DOORS = (
    columns.DOOR,
    columns.VENDOR,
    columns.MECHANISM.wide(170),
    columns.STATUS,
    columns.OBSERVATIONS,
    columns.OPEN_SINCE,
    columns.TO_ACKNOWLEDGE,
    columns.TO_MITIGATE,
    columns.RECURRED,
    columns.LAST_SEEN,
)


def show_platform(db: Database, platform: str, clock: Clock) -> None:
    """The page of one platform of the catalogue; a sentence for any other."""
    where = ExposureFilter(IncidentFilter(platform=(platform,)))
    found = exposures(db, where, limit=MOST_ROWS) if platform in load_catalogue().entries else []
    with st.container(horizontal=True, vertical_alignment="center", key="head"):
        st.page_link(VENDORS, label="Platforms", icon=":material/arrow_back:", query_params={"view": "platforms"})
        st.title(platform_label(platform), anchor=False, width="content")
    if not found:
        st.caption("Nothing abused on this platform is kept.")
        link("All vendors", VENDORS)
        return
    (row,) = platforms(db, where)
    _show_facts(row, platform, clock)
    _show_timeline(db, platform, row, clock)
    _show_doors(found, row, clock)
    _show_steps(platform)


def _show_facts(row: PlatformRow, platform: str, clock: Clock) -> None:
    desk = load_mitigations().abuse_desks.get(platform)
    facts(
        (
            Fact("Vendors", count(row.parties)),
            Fact("Doors", f"{count(row.exposures)}, {count(row.open)} not mitigated"),
            Fact("Observations", count(row.observations)),
            Fact("Acknowledged in, median", _length(row.to_acknowledge)),
            Fact("mean", _length(row.to_acknowledge_mean)),
            Fact("Mitigated in, median", _length(row.to_mitigate)),
            Fact("mean", _length(row.to_mitigate_mean)),
            Fact("Recurred", count(row.recurrences)),
            Fact("Last seen", clock.with_utc(row.last_seen_at)),
            Fact("Abuse desk", (desk.address or desk.how) if desk else "not known"),
        )
    )


def _length(length: int | None) -> str:
    return seconds(length) if length is not None else ""


def _show_timeline(db: Database, platform: str, row: PlatformRow, clock: Clock) -> None:
    """All of its observations, with what the platform itself changed."""
    measures = load_mitigations().platform_measures.get(platform, ())
    since = max(row.first_seen_at - timedelta(days=7), clock.now - LONGEST)
    span = span_between(since, clock.now, clock.zone, finest=86_400)
    bins = platform_over_time(db, platform, span.since, span.until, span.bin_seconds)
    with card("timeline"):
        with card_title(
            "timeline", "All its doors", f"observations {span.bin_words}, and the platform's own measures"
        ):
            csv_button("timeline", BINS, [row_of(item) for item in bins])
        figure = draw_exposure(bins, (), measures, span, clock, theme_type())
        show(figure, "platform", f"Observations over time, {span.bin_words}")
        for measure in measures:
            phases = ", ".join(
                f"{phase.title} {phase.begins_at:%Y-%m-%d} to {phase.ends_at:%Y-%m-%d}" for phase in measure.phases
            )
            st.text(inert(f"{measure.title}: {phases} ({measure.origin.source})", 400))


def _show_doors(found: Sequence[ExposureRow], total: PlatformRow, clock: Clock) -> None:
    rows = [row_of(row) for row in found]
    with card("doors"):
        caption = "the longest open first"
        if total.exposures > len(rows):
            caption += f"; the first {len(rows):,} of {total.exposures:,}"
        opened = table_block("doors", "Doors", caption, DOORS, rows, clock, nothing="", opens=True)
    if opened is not None:
        query = {"party": found[opened].party_key, "exposure": found[opened].exposure_id}
        st.switch_page(VENDORS, query_params=query)


def _show_steps(platform: str) -> None:
    steps = load_mitigations().checklist(platform)
    with card("steps"):
        with card_title("steps", "Checklist", "six measures for everybody, then its own; with what says so"):
            pass
        with st.container(key="cards_steps"):
            halves = st.columns(2, gap="medium")
        middle = (len(steps) + 1) // 2
        for half, part in zip(halves, (steps[:middle], steps[middle:]), strict=True):
            with half:
                for step in part:
                    show_step(step)


def show_step(step: Step) -> None:
    """One step with its reason and its source, whose address is there to be copied."""
    with st.container(gap=None, key=f"read_{step.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.text(inert(step.title))
            if not step.origin.verified:
                st.badge("unverified", color="yellow")
        st.caption(step.why)
        st.caption(f"{step.origin.source}, read {step.origin.revised:%Y-%m-%d}")
        if step.origin.url:
            st.code(step.origin.url, language=None)
