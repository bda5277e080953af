"""Why one message is a member, what is nearest outside, and what stands in the slots, in a few lines."""

from collections.abc import Sequence

import streamlit as st

from data.clustering.explain import Bond, Explanation, SlotValues
from pages.parts.figures import count, counted, percent, public_id
from pages.parts.inert import inert

APART = 0.5


def show_explanation(observation_id: str, found: Explanation | None) -> None:
    with st.container(gap="xsmall", key="small_explanation"):
        for sentence in _sentences(observation_id, found):
            st.text(inert(sentence))


def _sentences(observation_id: str, found: Explanation | None) -> list[str]:
    """Our own words and ids only: nothing in them was written by strangers but the reason of its company, which
    counts."""
    name = public_id(observation_id)
    if found is None:
        return [f"{name} is not compared yet."]
    lines: list[str] = []
    if found.wordless:
        lines.append(f"{name} holds no words of a stranger: platform, mechanism and wording make it a member.")
    elif found.similarity is None:
        lines.append(f"{name} has the content of all other members.")
    else:
        others = counted(found.compared, "other member")
        lines.append(f"{name} is {percent(found.similarity)} % like {others}: {_told(found.bonds)}.")
    if found.nearest:
        nearest = found.nearest
        apart = [bond for bond in reversed(nearest.bonds) if bond.likeness < APART] or nearest.bonds[::-1]
        lines.append(
            f"Nearest outside is {public_id(nearest.template_id)}, {percent(nearest.similarity)} % like it;"
            f" apart by {_told(apart[:3])}."
        )
    if found.company:
        lines.append(f"It is a candidate for its company: {found.company}.")
    return lines


def _told(bonds: Sequence[Bond]) -> str:
    return ", ".join(f"{bond.what} {percent(bond.likeness)} %" for bond in bonds) or "nothing that can be compared"


def show_slot_values(found: Sequence[SlotValues]) -> None:
    """The most frequent values of each kind of slot, as inert text."""
    if not found:
        return
    with st.container(gap=None, key="small_slots"):
        _show_each(found)


def _show_each(found: Sequence[SlotValues]) -> None:
    for item in found:
        values = ", ".join(f"{inert(value, 40)} ({count(times)})" for value, times in item.values)
        more = item.different - len(item.values)
        st.text(inert(f"{item.slot}: {values}" + (f" and {counted(more, 'other')}" if more else "")))
