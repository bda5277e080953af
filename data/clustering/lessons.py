"""Which nodes teach what is everybody's: a set that the set of all nodes decides, and that seldom changes while
messages come in, so that settling touches little.

Few nodes teach all together. Later the lesson is what was seen before a day that is over for a week at least: the
first one by which 250, 375, 562 ... nodes had been seen (of a single organisation 32, 48, 72 ...). So it changes when
their number has grown by half, and where mail older than that comes in, the more seldom the more nodes there are: at
most 4,000 of those before the day teach.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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


def common_day(counts: Sequence[tuple[int, int]]) -> int | None:
    """The day before which nodes teach what is everybody's, given (day, nodes first seen then) in order of days."""
    return last_day(counts, FEW if sum(count for _, count in counts) <= MOST else MOST)


def own_day(counts: Sequence[tuple[int, int]], total: int, common: int | None) -> int | None:
    """The day before which the nodes of one organisation teach, of `total` nodes of all. Among many it is everybody's
    for whoever was seen before it, so that one message more there does not have all be compared anew."""
    if total > MOST and common is not None and counts and counts[0][0] < common:
        return common
    return last_day(counts, FEW_OWN)


def days(seen: Iterable[int]) -> list[tuple[int, int]]:
    """(day, how many were seen then) in order of days, given when each was seen."""
    return sorted(Counter(at // DAY for at in seen).items())


def before(seen: Mapping[int, int], day: int | None, most: int = MOST) -> list[int]:
    """The smallest keys, in order, of nodes seen before a day (None: whenever), given when each was first seen."""
    return nsmallest(most, (key for key, at in seen.items() if day is None or at < day * DAY))
