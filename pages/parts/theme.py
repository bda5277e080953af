"""The look as values: colours by token, platforms, states; the same in badge, pill, chart and style sheet.

Contrast was measured against `bg`: text 4.5 or more, marks that carry meaning 3.0 or more (WCAG 2.2). Platform
colours were chosen so that neighbours differ under protanopia, deuteranopia and tritanopia too; they tell
neighbours apart, not names, so a platform colour never stands without its label.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import plotly.graph_objects as go
import streamlit as st

from data.catalogue.loader import load_catalogue

Theme = Literal["light", "dark"]
BadgeColor = Literal["red", "yellow", "blue", "green", "violet", "gray"]

PARTS = Path(__file__).parent
FONT_FAMILY = "Inter, system-ui, sans-serif"

TOKENS: Mapping[Theme, Mapping[str, str]] = {
    "light": {
        "bg": "#ffffff",
        "sunk": "#f5f6f8",
        "ink": "#1a2230",
        "mute": "#566173",
        "faint": "#69748a",
        "now": "#c2401a",
        "prog": "#2f63ad",
        "ok": "#1f7a4d",
        "viol": "#6b4fa3",
        "hist": "#8392a8",
        "line": "#dfe3e9",
        "grid": "#eceff3",
    },
    "dark": {
        "bg": "#0f1319",
        "sunk": "#171c24",
        "ink": "#e3e8ef",
        "mute": "#9aa6b6",
        "faint": "#8592a4",
        "now": "#ff8a5b",
        "prog": "#7aa8e6",
        "ok": "#5cc08d",
        "viol": "#b29be0",
        "hist": "#566c86",
        "line": "#2a323e",
        "grid": "#1d242e",
    },
}

CELLS: Mapping[Theme, tuple[str, ...]] = {
    "light": ("#c9d2de", "#a3b2c6", "#7b8fa9", "#475e7c", "#22344d"),
    "dark": ("#2c3949", "#42556b", "#5f7693", "#8ba3be", "#d0dcea"),
}
"""Few to many in a swimlane. The first two stay under 3.0 on purpose: low is quiet, and the hover says the number."""


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform as it is drawn: its own colour for ever; whoever has none shares that of `other`."""

    label: str
    light: str
    dark: str


PLATFORMS: Mapping[str, Platform] = {
    "zendesk": Platform("Zendesk", "#264698", "#6384ce"),
    "freshdesk": Platform("Freshdesk", "#00755a", "#67b399"),
    "jira": Platform("Jira SM", "#0c93bf", "#7cd4fc"),
    "intercom": Platform("Intercom", "#6a5695", "#a797d1"),
    "hubspot": Platform("HubSpot", "#be7f79", "#fec4bd"),
    "salesforce": Platform("Salesforce", "#7f235c", "#b96794"),
    "helpscout": Platform("Help Scout", "#668815", "#a8c872"),
    "wordpress": Platform("WordPress", "#5a4c0d", "#928656"),
    "other": Platform("Other", "#7c8696", "#7d8796"),
}
"""In stack order, which is legend and table order too."""


SHORT_LABELS: Mapping[str, str] = {
    "rt": "RT",
    "otrs": "OTRS",
    "mailman": "Mailman",
    "mailchimp_signup": "Mailchimp",
    "sfmc": "SF Marketing",
    "github": "GitHub",
    "google_calendar": "G. Calendar",
    "google_groups": "G. Groups",
    "quickbooks": "QuickBooks",
    "firebase": "Firebase",
}
"""Names that a pill has no room for."""

PILL_LETTERS = 12


@dataclass(frozen=True, slots=True)
class State:
    """A state as it is shown: always glyph, space, word."""

    glyph: str
    label: str
    tone: str
    badge: BadgeColor

    @property
    def text(self) -> str:
        return f"{self.glyph} {self.label}"


CONFIRMATIONS: Mapping[str, State] = {
    "confirmed": State("◉", "confirmed", "now", "red"),
    "unconfirmed": State("○", "unconfirmed", "mute", "gray"),
}
WORK: Mapping[str, State] = {
    "new": State("○", "new", "mute", "gray"),
    "working": State("◑", "working", "prog", "blue"),
    "closed": State("●", "closed", "ok", "green"),
}
"""Where an incident stands with the analysts."""
TRIAGE: Mapping[str, State] = {
    "new": State("○", "new", "mute", "gray"),
    "relevant": State("◔", "relevant", "prog", "blue"),
    "linked": State("●", "linked", "ok", "green"),
    "dismissed": State("–", "dismissed", "mute", "gray"),
}
LINK_STATES: Mapping[str, State] = {
    "proposed": State("○", "proposed", "mute", "gray"),
    "confirmed": State("●", "confirmed", "ok", "green"),
    "rejected": State("–", "rejected", "mute", "gray"),
}
FEED_STATES: Mapping[str, State] = {
    "never fetched": State("○", "never fetched", "mute", "gray"),
    "ok": State("●", "ok", "ok", "green"),
    "empty": State("◔", "valid but empty", "prog", "blue"),
    "failing": State("▲", "failing", "now", "red"),
    "gone": State("■", "gone", "now", "red"),
    "paused": State("–", "paused", "mute", "gray"),
}
WAVE_STATES: Mapping[str, State] = {
    "rising": State("▲", "rising", "now", "red"),
    "fading": State("▼", "fading", "mute", "gray"),
    "over": State("■", "over", "mute", "gray"),
}
MITIGATION: Mapping[str, State] = {
    "unreviewed": State("○", "unreviewed", "mute", "gray"),
    "confirmed": State("◉", "confirmed", "now", "red"),
    "reported": State("◔", "reported", "prog", "blue"),
    "acknowledged": State("◑", "acknowledged", "prog", "blue"),
    "mitigating": State("◕", "mitigating", "prog", "blue"),
    "mitigated": State("●", "mitigated", "ok", "green"),
    "verified-quiet": State("✓", "verified quiet", "ok", "green"),
    "recurred": State("↻", "recurred", "now", "red"),
    "disputed": State("⚑", "disputed", "viol", "violet"),
    "not-affected": State("–", "not affected", "mute", "gray"),
}
"""The state of an exposure: the circle fills as the vendor gets on with it."""
TENANCIES: Mapping[str, State] = {
    "vendor": State("○", "vendor", "mute", "gray"),
    "attacker": State("◉", "attacker's own", "now", "red"),
    "taken-over": State("◉", "taken over", "now", "red"),
}
EVIDENCE: Mapping[str, State] = {
    "verified": State("✓", "verified", "ok", "green"),
    "attested": State("✓", "attested", "ok", "green"),
    "claimed": State("?", "claimed", "mute", "gray"),
}


def theme_type() -> Theme:
    """The theme of the reader's browser; light until it has told."""
    return "dark" if st.context.theme.type == "dark" else "light"


def tokens() -> Mapping[str, str]:
    return TOKENS[theme_type()]


def platform_label(platform: str | None) -> str:
    """The short name of a platform of the catalogue; "Other" for none and for an unknown one."""
    if platform and platform in PLATFORMS:
        return PLATFORMS[platform].label
    return _catalogue_labels().get(platform or "", PLATFORMS["other"].label)


def platform_pill(platform: str | None) -> str:
    """The name in at most PILL_LETTERS letters, for a pill of fixed width."""
    label = SHORT_LABELS.get(platform or "") or platform_label(platform)
    return label if len(label) <= PILL_LETTERS else label[: PILL_LETTERS - 1].rstrip() + "…"


@lru_cache(maxsize=1)
def _catalogue_labels() -> Mapping[str, str]:
    return {platform.id: platform.label.partition(" (")[0] for platform in load_catalogue().platforms}


def platform_color(platform: str, theme: Theme) -> str:
    """The colour of a platform's marks; all without one of their own share the last."""
    found = PLATFORMS.get(platform, PLATFORMS["other"])
    return found.light if theme == "light" else found.dark


def mix(color: str, paper: str, share: float) -> str:
    """`share` of a colour on paper, both #rrggbb: full-strength colours make a table shout."""
    pairs = zip(_channels(color), _channels(paper), strict=True)
    return "#" + "".join(f"{round(top * share + under * (1 - share)):02x}" for top, under in pairs)


def translucent(color: str, alpha: float) -> str:
    red, green, blue = _channels(color)
    return f"rgba({red},{green},{blue},{alpha})"


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def style_sheet(theme: Theme) -> str:
    """The one style sheet as a style element: constants of ours only, never formatted with data."""
    names = ("bg", "sunk", "ink", "mute", "now", "prog", "ok", "line")
    variables = "".join(f"--rw-{name}:{TOKENS[theme][name]};" for name in names)
    return f"<style>:root{{{variables}}}\n{_look()}</style>"


@lru_cache(maxsize=1)
def _look() -> str:
    return (PARTS / "look.css").read_text(encoding="utf-8")


@lru_cache(maxsize=2)
def template(theme: Theme) -> go.layout.Template:
    """What all charts share. `st.plotly_chart` needs theme=None, or Streamlit puts its own fonts and margins on."""
    token = TOKENS[theme]
    axis = {
        "tickfont": {"size": 11, "color": token["mute"]},
        "linecolor": token["line"],
        "tickcolor": token["line"],
        "gridcolor": token["grid"],
        "zeroline": False,
        "automargin": True,
        "fixedrange": True,
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT_FAMILY, "size": 12, "color": token["ink"]},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 8, "r": 8, "t": 26, "b": 4},
            "xaxis": {**axis, "showgrid": False, "showline": True, "ticks": "outside", "ticklen": 4},
            "yaxis": {**axis, "showline": False, "nticks": 4, "rangemode": "tozero"},
            "hoverlabel": {
                "bgcolor": token["sunk"],
                "bordercolor": token["line"],
                "font": {"family": FONT_FAMILY, "size": 12, "color": token["ink"]},
            },
            "legend": {
                "orientation": "h",
                "yanchor": "bottom",
                "y": 1.02,
                "x": 0,
                "font": {"size": 12, "color": token["mute"]},
                "traceorder": "normal",
                "itemclick": False,
                "itemdoubleclick": False,
            },
            "showlegend": False,
        }
    )
