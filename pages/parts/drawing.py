"""A chart in the making.

Plotly checks everything that stands in a figure again at each addition (measured: a second for the 25 lanes of a
wave), so traces, shapes and notes are gathered here and checked once.
"""

from collections.abc import Mapping

import plotly.graph_objects as go

from pages.parts.theme import Theme, template


class Drawing:
    """What will be a figure; the names and values of everything are plotly's own."""

    def __init__(self, theme: Theme, **layout: object) -> None:
        self._layout: dict[str, object] = {"template": template(theme), **layout}
        self._traces: list[Mapping[str, object]] = []
        self._shapes: list[Mapping[str, object]] = []
        self._annotations: list[Mapping[str, object]] = []

    def trace(self, kind: str, **values: object) -> None:
        """Bars, a scatter, a heatmap, a sankey, in front of those before."""
        self._traces.append({"type": kind, **values})

    def shape(self, **values: object) -> None:
        self._shapes.append(values)

    def note(self, **values: object) -> None:
        """An annotation without an arrow."""
        self._annotations.append({"showarrow": False, **values})

    def layout(self, **values: object) -> None:
        """Sets parts of the layout; of an axis or a margin only what is named."""
        for name, value in values.items():
            before = self._layout.get(name)
            both = isinstance(before, Mapping) and isinstance(value, Mapping)
            self._layout[name] = {**before, **value} if both else value  # type: ignore[dict-item]

    def x_axis(self, **values: object) -> None:
        self.layout(xaxis=values)

    def y_axis(self, **values: object) -> None:
        self.layout(yaxis=values)

    def figure(self) -> go.Figure:
        """Raises ValueError for a name or a value that plotly does not know."""
        return go.Figure(self._traces, {**self._layout, "shapes": self._shapes, "annotations": self._annotations})
