"""Which messages may be of one template: candidates by shared keys, components of those alike in one respect."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Protocol
from zlib import crc32

from data.clustering.evidence import Evidence, proves
from data.clustering.grams import alike
from data.clustering.memory import Ties
from data.clustering.shapes import marks_of
from data.clustering.similarity import BODY_GRAMS, HIGH, PASSING_SECONDS, SOUGHT

KEYS_OF_A_TEXT = 6
KEYS_OF_A_BODY = 8
PIVOTS = 6
"""Members of a bucket (those with the smallest keys) that all others are compared with, so that a large bucket does
not cost its square."""
_TIES = Ties()


class Library(Protocol):
    """Where nodes are looked up: in memory, or in a database."""

    def evidence(self, key: int) -> Evidence: ...

    def members(self, bucket: int, most: int | None = None) -> list[int]:
        """The keys of the nodes in a bucket in order, at most so many."""
        ...


class Shelf:
    """A library in memory."""

    def __init__(self, found: Iterable[Evidence]) -> None:
        self._found = {item.node.key: item for item in found}
        self._buckets: defaultdict[int, list[int]] = defaultdict(list)
        for key in sorted(self._found):
            for bucket in bucket_keys(self._found[key]):
                self._buckets[bucket].append(key)

    def evidence(self, key: int) -> Evidence:
        return self._found[key]

    def members(self, bucket: int, most: int | None = None) -> list[int]:
        return self._buckets[bucket][:most]


def components_of(keys: Iterable[int], library: Library) -> Iterator[list[int]]:
    """The components that some nodes stand in, each once."""
    seen: set[int] = set()
    for key in keys:
        if key not in seen:
            component = component_of(key, library)
            seen.update(component)
            yield component


def component_of(start: int, library: Library) -> list[int]:
    """All nodes that a node hangs together with by being alike in one respect at least, in order."""
    found = {start}
    queue = [start]
    while queue:
        item = library.evidence(queue.pop())
        for other in neighbours(item, library) - found:
            if _TIES.between(item, library.evidence(other), resemble):
                found.add(other)
                queue.append(other)
    return sorted(found)


def neighbours(item: Evidence, library: Library) -> set[int]:
    """The nodes that one is compared with: in each bucket the pivots, and for a pivot all."""
    found: set[int] = set()
    for bucket in bucket_keys(item):
        pivots = library.members(bucket, PIVOTS)
        enough = len(pivots) < PIVOTS or item.node.key not in pivots
        found.update(pivots if enough else library.members(bucket))
    return found


def bucket_keys(item: Evidence) -> set[int]:
    """Under what a node is looked for: nodes that share none are not alike."""
    node = item.node
    names = {f"text {text}" for text in item.texts}
    found: set[int] = set()
    for grams in item.grams:
        found.update(gram << 2 for gram in sorted(grams)[:KEYS_OF_A_TEXT])
    for grams in (item.body, *item.sought):
        found.update(gram << 2 | 1 for gram in sorted(grams)[:KEYS_OF_A_BODY])
    names |= {f"link {shape}" for shape in node.shapes}
    if not node.relayed:
        found.update(gram << 2 | 2 for gram in sorted(node.sketch)[:KEYS_OF_A_BODY])
        names |= {f"from {node.from_key}"} if node.from_key else set()
    found.update(crc32(name.encode("utf-8", "surrogatepass")) << 2 | 3 for name in names)
    return found


def is_name(bucket: int) -> bool:
    """Whether a bucket is of a whole text, a link or a sender, not of a few letters in a row."""
    return bucket & 3 == 3


def resemble(one: Evidence, other: Evidence) -> bool:
    """Whether two nodes are alike in one respect, so that they belong into one component. Cheap and generous:
    `refine` decides."""
    if _texts_resemble(one, other):
        return True
    if min(len(one.body), len(other.body)) >= BODY_GRAMS and alike(one.body, other.body) >= HIGH - 0.05:
        return True
    if _stands_in(one, other) or _stands_in(other, one):
        return True
    if one.node.relayed and other.node.relayed:
        shared = one.node.shapes & other.node.shapes
        return bool(shared) and (_near(one, other) or bool(marks_of(shared)))
    if alike(one.node.sketch, other.node.sketch) >= HIGH:
        return True
    return one.node.from_key == other.node.from_key != "" and (
        one.node.layout_key == other.node.layout_key or alike(_title(one), _title(other)) >= HIGH
    )


def _title(item: Evidence) -> frozenset[int]:
    return item.grams[0] if item.title else frozenset()


def _near(one: Evidence, other: Evidence) -> bool:
    return abs(one.node.at - other.node.at) <= PASSING_SECONDS


def _texts_resemble(one: Evidence, other: Evidence) -> bool:
    for text, grams in zip(one.texts, one.grams, strict=True):
        for second, others in zip(other.texts, other.grams, strict=True):
            if text == second:
                return proves(text) or text in one.node.injections or _near(one, other)
            if proves(text) and proves(second) and alike(grams, others) >= HIGH - 0.05:
                return True
    return False


def _stands_in(one: Evidence, other: Evidence) -> bool:
    for grams in one.sought:
        shared = len(grams & other.body)
        # What a body shares with a text is within its reach, so few texts are counted out.
        if shared >= SOUGHT // 2:
            shown = sum(gram <= other.reach for gram in grams)
            if shown >= SOUGHT and shared >= 0.5 * shown:
                return True
    return False
