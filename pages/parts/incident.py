"""One incident, and one message of it: facts, timeline, template, evidence, members, history."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from data.export.tables import OBSERVATIONS
from data.store.database import Database
from data.store.decided import origin
from data.store.explanations import explanation, values_of_slots
from data.store.exposure_reads import exposure_of_incident
from data.store.exposure_shapes import ExposureRow
from data.store.reads import events, members, observation, observations_over_time, template
from data.store.shapes import IncidentRow, ObservationDetail, ObservationRow
from pages.parts import columns
from pages.parts.casework import show_notes, show_triage
from pages.parts.changes import change_rows, history_columns
from pages.parts.charts import BINS, bin_rows, draw_timeline, show
from pages.parts.clock import Clock
from pages.parts.deciding import Question, ask, decide_menu, show_decided, show_done, show_question
from pages.parts.evidence import Proof, show_proof
from pages.parts.explained import show_explanation, show_slot_values
from pages.parts.figures import count, counted, percent, public_id
from pages.parts.filters import asked, query_with
from pages.parts.inert import inert_block
from pages.parts.layout import INCIDENTS, VENDORS, Fact, card, card_title, facts, link
from pages.parts.span import Span, span_between
from pages.parts.tables import Column, Row, chosen, csv_button, row_of, show_table, table_block
from pages.parts.templates import show_template
from pages.parts.theme import CONFIRMATIONS, MITIGATION, platform_label, theme_type
from pages.parts.visitor import may_write

MOST_MEMBERS = 500
HOUR = timedelta(hours=1)

MESSAGES = (
    columns.MESSAGE,
    Column("observed_at", "Seen", "when", 96),
    Column("subject", "Subject", width=226),
    columns.DOMAIN.wide(160),
    columns.PLATFORM,
    columns.MECHANISM,
    Column("verdict", "Verdict", width=130),
    columns.INCIDENT,
    columns.TRUST,
    Column("confidence", "Confidence", "share", 88),
)
MEMBERS = (
    columns.MESSAGE,
    Column("observed_at", "Seen", "when", 96),
    Column("subject", "Subject", width=356),
    Column("sender_name", "Sender's name", width=160),
    columns.DOMAIN,
    Column("account_id", "Account", width=124),
    columns.TRUST,
    Column("submissions", "Submitted", "count", 76),
)
BONDS = (
    Column("what", "What", width=120),
    Column("value", "Shared value"),
    Column("share", "Members", "share", 110),
)


def show_incident(db: Database, row: IncidentRow, clock: Clock) -> None:
    found = members(db, row.incident_id, limit=MOST_MEMBERS)
    door = exposure_of_incident(db, row.incident_id)
    _show_title(row, door)
    _show_actions(db, row)
    show_done()
    show_question(row.incident_id)
    _show_facts(row, clock)
    _show_timeline(db, row, clock)
    with st.container(key="cards"):
        left, right = st.columns((7, 5), gap="small")
    with left:
        _show_template(db, row)
        _show_evidence(db, row, found, clock)
    with right:
        _show_bonds(db, row, found, clock)
        _show_history(db, row, clock)
        show_notes(db, row.incident_id, clock)
    _show_members(row, found, clock)


def show_message(found: ObservationDetail, clock: Clock) -> None:
    """One message that stands in no incident."""
    row = found.row
    with st.container(horizontal=True, vertical_alignment="center", key="head"):
        _back()
        st.title(public_id(row.observation_id), anchor=False, width="content")
        st.badge(row.verdict, color="gray")
    facts(
        (
            Fact("Abused domain", row.abused_domain or ""),
            Fact("Platform", platform_label(row.platform) if row.platform else ""),
            Fact("Mechanism", row.mechanism),
            Fact("Seen", clock.with_utc(row.observed_at)),
            Fact("Submitted", counted(row.submissions, "time")),
        )
    )
    with card("message"):
        with card_title("message", "Message", "as it is kept"):
            pass
        show_template(found.parts, "message")
        st.code(inert_block(found.text) or "no text", language=None, wrap_lines=True)
    with card("evidence"):
        with card_title("evidence", "Evidence", "redacted"):
            pass
        show_proof(_proof(found), "message", clock)


def _show_title(row: IncidentRow, door: ExposureRow | None) -> None:
    state = CONFIRMATIONS[row.confirmation]
    with st.container(horizontal=True, vertical_alignment="center", key="head"):
        _back()
        st.title(public_id(row.incident_id), anchor=False, width="content")
        st.badge(state.text, color=state.badge)
        st.badge(f"{row.verdict} · {percent(row.confidence)} %", color="gray", help="How sure the verdict is.")
        if row.singleton:
            st.badge("one message", color="gray")
        if door:
            _show_door_state(door)


def _show_door_state(door: ExposureRow) -> None:
    """How far the abused party is with closing the door that this incident came through."""
    state = MITIGATION[door.status]
    st.space("stretch")
    st.badge(state.text, color=state.badge)
    link(f"Door {public_id(door.exposure_id)}", VENDORS, {"party": door.party_key, "exposure": door.exposure_id})


def _show_actions(db: Database, row: IncidentRow) -> None:
    """Triage at the left, decisions at the right: one that stands out, the rest in a menu."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="actions"):
        show_triage(db, row.incident_id)
        came_from = origin(db, row.incident_id)
        if came_from:
            st.text(f"split from {public_id(came_from)}", width="content")
        st.space("stretch")
        if not may_write():
            return
        if row.confirmation != "confirmed" and st.button("Confirm", type="primary", key="confirm"):
            ask(Question(row.incident_id, "confirm", (row.incident_id,)))
        decide_menu(row.incident_id, "Decide", ("merge", "relabel", "ignore"), (row.incident_id,))


def _back() -> None:
    st.page_link(INCIDENTS, label="Incidents", icon=":material/arrow_back:", query_params=query_with())


def _show_facts(row: IncidentRow, clock: Clock) -> None:
    facts(
        (
            Fact("Abused domain", row.abused_domain or ""),
            *([Fact("Tenant", row.tenant)] if row.tenant and row.tenant != row.account_id else []),
            Fact("Platform", platform_label(row.platform) if row.platform else ""),
            Fact("Account id", row.account_id or ""),
            Fact("Mechanism", row.mechanism),
            Fact("Wave", row.wave_id or ""),
            Fact("Observations", f"{count(row.observations)} by {counted(row.submitters, 'submitter')}"),
            Fact("First seen", clock.with_utc(row.first_seen_at)),
            Fact("Last seen", clock.with_utc(row.last_seen_at)),
        )
    )


def _show_timeline(db: Database, row: IncidentRow, clock: Clock) -> None:
    span = _span(row, clock)
    bins = observations_over_time(db, span.since, span.until, span.bin_seconds, incident_id=row.incident_id)
    rows = bin_rows(bins)
    with card("timeline"):
        with card_title("timeline", "Timeline", f"observations {span.bin_words}, and events"):
            csv_button("timeline", BINS, rows)
        log = sorted(events(db, row.incident_id, limit=MOST_MEMBERS), key=lambda event: event.at)
        figure = draw_timeline(bins, log, span, clock, theme_type())
        show(figure, "timeline", f"Observations of {public_id(row.incident_id)} over time, {span.bin_words}")


def _span(row: IncidentRow, clock: Clock) -> Span:
    """To now while it goes on, else to its end; a short one gets room on both sides."""
    until = clock.now if row.last_24h else row.last_seen_at + HOUR
    room = max(timedelta(), 12 * HOUR - (until - row.first_seen_at)) / 2
    return span_between(row.first_seen_at - room, min(until + room, clock.now), clock.zone, finest=3_600)


def _show_template(db: Database, row: IncidentRow) -> None:
    found = template(db, row.template_id)
    with card("template"):
        seen = (
            f", {counted(found.observations, 'time')} at {counted(found.parties, 'party', 'parties')}"
            if found
            else ""
        )
        with card_title(
            "template", "Template", f"{public_id(row.template_id)}{seen}; slots change from mail to mail"
        ):
            pass
        if found is None:
            st.caption("It is not kept any more.")
            return
        show_template(found.parts, "incident")
        show_slot_values(values_of_slots(db, row.template_id))
        if found.example_text:
            with st.expander("An example, redacted", type="compact"):
                st.code(inert_block(found.example_text), language=None, wrap_lines=True)


def _show_evidence(db: Database, row: IncidentRow, found: Sequence[ObservationRow], clock: Clock) -> None:
    shown = _chosen(found)
    detail = observation(db, shown) if shown else None
    with card("evidence"):
        caption = f"{public_id(shown or '')}, one of {count(row.observations)}, redacted"
        with card_title("evidence", "Evidence", caption):
            pass
        if detail:
            show_proof(_proof(detail), "incident", clock)


def _chosen(found: Sequence[ObservationRow]) -> str | None:
    """The message that the address names, else the newest."""
    known = [member.observation_id for member in found]
    wanted = asked("observation")
    return wanted if wanted in known else next(iter(known), None)


def _proof(found: ObservationDetail) -> Proof:
    return Proof(found.hops, found.authentication, found.identity, found.verdict, found.headers, found.warnings)


def _show_bonds(db: Database, row: IncidentRow, found: Sequence[ObservationRow], clock: Clock) -> None:
    """What the members have in common, counted over those that are listed."""
    rows: list[Row] = [{"what": "abused party", "value": row.party, "share": 1.0}]
    rows += [{"what": "template", "value": row.template_id, "share": 1.0}]
    rows += [
        {
            "what": "stretch of time",
            "value": f"{clock.day(row.first_seen_at)} to {clock.day(row.last_seen_at)}",
            "share": 1.0,
        }
    ]
    for what, field in (
        ("platform", "platform"),
        ("account id", "account_id"),
        ("abused domain", "abused_domain"),
        ("sender's name", "sender_name"),
        ("verdict", "verdict"),
    ):
        values = Counter(value for member in found if (value := getattr(member, field)))
        if values:
            value, times = values.most_common(1)[0]
            value = platform_label(value) if field == "platform" else value
            rows.append({"what": what, "value": value, "share": times / len(found)})
    with card("bonds"):
        if row.singleton:
            with card_title("bonds", "Why these belong together", "it is alone so far"):
                pass
        else:
            table_block("bonds", "Why these belong together", "what they share", BONDS, rows, clock, nothing="")
        shown = _chosen(found)
        if shown:
            show_explanation(shown, explanation(db, shown))


def _show_history(db: Database, row: IncidentRow, clock: Clock) -> None:
    rows = change_rows(events(db, row.incident_id))
    with card("history"):
        table_block(
            "history",
            "History",
            counted(len(rows), "change"),
            history_columns(rows),
            rows,
            clock,
            nothing="No change yet.",
        )
        show_decided(db, row.incident_id, clock)


def _show_members(row: IncidentRow, found: Sequence[ObservationRow], clock: Clock) -> None:
    rows = [row_of(member) for member in found]
    caption = "the newest first; click one to see its evidence"
    if row.observations > len(rows):
        caption = f"the newest {len(rows):,} of {row.observations:,}; click one to see its evidence"
    with card("members"):
        with card_title("members", "Messages", caption):
            ticked = [member.observation_id for member in chosen("members", found)]
            decide_menu(f"members {row.incident_id}", "With the ticked", ("split", "move", "relabel"), ticked)
            csv_button("members", OBSERVATIONS.columns, rows)
        show_question(f"members {row.incident_id}")
        opened = show_table("members", MEMBERS, rows, clock, opens=True, chooses=may_write())
    if opened is not None and found[opened].observation_id != asked("observation"):
        st.query_params["observation"] = found[opened].observation_id
        st.rerun()
