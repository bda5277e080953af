"""Messages into templates: components of those alike, average linkage within them, the many by a few thousand."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from data.clustering.components import Library, Shelf, components_of
from data.clustering.evidence import Evidence, evidence_of
from data.clustering.founders import PROFILE, Founded, founders_of, join
from data.clustering.learned import SAMPLE, Shells, learn_common, learn_own
from data.clustering.lessons import before, common_day, days, own_day
from data.clustering.linkage import average_link
from data.clustering.memory import Squares
from data.clustering.nodes import Node
from data.clustering.similarity import similarities

CUT = 0.35
LARGEST = 300
"""A component of more nodes is grouped by its 300 smallest keys; the rest joins whom it resembles, by 12 of them."""
LOT = 2_000
"""Nodes looked at together."""
_SQUARES = Squares()


def cluster(nodes: Iterable[Node]) -> dict[int, str]:
    """For each node's key the name of its template, whatever the order of the nodes."""
    return cluster_all({node.key: node for node in nodes})


def cluster_all(nodes: Mapping[int, Node]) -> dict[int, str]:
    """For each node's key the name of its template. The mapping may make nodes when they are asked for: few are held
    at a time."""
    labels: dict[int, str] = {}
    at: dict[int, int] = {}
    by_owner: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for key, node in nodes.items():
        if node.flood is None:
            at[key] = by_owner[node.organisation][key] = node.at
        else:
            labels[key] = f"flood {node.flood}"
    day = common_day(days(at.values()))
    common = learn_common(nodes[key] for key in before(at, day))
    own: dict[str, Shells] = {}
    for owner, found in by_owner.items():
        pupils = before(found, own_day(days(found.values()), len(at), day), SAMPLE)
        own[owner] = learn_own((nodes[key] for key in pupils), common)

    def evidence(key: int) -> Evidence:
        node = nodes[key]
        return evidence_of(node, own[node.organisation], common)

    return labels | _by_levels(at, evidence)


def _by_levels(rest: Mapping[int, int], evidence: Callable[[int], Evidence]) -> dict[int, str]:
    labels: dict[int, str] = {}
    while rest:
        founders = founders_of(rest)
        groups = templates_of(founders, Shelf(map(evidence, founders)))
        names = [f"{group[0].node.key:015x}" for group in groups]
        for group, name in zip(groups, names, strict=True):
            labels |= {item.node.key: name for item in group}
        others = sorted(rest.keys() - set(founders))
        founded, left = Founded(groups), {}
        for start in range(0, len(others), LOT):
            lot = others[start : start + LOT]
            for key, place in zip(lot, join(list(map(evidence, lot)), founded, CUT), strict=True):
                if place is None:
                    left[key] = rest[key]
                else:
                    labels[key] = names[place]
        rest = left
    return labels


def templates_of(keys: Iterable[int], library: Library) -> list[list[Evidence]]:
    """The templates of some nodes and of all that these hang together with, in order of their first keys."""
    groups = [
        group
        for component in components_of(keys, library)
        for group in refine([library.evidence(found) for found in component])
    ]
    return sorted(groups, key=lambda group: group[0].node.key)


def refine(component: Sequence[Evidence]) -> list[list[Evidence]]:
    """The templates of a component, its nodes in order of keys."""
    groups: list[list[Evidence]] = []
    rest = list(component)
    while rest:
        sample, rest = rest[:LARGEST], rest[LARGEST:]
        found = [[sample[row] for row in rows] for rows in average_link(_SQUARES.of(sample), CUT)]
        groups += found
        rest = _join(rest, found)
    return [sorted(group, key=lambda item: item.node.key) for group in groups]


def _join(rest: Sequence[Evidence], groups: Sequence[list[Evidence]]) -> list[Evidence]:
    """Puts nodes into the group they resemble most; returns those that resemble none."""
    left: list[Evidence] = []
    profiles = [group[:PROFILE] for group in groups]
    flat = [item for profile in profiles for item in profile]
    starts = np.cumsum([0, *(len(profile) for profile in profiles[:-1])])
    sizes = np.array([len(profile) for profile in profiles])
    for start in range(0, len(rest), LARGEST):
        lot = rest[start : start + LARGEST]
        values = similarities(lot, flat)
        means = np.add.reduceat(values, starts, axis=1) / sizes
        for item, row in zip(lot, means, strict=True):
            place = int(row.argmax())
            if row[place] >= CUT:
                groups[place].append(item)
            else:
                left.append(item)
    return left
