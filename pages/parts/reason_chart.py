"""Why a verdict leans as it does, as bars."""

from collections.abc import Sequence
from textwrap import wrap

import plotly.graph_objects as go

from data.model import Reason
from pages.parts.drawing import Drawing
from pages.parts.inert import inert, plot_text
from pages.parts.theme import TOKENS, Theme

_LABEL_WIDTH = 34


def draw_reasons(reasons: Sequence[Reason], theme: Theme) -> go.Figure:
    """Why a verdict leans as it does: one bar a reason, the strongest on top, its weight outside."""
    token = TOKENS[theme]
    ordered = sorted(reasons, key=lambda reason: abs(reason.weight))
    labels = [_lines(reason.signal) for reason in ordered]
    row = 14 * max((label.count("<br>") for label in labels), default=0) + 26
    weights = [0.0, *(reason.weight for reason in ordered)]
    room = (max(weights) - min(weights)) * 0.12
    figure = Drawing(theme, height=row * len(ordered) + 16, hovermode="closest", margin={"t": 2, "b": 2})
    figure.trace(
        "bar",
        orientation="h",
        x=[reason.weight for reason in ordered],
        y=[f"{place}" for place in range(len(ordered))],
        marker={"color": [token["hist"] if reason.weight >= 0 else token["ok"] for reason in ordered]},
        width=13 / row,
        text=[f"{reason.weight:+g}".replace("-", "−") for reason in ordered],
        textposition="outside",
        textfont={"size": 11, "color": token["mute"]},
        cliponaxis=False,
        hovertext=[plot_text(f"{reason.signal}: {reason.evidence}", 160) for reason in ordered],
        hovertemplate="%{x:+} · %{hovertext}<extra></extra>",
    )
    figure.x_axis(visible=False, range=[min(weights) - room * (min(weights) < 0), max(weights) + room])
    figure.y_axis(
        tickmode="array",
        tickvals=[f"{place}" for place in range(len(ordered))],
        ticktext=labels,
        tickfont={"size": 12, "color": token["ink"]},
        showgrid=False,
    )
    return figure.figure()


def _lines(text: str) -> str:
    """A label on as many lines as it needs; plotly would cut it, or leave no room for the bars."""
    return "<br>".join(plot_text(line, _LABEL_WIDTH) for line in wrap(inert(text), _LABEL_WIDTH))
