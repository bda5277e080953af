"""Waves as bands behind the bars of a chart, their ids above the bars."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from data.store.shapes import WaveRow
from pages.parts.clock import Clock
from pages.parts.drawing import Drawing
from pages.parts.inert import plot_text
from pages.parts.span import Span
from pages.parts.theme import TOKENS, Theme, translucent

LINE = 0.065
"""Height of a line of ids, as a share of the chart."""

NAMED = 3
"""Ids that stand one under the other before they are counted."""
ROOM = 0.14
"""What an id and its state take, as a share of the width of a chart in a window of 800 pixels."""


def add_waves(
    figure: Drawing, waves: Iterable[WaveRow], span: Span, clock: Clock, theme: Theme, top: float = 1.0
) -> int:
    """Bands of full height with the waves' ids. Those of overlapping waves stand one under the other, from the fourth
    on only their number. `top` is where the first line stands, as a share of the chart. Returns how many lines the
    ids take."""
    token = TOKENS[theme]
    seen = [wave for wave in waves if max(wave.first_seen_at, span.since) < min(wave.last_seen_at, span.until)]
    bands = [
        band
        for past in (True, False)
        for band in _bands([wave for wave in seen if (wave.state == "over") is past], span, clock, theme)
    ]
    names: list[dict[str, object]] = []
    ends: list[datetime] = []
    unnamed: dict[datetime, int] = {}
    group = span.since
    for wave in sorted(seen, key=lambda wave: wave.first_seen_at):
        start = max(wave.first_seen_at, span.since)
        line = next((place for place, taken in enumerate(ends) if taken <= start), len(ends))
        group = start if line == 0 else group
        if line == NAMED:
            unnamed[group] = unnamed.get(group, 0) + 1
            continue
        ends[line : line + 1] = [max(wave.last_seen_at, start + span.length * ROOM)]
        over = wave.state == "over"
        name = plot_text(wave.wave_id) if over else f"<b>{plot_text(wave.wave_id)}</b> {plot_text(wave.state)}"
        inwards = start > span.until - span.length * ROOM
        names.append(_name(clock.local(start), top - LINE * line, name, token["mute" if over else "now"], inwards))
    for start, number in unnamed.items():
        names.append(_name(clock.local(start), top - LINE * NAMED, f"+ {number}", token["mute"]))
    for band in bands:
        figure.shape(**band)
    for told in names:
        figure.note(**told)
    return len(ends) + bool(unnamed)


def _bands(waves: Sequence[WaveRow], span: Span, clock: Clock, theme: Theme) -> list[dict[str, object]]:
    """Where waves overlap they are one band: layers of it would grow darker than anything else."""
    bands: list[tuple[datetime, datetime]] = []
    for wave in sorted(waves, key=lambda wave: wave.first_seen_at):
        start, end = max(wave.first_seen_at, span.since), min(wave.last_seen_at, span.until)
        if bands and start <= bands[-1][1]:
            bands[-1] = (bands[-1][0], max(end, bands[-1][1]))
        else:
            bands.append((start, end))
    tone = "now" if waves and waves[0].state != "over" else "mute"
    return [
        {
            "type": "rect",
            "layer": "below",
            "x0": clock.local(start),
            "x1": clock.local(end),
            "y0": 0,
            "y1": 1,
            "yref": "paper",
            "fillcolor": translucent(TOKENS[theme][tone], 0.07 if theme == "light" else 0.1),
            "line": {"width": 0},
        }
        for start, end in bands
    ]


def _name(at: datetime, y: float, text: str, color: str, inwards: bool = False) -> dict[str, object]:
    return {
        "x": at,
        "y": y,
        "yref": "paper",
        "xanchor": "right" if inwards else "left",
        "yanchor": "top",
        "xshift": -2 if inwards else 2,
        "text": text,
        "font": {"size": 11, "color": color},
    }
