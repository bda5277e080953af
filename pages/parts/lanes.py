"""Lanes above the bars for what happened beside the observations; the words are in the hover, never over the bars."""

from collections.abc import Sequence

from data.store.annotations import Annotation, AnnotationKind
from pages.parts.clock import Clock
from pages.parts.drawing import Drawing
from pages.parts.figures import public_id
from pages.parts.inert import plot_text
from pages.parts.theme import TOKENS, Theme, platform_label

LANES_SHARE = 0.22
_LANES: dict[AnnotationKind, tuple[int, str, str, str]] = {
    "report": (3, "reports", "diamond", "mute"),
    "advisory": (2, "advisories", "triangle-up", "mute"),
    "mitigation": (1, "mitigations", "circle", "ok"),
    "measure": (0, "platforms", "square", "prog"),
}
"""Row from below, word, symbol and tone of each kind."""


def add_lanes(figure: Drawing, happened: Sequence[Annotation], clock: Clock, theme: Theme) -> None:
    """One lane a kind that occurs at all, on the time axis of the bars."""
    token = TOKENS[theme]
    for kind, (row, _, symbol, tone) in _LANES.items():
        own = [item for item in happened if item.kind == kind]
        figure.trace(
            "scatter",
            x=[clock.local(item.at) for item in own],
            y=[row] * len(own),
            yaxis="y2",
            mode="markers",
            marker={"symbol": symbol, "size": 8, "color": token[tone]},
            hovertext=[_words(item, clock) for item in own],
            hovertemplate="%{hovertext}<extra></extra>",
            showlegend=False,
        )
    figure.layout(
        yaxis2={
            "domain": [1 - LANES_SHARE + 0.02, 1],
            "range": [-0.7, 3.7],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "tickvals": [row for row, *_ in _LANES.values()],
            "ticktext": [word for _, word, *_ in _LANES.values()],
            "tickfont": {"size": 10, "color": token["faint"]},
            "anchor": "x",
        }
    )


def _words(item: Annotation, clock: Clock) -> str:
    who = platform_label(item.subject) if item.kind == "measure" else plot_text(item.subject, 40)
    who = public_id(item.subject) if item.kind in ("report", "advisory") else who
    said = {"mitigation": "mitigated"}.get(item.kind, plot_text(item.words, 80))
    return f"{clock.when(item.at)} · {who}: {said}"
