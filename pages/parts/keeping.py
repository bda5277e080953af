"""What will be kept of each message, before anything is; and where it went, afterwards."""

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from data.model import Reading
from data.submissions import Claim, Intake
from pages.parts.clock import Clock
from pages.parts.figures import public_id
from pages.parts.inert import inert_block
from pages.parts.layout import INCIDENTS, Fact, card_title, facts, link
from pages.parts.several import MOST_IN_SIGHT, named
from pages.parts.tables import Column, csv_button, show_table
from pages.parts.words import say, say_number

SHOWN = "message_kept"
_MOST_IDS = 5


def show_kept_title(masked: int, *, done: bool) -> None:
    with card_title("keep", say("keep.title_done") if done else say("keep.title"), say_number("keep.hint", masked)):
        pass


def show_kept_forms(readings: Sequence[Reading], clock: Clock) -> None:
    """The redacted form of each message: exactly the words that are stored."""
    if len(readings) == 1:
        _show_kept_form(readings[0])
        return
    columns = (
        Column("place", say("found.place"), "count", 40),
        Column("subject", say("keep.subject"), width=168),
        Column("sender_name", say("keep.sender_name"), width=112),
        Column("sender_address", say("keep.sender_address"), width=172),
        Column("sent_at", say("facts.sent_at"), "when", 94),
        Column("masked", say("keep.masked"), "count", 60),
    )
    rows = [
        {
            "place": place,
            "subject": reading.kept.subject,
            "sender_name": reading.kept.sender_name,
            "sender_address": reading.kept.sender_address,
            "sent_at": reading.sent_at,
            "masked": reading.kept.masked,
        }
        for place, reading in enumerate(readings, 1)
    ]
    show_table("kept", columns, rows, clock, sight=MOST_IN_SIGHT)
    with st.container(horizontal=True, horizontal_alignment="right"):
        csv_button("kept", columns, rows)
    if st.session_state.get(SHOWN, 0) >= len(readings):
        st.session_state.pop(SHOWN)
    place = st.selectbox(say("keep.choose"), range(len(readings)), key=SHOWN, format_func=named(readings))
    _show_kept_form(readings[place])


def _show_kept_form(reading: Reading) -> None:
    kept = reading.kept
    facts([Fact(say("keep.subject"), kept.subject or "")], "kept_subject")
    facts(
        (
            Fact(say("keep.sender_name"), kept.sender_name or ""),
            Fact(say("keep.sender_address"), kept.sender_address or ""),
            Fact(say("facts.sent_at"), _utc(reading.sent_at)),
        ),
        "kept",
    )
    with st.expander(say("keep.text"), type="compact"):
        st.code(inert_block(kept.text) or say("keep.no_text"), language=None, wrap_lines=True)
    with st.expander(say("keep.headers"), type="compact"):
        lines = [f"{field.name}: {field.value}" if field.value is not None else field.name for field in kept.headers]
        st.code(inert_block("\n".join(lines)), language=None, wrap_lines=True)


def show_claim_form(claim: Claim) -> None:
    """The claim as it is kept."""
    facts([Fact(say("keep.subject"), claim.subject or "")], "kept_subject")
    facts(
        (Fact(say("keep.sender"), claim.sender or ""), Fact(say("facts.sent_at"), _utc(claim.claimed_at))),
        "kept",
    )


def show_intake(intake: Intake) -> None:
    """Where it went: the incidents, or the messages that stand in none."""
    ids = ", ".join(public_id(item.observation_id) for item in intake.taken[:_MOST_IDS])
    if len(intake.taken) > _MOST_IDS:
        ids += f" {say('keep.more', n=len(intake.taken) - _MOST_IDS)}"
    if ids:
        st.badge(f"✓ {say('keep.done', ids=ids)}", color="green")
    if intake.duplicates:
        st.caption(say_number("keep.duplicate", intake.duplicates))
    found = list(dict.fromkeys(item.incident_id for item in intake.taken if item.incident_id))
    for incident_id in found[:_MOST_IDS]:
        words = say("keep.opened") if incident_id in intake.incidents_opened else say("keep.belongs")
        link(f"{words} {public_id(incident_id)}", INCIDENTS, {"id": incident_id})
    if not found and intake.taken:
        st.caption(say("keep.no_incident"))
        link(say("keep.messages"), INCIDENTS, {"view": "messages"})


def _utc(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M UTC}" if at else ""
