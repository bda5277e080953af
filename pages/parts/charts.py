"""Charts, as plotly graph objects (express costs eight times as much a figure). Foreign text passes `plot_text`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import plotly.graph_objects as go
import streamlit as st

from data.model import Event
from data.store.annotations import Annotation
from data.store.shapes import Bin, WaveRow
from pages.parts.changes import change_words
from pages.parts.clock import Clock
from pages.parts.drawing import Drawing
from pages.parts.figures import counted
from pages.parts.inert import plot_text
from pages.parts.lanes import LANES_SHARE, add_lanes
from pages.parts.span import Span
from pages.parts.tables import Column, Row
from pages.parts.theme import PLATFORMS, TOKENS, Theme, platform_color, tokens
from pages.parts.wave_bands import LINE, add_waves

CONFIG = {
    "displayModeBar": "hover",
    "modeBarButtons": [["toImage"]],
    "displaylogo": False,
    "scrollZoom": False,
}
"""The only button saves the chart: the browser writes it itself, as SVG or PNG."""
IMAGES = {"svg": "SVG", "png": "PNG"}
_IMAGE, _CHOSEN = "image_of_charts", "image_chosen"
BINS = (
    Column("at", "Start", "when"),
    Column("platform", "Platform"),
    Column("observations", "Observations", "count"),
)
_BAR_SHARE = 0.88
_NAMED_EVENTS = 3
_ROOM_OF_WORDS = 0.14
_FEW_OBSERVATIONS = 4


def show(figure: go.Figure, key: str, alt: str) -> None:
    """Put a chart on the page; `alt` says in words of ours what it shows."""
    token = tokens()
    figure.update_layout(
        # Of its own, so that a chart saved in the dark theme can be read wherever it is put.
        paper_bgcolor=token["bg"],
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": token["mute"], "activecolor": token["ink"]},
    )
    # Twice as fine as on the screen, which only PNG needs.
    image = {"format": st.session_state.get(_IMAGE, "svg"), "filename": f"relaywatch-{key}", "scale": 2}
    st.plotly_chart(figure, theme=None, key=f"chart_{key}", config={**CONFIG, "toImageButtonOptions": image}, alt=alt)


def choose_image() -> None:
    """What the charts' button writes, for this session: plotly has one such button, so it is chosen beforehand."""
    st.session_state[_CHOSEN] = st.session_state.get(_IMAGE, "svg")
    st.segmented_control(
        "Charts as",
        list(IMAGES),
        format_func=IMAGES.__getitem__,
        key=_CHOSEN,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: st.session_state.update({_IMAGE: st.session_state[_CHOSEN]}),
    )


def bin_rows(bins: Iterable[Bin]) -> list[Row]:
    """The numbers of a chart, for its CSV."""
    return [{"at": item.at, "platform": item.key, "observations": item.observations} for item in bins]


def draw_observations(
    bins: Sequence[Bin],
    waves: Iterable[WaveRow],
    span: Span,
    clock: Clock,
    theme: Theme,
    happened: Sequence[Annotation] = (),
) -> go.Figure:
    """Observations over time, stacked by platform, waves as bands behind the bars, what else happened above them."""
    token = TOKENS[theme]
    by_platform = _by_platform(bins)
    figure = Drawing(theme, height=284, barmode="stack", hovermode="x unified")
    for platform, counts in by_platform.items():
        figure.trace(
            "bar",
            x=[clock.local(at) for at in counts],
            y=list(counts.values()),
            name=PLATFORMS[platform].label,
            marker={
                "color": platform_color(platform, theme),
                "opacity": _opacities(counts, span),
                "line": {"width": 0},
            },
            width=span.bin_seconds * 1_000 * _BAR_SHARE,
            offset=0,
            hovertemplate=f"%{{y:,}} {PLATFORMS[platform].label}<extra></extra>",
        )
    totals = _totals(bins)
    _add_totals(figure, totals, clock)
    figure.layout(showlegend=len(by_platform) > 1)
    if span.until >= clock.now:
        add_now(figure, clock, token["now"])
    lines = add_waves(figure, waves, span, clock, theme, 1 - LANES_SHARE if happened else 1)
    # Room above the bars for the ids of the waves.
    _set_count_axis(figure, totals, 0.92 - LINE * lines)
    if happened:
        figure.y_axis(domain=[0, 1 - LANES_SHARE])
        add_lanes(figure, happened, clock, theme)
    set_time_axis(figure, span, clock)
    return figure.figure()


def draw_timeline(bins: Sequence[Bin], events: Sequence[Event], span: Span, clock: Clock, theme: Theme) -> go.Figure:
    """One incident: bars per bin, those of the last 24 hours in the colour of now, its events in a lane above."""
    token = TOKENS[theme]
    totals = _totals(bins)
    day_ago = clock.now - timedelta(hours=24)
    figure = Drawing(theme, height=250, hovermode="x unified")
    figure.trace(
        "bar",
        x=[clock.local(at) for at in totals],
        y=list(totals.values()),
        marker={
            "color": [token["now"] if _ends(at, span) > day_ago else token["hist"] for at in totals],
            "opacity": _opacities(totals, span),
            "line": {"width": 0},
        },
        width=span.bin_seconds * 1_000 * _BAR_SHARE,
        offset=0,
        customdata=[_utc(at) for at in totals],
        hovertemplate="%{y:,} observed · %{customdata}<extra></extra>",
    )
    _set_count_axis(figure, totals, 0.9)
    figure.y_axis(domain=[0, 0.8])
    _add_events(figure, [event for event in events if span.since <= event.at <= span.until], span, clock, token)
    set_time_axis(figure, span, clock)
    if span.until >= clock.now:
        add_now(figure, clock, token["now"])
    return figure.figure()


def _by_platform(bins: Iterable[Bin]) -> dict[str, dict[datetime, int]]:
    """Counts a bin of each platform that occurs, in stack order; those without a colour of their own pooled."""
    found: dict[str, dict[datetime, int]] = {platform: {} for platform in PLATFORMS}
    for item in bins:
        counts = found[item.key if item.key in PLATFORMS else "other"]
        counts[item.at] = counts.get(item.at, 0) + item.observations
    return {platform: counts for platform, counts in found.items() if counts}


def _totals(bins: Iterable[Bin]) -> dict[datetime, int]:
    totals: dict[datetime, int] = {}
    for item in bins:
        totals[item.at] = totals.get(item.at, 0) + item.observations
    return dict(sorted(totals.items()))


def _ends(at: datetime, span: Span) -> datetime:
    return at + timedelta(seconds=span.bin_seconds)


def _opacities(starts: Iterable[datetime], span: Span) -> list[float]:
    """The last bin is still filling: half as strong."""
    return [0.5 if _ends(at, span) > span.until else 1.0 for at in starts]


def _utc(at: datetime) -> str:
    universal = at.astimezone(UTC)
    return f"{universal.day} {universal:%b %H:%M} UTC"


def _add_totals(figure: Drawing, totals: dict[datetime, int], clock: Clock) -> None:
    """An unseen series whose hover line gives the sum and UTC."""
    figure.trace(
        "scatter",
        x=[clock.local(at) for at in totals],
        y=[0] * len(totals),
        mode="markers",
        marker={"size": 0.1, "opacity": 0},
        showlegend=False,
        customdata=[f"{counted(total, 'observation')} · {_utc(at)}" for at, total in totals.items()],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _set_count_axis(figure: Drawing, totals: dict[datetime, int], filled: float) -> None:
    """The highest bar fills a share of the height; there are no halves of an observation."""
    most = max(totals.values(), default=1)
    figure.y_axis(range=[0, most / filled], dtick=1 if most <= _FEW_OBSERVATIONS else None)


def set_time_axis(figure: Drawing, span: Span, clock: Clock) -> None:
    """Plotly takes no tick formats from a template, so they stand on the axis itself."""
    hour = 3_600_000
    days = span.length / timedelta(days=1)
    steps: tuple[tuple[float, int | str, str], ...] = (
        (1.1, 3 * hour, "%H:%M"),
        (4, 6 * hour, "%H:%M\n%-d %b"),
        (16, 24 * hour, "%-d %b"),
        (45, 3 * 24 * hour, "%-d %b"),
        (130, 14 * 24 * hour, "%-d %b"),
        (900, "M1", "%b\n%Y"),
    )
    dtick, tickformat = next(((dtick, text) for most, dtick, text in steps if days <= most), ("M12", "%Y"))
    pad = span.length * 0.008
    figure.x_axis(
        type="date",
        range=[clock.local(span.since - pad), clock.local(span.until + pad)],
        dtick=dtick,
        tick0="2001-01-01",
        tickformat=tickformat,
        hoverformat="%a %-d %b %Y %H:%M",
        tickangle=0,
    )


def add_now(figure: Drawing, clock: Clock, color: str) -> None:
    at = clock.local(clock.now)
    figure.shape(type="line", x0=at, x1=at, y0=0, y1=1, yref="paper", line={"color": color, "width": 1})
    figure.note(
        x=at, y=1, yref="paper", yanchor="bottom", xanchor="right", text="now",
        font={"size": 11, "color": color},
    )  # fmt: skip


def _add_events(figure: Drawing, events: Sequence[Event], span: Span, clock: Clock, token: Mapping[str, str]) -> None:
    """One lane above the bars; the words stand beside the marks, those of neighbours beside the first."""
    figure.trace(
        "scatter",
        x=[clock.local(event.at) for event in events],
        y=[1] * len(events),
        yaxis="y2",
        mode="markers+text",
        marker={"symbol": "circle", "size": 8, "color": token["mute"]},
        text=[f"  {words}  " if words else "" for words in _labels(events, span)],
        textposition=[
            "middle left" if event.at > span.until - span.length * _ROOM_OF_WORDS else "middle right"
            for event in events
        ],
        textfont={"size": 11, "color": token["mute"]},
        hovertext=[plot_text(change_words(event)) for event in events],
        hovertemplate="%{hovertext}<extra></extra>",
        cliponaxis=False,
    )
    figure.layout(
        yaxis2={
            "domain": [0.86, 1],
            "range": [0, 2],
            "showgrid": False,
            "tickvals": [1],
            "ticktext": ["events"],
            "tickfont": {"size": 10, "color": token["faint"]},
            "anchor": "x",
        }
    )


def _labels(events: Sequence[Event], span: Span) -> list[str]:
    """The words beside each mark; a mark too near to the one before is named there, so that no words overlap."""
    labels: list[str] = []
    first = 0
    for place, event in enumerate(events):
        words = plot_text(change_words(event))
        if place and event.at - events[place - 1].at < span.length * _ROOM_OF_WORDS:
            more = labels[first] + f", {words}"
            labels[first] = more if place - first < _NAMED_EVENTS else f"{place - first + 1} changes"
            labels.append("")
        else:
            first = place
            labels.append(words)
    return labels
