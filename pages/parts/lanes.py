"""Lanes above the bars for what happened beside the observations; the words are in the hover, never over the bars."""

from collections.abc import Sequence

from data.store.annotations import Annotation, AnnotationKind
from pages.parts.clock import Clock
from pages.parts.drawing import Drawing
from pages.parts.figures import public_id
from pages.parts.inert import plot_text
from pages.parts.theme import TOKENS, Theme, platform_label

LANES_SHARE = 0.22
_LANES: dict[AnnotationKind, tuple[str, str, str]] = {
    "report": ("reports", "diamond", "mute"),
    "advisory": ("advisories", "triangle-up", "mute"),
    "mitigation": ("mitigations", "circle", "ok"),
    "measure": ("platforms", "square", "prog"),
}
"""Word, symbol and tone of each kind, from above."""
_FEWEST = 3
"""Lanes that there is room for at least: one alone would stand far from its neighbours, the bars and the top."""


def add_lanes(figure: Drawing, happened: Sequence[Annotation], clock: Clock, theme: Theme) -> None:
    """One lane a kind that occurs at all, on the time axis of the bars."""
    token = TOKENS[theme]
    kinds = [kind for kind in _LANES if any(item.kind == kind for item in happened)]
    for row, kind in enumerate(kinds):
        _, symbol, tone = _LANES[kind]
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
            "range": [max(len(kinds), _FEWEST) - 0.3, -0.7],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "tickvals": list(range(len(kinds))),
            "ticktext": [_LANES[kind][0] for kind in kinds],
            "tickfont": {"size": 10, "color": token["faint"]},
            "anchor": "x",
        }
    )


def _words(item: Annotation, clock: Clock) -> str:
    who = platform_label(item.subject) if item.kind == "measure" else plot_text(item.subject, 40)
    who = public_id(item.subject) if item.kind in ("report", "advisory") else who
    said = {"mitigation": "mitigated"}.get(item.kind, plot_text(item.words, 80))
    return f"{clock.when(item.at)} · {who}: {said}"
