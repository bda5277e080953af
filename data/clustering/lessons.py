"""From which nodes shells and boilerplate are learned: a set that the set of all nodes decides, and that stays the
same while messages come in, so that what was learned changes seldom and settling touches little.

Few nodes teach all together. Later the lesson is what was seen before a day: the first day by which 4,000, 8,000,
16,000 ... nodes had been seen, so that it changes when their number doubles. Late
arrivals of older mail change it too.
"""

from collections.abc import Sequence

FEW = 4_000
MOST = 20_000
"""Nodes that a lesson is drawn from at most: those with the smallest keys."""


def last_day(counts: Sequence[tuple[int, int]]) -> int | None:
    """The day before which nodes teach, given (day, nodes first seen then) in order of days; None where all do."""
    total = sum(count for _, count in counts)
    if total <= FEW:
        return None
    wanted, seen, chosen = FEW, 0, None
    for day, count in counts[:-1]:
        seen += count
        while seen >= wanted:
            chosen, wanted = day + 1, 2 * wanted
    return chosen
