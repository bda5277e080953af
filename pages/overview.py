"""Overview: is a wave on, how big, who is abused, what changed since yesterday."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import streamlit as st

from data.store.annotations import Annotation, annotations
from data.store.database import Database
from data.store.exposure_reads import exposure, unmitigated_longest
from data.store.exposure_shapes import ExposureRow
from data.store.log import done_by_machine, recent_events
from data.store.mitigation_figures import mitigation_figures
from data.store.reads import (
    count_waves,
    headline,
    incidents,
    most_abused,
    newly_abused,
    observations_over_time,
    oldest_at,
    template,
    waves,
    waves_between,
)
from data.store.shapes import Headline, IncidentRow, WaveRow
from data.store.vendor_reads import reaction_times
from pages.parts import columns
from pages.parts.changes import CHANGES, POOLED, REGROUPED, Change, digest
from pages.parts.charts import BINS, bin_rows, draw_observations, show
from pages.parts.clock import Clock, read_clock
from pages.parts.empty import show_empty
from pages.parts.figures import counted
from pages.parts.filters import asked, choose_one, show_address
from pages.parts.headlines import show_state, show_tiles
from pages.parts.layout import INCIDENTS, INTELLIGENCE, OVERVIEW, VENDORS, WAVES, card, card_title, head, link
from pages.parts.live import keep_fresh
from pages.parts.span import RANGES, Span, range_that_shows, span_of_range, usual_range
from pages.parts.tables import Column, csv_button, row_of, table_block
from pages.parts.templates import template_words
from pages.parts.theme import theme_type
from pages.parts.visitor import enter
from pages.parts.wiring import reading

ROWS_IN_CARD = 8
WAVES_IN_CARD = 3
NEW_IN_CARD = 4

WAVE_COLUMNS = (
    columns.WAVE,
    columns.WAVE_STATE.wide(82),
    columns.OBSERVATIONS.wide(50),
    columns.PARTIES.wide(58),
    Column("last_seen_at", "Seen", "ago", 82),
    Column("sparkline", "48 h", "area", 48),
)
ABUSED = (
    columns.PARTY.wide(152),
    columns.PLATFORM,
    columns.OBSERVATIONS.wide(46),
    Column("first_seen_at", "First seen", "ago", 92),
)
OPEN = (
    columns.VENDOR.wide(158),
    columns.STATUS.wide(120),
    columns.OPEN_SINCE.wide(90),
)
PACE = (
    columns.VENDOR.wide(174),
    columns.TO_MITIGATE.wide(108),
    columns.RECURRED.wide(80),
)


def overview() -> None:
    enter("overview")
    clock = read_clock()
    show_address()
    keep_fresh()
    with reading() as db:
        figures = headline(db, clock.now)
        if figures.observations_total:
            _show(db, figures, clock)
        else:
            with head("Overview"):
                pass
            show_empty()


def _show(db: Database, figures: Headline, clock: Clock) -> None:
    newest = next(iter(incidents(db, limit=1, now=clock.now)), None)
    active = waves(db, active_at=clock.now)
    chosen = _range(active, newest, clock)
    with head("Overview"):
        st.caption(f"Updated {clock.hour} · times in {clock.zone_text}", width="content")
        choose_one("range", "Range", list(RANGES), RANGES.__getitem__, chosen)
    doors = mitigation_figures(db, clock.now)
    show_state(active, figures, doors, newest, _quoted(db, active), clock)
    show_tiles(db, figures, doors, clock)
    span = _span(db, chosen, newest, clock)
    happened = annotations(db, span.since, span.until)
    _show_chart(db, newest, happened, span, clock)
    _show_cards(db, happened, span, clock)
    _show_rest(figures)


def _quoted(db: Database, active: Sequence[WaveRow]) -> str:
    """What the wave that is on says: by that people know it again."""
    found = template(db, active[0].template_id) if active else None
    return template_words(found.parts) if found else ""


def _range(active: Sequence[WaveRow], newest: IncidentRow | None, clock: Clock) -> str:
    """What the address asks for, else what holds the wave that is on or, in a quiet time, shows anything at all."""
    wanted = asked("range")
    if wanted in RANGES:
        return wanted
    began = min((wave.first_seen_at for wave in active), default=None)
    return usual_range(clock.now, began, newest.last_seen_at if newest else None)


def _span(db: Database, chosen: str, newest: IncidentRow | None, clock: Clock) -> Span:
    seen = None
    if chosen == "all" and newest:
        seen = (oldest_at(db) or newest.first_seen_at, newest.last_seen_at)
    return span_of_range(chosen, clock.now, clock.zone, seen)


def _show_chart(
    db: Database, newest: IncidentRow | None, happened: Sequence[Annotation], span: Span, clock: Clock
) -> None:
    bins = observations_over_time(db, span.since, span.until, span.bin_seconds)
    rows = bin_rows(bins)
    with card("chart"):
        since = f"; nothing since {clock.day(newest.last_seen_at)}" if newest and span.until < clock.now else ""
        with card_title("chart", "Observations over time", f"{span.bin_words}, by platform{since}"):
            if rows:
                csv_button("timeline", BINS, rows)
        if not bins and newest:
            earlier = range_that_shows(newest.last_seen_at, clock.now)
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(
                    f"Nothing in this range. The newest is of {clock.day(newest.last_seen_at)}.", width="content"
                )
                link(f"Show {RANGES[earlier]}", OVERVIEW, {"range": earlier})
        show(
            draw_observations(
                bins,
                waves_between(db, span.since, span.until),
                span,
                clock,
                theme_type(),
                happened,
            ),
            "observations",
            f"Observations over time, {span.bin_words}, stacked by platform, with waves as bands, and above them "
            "reports, advisories, mitigations and measures of platforms",
        )


def _show_cards(db: Database, happened: Sequence[Annotation], span: Span, clock: Clock) -> None:
    with st.container(key="cards"):
        left, middle, right = st.columns((4.5, 4.3, 4.1), gap="small")
    with left, card("waves", stretch=True):
        _show_abused(db, clock)
        _show_waves(db, clock)
        _show_new(db, span, clock)
    with middle, card("open", stretch=True):
        _show_open(db, clock)
    with right, card("changes", stretch=True):
        _show_changes(db, happened, clock)


def _show_abused(db: Database, clock: Clock) -> None:
    rows = [row_of(party) for party in most_abused(db, clock.now, limit=ROWS_IN_CARD // 2)]
    table_block("abused", "Abused now", "the most in 24 h", ABUSED, rows, clock, nothing="Nobody was abused in 24 h.")


def _show_waves(db: Database, clock: Clock) -> None:
    found, total = waves(db, limit=WAVES_IN_CARD), count_waves(db)
    rows = [row_of(wave) for wave in found]
    caption = f"the latest of {total:,}" if total > len(rows) else "one template at several parties"
    opened = table_block(
        "waves", "Waves", caption, WAVE_COLUMNS, rows, clock, nothing="No wave was seen yet.", opens=True
    )
    if opened is not None:
        st.switch_page(WAVES, query_params={"id": found[opened].wave_id})


def _show_new(db: Database, span: Span, clock: Clock) -> None:
    rows = [row_of(party) for party in newly_abused(db, span.since, limit=NEW_IN_CARD)]
    caption = f"first seen since {clock.day(span.since)}"
    table_block("new", "Newly abused", caption, ABUSED, rows, clock, nothing="Nobody in this range.")


def _show_open(db: Database, clock: Clock) -> None:
    doors = unmitigated_longest(db, limit=2 * ROWS_IN_CARD)
    # A vendor stands here once, with the door that is open the longest.
    found = list({row.party_key: row for row in reversed(doors)}.values())[::-1][:ROWS_IN_CARD]
    rows = [row_of(row) for row in found]
    nothing = "No door is open."
    opened = table_block("open", "Not mitigated", "open the longest", OPEN, rows, clock, nothing=nothing, opens=True)
    if opened is not None:
        st.switch_page(VENDORS, query_params={"party": found[opened].party_key})
    fast, slow = reaction_times(db, limit=2)
    both = list({row.party_key: row for row in (*fast, *reversed(slow))}.values())
    if both:
        rows = [row_of(row) for row in both]
        table_block("pace", "Fast and slow", "from report to fix", PACE, rows, clock, nothing="")


def _show_changes(db: Database, happened: Sequence[Annotation], clock: Clock) -> None:
    """What is new, a line each; what the machine did to many incidents is one line."""
    since = clock.now - timedelta(hours=24)
    events = recent_events(db, since, beside=(*POOLED, *REGROUPED))
    published = [item for item in happened if item.at >= since]
    found = digest(events, done_by_machine(db, since, tuple(POOLED)), published)[: 2 * ROWS_IN_CARD]
    doors = {change.subject: exposure(db, change.subject) for change in found if change.subject.startswith("E-")}
    names = {name: door.party for name, door in doors.items() if door}
    rows = [row_of(change) | {"name": names.get(change.subject, change.name)} for change in found]
    opened = table_block(
        "changes",
        "Since yesterday",
        "the newest first",
        CHANGES,
        rows,
        clock,
        nothing="Nothing changed in 24 h.",
        opens=True,
    )
    if opened is not None:
        _open_change(found[opened], doors, f"{since:%Y-%m-%dT%H:%M:%SZ}")


def _open_change(change: Change, doors: Mapping[str, ExposureRow | None], since: str) -> None:
    """The rows behind a line: of several incidents all that were seen since yesterday."""
    door = doors.get(change.subject)
    if door:
        st.switch_page(VENDORS, query_params={"party": door.party_key, "exposure": door.exposure_id})
    pages = {"W-": WAVES, "RW-": INCIDENTS, "R-": INTELLIGENCE}
    page = next((page for kind, page in pages.items() if change.subject.startswith(kind)), INCIDENTS)
    st.switch_page(page, query_params={"id": change.subject} if change.subject else {"since": since})


def _show_rest(figures: Headline) -> None:
    """What stands in no incident: kept, searchable, counted apart."""
    with st.container(horizontal=True, vertical_alignment="center", key="rest"):
        st.caption(
            f"Kept beside: {counted(figures.other_observations, 'message')} in no incident, "
            f"{counted(figures.claims_total, 'claim')} without a header.",
            width="content",
        )
        link("Other messages", INCIDENTS, {"view": "messages", "in": "none"})
        link("All incidents", INCIDENTS)


if __name__ == "__main__":
    overview()
