"""Many contents: some thousands of them found the templates, the others join whom they resemble.

Where there are more contents than `FOUNDERS`, those with the smallest keys among the ones seen before a day that is
over (as in lessons.py) are grouped among themselves: the founders. Each of the others joins the group that it is
like on average; those like none are left, and the same is done with them, level by level, until no more than
`FOUNDERS` are left. So a new content is compared with a few groups however many contents there are, and what stands
does not change with it. A pure function of the set of contents; up to `FOUNDERS` there is one level.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest
from typing import Protocol

import numpy as np

from data.clustering.components import bucket_keys, is_name
from data.clustering.evidence import Evidence
from data.clustering.lessons import MOST, before, days, last_day
from data.clustering.similarity import similarities

FOUNDERS = MOST
PROFILE = 12
CANDIDATES = 4
"""Groups that one content is compared with: those it shares most keys with, by 12 members of each."""
ENOUGH = 2
"""Grams that a group must share with it."""
HITS = 600
"""Holders of keys that one content looks at, the rarest keys first."""


def founders_of(seen: Mapping[int, int]) -> list[int]:
    """The contents that found templates, in order of keys, given of each content's key when it was first seen."""
    return before(seen, last_day(days(seen.values()), FOUNDERS), FOUNDERS)


class Level(Protocol):
    """Where the groups of a level are looked up: in memory, or in a database."""

    def holders(self, bucket: int) -> Sequence[int]:
        """The groups with a bucket among those of their profiles, in order."""
        ...

    def profile(self, group: int) -> Sequence[Evidence]:
        """The first members of a group in order of keys, at most `PROFILE`."""
        ...


class Founded:
    """A level in memory; its groups are numbered in order."""

    def __init__(self, groups: Iterable[Sequence[Evidence]]) -> None:
        self._profiles = [group[:PROFILE] for group in groups]
        self._holders: defaultdict[int, list[int]] = defaultdict(list)
        for place, profile in enumerate(self._profiles):
            for bucket in profile_keys(profile):
                self._holders[bucket].append(place)

    def holders(self, bucket: int) -> Sequence[int]:
        return self._holders.get(bucket, ())

    def profile(self, group: int) -> Sequence[Evidence]:
        return self._profiles[group]


def profile_keys(profile: Iterable[Evidence]) -> set[int]:
    """Under what a group is looked for."""
    return set().union(*map(bucket_keys, profile))


def join(items: Sequence[Evidence], level: Level, cut: float) -> list[int | None]:
    """For each content the group that it joins, of equals the first; None where it is like none."""
    asked: defaultdict[int, list[int]] = defaultdict(list)
    for row, item in enumerate(items):
        for group in candidates(item, level):
            asked[group].append(row)
    best = np.zeros(len(items))
    joined: list[int | None] = [None] * len(items)
    for group, rows in sorted(asked.items()):
        values = similarities([items[row] for row in rows], level.profile(group))
        # Contiguous and rounded, so that a mean does not depend on which others are compared in the same call.
        means = np.ascontiguousarray(values).mean(axis=1).round(9)
        for row, mean in zip(rows, means, strict=True):
            if mean >= cut and mean > best[row]:
                best[row], joined[row] = mean, group
    return joined


def candidates(item: Evidence, level: Level) -> list[int]:
    """The groups that share most keys with a content, the best first. One gram in common is chance."""
    found = sorted(
        ((holders, bucket) for bucket in bucket_keys(item) if (holders := level.holders(bucket))),
        key=lambda pair: (len(pair[0]), pair[1]),
    )
    counts: Counter[int] = Counter()
    hits = 0
    for holders, bucket in found:
        hits += len(holders)
        if counts and hits > HITS:
            break
        for group in holders:
            counts[group] += ENOUGH if is_name(bucket) else 1
    able = (group for group, count in counts.items() if count >= ENOUGH)
    return nsmallest(CANDIDATES, able, key=lambda group: (-counts[group], group))
