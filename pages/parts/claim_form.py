"""Without a header, as on a phone: subject, sender and time typed in, and cleaned like the header of a mail."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime

import streamlit as st

from data.model import Reading
from data.submissions import Claim, ReadMessages
from pages.parts.clock import Clock
from pages.parts.handed_in import Answer, read_all
from pages.parts.words import say

TEXT_LIMIT = 500
NO_ADDRESS = "sender@claim.invalid"
"""Stands where only a name was typed in: a sender without an address is none to a reader of mail (RFC 2606)."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it was filled in."""

    subject: str
    sender: str
    day: date | None
    hour: time | None
    own: str


def ask_claim() -> Typed | None:
    """Draw the form; what was typed in where the button was pressed."""
    with st.form("claim", border=False):
        st.caption(say("phone.hint"))
        subject = st.text_input(say("phone.subject"), max_chars=TEXT_LIMIT, key="claim_subject")
        sender = st.text_input(say("phone.sender"), max_chars=TEXT_LIMIT, key="claim_sender")
        left, right = st.columns(2, gap="small")
        day = left.date_input(say("phone.day"), value=None, format="YYYY-MM-DD", key="claim_day")
        hour = right.time_input(say("phone.time"), value=None, step=60, key="claim_time")
        own = st.text_input(say("phone.own"), max_chars=TEXT_LIMIT, key="claim_own")
        st.caption(say("phone.own_hint"))
        with st.container(horizontal=True, vertical_alignment="center"):
            pressed = st.form_submit_button(say("submit.check"), type="primary")
            st.caption(say("submit.promise"), width="content")
    return Typed(subject, sender, day, hour, own) if pressed else None


def read_claim(read: ReadMessages, typed: Typed, clock: Clock) -> Answer:
    """What was typed in, read as the lines that a mail program shows, so that the same redaction cleans it."""
    answer = read_all(read, [("claim", _lines(typed, clock).encode("utf-8", "surrogatepass"))])
    if not answer.readings:
        return answer
    found = answer.readings[0]
    return Answer((found,), answer.refused, Claim(found.kept.subject, _sender(found, typed), found.sent_at))


def _lines(typed: Typed, clock: Clock) -> str:
    fields = {
        "From": _mailbox(typed.sender),
        "To": _mailbox(typed.own) if typed.own.strip() else "",
        "Subject": _one_line(typed.subject),
        "Date": format_datetime(at) if (at := _moment(typed, clock)) else "",
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items() if value)


def _mailbox(text: str) -> str:
    """As a header field has it. A name alone gets an address that nobody can have."""
    line = _one_line(text)
    if "@" in line:
        return line
    quoted = line.replace("\\", "").replace('"', "")
    return f'"{quoted}" <{NO_ADDRESS}>'


def _sender(found: Reading, typed: Typed) -> str | None:
    address = found.kept.sender_address if "@" in typed.sender else None
    words = " ".join(part for part in (found.kept.sender_name, f"<{address}>" if address else "") if part)
    return words or None


def _moment(typed: Typed, clock: Clock) -> datetime | None:
    if typed.day is None:
        return None
    return datetime.combine(typed.day, typed.hour or time(12), clock.zone).astimezone(UTC)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:TEXT_LIMIT]
