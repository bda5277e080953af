"""One platform: all doors on it over time, its own measures, its steps, its abuse desk, its vendors."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from data.catalogue.loader import load_catalogue
from data.catalogue.mitigations import Phase, Step, load_mitigations
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
from pages.parts.tables import Column, csv_button, row_of, table_block
from pages.parts.theme import platform_label, theme_type

LONGEST = timedelta(days=400)
MOST_ROWS = 500
SOURCES = (
    Column("step", "Step", width=330),
    Column("source", "Source", width=330),
    Column("read", "Read", width=90),
    Column("url", "Address", width=420),
)
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
    _show_steps(platform, clock)


def _show_facts(row: PlatformRow, platform: str, clock: Clock) -> None:
    desk = load_mitigations().abuse_desks.get(platform)
    facts(
        (
            Fact("Vendors", count(row.parties)),
            Fact("Doors", f"{count(row.exposures)}, {count(row.open)} not mitigated"),
            Fact("Observations", count(row.observations)),
            Fact("Acknowledged in", _both(row.to_acknowledge, row.to_acknowledge_mean)),
            Fact("Mitigated in", _both(row.to_mitigate, row.to_mitigate_mean)),
            Fact("Recurred", count(row.recurrences)),
            Fact("Abuse desk", (desk.address or desk.how) if desk else "not known"),
            Fact("Last seen", clock.with_utc(row.last_seen_at)),
        )
    )


def _both(median: int | None, mean: int | None) -> str:
    """ "12 h 18 min, mean 9 d 9 h": the median first, which one slow vendor does not move."""
    return f"{seconds(median)}, mean {seconds(mean)}" if median is not None else ""


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
            phases = ", ".join(f"{phase.title} {_days(phase)}" for phase in measure.phases)
            with st.container(key=f"small_{measure.id}"):
                st.text(inert(f"{measure.title}: {phases}. Source: {measure.origin.source}.", 400))


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


def _days(phase: Phase) -> str:
    """Its day, or its first and last, as the platform counts them."""
    ends = (phase.begins_at, phase.ends_at)
    return " – ".join(dict.fromkeys(f"{at.day} {at:%b %Y}" for at in ends))


def _show_steps(platform: str, clock: Clock) -> None:
    steps = load_mitigations().checklist(platform)
    everywhere = [step for step in steps if not step.platform]
    own = [step for step in steps if step.platform]
    with card("steps"):
        with card_title("steps", "Checklist", "what closes the door; the sources are below"):
            pass
        with st.container(key="cards_steps"):
            left, right = st.columns(2, gap="medium")
        with left:
            _show_half("On every platform", everywhere)
        with right:
            _show_half(f"{platform_label(platform)}'s own", own)
        with st.expander("Sources of the steps", type="compact"):
            rows = [
                {"step": step.title, "source": step.origin.source, "read": f"{step.origin.revised:%Y-%m-%d}",
                 "url": step.origin.url}
                for step in steps
            ]  # fmt: skip
            table_block(
                "sources", "Sources", "their addresses to be copied", SOURCES, rows, clock, nothing="", wraps=True
            )


def _show_half(title: str, steps: Sequence[Step]) -> None:
    st.markdown(f"**{title}**", anchors=False)
    if not steps:
        st.caption("The catalogue knows none beside those of every platform.")
    for number, step in enumerate(steps, 1):
        _show_step(number, step)


def _show_step(number: int, step: Step) -> None:
    """What to do and, smaller, what it helps against or where it is found."""
    with st.container(gap=None, key=f"read_{step.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.text(inert(f"{number}. {step.title}"), width="content")
            if not step.origin.verified:
                st.badge("unverified", color="yellow")
        st.caption(step.why)
