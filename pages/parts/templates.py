"""A template on the page: its fixed words as inert text, its slots as badges, in one wrapping row."""

import re
from collections.abc import Sequence

import streamlit as st

from data.model import TemplatePart
from data.vocabulary import SlotName
from pages.parts.inert import inert

SLOT_GLYPHS: dict[SlotName, str] = {
    "recipient": "@",
    "number": "#",
    "amount": "¤",
    "date": "◷",
    "url": "↗",
    "email": "@",
    "id": "#",
}
_MOST_WORDS = 60
_LOOSE = re.compile(r" ([\])},.:;!?])|([\[({]) ")
"""Blanks that stand there only because slots and words are told apart."""


def show_template(parts: Sequence[TemplatePart], name: str) -> None:
    """Each word is an element of its own; a long template shows its first words here and the whole in a fold."""
    pieces = [piece for part in parts for piece in _pieces(part)]
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", gap="xxsmall", key=f"template_{name}"
    ):
        for piece in pieces[:_MOST_WORDS]:
            if isinstance(piece, str):
                st.text(piece, width="content")
            else:
                _slot(piece)
        if len(pieces) > _MOST_WORDS:
            st.text("…", width="content")
    if len(pieces) > _MOST_WORDS:
        with st.expander("The whole template", type="compact"):
            st.code(template_text(parts), language=None, wrap_lines=True)


def template_text(parts: Sequence[TemplatePart]) -> str:
    """The template on one line, slots in brackets: "ticket ⟦number⟧ was received"."""
    return inert(" ".join(f"⟦{part.slot}⟧" if part.slot else part.text for part in parts), 20_000)


def template_words(parts: Sequence[TemplatePart]) -> str:
    """The same for a label, a slot as its glyph: a stranger's words, to go through `inert` or `plot_text`."""
    words = " ".join(SLOT_GLYPHS.get(part.slot, "") if part.slot else part.text[:2_000] for part in parts[:80])
    return _LOOSE.sub(r"\1\2", " ".join(words.split()))


def _slot(part: TemplatePart) -> None:
    if part.slot in SLOT_GLYPHS:
        st.badge(f"{SLOT_GLYPHS[part.slot]} {part.slot}", color="violet")


def _pieces(part: TemplatePart) -> list[str | TemplatePart]:
    return [part] if part.slot else [word for word in inert(part.text, 4_000).split(" ") if word]
