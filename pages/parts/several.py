"""Several messages at once: the flood as a whole, each message in a row, and the choice of one of them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import plotly.graph_objects as go
import streamlit as st

from data.judgement.flood import Flood, flood_of, most_telling
from data.model import Reading
from pages.parts.charts import show
from pages.parts.clock import Clock
from pages.parts.drawing import Drawing
from pages.parts.figures import count, public_id, seconds
from pages.parts.inert import inert
from pages.parts.layout import card, card_title
from pages.parts.tables import Column, table_block
from pages.parts.theme import TOKENS, Theme, theme_type
from pages.parts.words import say, say_number

MOST_IN_SIGHT = 8
CHOSEN, CLICKED = "message", "message_clicked"
_STEPS = (
    ("minute", timedelta(minutes=1), timedelta(hours=3)),
    ("ten", timedelta(minutes=10), timedelta(hours=30)),
    ("hour", timedelta(hours=1), timedelta(days=7)),
    ("day", timedelta(days=1), timedelta(days=180)),
    ("month", timedelta(days=30), timedelta.max),
)


def show_flood(readings: Sequence[Reading], waves: Sequence[str], clock: Clock) -> None:
    """How many in which time, of how many companies, of which waves; and what a flood may hide."""
    flood = flood_of(readings)
    with st.container(border=True, key="edge_now" if flood.dense else "card_flood"):
        with card_title("flood", say("flood.title"), _kinds(flood)):
            pass
        st.markdown(_sentence(flood), anchors=False)
        if flood.dense:
            st.markdown(say("flood.dense"), anchors=False)
        known = ", ".join(public_id(wave) for wave in waves)
        st.caption(say("flood.waves", waves=known) if known else say("flood.no_waves"))
        if flood.dated > 1:
            name, step = _step(flood)
            figure = draw_flood(flood, step, clock, theme_type())
            st.caption(say("flood.chart", step=say(f"flood.step.{name}")))
            show(figure, "flood", say("flood.chart", step=say(f"flood.step.{name}")))
        if flood.dated < flood.messages:
            st.caption(say_number("flood.undated", flood.messages - flood.dated))


def _sentence(flood: Flood) -> str:
    words = f"**{say_number('flood.mails', flood.messages)}**"
    if flood.companies:
        words += f" {say_number('flood.companies', flood.companies)}"
    if flood.first_at and flood.last_at and flood.dated > 1:
        span = seconds(round((flood.last_at - flood.first_at).total_seconds()))
        words += f" {say('flood.within', span=span)}, {say_number('flood.busiest', flood.busiest)}"
    return words + "."


def _kinds(flood: Flood) -> str:
    return ", ".join(f"{count(number)} × {name}" for name, number in flood.verdicts)


def _step(flood: Flood) -> tuple[str, timedelta]:
    span = (flood.last_at - flood.first_at) if flood.first_at and flood.last_at else timedelta()
    return next((name, step) for name, step, most in _STEPS if span <= most)


def draw_flood(flood: Flood, step: timedelta, clock: Clock, theme: Theme) -> go.Figure:
    """Messages per step, from the first one on."""
    counts: dict[datetime, int] = {}
    first = flood.minutes[0][0]
    for at, number in flood.minutes:
        start = first + (at - first) // step * step
        counts[start] = counts.get(start, 0) + number
    last = max(counts)
    figure = Drawing(theme, height=130, hovermode="x")
    figure.trace(
        "bar",
        x=[clock.local(at) for at in counts],
        y=list(counts.values()),
        marker={"color": TOKENS[theme]["now"], "line": {"width": 0}},
        width=step / timedelta(milliseconds=1) * 0.88,
        offset=0,
        hovertemplate="%{y:,}<extra></extra>",
    )
    figure.layout(margin={"t": 6})
    figure.y_axis(nticks=3, dtick=1 if max(counts.values()) <= 3 else None)
    figure.x_axis(
        type="date",
        range=[clock.local(first - step), clock.local(last + 2 * step)],
        nticks=6,
        tickangle=0,
        tickformat=_tick_format(last - first),
    )
    return figure.figure()


def _tick_format(length: timedelta) -> str:
    return "%H:%M\n%-d %b" if length < timedelta(days=3) else "%-d %b\n%Y"


def choose_reading(readings: Sequence[Reading], clock: Clock) -> Reading:
    """The only message, or of several the chosen one, by a click or by keyboard; at first the most telling one."""
    if len(readings) == 1:
        return readings[0]
    columns = (
        Column("place", say("found.place"), "count", 40),
        Column("subject", say("found.subject"), width=206),
        Column("verdict", say("found.verdict"), width=100),
        Column("platform", say("found.platform"), "platform", 88),
        Column("abused_domain", say("found.company"), width=134),
        Column("sent_at", say("found.sent_at"), "when", 94),
    )
    rows = [
        {
            "place": place,
            "subject": reading.kept.subject,
            "verdict": reading.verdict.verdict,
            "platform": reading.identity.platform,
            "abused_domain": reading.identity.abused_domain,
            "sent_at": reading.sent_at,
        }
        for place, reading in enumerate(readings, 1)
    ]
    with card("found"):
        caption = f"{say_number('found.count', len(rows))}; {say('found.hint')}"
        clicked = table_block(
            "found", say("found.title"), caption, columns, rows, clock, nothing="", opens=True, sight=MOST_IN_SIGHT
        )
        if clicked is not None and clicked != st.session_state.get(CLICKED) and clicked < len(readings):
            st.session_state[CLICKED] = st.session_state[CHOSEN] = clicked
        if CHOSEN not in st.session_state or st.session_state[CHOSEN] >= len(readings):
            st.session_state[CHOSEN] = most_telling(readings)
        place = st.selectbox(say("found.choose"), range(len(readings)), key=CHOSEN, format_func=named(readings))
    return readings[place]


def named(readings: Sequence[Reading]) -> Callable[[int], str]:
    """A message in a list to choose from: its number and subject. The list shows plain text."""
    return lambda place: f"{place + 1}. {inert(readings[place].kept.subject, 80) or '–'}"


def forget_choices() -> None:
    """Before another answer is shown."""
    for name in (CHOSEN, CLICKED):
        st.session_state.pop(name, None)
