"""The Traffic Light Protocol (FIRST TLP 2.0): how far an incident may travel."""

from typing import Literal, get_args

Tlp = Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"]
LEVELS: tuple[Tlp, ...] = get_args(Tlp)
"""From what everybody may know to what nobody may pass on."""
DEFAULT: Tlp = "AMBER"
"""Of whatever nobody marked."""


def within(clearance: Tlp) -> tuple[Tlp, ...]:
    """The markings that somebody with a clearance may read."""
    return LEVELS[: LEVELS.index(clearance) + 1]


def beyond(clearance: Tlp) -> tuple[Tlp, ...]:
    """The markings that he may not read."""
    return LEVELS[LEVELS.index(clearance) + 1 :]


def strictest(markings: tuple[Tlp, ...]) -> Tlp:
    """The one that counts where several incidents became one; the default where there is none."""
    return max(markings, key=LEVELS.index, default=DEFAULT)


def lower(one: Tlp, other: Tlp) -> Tlp:
    """The clearance that holds where two are asked for."""
    return min(one, other, key=LEVELS.index)
