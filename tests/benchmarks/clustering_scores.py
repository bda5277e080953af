"""How well groups fit the truth: B-cubed, pairs, groups recovered whole, single ones kept apart."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from typing import NamedTuple

Labelled = Sequence[tuple[Hashable, Hashable]]
"""(true group, found group) of every item."""


class Score(NamedTuple):
    precision: float
    recall: float
    f1: float

    def __str__(self) -> str:
        return f"{self.f1:.3f} (P {self.precision:.3f}, R {self.recall:.3f})"


def b_cubed(items: Labelled) -> Score:
    """The mean over items: what share of an item's found group is of its true group, and the other way round."""
    truth, found, both = (Counter(part) for part in (*zip(*items, strict=True), items))
    precision = sum(n * n / found[label] for (_, label), n in both.items()) / len(items)
    recall = sum(n * n / truth[group] for (group, _), n in both.items()) / len(items)
    return _score(precision, recall)


def pairs(items: Labelled) -> Score:
    """Over pairs of items; one large group dominates it."""
    truth, found, both = (Counter(part) for part in (*zip(*items, strict=True), items))
    right, said, wanted = (sum(n * (n - 1) // 2 for n in counts.values()) for counts in (both, found, truth))
    return _score(right / max(1, said), right / max(1, wanted))


def _score(precision: float, recall: float) -> Score:
    total = precision + recall
    return Score(precision, recall, 2 * precision * recall / total if total else 0.0)


class Recovered(NamedTuple):
    """True groups of more than one item and of one, and how many of them are found groups of their own."""

    whole: int
    groups: int
    apart: int
    singles: int


def recovered(items: Labelled) -> Recovered:
    labels: defaultdict[Hashable, set[Hashable]] = defaultdict(set)
    groups: defaultdict[Hashable, set[Hashable]] = defaultdict(set)
    for group, label in items:
        labels[group].add(label)
        groups[label].add(group)
    counts = Counter(group for group, _ in items)
    own = {group for group, found in labels.items() if len(found) == 1 and len(groups[next(iter(found))]) == 1}
    singles = {group for group, n in counts.items() if n == 1}
    return Recovered(len(own - singles), len(counts) - len(singles), len(own & singles), len(singles))
