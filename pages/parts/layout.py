"""The frame of every page: head, cards, tiles, facts, banner. Texts given to it are ours; a lint test holds that."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import streamlit as st

from pages.parts.inert import inert
from pages.parts.theme import PARTS, BadgeColor, style_sheet, theme_type

OVERVIEW = "pages/overview.py"
WAVES = "pages/waves.py"
INCIDENTS = "pages/incidents.py"
VENDORS = "pages/vendors.py"
LOOKUP = "pages/lookup.py"
PUBLISHED = "pages/published.py"
ACCOUNT = "pages/account.py"
INTELLIGENCE = "pages/intelligence.py"
SUBMIT = "pages/submit.py"
EXPORTS = "pages/exports.py"

MOST_QUOTED = 120


def dress() -> None:
    """Logo and style sheet, once a run."""
    theme = theme_type()
    st.logo((PARTS / f"logo-{theme}.svg").read_text(encoding="utf-8"), size="medium")
    st.html(style_sheet(theme))


@contextmanager
def head(title: str) -> Iterator[None]:
    """A page's title at the left; what is put inside stands at the right of the same line."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="head"):
        st.title(title, anchor=False, width="content")
        with st.container(horizontal=True, vertical_alignment="center", width="content", key="head_right"):
            yield


@contextmanager
def card(name: str, *, stretch: bool = False) -> Iterator[None]:
    """A bordered card; `name` is its key."""
    with st.container(border=True, key=f"card_{name}", height="stretch" if stretch else "content"):
        yield


@contextmanager
def card_title(name: str, title: str, caption: str | None = None) -> Iterator[None]:
    """A card's title with its caption on the same line; what is put inside stands at the right end."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"title_{name}"):
        st.markdown(f"#### {title}", anchors=False, width="content")
        if caption:
            st.caption(caption, width="content")
        st.space("stretch")
        yield


Query = Mapping[str, str | Sequence[str]]
"""What a link asks for: each name with its value, or with its several."""


def link(label: str, page: str, query: Query | None = None) -> None:
    """A link onwards, its arrow behind the words."""
    st.page_link(page, label=label, icon=":material/arrow_forward:", icon_position="right", query_params=query)


@contextmanager
def banner(edge: str, badge: str, color: BadgeColor, sentence: str, quoted: str = "") -> Iterator[None]:
    """The state of things in one sentence of ours, under it a stranger's words where some are `quoted`; a link may be
    put inside. `edge` is now, ok or mute."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small", key=f"edge_{edge}"):
        st.badge(badge, color=color)
        with st.container(width="content", gap=None, key="banner_words"):
            st.markdown(sentence, anchors=False, width="content")
            if quoted:
                st.text(inert(f"“{quoted}”", MOST_QUOTED), width="content")
        st.space("stretch")
        yield


@dataclass(frozen=True, slots=True)
class Tile:
    """One headline number and the view that shows the rows behind it."""

    name: str
    label: str
    value: str
    delta: str | None = None
    note: str | None = None
    spark: Sequence[int] = ()
    color: BadgeColor = "gray"
    page: str = INCIDENTS
    query: Query = field(default_factory=dict)


def tiles(row: Sequence[Tile]) -> None:
    with st.container(key="tiles"):
        for column, tile in zip(st.columns(len(row), gap="small"), row, strict=True):
            with column, st.container(key=f"tile_{tile.name}", height="stretch"):
                _tile(tile)


def _tile(tile: Tile) -> None:
    st.metric(
        tile.label,
        tile.value,
        tile.delta,
        delta_color=tile.color,
        delta_arrow="down" if tile.delta and tile.delta.startswith("−") else "auto",
        delta_description=tile.note,
        border=True,
        height="stretch",
        chart_data=list(tile.spark) or None,
        chart_type="area",
    )
    st.page_link(tile.page, label=f"{tile.label}: {tile.value}. Show the rows.", query_params=tile.query)


class Fact(NamedTuple):
    """A label of ours over a value that may be anybody's; "" is shown as a dash."""

    label: str
    value: str


def facts(row: Sequence[Fact], name: str = "page") -> None:
    with st.container(horizontal=True, gap="large", key=f"facts_{name}"):
        for place, fact in enumerate(row):
            with st.container(width="content", gap=None, key=f"fact_{name}_{place}"):
                st.caption(fact.label, width="content")
                st.text(inert(fact.value) or "–", width="content")


def show_failure(sentence: str) -> None:
    """What the person who runs this must do; the sentence may hold a path, so it goes in as plain text."""
    with st.container(border=True, key="failure"):
        st.badge("▲ Cannot show this page", color="red")
        st.text(inert(sentence, 1_000))
