"""One vendor: its doors, one of them on its time line with everything that was said, and what there is to do."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from data.catalogue.mitigations import load_mitigations
from data.mitigation import State as Story
from data.mitigation import mean, middle
from data.store.database import Database
from data.store.exposure_details import exposure_incidents, exposure_over_time
from data.store.exposure_shapes import URGENCY, ChangeRow, ExposureRow
from data.store.mitigation_reads import changes
from data.store.mitigation_reads import state as story_of
from pages.parts import columns
from pages.parts.charts import show
from pages.parts.clock import Clock
from pages.parts.disputes import show_disputes
from pages.parts.exposure_charts import BINS, draw_exposure
from pages.parts.figures import count, counted, seconds
from pages.parts.filters import asked, query_with
from pages.parts.inert import inert
from pages.parts.layout import INCIDENTS, VENDORS, Fact, card, card_title, facts, link
from pages.parts.span import Span, span_between
from pages.parts.tables import Column, Row, csv_button, row_of, table_block
from pages.parts.theme import MITIGATION, TENANCIES, platform_label, theme_type
from pages.parts.vendor_work import show_work, show_writing

DAY = timedelta(days=1)
MOST_INCIDENTS = 200

DOORS = (
    columns.DOOR,
    columns.PLATFORM,
    columns.MECHANISM.wide(170),
    columns.STATUS,
    columns.INCIDENTS,
    columns.OBSERVATIONS,
    *columns.REACTION,
    columns.LAST_SEEN,
)
HISTORY = (
    Column("change_id", "No.", "count", 44),
    Column("effective_at", "Since", "when", 98),
    columns.STATUS,
    Column("author", "Who", width=80),
    Column("proof", "What shows it", width=222),
    Column("recorded_at", "Recorded", "when", 96),
)
WITHDRAWN = Column("withdrawn_at", "Withdrawn", "when", 96)
MEMBERS = (
    columns.INCIDENT,
    columns.CONFIRMATION,
    columns.OBSERVATIONS,
    columns.FIRST_SEEN,
    columns.LAST_SEEN,
    Column("title", "Seen as", width=640),
)


def show_vendor(db: Database, found: Sequence[ExposureRow], clock: Clock) -> None:
    """All exposures of one party, the one that the address names (else the most urgent) in full."""
    chosen = next((row for row in found if row.exposure_id == asked("exposure")), None)
    chosen = chosen or min(found, key=lambda row: (URGENCY.index(row.status), -row.observations))
    _show_head(chosen)
    _show_facts(found, clock)
    show_disputes(db, chosen.party_key, clock)
    if len(found) > 1:
        _show_doors(found, clock)
    _show_timeline(db, chosen, clock)
    with st.container(key="cards"):
        left, right = st.columns((7, 5), gap="small")
    said = changes(db, chosen.exposure_id)
    with left:
        _show_history(said, clock)
        show_writing(db, chosen, clock)
    with right:
        show_work(db, chosen, said, clock)
    _show_incidents(db, chosen, clock)


def _show_head(row: ExposureRow) -> None:
    state, tenancy = MITIGATION[row.status], TENANCIES[row.tenancy]
    with st.container(horizontal=True, vertical_alignment="center", key="head"):
        st.page_link(VENDORS, label="Vendors", icon=":material/arrow_back:", query_params=query_with(exposure=None))
        with st.container(width="content", key="party_name"):
            st.text(inert(row.vendor or row.party, 80), width="content")
        st.badge(state.text, color=state.badge)
        if row.tenancy != "vendor":
            st.badge(tenancy.text, color=tenancy.badge)


def _show_facts(found: Sequence[ExposureRow], clock: Clock) -> None:
    recurred = sum(row.recurrences for row in found)
    facts(
        (
            *([Fact("Abused party", found[0].party)] if found[0].vendor else []),
            Fact("Platforms", ", ".join(dict.fromkeys(platform_label(row.platform) for row in found))),
            Fact("Doors", count(len(found))),
            Fact("Incidents", count(sum(row.incidents for row in found))),
            Fact("Observations", count(sum(row.observations for row in found))),
            Fact("First seen", clock.with_utc(min(row.first_seen_at for row in found))),
            Fact("Last seen", clock.with_utc(max(row.last_seen_at for row in found))),
            Fact("Recurred", f"{counted(recurred, 'time')}" if recurred else "never"),
        )
    )


def _show_doors(found: Sequence[ExposureRow], clock: Clock) -> None:
    rows = [row_of(row) for row in found]
    with card("doors"):
        opened = table_block(
            "doors", "Doors", "click one to see it below", DOORS, rows, clock, nothing="", opens=True
        )
    if opened is not None and found[opened].exposure_id != asked("exposure"):
        st.query_params["exposure"] = found[opened].exposure_id
        st.rerun()


def _show_timeline(db: Database, row: ExposureRow, clock: Clock) -> None:
    story = story_of(db, row.exposure_id)
    span = _span(row, clock)
    stories = {row.exposure_id: story.marks}
    bins = exposure_over_time(db, stories, span.since, span.until, span.bin_seconds)[row.exposure_id]
    measures = load_mitigations().platform_measures.get(row.platform or "", ())
    with card("timeline"):
        caption = f"{platform_label(row.platform)}, {row.mechanism}; observations {span.bin_words}"
        with card_title("timeline", "Before and after", caption):
            csv_button("timeline", BINS, [row_of(item) for item in bins])
        figure = draw_exposure(bins, story.marks, measures, span, clock, theme_type())
        show(figure, "exposure", f"Observations and statuses over time, {span.bin_words}")
        facts([fact for fact in _times(story, row, clock) if fact.value], "times")


def _times(story: Story, row: ExposureRow, clock: Clock) -> tuple[Fact, ...]:
    """How fast it went; nothing where nothing was said yet."""
    acknowledged = [cycle.to_acknowledge for cycle in story.cycles]
    mitigated = [cycle.to_mitigate for cycle in story.cycles]
    return (
        Fact("Open since", clock.with_utc(row.open_since) if row.open_since else "closed"),
        Fact("Acknowledged in", _length(middle(acknowledged))),
        Fact("Mitigated in, median", _length(middle(mitigated))),
        Fact("Mitigated in, mean", _length(mean(mitigated)) if len(story.cycles) > 1 else ""),
        Fact("Recurred", counted(story.recurrences, "time") if story.recurrences else ""),
        Fact("Last fix", clock.with_utc(row.fixed_at) if row.fixed_at else ""),
        Fact("Seen after it", count(row.after_fix) if row.fixed_at else ""),
    )


def _length(span: timedelta | None) -> str:
    return seconds(round(span.total_seconds())) if span is not None else ""


def _span(row: ExposureRow, clock: Clock) -> Span:
    """From a little before the first observation to now, or to a while after the last word or observation."""
    last = max(filter(None, (row.last_seen_at, row.status_at, row.fixed_at)))
    room = max(2 * DAY, (last - row.first_seen_at) / 12)
    until = min(clock.now, last + max(room, 30 * DAY))
    return span_between(row.first_seen_at - room / 2, until, clock.zone, finest=3_600)


def _show_history(said: Sequence[ChangeRow], clock: Clock) -> None:
    rows = [row_of(item) | {"proof": _proof(item)} for item in said]
    columns = (*HISTORY, WITHDRAWN) if any(item.withdrawn_at for item in said) else HISTORY
    with card("history"):
        table_block(
            "history",
            "What was said",
            counted(len(rows), "status", "statuses"),
            columns,
            rows,
            clock,
            wraps=True,
            nothing="Nobody has said anything about it yet. Set a status beside.",
        )


def _proof(item: ChangeRow) -> str:
    return " · ".join(filter(None, (item.note, item.link, item.observation_id)))


def _show_incidents(db: Database, row: ExposureRow, clock: Clock) -> None:
    found = exposure_incidents(db, row.exposure_id, limit=MOST_INCIDENTS, now=clock.now)
    rows: list[Row] = [row_of(item) for item in found]
    with card("incidents"):
        opened = table_block(
            "incidents",
            "Incidents",
            f"{counted(len(rows), 'incident')}, the last seen first",
            MEMBERS,
            rows,
            clock,
            nothing="No incident stands in it any more.",
            opens=True,
        )
        link("The same on Incidents", INCIDENTS, {"q": row.party, "mechanism": row.mechanism})
    if opened is not None:
        st.switch_page(INCIDENTS, query_params={"id": found[opened].incident_id})
