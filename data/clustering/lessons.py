"""Which nodes teach what is everybody's: a set that the set of all nodes decides, and that seldom changes while
messages come in, so that settling touches little.

Few nodes teach all together. Later the lesson is what was seen before a day that is over for a week at least: the
first one by which 250, 375, 562 ... nodes had been seen (of a single organisation 32, 48, 72 ...). So it changes when
their number has grown by half, and where mail older than that comes in, the more seldom the more nodes there are: at
most 4,000 of those before the day teach.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from heapq import nsmallest

DAY = 86_400
FEW, FEW_OWN = 250, 32
GROWTH = 1.5
MOST = 4_000
LATE = 7
"""Nodes that a lesson is drawn from at most: those with the smallest keys. Days in which most late mail comes in."""


def last_day(counts: Sequence[tuple[int, int]], few: int = FEW) -> int | None:
    """The day before which nodes teach, given (day, nodes first seen then) in order of days; None where all do."""
    if sum(count for _, count in counts) <= few:
        return None
    wanted, seen, chosen = float(few), 0, None
    for day, count in counts:
        if day > counts[-1][0] - LATE:
            break
        seen += count
        if seen >= wanted:
            chosen = day + 1
            while seen >= wanted:
                wanted *= GROWTH
    return chosen


def teachers(seen: Mapping[int, int], few: int = FEW) -> list[int]:
    """The keys, in order, of the nodes that teach what is everybody's, or with `FEW_OWN` their organisation's; of all
    nodes it is given when each was first seen."""
    days = Counter(at // DAY for at in seen.values())
    day = last_day(sorted(days.items()), few)
    return nsmallest(MOST, (key for key, at in seen.items() if day is None or at < day * DAY))
