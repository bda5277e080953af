"""All waves on one time line, a lane a template, named by its words."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import plotly.graph_objects as go

from data.store.shapes import TemplateRow, WaveRow
from pages.parts.charts import add_now, set_time_axis
from pages.parts.clock import Clock
from pages.parts.drawing import Drawing
from pages.parts.figures import counted, public_id
from pages.parts.inert import plot_text
from pages.parts.span import Span
from pages.parts.templates import template_words
from pages.parts.theme import TOKENS, Theme

MOST_TEMPLATES = 20
_LANE_HEIGHT = 24
_WORDS_OF_A_LANE = 34
_WORDS_IN_SIGHT = 240
_NARROWEST = 0.006
"""The least width of a wave on the time line, as a share of it: an hour must be seen in a year."""
_ROOM_OF_AN_ID = 0.07


def lanes_of(waves: Sequence[WaveRow]) -> list[str]:
    """The templates last seen, the newest last; those are drawn."""
    by_end = sorted(waves, key=lambda wave: wave.last_seen_at)
    return list(dict.fromkeys(wave.template_id for wave in reversed(by_end)))[:MOST_TEMPLATES][::-1]


def draw_waves(
    waves: Sequence[WaveRow], templates: Mapping[str, TemplateRow], span: Span, clock: Clock, theme: Theme
) -> go.Figure:
    """A lane a template, so that what comes back stands beside what it was. A lane is named by the beginning of its
    words, with its id beside; the hover has them at length."""
    token = TOKENS[theme]
    lanes = lanes_of(waves)
    places = {lane: place for place, lane in enumerate(lanes)}
    shown = [wave for wave in waves if wave.template_id in places]
    shown.sort(key=lambda wave: wave.state != "over")
    height = _LANE_HEIGHT * max(len(lanes), 1) + 62
    figure = Drawing(theme, height=height, hovermode="closest")
    narrowest = span.length * _NARROWEST
    figure.trace(
        "bar",
        orientation="h",
        base=[clock.local(wave.first_seen_at) for wave in shown],
        x=[max(wave.last_seen_at - wave.first_seen_at, narrowest) / timedelta(milliseconds=1) for wave in shown],
        y=[places[wave.template_id] for wave in shown],
        width=0.66,
        marker={"color": [token["hist" if wave.state == "over" else "now"] for wave in shown], "line": {"width": 0}},
        hovertext=[_wave_words(wave, templates, clock) for wave in shown],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure.y_axis(
        tickvals=list(range(len(lanes))),
        ticktext=[_lane_name(lane, templates, token["faint"]) for lane in lanes],
        tickfont={"size": 11, "color": token["ink"]},
        range=[-0.6, len(lanes) - 0.4],
        showgrid=False,
    )
    _name_waves(figure, shown, places, span, clock, token["mute"])
    set_time_axis(figure, span, clock)
    if span.until >= clock.now:
        add_now(figure, clock, token["now"])
    return figure.figure()


def _shown_words(template_id: str, templates: Mapping[str, TemplateRow], limit: int) -> str:
    found = templates.get(template_id)
    return plot_text(template_words(found.parts), limit) if found else ""


def _lane_name(lane: str, templates: Mapping[str, TemplateRow], faint: str) -> str:
    words = _shown_words(lane, templates, _WORDS_OF_A_LANE)
    return f"{words}  <span style='color:{faint}'>{public_id(lane)}</span>".strip()


def _wave_words(wave: WaveRow, templates: Mapping[str, TemplateRow], clock: Clock) -> str:
    seen = f"{counted(wave.observations, 'observation')} at {counted(wave.parties, 'party', 'parties')}"
    first = f"{public_id(wave.wave_id)} · {seen} · {clock.day(wave.first_seen_at)} – {clock.day(wave.last_seen_at)}"
    return "<br>".join([first, *_lines(_shown_words(wave.template_id, templates, _WORDS_IN_SIGHT))])


def _lines(words: str, length: int = 80) -> list[str]:
    """Broken between words, because plotly does not break; a word as long as a line is cut before it comes here."""
    lines = [""]
    for word in words.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) >= length:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [line for line in lines if line]


def _name_waves(
    figure: Drawing, waves: Sequence[WaveRow], places: Mapping[str, int], span: Span, clock: Clock, color: str
) -> None:
    """The id beside each wave, at its left, where no other wave of its lane stands in the way."""
    ends: dict[str, datetime] = {}
    for wave in sorted(waves, key=lambda wave: wave.first_seen_at):
        taken = ends.get(wave.template_id, span.since)
        ends[wave.template_id] = max(wave.last_seen_at, wave.first_seen_at + span.length * _NARROWEST)
        if wave.first_seen_at - taken < span.length * _ROOM_OF_AN_ID:
            continue
        figure.note(
            x=clock.local(wave.first_seen_at),
            y=places[wave.template_id],
            xanchor="right",
            xshift=-2,
            text=public_id(wave.wave_id),
            font={"size": 11, "color": color},
        )
