"""The flow of a wave: from platforms over abused parties to what was abused."""

from collections import Counter
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from data.store.spread import Flow
from pages.parts.drawing import Drawing
from pages.parts.figures import count
from pages.parts.inert import plot_text
from pages.parts.theme import TOKENS, State, Theme, platform_color, platform_label, translucent

MOST_PARTIES_IN_FLOW = 9
_SHORT_MECHANISMS = {
    "ticket-acknowledgement": "tickets",
    "account-verification": "verifications",
    "form-receipt": "forms",
    "list-confirmation": "list sign-ups",
    "chat-transcript": "chats",
    "agent-message": "agents",
}
"""What the flow has room for."""


def draw_flow(flows: Sequence[Flow], statuses: Mapping[str, State], theme: Theme) -> go.Figure:
    """From platform over abused party to the mechanism; the smaller parties pooled."""
    token = TOKENS[theme]
    largest = Counter[str]()
    for flow in flows:
        largest[flow.party] += flow.observations
    # One that is left over takes no more room by its name than as "1 other".
    most = MOST_PARTIES_IN_FLOW + (len(largest) == MOST_PARTIES_IN_FLOW + 1)
    named = [party for party, _ in largest.most_common(most)]
    others = len(largest) - len(named)
    nodes: dict[tuple[str, str], int] = {}
    links: Counter[tuple[int, int, str]] = Counter()
    for flow in flows:
        party = flow.party if flow.party in named else ""
        left = nodes.setdefault(("platform", flow.platform), len(nodes))
        middle = nodes.setdefault(("party", party), len(nodes))
        right = nodes.setdefault(("mechanism", flow.mechanism), len(nodes))
        links[left, middle, flow.platform] += flow.observations
        links[middle, right, flow.platform] += flow.observations
    figure = Drawing(theme, height=46 + 26 * max(len(named) + bool(others), 5), margin={"t": 8})
    figure.trace(
        "sankey",
        arrangement="snap",
        textfont={"size": 12, "color": token["ink"], "shadow": "none"},
        node={
            "pad": 10,
            "thickness": 8,
            "line": {"width": 0},
            "label": [_node_label(kind, name, others, statuses) for kind, name in nodes],
            "color": [_node_color(kind, name, statuses, theme) for kind, name in nodes],
            "hovertemplate": "%{value:,} observed · %{label}<extra></extra>",
        },
        link={
            "source": [link[0] for link in links],
            "target": [link[1] for link in links],
            "value": list(links.values()),
            "color": [translucent(platform_color(link[2], theme), 0.3) for link in links],
            "hovertemplate": "%{value:,} observed<extra></extra>",
        },
    )
    return figure.figure()


def _node_label(kind: str, name: str, others: int, statuses: Mapping[str, State]) -> str:
    if kind == "platform":
        return plot_text(platform_label(name), 24)
    if kind == "mechanism":
        return _SHORT_MECHANISMS.get(name) or plot_text(name, 20)
    if not name:
        return f"{count(others)} others"
    glyph = f"{statuses[name].glyph} " if name in statuses else ""
    return glyph + plot_text(name, 28)


def _node_color(kind: str, name: str, statuses: Mapping[str, State], theme: Theme) -> str:
    if kind == "platform":
        return platform_color(name, theme)
    if kind == "mechanism":
        return TOKENS[theme]["now"]
    return TOKENS[theme][statuses[name].tone if name in statuses else "mute"]
