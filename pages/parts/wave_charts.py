"""Charts of waves: the spread of one over its parties, two of them compared."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import plotly.graph_objects as go

from data.store.shapes import Bin, WaveRow
from data.store.spread import PartySpread
from pages.parts.charts import add_now, set_time_axis
from pages.parts.clock import Clock
from pages.parts.drawing import Drawing
from pages.parts.figures import public_id
from pages.parts.inert import plot_text
from pages.parts.span import Span
from pages.parts.theme import CELLS, TOKENS, State, Theme, platform_color, translucent

MOST_LANES = 25
_LANE_HEIGHT = 24
_STAIRS_HEIGHT = 96


def draw_spread(
    parties: Sequence[PartySpread],
    statuses: Mapping[str, State],
    span: Span,
    clock: Clock,
    theme: Theme,
    fixes: Mapping[str, datetime] | None = None,
) -> go.Figure:
    """How many parties so far, above one lane a party: cells of its observations, a tick at the first, a dot and a
    dotted line from its last fix on, so that what comes after is seen to come after it."""
    token = TOKENS[theme]
    lanes = parties[:MOST_LANES]
    lane_room = _LANE_HEIGHT * max(len(lanes), 1)
    height = lane_room + _STAIRS_HEIGHT + 74
    share = lane_room / (lane_room + _STAIRS_HEIGHT + 12)
    figure = Drawing(theme, height=height, hovermode="closest")
    _add_stairs(figure, parties, span, clock, token["now"])
    _add_cells(figure, lanes, span, clock, theme)
    figure.layout(
        margin={"r": 118 if statuses else 16},
        yaxis={"domain": [share + 12 / height, 1], "rangemode": "tozero", "nticks": 4, "tickformat": ",d"},
        yaxis2={
            "domain": [0, share],
            "range": [len(lanes) - 0.5, -0.5],
            "tickvals": list(range(len(lanes))),
            "ticktext": [plot_text(party.party, 30) for party in lanes],
            "tickfont": {"size": 11, "color": token["ink"]},
            "showgrid": False,
            "showline": False,
            "automargin": True,
            "fixedrange": True,
            "anchor": "x",
        },
    )
    for place, party in enumerate(lanes):
        _add_first_sighting(figure, place, party, clock, theme)
        if party.party in statuses:
            _write_status(figure, place, statuses[party.party], token)
    _add_fixes(figure, lanes, fixes or {}, span, clock, token["ok"])
    set_time_axis(figure, span, clock)
    figure.x_axis(anchor="y2")
    if span.until >= clock.now:
        add_now(figure, clock, token["now"])
    return figure.figure()


def draw_comparison(waves: Sequence[tuple[WaveRow, Sequence[Bin]]], theme: Theme) -> go.Figure:
    """Two waves as if they had begun at the same moment: the share of each that was seen so many hours after."""
    token = TOKENS[theme]
    figure = Drawing(theme, height=280, hovermode="x unified")
    # The colour of now only for what is on now.
    hot = next((wave.wave_id for wave, _ in waves if wave.state != "over"), None)
    others = iter(("prog", "ink"))
    for wave, bins in waves:
        color = "now" if wave.wave_id == hot else next(others)
        hours, shares = [0.0], [0.0]
        seen = 0
        for at, counted_here in sorted(_by_start(bins).items()):
            seen += counted_here
            hours.append((at - wave.first_seen_at) / timedelta(hours=1) + 1)
            shares.append(100 * seen / wave.observations if wave.observations else 0)
        figure.trace(
            "scatter",
            x=hours,
            y=shares,
            name=public_id(wave.wave_id),
            mode="lines+text",
            text=[*[""] * (len(hours) - 1), public_id(wave.wave_id)],
            textposition="top left",
            textfont={"size": 12, "color": token[color]},
            cliponaxis=False,
            line={"color": token[color], "width": 2, "shape": "hv"},
            hovertemplate="%{y:.0f} % of " + public_id(wave.wave_id) + "<extra></extra>",
        )
    figure.y_axis(range=[0, 112], ticksuffix=" %", dtick=25)
    figure.x_axis(ticksuffix=" h", rangemode="tozero", hoverformat=".0f")
    return figure.figure()


def _add_stairs(figure: Drawing, parties: Sequence[PartySpread], span: Span, clock: Clock, color: str) -> None:
    times = [clock.local(party.first_seen_at) for party in parties]
    figure.trace(
        "scatter",
        x=[*times, clock.local(span.until)],
        y=[*range(1, len(times) + 1), len(times)],
        mode="lines",
        line={"color": color, "width": 2, "shape": "hv"},
        fill="tozeroy",
        fillcolor=translucent(color, 0.07),
        hovertemplate="%{y:,} abused parties<extra></extra>",
    )


def _add_cells(figure: Drawing, lanes: Sequence[PartySpread], span: Span, clock: Clock, theme: Theme) -> None:
    bins = int(span.length / timedelta(seconds=span.bin_seconds)) + 1
    starts = [span.since + place * timedelta(seconds=span.bin_seconds) for place in range(bins)]
    places = {start: place for place, start in enumerate(starts)}
    cells: list[list[int | None]] = [[None] * bins for _ in lanes]
    for lane, party in enumerate(lanes):
        for start, counted_here in party.counts:
            if start in places:
                cells[lane][places[start]] = counted_here
    half = timedelta(seconds=span.bin_seconds / 2)
    figure.trace(
        "heatmap",
        x=[clock.local(start + half) for start in starts],
        y=list(range(len(lanes))),
        z=cells,
        yaxis="y2",
        xgap=1,
        ygap=8,
        showscale=False,
        colorscale=[[place / (len(CELLS[theme]) - 1), color] for place, color in enumerate(CELLS[theme])],
        zmin=1,
        hovertext=[[plot_text(party.party)] * bins for party in lanes],
        hovertemplate="%{z:,} at %{hovertext} · %{x|%-d %b %H:%M}<extra></extra>",
        hoverongaps=False,
    )


def _add_first_sighting(figure: Drawing, place: int, party: PartySpread, clock: Clock, theme: Theme) -> None:
    at = clock.local(party.first_seen_at)
    figure.shape(
        type="line",
        yref="y2",
        x0=at,
        x1=at,
        y0=place - 0.42,
        y1=place + 0.42,
        line={"color": platform_color(party.platform or "other", theme), "width": 2},
    )


def _add_fixes(
    figure: Drawing,
    lanes: Sequence[PartySpread],
    fixes: Mapping[str, datetime],
    span: Span,
    clock: Clock,
    color: str,
) -> None:
    seen = [
        (place, max(at, span.since))
        for place, party in enumerate(lanes)
        if (at := fixes.get(party.party)) and at <= span.until
    ]
    for place, at in seen:
        line = {"color": color, "width": 1.5, "dash": "dot"}
        figure.shape(
            type="line", yref="y2", x0=clock.local(at), x1=clock.local(span.until), y0=place, y1=place, line=line
        )
    figure.trace(
        "scatter",
        x=[clock.local(at) for _, at in seen],
        y=[place for place, _ in seen],
        yaxis="y2",
        mode="markers",
        marker={"symbol": "circle", "size": 9, "color": color},
        hovertext=[f"mitigated · {clock.when(fixes[lanes[place].party])}" for place, _ in seen],
        hovertemplate="%{hovertext}<extra></extra>",
        cliponaxis=False,
        showlegend=False,
    )


def _write_status(figure: Drawing, place: int, state: State, token: Mapping[str, str]) -> None:
    figure.note(
        x=1,
        xref="paper",
        xanchor="left",
        xshift=8,
        y=place,
        yref="y2",
        text=state.text,
        font={"size": 11, "color": token[state.tone]},
    )


def _by_start(bins: Iterable[Bin]) -> dict[datetime, int]:
    totals: Counter[datetime] = Counter()
    for item in bins:
        totals[item.at] += item.observations
    return totals
