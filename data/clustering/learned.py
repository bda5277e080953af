"""Shells and boilerplate learned from the messages themselves: what organisations write around strangers' words.

A run of words at an organisation is its own where three messages that are otherwise unlike wear it. A wave cannot
teach its payload as a shell that way: its messages are alike in what is left. A pure function of the set of nodes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zlib import crc32

from data.clustering.grams import Grams, body_grams, letters, text_grams, unlike
from data.clustering.nodes import Node

Words = tuple[str, ...]

SAMPLE = 64
"""Nodes looked at for one organisation: those with the smallest keys, so that others change nothing."""
LONGEST = 8
WITNESSES = 3
"""Unlike messages that prove a shell."""
EVERYWHERE = 2
"""Organisations whose own words these are before they are nobody's payload anywhere."""
UNLIKE_TITLES, UNLIKE_BODIES = 0.12, 0.15
FEWEST = 4
USUAL = 0.8
TITLE = 6
TYPED = 16


@dataclass(frozen=True, slots=True)
class Shells:
    """What one organisation, or everybody ("" in a lesson), writes around strangers' words: runs of words before and
    after them, the longest first, whole titles that say nothing, grams of bodies."""

    heads: tuple[Words, ...] = ()
    tails: tuple[Words, ...] = ()
    titles: frozenset[str] = frozenset()
    body: Grams = frozenset()


@dataclass(frozen=True, slots=True)
class Common:
    """What all organisations together teach: everybody's shells; grams seen at `several` organisations; grams that
    strangers `typed`; and for each organisation the grams seen nowhere else."""

    shells: Shells = Shells()
    several: Grams = frozenset()
    typed: Grams = frozenset()
    alone: Mapping[str, Grams] = field(default_factory=dict)


def learn_common(nodes: Iterable[Node]) -> Common:
    """What a set of nodes teaches about everybody."""
    by_owner: defaultdict[str, list[Node]] = defaultdict(list)
    for node in sorted(nodes, key=lambda node: node.key):
        if node.flood is None and len(by_owner[node.organisation]) < SAMPLE:
            by_owner[node.organisation].append(node)
    own = {owner: _affixes(found) for owner, found in by_owner.items()}
    affixes = Shells(_widespread(shells.heads for shells in own.values()),
                     _widespread(shells.tails for shells in own.values()))  # fmt: skip
    stripped = {owner: _stripped(found, own[owner], affixes) for owner, found in by_owner.items()}
    owners = _owners_of_grams(by_owner)
    several = frozenset(gram for gram, owner in owners.items() if owner is None)
    typed = frozenset().union(*(_typed(found, stripped[owner]) for owner, found in by_owner.items()))
    counts: Counter[int] = Counter()
    empty: Counter[str] = Counter()
    often: Counter[str] = Counter()
    for owner, found in by_owner.items():
        body, titles = _own_text(found, stripped[owner], several)
        counts.update(body - typed)
        empty.update(titles)
        often.update(_often(stripped[owner].values()))
    alone: defaultdict[str, set[int]] = defaultdict(set)
    for gram, single in owners.items():
        if single is not None:
            alone[single].add(gram)
    body = frozenset(gram for gram, count in counts.items() if count >= EVERYWHERE)
    relaying = (owner for owner, found in by_owner.items() if any(node.relayed for node in found))
    return Common(
        shells=Shells(affixes.heads, affixes.tails, _empty_for_many(empty, often), body),
        several=several,
        typed=typed,
        alone={owner: frozenset(alone[owner]) for owner in relaying},
    )


def learn_own(nodes: Iterable[Node], common: Common) -> Shells:
    """What the nodes of one organisation teach about it; those with the smallest keys are looked at, so that others
    change nothing."""
    found = sorted((node for node in nodes if node.flood is None), key=lambda node: node.key)[:SAMPLE]
    if not found:
        return Shells()
    affixes = _affixes(found)
    stripped = _stripped(found, affixes, common.shells)
    body, titles = _own_text(found, stripped, common.several)
    body -= common.typed | _typed(found, stripped)
    alone = common.alone.get(found[0].organisation, frozenset())
    return Shells(affixes.heads, affixes.tails, frozenset(titles), body | alone)


def strip_affixes(words: Words, own: Shells, everybody: Shells) -> Words:
    """A title without the shells of its organisation, then without everybody's, and without slots at its ends."""
    for shells in (own, everybody):
        words = _strip(words, shells.heads, shells.tails)
    return words


def _strip(words: Words, heads: Sequence[Words], tails: Sequence[Words]) -> Words:
    words = words[len(next((head for head in heads if words[: len(head)] == head), ())) :]
    tail = next((tail for tail in tails if words[len(words) - len(tail) :] == tail), ())
    words = words[: len(words) - len(tail)]
    while words and words[0].startswith("<"):
        words = words[1:]
    while words and words[-1].startswith("<"):
        words = words[:-1]
    return words


def _stripped(nodes: Iterable[Node], own: Shells, everybody: Shells) -> dict[int, str]:
    return {node.key: "".join(strip_affixes(node.words, own, everybody)) for node in nodes}


def _affixes(nodes: Sequence[Node]) -> Shells:
    """The first and the last words that three unlike titles of an organisation share."""
    titles = sorted({node.words for node in nodes if node.words}, key=_order)
    tails = _heads([words[::-1] for words in titles])
    return Shells(_longest_first(_heads(titles)), _longest_first(words[::-1] for words in tails))


def _widespread(found: Iterable[tuple[Words, ...]]) -> tuple[Words, ...]:
    counts = Counter(words for own in found for words in own)
    return _longest_first(words for words, count in counts.items() if count >= EVERYWHERE)


def _longest_first(found: Iterable[Words]) -> tuple[Words, ...]:
    return tuple(sorted(found, key=lambda words: (-len(words), words)))


def _order(words: Words) -> int:
    return hash_of("\n".join(words))


def hash_of(text: str) -> int:
    """A stable number of a text, for drawing samples."""
    return crc32(text.encode("utf-8", "surrogatepass"))


def _heads(titles: Sequence[Words]) -> list[Words]:
    rests: defaultdict[Words, list[Words]] = defaultdict(list)
    for title in titles[:SAMPLE]:
        for size in range(1, min(len(title), LONGEST) + 1):
            rests[title[:size]].append(title[size:])
    return [
        head
        for head, found in rests.items()
        if len(found) >= WITNESSES
        and unlike((text_grams("".join(rest)) for rest in found), below=2 * UNLIKE_TITLES, enough=WITNESSES)
    ]


def _owners_of_grams(by_owner: Mapping[str, list[Node]]) -> dict[int, str | None]:
    """The organisation in whose bodies a gram was seen; None for several."""
    owners: dict[int, str | None] = {}
    for owner, nodes in by_owner.items():
        for gram in frozenset().union(*(node.sketch for node in nodes)):
            owners[gram] = owner if gram not in owners else None
    return owners


def _typed(nodes: Iterable[Node], stripped: Mapping[int, str]) -> Grams:
    """Grams of what strangers typed into titles and names: never an organisation's own."""
    keys = {
        key
        for node in nodes
        if node.relayed
        for key in (stripped[node.key], *node.injections)
        if letters(key) >= TYPED
    }
    return frozenset().union(*map(body_grams, keys))


def _own_text(nodes: Sequence[Node], stripped: Mapping[int, str], several: Grams) -> tuple[Grams, set[str]]:
    """(grams of an organisation's own text, titles of it that say nothing).

    By titles where they differ; where they say nothing, by what bodies hold beside their usual text.
    """
    own = _under_unlike_titles(nodes, stripped)
    if len(nodes) < FEWEST or (own and len({stripped[node.key] for node in nodes}) > 2):
        return own, set()
    counts = Counter(gram for node in nodes for gram in node.sketch)
    usual = frozenset(gram for gram, count in counts.items() if count >= USUAL * len(nodes))
    rests = {node.key: (node.sketch - usual) & several for node in nodes}
    if _unlike_rests(rests.values()):
        own |= usual
    by_title: defaultdict[str, list[Grams]] = defaultdict(list)
    for node in nodes:
        by_title[stripped[node.key]].append(rests[node.key] - own)
    return own, {title for title, found in by_title.items() if title and _unlike_rests(found)}


def _often(titles: Iterable[str]) -> Iterable[str]:
    """Titles that an organisation sent often enough to learn whether they say nothing."""
    return (title for title, count in Counter(titles).items() if count >= WITNESSES)


def _empty_for_many(empty: Counter[str], often: Counter[str]) -> frozenset[str]:
    """Titles that say nothing at one of three organisations that sent them often: a wave's title seems to say nothing
    at one here and there."""
    return frozenset(title for title, count in empty.items() if 3 * count >= often[title])


def _under_unlike_titles(nodes: Sequence[Node], stripped: Mapping[int, str]) -> Grams:
    """Grams of bodies that stand under three unlike titles. Many stand under the same ones."""
    wearers: defaultdict[int, list[str]] = defaultdict(list)
    for node in nodes:
        title = stripped[node.key]
        if len(title) >= TITLE:
            for gram in node.sketch:
                wearers[gram].append(title)
    under: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for gram, titles in wearers.items():
        under[tuple(dict.fromkeys(titles))].append(gram)
    found = (
        grams
        for titles, grams in under.items()
        if len(titles) >= WITNESSES and unlike(map(text_grams, titles), below=UNLIKE_TITLES, enough=WITNESSES)
    )
    return frozenset().union(*found)


def _unlike_rests(rests: Iterable[Grams]) -> bool:
    return unlike((rest for rest in rests if len(rest) >= FEWEST), below=UNLIKE_BODIES, enough=WITNESSES)
