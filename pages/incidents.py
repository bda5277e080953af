"""Incidents: filter, table, one incident; and every message that is kept, in an incident or not.

The address says it all: ?platform=zendesk&q=…, ?id=RW-0001, ?view=messages, ?observation=O-0001.
"""

from collections.abc import Mapping, Sequence
from typing import get_args

import streamlit as st

from data.export.tables import INCIDENTS as INCIDENTS_EXPORT
from data.export.tables import OBSERVATIONS as OBSERVATIONS_EXPORT
from data.export.tables import Table
from data.store.database import Database
from data.store.decided import decided
from data.store.reads import (
    count_incidents,
    count_observations,
    facets,
    incident,
    incidents,
    observation,
    search_observations,
)
from data.store.shapes import IncidentFilter
from data.store.triage import STATES, assignees, triages
from data.tlp import LEVELS
from data.vocabulary import Mechanism, VerdictName
from pages.parts import columns
from pages.parts.claims import show_claims
from pages.parts.clock import Clock, read_clock
from pages.parts.deciding import decide_menu, show_decided, show_done, show_question
from pages.parts.empty import show_empty
from pages.parts.figures import counted
from pages.parts.filters import (
    asked,
    asked_filter,
    choose_day,
    choose_one,
    choose_percent,
    choose_several,
    choose_text,
    drop,
    is_filtered,
    query_with,
    reset,
    show_address,
)
from pages.parts.incident import MESSAGES, show_incident, show_message
from pages.parts.inert import inert
from pages.parts.layout import INCIDENTS, card, card_title, head, link
from pages.parts.live import keep_fresh
from pages.parts.sharing import all_rows_button, work_of
from pages.parts.tables import Column, Row, chosen, row_of, show_table
from pages.parts.theme import CONFIRMATIONS, WORK, platform_label
from pages.parts.visitor import enter, may_write
from pages.parts.wiring import reading

VIEWS = {"incidents": "Incidents", "messages": "Messages", "claims": "Claims"}
NARROWED = {"wave": "All waves", "domain": "All domains", "in": "In or out of incidents"}
BULK = ("confirm", "merge", "relabel", "ignore", "assign")
MOST_ROWS = 1_000

COLUMNS = (
    columns.INCIDENT,
    columns.CONFIRMATION,
    Column("triage", "Work", "state", 90, WORK),
    Column("assignee", "Assignee", width=82),
    columns.PARTY.wide(152),
    columns.PLATFORM,
    Column("verdict", "Verdict", width=118),
    columns.WAVE,
    columns.OBSERVATIONS.wide(48),
    Column("sparkline", "Last 24 h", "area", 72),
    Column("confidence", "Confidence", "share", 76),
    Column("first_seen_at", "First seen", "ago", 82),
    columns.LAST_SEEN,
)


def page() -> None:
    enter("incidents")
    clock = read_clock()
    show_address()
    keep_fresh()
    with reading() as db:
        if asked("id"):
            _show_incident(db, clock)
        elif asked("observation"):
            _show_message(db, clock)
        elif asked("view") == "claims":
            _show_view("claims")
            show_claims(db, clock)
        elif not count_observations(db):
            _show_none("messages" if asked("view") == "messages" else "incidents")
        elif asked("view") == "messages":
            _show_messages(db, clock)
        else:
            _show_incidents(db, clock)


def _show_incident(db: Database, clock: Clock) -> None:
    """One incident. An id that was merged away leads to the one that took it in."""
    wanted = asked("id") or ""
    found = incident(db, wanted, now=clock.now)
    if found is None:
        _show_gone(db, wanted, clock)
        return
    if found.incident_id != wanted:
        st.query_params["id"] = found.incident_id
    show_incident(db, found, clock)


def _show_message(db: Database, clock: Clock) -> None:
    found = observation(db, asked("observation") or "")
    if found is None:
        _show_unknown("There is no message of that id.")
    else:
        show_message(found, clock)


def _show_gone(db: Database, wanted: str, clock: Clock) -> None:
    """An incident that people ignore is out of all counts; here is the way back. Else there is none of that id."""
    if not any(item.kind == "ignore" for item in decided(db, wanted)):
        _show_unknown("There is no incident of that id.")
        return
    with head("Ignored"):
        pass
    show_done()
    st.caption("Somebody decided that this is no abuse, so it stands in no count and no wave.")
    with card("decisions"):
        with card_title("decisions", "Decisions in force", "undo one to have the incident back"):
            pass
        show_decided(db, wanted, clock)
    link("All incidents", INCIDENTS)


def _show_unknown(sentence: str) -> None:
    with head("Not here"):
        pass
    st.caption(sentence)
    link("All incidents", INCIDENTS)


def _show_none(view: str) -> None:
    """Nothing is kept at all: no filters, no export, but how to begin."""
    _show_view(view)
    show_empty()


def _show_incidents(db: Database, clock: Clock) -> None:
    where = asked_filter(clock)
    found = incidents(db, where, limit=MOST_ROWS, now=clock.now)
    total = count_incidents(db, where) if len(found) == MOST_ROWS else len(found)
    seen = sum(row.observations for row in found)
    said = triages(db, [row.incident_id for row in found])
    rows = [row_of(row) | work_of(said.get(row.incident_id)) for row in found]
    summary = f"{counted(total, 'incident')} · {counted(seen, 'observation')}"
    ticked = [row.incident_id for row in chosen("incidents", found)]
    _show_head("incidents", summary, INCIDENTS_EXPORT, where=where, total=total, ticked=ticked)
    show_done()
    show_question("incidents")
    people = assignees(db)
    _show_filters(facets(db), people)
    opened = _show_rows("incidents", _columns(people), rows, total, clock)
    if opened is not None:
        st.switch_page(INCIDENTS, query_params=query_with(id=found[opened].incident_id))


def _columns(people: Sequence[str]) -> Sequence[Column]:
    """Without an empty column where nothing is anybody's yet; its room is the sparkline's."""
    if people:
        return COLUMNS
    wider = {"sparkline": 112, "confidence": 88, "party": 172}
    return [
        column.wide(wider.get(column.field, column.width or 0)) for column in COLUMNS if column.field != "assignee"
    ]


def _show_messages(db: Database, clock: Clock) -> None:
    """Every message that is kept, whether it stands in an incident or not."""
    where = asked_filter(clock)
    found = search_observations(db, where=where, limit=MOST_ROWS)
    total = count_observations(db, where) if len(found) == MOST_ROWS else len(found)
    rows = [row_of(row) for row in found]
    _show_head("messages", counted(total, "message"), OBSERVATIONS_EXPORT, where=where, total=total)
    known = facets(db)
    named = {**known, "mechanism": list(get_args(Mechanism)), "verdict": list(get_args(VerdictName))}
    _show_filters(named, assignees(db))
    opened = _show_rows("messages", MESSAGES, rows, total, clock)
    if opened is not None:
        row = found[opened]
        st.switch_page(INCIDENTS, query_params=query_with(id=row.incident_id, observation=row.observation_id))


def _show_view(view: str) -> None:
    with head("Incidents"):
        choose_one("view", "View", list(VIEWS), VIEWS.__getitem__, view, usual="incidents")


def _show_head(
    view: str, summary: str, export: Table, *, where: IncidentFilter, total: int, ticked: Sequence[str] = ()
) -> None:
    with head("Incidents"):
        st.caption(summary, width="content")
        if view == "incidents":
            label = f"With {len(ticked):,} ticked" if ticked else "With the ticked"
            decide_menu("incidents", label, BULK, ticked)
        choose_one("view", "View", list(VIEWS), VIEWS.__getitem__, view, usual="incidents")
        all_rows_button(view, table=export, where=where, total=total)


def _show_filters(options: Mapping[str, Sequence[str]], people: Sequence[str]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="filters"):
        choose_text("q", "Search", "domain, subject, words", 190)
        choose_several("platform", "Platform", options["platform"], platform_label, 136)
        choose_several("verdict", "Verdict", options["verdict"], str, 132)
        choose_several("confirmation", "State", list(CONFIRMATIONS), _state_label, 128)
        choose_several("triage", "Work", STATES, _work_label, 112)
        choose_several("assignee", "Assignee", people, inert, 126)
        with st.popover("Dates", icon=":material/calendar_today:", key="dates"):
            choose_day("since", "From")
            choose_day("until", "To, included")
        with st.popover("More", icon=":material/tune:", key="more"):
            choose_several("mechanism", "Mechanism", options["mechanism"], str, 220)
            choose_several("tlp", "TLP", LEVELS, str, 220)
            choose_percent("sure_from", "Confidence from, %")
            choose_percent("sure_to", "Confidence to, %")
        for name in NARROWED:
            if asked(name):
                _show_narrowing(name)
        st.button("Reset", on_click=reset, type="tertiary", key="reset", disabled=not is_filtered())


def _show_narrowing(name: str) -> None:
    """A filter that came with a link: what it is, and a way out of it."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xxsmall", width="content", key=f"only_{name}"
    ):
        st.text(inert(asked(name), 60), width="content")
        st.button(
            NARROWED[name],
            icon=":material/close:",
            on_click=drop,
            args=(name,),
            type="tertiary",
            key=f"drop_{name}",
        )


def _work_label(state: str) -> str:
    return WORK[state].text


def _state_label(confirmation: str) -> str:
    return CONFIRMATIONS[confirmation].text


def _show_rows(name: str, columns: Sequence[Column], rows: Sequence[Row], total: int, clock: Clock) -> int | None:
    """The table, or what to do where it is empty; the place of the row that was clicked."""
    if not rows:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key="nothing"):
            if is_filtered():
                st.caption("Nothing matches.", width="content")
                st.button("Reset filters", on_click=reset, type="tertiary", key="reset_nothing")
            else:
                st.caption("No incident yet: nothing of what is kept is abuse.", width="content")
                link("All messages", INCIDENTS, {"view": "messages"})
        return None
    chooses = name == "incidents" and may_write()
    opened = show_table(name, columns, rows, clock, opens=True, chooses=chooses, tall=True)
    if total > len(rows):
        st.caption(f"The {len(rows):,} last seen of {total:,} are shown; filter to see others.")
    return opened


if __name__ == "__main__":
    page()
