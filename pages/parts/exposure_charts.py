"""Charts of exposures: one on its time line with its statuses, and several small ones around their fixes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import plotly.graph_objects as go

from data.catalogue.mitigations import PlatformMeasure
from data.mitigation import FIXED, Mark
from data.store.exposure_shapes import StatusBin
from pages.parts.charts import add_now, set_time_axis
from pages.parts.clock import Clock
from pages.parts.drawing import Drawing
from pages.parts.figures import counted
from pages.parts.inert import plot_text
from pages.parts.span import Span
from pages.parts.tables import Column
from pages.parts.theme import MITIGATION, TOKENS, State, Theme, translucent

BINS = (
    Column("at", "Start", "when"),
    Column("status", "Status", "state", None, MITIGATION),
    Column("observations", "Observations", "count"),
)
PANES_IN_ROW = 4
_ROW_HEIGHT = 150
_ROOM_OF_WORDS = 0.11
_BAR_SHARE = 0.88
_BAR_TONES = {"recurred": "now"} | dict.fromkeys(FIXED, "ok")


@dataclass(frozen=True, slots=True)
class Pane:
    """One exposure of the small multiples. `name` is a stranger's."""

    name: str
    state: State
    bins: Sequence[StatusBin]
    marks: Sequence[Mark]


def draw_exposure(
    bins: Sequence[StatusBin],
    marks: Sequence[Mark],
    measures: Sequence[PlatformMeasure],
    span: Span,
    clock: Clock,
    theme: Theme,
) -> go.Figure:
    """Bars in the tone of the status they fall under, the statuses in a lane above them, the platform's own measures
    in a second lane."""
    token = TOKENS[theme]
    figure = Drawing(theme, height=290, hovermode="closest")
    _add_bars(figure, bins, span, clock, token)
    most = _highest(bins)
    top = 0.74 if marks else 0.86
    figure.y_axis(domain=[0, top], range=[0, most / 0.92], dtick=1 if most <= 4 else None)
    _add_lines(figure, marks, span, clock, token, 0.92)
    _add_statuses(figure, [mark for mark in marks if span.since <= mark.at <= span.until], span, clock, token)
    names = _add_measures(figure, measures, span, clock, theme, top)
    figure.layout(
        yaxis2={
            "domain": [top + 0.04, 1],
            "range": [0, 3 if marks else 1.4],
            "showgrid": False,
            "showline": False,
            "tickvals": [place for place, shown in ((2, marks), (0.7, names)) if shown],
            "ticktext": [word for word, shown in (("status", marks), ("platform", names)) if shown],
            "tickfont": {"size": 10, "color": token["faint"]},
            "anchor": "x",
            "fixedrange": True,
        }
    )
    set_time_axis(figure, span, clock)
    if span.until >= clock.now:
        add_now(figure, clock, token["now"])
    return figure.figure()


def draw_before_and_after(panes: Sequence[Pane], span: Span, clock: Clock, theme: Theme) -> go.Figure:
    """Small multiples with one scale: dotted lines at fixes and recurrences, bars in the tone of their status."""
    rows = -(-len(panes) // PANES_IN_ROW)
    most = max((_highest(pane.bins) for pane in panes), default=1)
    figure = Drawing(theme, height=_ROW_HEIGHT * rows, hovermode="closest", margin={"l": 8, "r": 8, "t": 4, "b": 4})
    for place, pane in enumerate(panes):
        _add_pane(figure, place, pane, rows, most, span, clock, theme)
    return figure.figure()


def _add_pane(
    figure: Drawing, place: int, pane: Pane, rows: int, most: int, span: Span, clock: Clock, theme: Theme
) -> None:
    token = TOKENS[theme]
    row, column = divmod(place, PANES_IN_ROW)
    width, height = 1 / PANES_IN_ROW, 1 / rows
    left, top = column * width + (0.03 if column else 0.02), 1 - row * height
    number = "" if place == 0 else str(place + 1)
    x, y = f"x{number}", f"y{number}"
    _add_bars(figure, pane.bins, span, clock, token, x, y)
    figure.layout(
        **{
            f"xaxis{number}": {
                "domain": [left, (column + 1) * width - 0.005],
                "anchor": y,
                "type": "date",
                "range": [clock.local(span.since), clock.local(span.until)],
                "nticks": 4,
                "tickformat": "%b" if span.length > timedelta(days=130) else "%-d %b",
                "tickangle": 0,
            },
            f"yaxis{number}": {
                "domain": [top - height + 0.16 * height, top - 0.3 * height],
                "anchor": x,
                "range": [0, most * 1.05],
                "nticks": 3,
                "showticklabels": column == 0,
            },
        }
    )
    _add_lines(figure, pane.marks, span, clock, token, None, x, y)
    state = f"<span style='color:{token[pane.state.tone]}'>{pane.state.text}</span>"
    figure.note(
        x=left, y=top - 0.02 * height, xref="paper", yref="paper", xanchor="left", yanchor="top",
        text=f"<b>{plot_text(pane.name, 24)}</b><br>{state}",
        font={"size": 12, "color": token["ink"]}, align="left",
    )  # fmt: skip


def _add_bars(
    figure: Drawing,
    bins: Sequence[StatusBin],
    span: Span,
    clock: Clock,
    token: Mapping[str, str],
    x: str = "x",
    y: str = "y",
) -> None:
    """Within one bar, what was seen under one status stands on what was seen under the one before."""
    figure.trace(
        "bar",
        x=[clock.local(item.at) for item in bins],
        y=[item.observations for item in bins],
        base=_bases(bins),
        xaxis=x,
        yaxis=y,
        marker={"color": [token[_BAR_TONES.get(item.status, "hist")] for item in bins], "line": {"width": 0}},
        width=span.bin_seconds * 1_000 * _BAR_SHARE,
        offset=0,
        hovertext=[
            f"{counted(item.observations, 'observation')} · {clock.when(item.at)} · {MITIGATION[item.status].text}"
            for item in bins
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _bases(bins: Sequence[StatusBin]) -> list[int]:
    heights: Counter[datetime] = Counter()
    bases: list[int] = []
    for item in bins:
        bases.append(heights[item.at])
        heights[item.at] += item.observations
    return bases


def _highest(bins: Iterable[StatusBin]) -> int:
    heights: Counter[datetime] = Counter()
    for item in bins:
        heights[item.at] += item.observations
    return max(heights.values(), default=1)


def _add_lines(
    figure: Drawing,
    marks: Sequence[Mark],
    span: Span,
    clock: Clock,
    token: Mapping[str, str],
    top: float | None,
    x: str = "x",
    y: str = "y",
) -> None:
    """Dotted lines where it was mitigated, and where it came back."""
    for mark in marks:
        if mark.status in ("mitigated", "recurred", "mitigating") and span.since <= mark.at <= span.until:
            at = clock.local(mark.at)
            figure.shape(
                type="line",
                x0=at,
                x1=at,
                y0=0,
                y1=1 if top is None else top,
                xref=x,
                yref=f"{y} domain" if top is None else "paper",
                line={"color": token[MITIGATION[mark.status].tone], "width": 1.5, "dash": "dot"},
            )


def _add_statuses(figure: Drawing, marks: Sequence[Mark], span: Span, clock: Clock, token: Mapping[str, str]) -> None:
    """Glyph and word. Of marks too near to one another the last stands for all, and the hover has their words."""
    groups = _neighbours(marks, span.length * _ROOM_OF_WORDS)
    states = [MITIGATION[group[-1].status] for group in groups]
    edge = span.until - span.length * _ROOM_OF_WORDS
    figure.trace(
        "scatter",
        x=[clock.local(group[-1].at) for group in groups],
        y=[2] * len(groups),
        yaxis="y2",
        mode="text",
        text=[
            f"{state.text} (+{len(group) - 1})" if len(group) > 1 else state.text
            for state, group in zip(states, groups, strict=True)
        ],
        textposition=["middle left" if group[-1].at > edge else "middle right" for group in groups],
        textfont={"size": 11, "color": [token[state.tone] for state in states]},
        hovertext=["<br>".join(_mark_words(mark, clock) for mark in group) for group in groups],
        hovertemplate="%{hovertext}<extra></extra>",
        cliponaxis=False,
    )


def _neighbours(marks: Sequence[Mark], room: timedelta) -> list[list[Mark]]:
    groups: list[list[Mark]] = []
    for mark in marks:
        if groups and mark.at - groups[-1][0].at < room:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return groups


def _mark_words(mark: Mark, clock: Clock) -> str:
    by = " · set by Relaywatch" if mark.machine else ""
    return f"{MITIGATION[mark.status].text} · {clock.with_utc(mark.at)}{by}"


def _add_measures(
    figure: Drawing, measures: Sequence[PlatformMeasure], span: Span, clock: Clock, theme: Theme, top: float
) -> list[str]:
    """What the platform changed for everybody, a bar a phase; returns the phases that are in sight."""
    token = TOKENS[theme]
    names: list[str] = []
    for measure in measures:
        for phase in measure.phases:
            if phase.ends_at < span.since or phase.begins_at > span.until:
                continue
            start, end = max(phase.begins_at, span.since), min(phase.ends_at, span.until)
            end = max(end, start + span.length * 0.006)
            names.append(phase.title)
            figure.trace(
                "scatter",
                x=[clock.local(start), clock.local(start + (end - start) / 2), clock.local(end)],
                y=[0.7, 0.7, 0.7],
                yaxis="y2",
                mode="lines",
                line={"color": token["mute"], "width": 7},
                hovertext=[
                    f"{measure.title}: {phase.title} · {clock.day(phase.begins_at)} to {clock.day(phase.ends_at)}"
                ]
                * 3,
                hovertemplate="%{hovertext}<extra></extra>",
                cliponaxis=False,
            )
            figure.shape(
                type="rect", layer="below", x0=clock.local(start), x1=clock.local(end), y0=0, y1=top, yref="paper",
                fillcolor=translucent(token["mute"], 0.08), line={"width": 0},
            )  # fmt: skip
    return names
