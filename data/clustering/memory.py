"""Similarities that were computed before, so that a new message costs its own row of a component and no more."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from data.clustering.evidence import Evidence
from data.clustering.similarity import Matrix, similarities

KEPT = 64
"""Squares held at once, of at most 300 rows each: about 45 MB."""
TIED = 4_000
"""Messages whose ties are held at once."""


@dataclass(frozen=True, slots=True)
class Square:
    """The similarities of every two of some messages, and the row of each by its key."""

    found: tuple[Evidence, ...]
    places: dict[int, int]
    values: Matrix


class Squares:
    """The last squares that were asked for. The answers are those of `similarities`, only sooner."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Square] = OrderedDict()
        self._square_of: dict[int, int] = {}
        self._next = 0

    def of(self, found: Sequence[Evidence]) -> Matrix:
        """The similarities of every two of some messages; the diagonal is 1."""
        before = self._before(found)
        rows, places = _known(found, before) if before else ([], [])
        if before is None or 2 * len(rows) < len(found):
            values = similarities(found)
        else:
            values = _extended(found, rows, before.values[np.ix_(places, places)])
        self._keep(Square(tuple(found), {item.node.key: place for place, item in enumerate(found)}, values))
        return values

    def _before(self, found: Sequence[Evidence]) -> Square | None:
        """The square that most of some messages stood in."""
        numbers = [self._square_of[item.node.key] for item in found if item.node.key in self._square_of]
        return self._kept.get(max(set(numbers), key=numbers.count)) if numbers else None

    def _keep(self, square: Square) -> None:
        self._next += 1
        self._kept[self._next] = square
        for key in square.places:
            former = self._square_of.get(key)
            if former is not None and former in self._kept:
                self._kept.move_to_end(former, last=False)
            self._square_of[key] = self._next
        while len(self._kept) > KEPT:
            number, gone = self._kept.popitem(last=False)
            for key in gone.places:
                if self._square_of.get(key) == number:
                    del self._square_of[key]


class Ties:
    """Which messages were found to belong together by being alike, two at a time."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, dict[int, tuple[Evidence, Evidence, bool]]] = OrderedDict()

    def between(self, one: Evidence, other: Evidence, alike: Callable[[Evidence, Evidence], bool]) -> bool:
        """Whether two messages are alike, in the order of their keys."""
        if other.node.key < one.node.key:
            one, other = other, one
        known = self._known.setdefault(one.node.key, {})
        self._known.move_to_end(one.node.key)
        before = known.get(other.node.key)
        if before is None or before[0] is not one or before[1] is not other:
            before = known[other.node.key] = one, other, alike(one, other)
            while len(self._known) > TIED:
                self._known.popitem(last=False)
        return before[2]


def _known(found: Sequence[Evidence], before: Square) -> tuple[list[int], list[int]]:
    """The places of messages that have not changed: among those now, among those before."""
    rows: list[int] = []
    places: list[int] = []
    for row, item in enumerate(found):
        place = before.places.get(item.node.key)
        if place is not None and before.found[place] is item:
            rows.append(row)
            places.append(place)
    return rows, places


def _extended(found: Sequence[Evidence], rows: Sequence[int], known: Matrix) -> Matrix:
    """Similarities of all, given those of the messages in some rows."""
    values = np.ones((len(found), len(found)))
    values[np.ix_(rows, rows)] = known
    new = sorted(set(range(len(found))) - set(rows))
    if new:
        block = similarities([found[row] for row in new], found)
        values[new] = block
        values[:, new] = block.T
        np.fill_diagonal(values, 1.0)
    return values
