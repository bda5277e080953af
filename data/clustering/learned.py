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
class Learned:
    """`heads` and `tails` are shells by organisation, "" for all, the longest first; `titles` whole titles that say
    nothing; `bodies` the grams of each organisation's own text, `common` those of everybody's."""

    heads: Mapping[str, tuple[Words, ...]] = field(default_factory=dict)
    tails: Mapping[str, tuple[Words, ...]] = field(default_factory=dict)
    titles: frozenset[str] = frozenset()
    bodies: Mapping[str, Grams] = field(default_factory=dict)
    common: Grams = frozenset()


NOTHING = Learned()


def learn(nodes: Iterable[Node]) -> Learned:
    """Everything that a set of nodes teaches."""
    by_owner = _samples(nodes)
    titles = {
        owner: sorted({node.words for node in found if node.words}, key=_order) for owner, found in by_owner.items()
    }
    heads = _affixes(titles)
    tails = {
        owner: tuple(words[::-1] for words in found)
        for owner, found in _affixes({o: [t[::-1] for t in ts] for o, ts in titles.items()}).items()
    }
    affixes = Learned(heads, tails)
    stripped = {
        node.key: "".join(strip_affixes(node.words, affixes, owner))
        for owner, found in by_owner.items()
        for node in found
    }
    return _with_bodies(affixes, by_owner, stripped)


def strip_affixes(words: Words, learned: Learned, owner: str) -> Words:
    """A title without the shells of its organisation, then without everybody's, and without slots at its ends."""
    for whose in (owner, ""):
        words = _strip(words, learned.heads.get(whose, ()), learned.tails.get(whose, ()))
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


def _order(words: Words) -> int:
    return hash_of("\n".join(words))


def hash_of(text: str) -> int:
    """A stable number of a text, for drawing samples."""
    return crc32(text.encode("utf-8", "surrogatepass"))


def _samples(nodes: Iterable[Node]) -> dict[str, list[Node]]:
    by_owner: defaultdict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        if node.flood is None:
            by_owner[node.organisation].append(node)
    return {owner: sorted(by_owner[owner], key=lambda node: node.key)[:SAMPLE] for owner in sorted(by_owner)}


def _affixes(titles: Mapping[str, Sequence[Words]]) -> dict[str, tuple[Words, ...]]:
    """The first words that three unlike titles of an organisation share; under "" those of two organisations."""
    found = {owner: _heads(own) for owner, own in titles.items()}
    counts = Counter(head for heads in found.values() for head in heads)
    found[""] = [head for head, count in counts.items() if count >= EVERYWHERE]
    return {
        owner: tuple(sorted(heads, key=lambda words: (-len(words), words)))
        for owner, heads in sorted(found.items())
        if heads
    }


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


def _with_bodies(affixes: Learned, by_owner: Mapping[str, list[Node]], stripped: Mapping[int, str]) -> Learned:
    owners = _owners_of_grams(by_owner)
    typed = _typed(by_owner, stripped)
    bodies: dict[str, Grams] = {}
    titles: set[str] = set()
    for owner, nodes in by_owner.items():
        own, empty = _own_text(nodes, stripped, owners)
        titles |= empty
        bodies[owner] = own - typed
    counts = Counter(gram for own in bodies.values() for gram in own)
    alone = {
        owner: frozenset(gram for node in nodes for gram in node.sketch if len(owners[gram]) == 1)
        for owner, nodes in by_owner.items()
        if any(node.relayed for node in nodes)
    }
    return Learned(
        heads=affixes.heads,
        tails=affixes.tails,
        titles=frozenset(titles),
        bodies={owner: bodies[owner] | alone.get(owner, frozenset()) for owner in bodies},
        common=frozenset(gram for gram, count in counts.items() if count >= EVERYWHERE),
    )


def _owners_of_grams(by_owner: Mapping[str, list[Node]]) -> dict[int, set[str]]:
    owners: defaultdict[int, set[str]] = defaultdict(set)
    for owner, nodes in by_owner.items():
        for gram in set().union(*(node.sketch for node in nodes)):
            owners[gram].add(owner)
    return owners


def _typed(by_owner: Mapping[str, list[Node]], stripped: Mapping[int, str]) -> Grams:
    """Grams of what strangers typed into titles and names: never an organisation's own."""
    keys = {
        key
        for nodes in by_owner.values()
        for node in nodes
        if node.relayed
        for key in (stripped[node.key], *node.injections)
        if letters(key) >= TYPED
    }
    return frozenset().union(*map(body_grams, keys))


def _own_text(
    nodes: Sequence[Node], stripped: Mapping[int, str], owners: Mapping[int, set[str]]
) -> tuple[Grams, set[str]]:
    """(grams of an organisation's own text, titles of it that say nothing).

    By titles where they differ; where they say nothing, by what bodies hold beside their usual text.
    """
    wearers: defaultdict[int, list[Grams]] = defaultdict(list)
    for node in nodes:
        title = stripped[node.key]
        if len(title) >= TITLE:
            for gram in node.sketch:
                wearers[gram].append(text_grams(title))
    own = frozenset(
        gram
        for gram, found in wearers.items()
        if len(found) >= WITNESSES and unlike(found, below=UNLIKE_TITLES, enough=WITNESSES)
    )
    if len(nodes) < FEWEST or (own and len({stripped[node.key] for node in nodes}) > 2):
        return own, set()
    counts = Counter(gram for node in nodes for gram in node.sketch)
    usual = frozenset(gram for gram, count in counts.items() if count >= USUAL * len(nodes))
    rests = {node.key: frozenset(gram for gram in node.sketch - usual if len(owners[gram]) > 1) for node in nodes}
    if _unlike_rests(rests.values()):
        own |= usual
    by_title: defaultdict[str, list[Grams]] = defaultdict(list)
    for node in nodes:
        by_title[stripped[node.key]].append(rests[node.key] - own)
    return own, {title for title, found in by_title.items() if title and _unlike_rests(found)}


def _unlike_rests(rests: Iterable[Grams]) -> bool:
    return unlike((rest for rest in rests if len(rest) >= FEWEST), below=UNLIKE_BODIES, enough=WITNESSES)
