"""Which nodes teach what is everybody's: a set that the set of all nodes decides, and that stays the same while
messages come in, so that settling touches little.

Few nodes teach all together. Later the lesson is what was seen before a day, the first one by which 250, 375, 562 ...
nodes had been seen: it changes when their number has grown by half. Late arrivals of older mail change it too, the
more seldom the more nodes there are, since of those before the day at most 4,000 teach.
"""

from collections import Counter
from collections.abc import Sequence

from data.clustering.nodes import Node

DAY = 86_400
FEW = 250
GROWTH = 1.5
MOST = 4_000
"""Nodes that a lesson is drawn from at most: those with the smallest keys."""


def last_day(counts: Sequence[tuple[int, int]]) -> int | None:
    """The day before which nodes teach, given (day, nodes first seen then) in order of days; None where all do."""
    if sum(count for _, count in counts) <= FEW:
        return None
    wanted, seen, chosen = float(FEW), 0, None
    for day, count in counts[:-1]:
        seen += count
        if seen >= wanted:
            chosen = day + 1
            while seen >= wanted:
                wanted *= GROWTH
    return chosen


def teachers(nodes: Sequence[Node]) -> list[Node]:
    """The nodes, in order of keys, that teach what is everybody's."""
    days = Counter(node.at // DAY for node in nodes)
    day = last_day(sorted(days.items()))
    return [node for node in nodes if day is None or node.at < day * DAY][:MOST]
