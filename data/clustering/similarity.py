"""How alike messages are, all of a component at once: 1 the same template, 0 nothing in common.

Rules, each with a reason measured on real and simulated waves:
- One long text (title, name, sentence before a stranger's link) or one body in common is enough: a tenant may show
  any of the fields that an attacker filled in. A text of one is also looked for in the body of the other.
- What is alike counts little where something better differs: bodies under unlike titles, titles over unlike
  injected sentences, one organisation's titles over unlike bodies.
- Sender and header layout count only where nobody relays: elsewhere they are the tenant's and the platform's.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from data.clustering.evidence import Evidence, proves
from data.clustering.grams import Grams, letters, text_grams
from data.clustering.shapes import marks_of

Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]

LOW, HIGH = 0.15, 0.40
"""Likeness (Jaccard) of texts and bodies that is chance, and that is proof."""
BODY_GRAMS = 6
SOUGHT = 4
DOUBT = 0.3
PASSING = 0.6
PASSING_SECONDS = 72 * 3600
"""A short text or the shape of a particular link in common within 72 hours: likely one wave."""
LASTING_SECONDS = 180 * 86_400
"""How long a link under the very same unusual domain says as much: by then a domain may be somebody else's."""
_HALF = 0.5


def similarities(found: Sequence[Evidence], others: Sequence[Evidence] | None = None) -> Matrix:
    """The similarity of every message to every one of others; to every one of themselves where there are no others,
    with a diagonal of 1."""
    columns = found if others is None else others
    texts, told, injected = _texts(found, columns)
    body, comparable = _bodies(found, columns)
    same_owner = _equal([item.node.organisation for item in found], [item.node.organisation for item in columns])
    texts = np.where(injected[1] & (injected[0] < 0.1), texts * DOUBT, texts)
    texts = np.where(same_owner & comparable[1] & (body < 0.05), texts * DOUBT, texts)
    body = np.where(told & (texts < 0.1), body * DOUBT, body)
    relay = np.maximum(np.maximum(texts, body), np.maximum(_sought(found, columns), _sought(columns, found).T))
    relay = np.maximum(relay, _passing(found, columns, told, texts, same_owner))
    both = _each(lambda item: item.node.relayed, found)[:, None] & _each(lambda item: item.node.relayed, columns)
    result = relay if both.all() else np.where(both, relay, np.maximum(_whole(found, columns), injected[0]))
    if others is None:
        np.fill_diagonal(result, 1.0)
    return result


def _scale(values: Matrix, low: float, high: float) -> Matrix:
    return np.clip((values - low) / (high - low), 0.0, 1.0)


def _each(what: Callable[[Evidence], bool], found: Sequence[Evidence]) -> Flags:
    return np.array([what(item) for item in found], dtype=bool)


def _equal(rows: Sequence[object], columns: Sequence[object]) -> Flags:
    numbers: dict[object, int] = {}
    sides = [np.array([numbers.setdefault(value, len(numbers)) for value in side]) for side in (rows, columns)]
    return np.asarray(sides[0][:, None] == sides[1][None, :])


def _shared(rows: Sequence[Grams], columns: Sequence[Grams]) -> Matrix:
    """How many grams every row shares with every column."""
    if rows is columns:
        counts = Counter(chain.from_iterable(rows))
        shared: Iterable[int] = (gram for gram, count in counts.items() if count > 1)
    else:
        shared = frozenset().union(*(rows if len(rows) < len(columns) else columns))
    places = {gram: place for place, gram in enumerate(shared)}
    known = frozenset(places)
    first = _marked(rows, places, known)
    second = first if rows is columns else _marked(columns, places, known)
    return np.asarray(first @ second.T, dtype=np.float64)


def _marked(side: Sequence[Grams], places: dict[int, int], known: Grams) -> NDArray[np.float32]:
    matrix = np.zeros((len(side), len(places)), dtype=np.float32)
    for row, grams in enumerate(side):
        matrix[row, [places[gram] for gram in grams & known]] = 1
    return matrix


def _alike(rows: Sequence[Grams], columns: Sequence[Grams]) -> Matrix:
    shared = _shared(rows, columns)
    union = _sizes(rows)[:, None] + _sizes(columns)[None, :] - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0))


def _sizes(grams: Sequence[Grams]) -> NDArray[np.float64]:
    return np.array([len(each) for each in grams], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Flat:
    """All texts of some messages: whose each is, what it is, whether it is long, whether it is injected."""

    owner: NDArray[np.int64]
    texts: list[str]
    grams: list[Grams]
    long: Flags
    injected: Flags


def _flat(found: Sequence[Evidence]) -> _Flat:
    texts = [(number, text) for number, item in enumerate(found) for text in item.texts]
    return _Flat(
        np.array([number for number, _ in texts], dtype=np.int64),
        [text for _, text in texts],
        [grams for item in found for grams in item.grams],
        np.array([proves(text) for _, text in texts], dtype=bool),
        np.array([text in found[number].node.injections for number, text in texts], dtype=bool),
    )


def _texts(found: Sequence[Evidence], others: Sequence[Evidence]) -> tuple[Matrix, Flags, tuple[Matrix, Flags]]:
    """(best likeness of any two texts, whether both have texts long enough, the same of injected texts alone)."""
    rows = _flat(found)
    columns = rows if found is others else _flat(others)
    shape = len(found), len(others)
    if not rows.texts or not columns.texts:
        nothing = np.zeros(shape), np.zeros(shape, dtype=bool)
        return *nothing, nothing
    same = _equal(rows.texts, columns.texts)
    both_long = rows.long[:, None] & columns.long[None, :]
    both_injected = rows.injected[:, None] & columns.injected[None, :]
    grams = rows.grams, rows.grams if rows is columns else columns.grams
    likeness = np.where(both_long, _scale(_alike(*grams), LOW, HIGH), 0.0)
    likeness = np.where(same & both_injected, 1.0, likeness)

    def best(values: Matrix) -> Matrix:
        return _best(values, rows.owner, columns.owner, shape)

    told = best(both_long.astype(float)) > 0
    named = [
        np.bincount(side.owner, side.injected, size) > 0 for side, size in zip((rows, columns), shape, strict=True)
    ]
    return best(likeness), told, (best(np.where(both_injected, likeness, 0.0)), named[0][:, None] & named[1][None, :])


def _best(values: Matrix, rows: NDArray[np.int64], columns: NDArray[np.int64], shape: tuple[int, int]) -> Matrix:
    """The largest value of each two owners of rows and columns; owners are in order."""
    result = np.zeros(shape)
    one, starts = np.unique(rows, return_index=True)
    across = np.maximum.reduceat(values, starts, axis=0)
    two, starts = np.unique(columns, return_index=True)
    result[np.ix_(one, two)] = np.maximum.reduceat(across, starts, axis=1)
    return result


def _bodies(found: Sequence[Evidence], others: Sequence[Evidence]) -> tuple[Matrix, tuple[Flags, Flags]]:
    """Likeness of what is left of bodies, and where there is enough of them (for likeness, for doubt)."""
    rows = [item.body for item in found]
    columns = rows if found is others else [item.body for item in others]
    smaller = np.minimum(_sizes(rows)[:, None], _sizes(columns)[None, :])
    enough, plenty = smaller >= BODY_GRAMS, smaller >= BODY_GRAMS + SOUGHT
    likeness = np.where(enough, _scale(_alike(rows, columns), LOW, HIGH), 0.0)
    same_owner = _equal([item.node.organisation for item in found], [item.node.organisation for item in others])
    relayed = _each(lambda item: item.node.relayed, found)
    scant = same_owner & relayed[:, None] & (smaller < 2 * BODY_GRAMS)
    return np.where(scant, likeness * _HALF, likeness), (enough, plenty)


def _sought(found: Sequence[Evidence], others: Sequence[Evidence]) -> Matrix:
    """How much of a text of one message stands in the body of another."""
    result = np.zeros((len(found), len(others)))
    flat = [(number, grams) for number, item in enumerate(found) for grams in item.sought if grams]
    if not flat:
        return result
    shared = _shared([grams for _, grams in flat], [item.body for item in others])
    reaches = np.array([item.reach for item in others])
    shown = np.array([np.searchsorted(np.sort(list(grams)), reaches, side="right") for _, grams in flat])
    share = np.divide(shared, shown, out=np.zeros_like(shared), where=shown >= SOUGHT)
    owners, starts = np.unique([number for number, _ in flat], return_index=True)
    result[owners] = np.maximum.reduceat(np.clip(share * 1.6, 0, 1), starts, axis=0)
    return result


def _passing(
    found: Sequence[Evidence], others: Sequence[Evidence], told: Flags, texts: Matrix, same_owner: Flags
) -> Matrix:
    """Short texts or particular links that several organisations send within 72 hours, or under one domain later."""
    at = [np.array([item.node.at for item in side]) for side in (found, others)]
    apart = np.abs(at[0][:, None] - at[1][None, :])
    near = (apart <= PASSING_SECONDS) & (texts < 0.1)
    short = (_shared(*_named(found, others, _short_names)) > 0) & ~told
    linked = _shared(*_named(found, others, _link_names)) > 0
    marked = (_shared(*_named(found, others, _domain_names)) > 0) & (apart <= LASTING_SECONDS)
    return np.where((near & (short | linked) | marked) & ~same_owner, PASSING, 0.0)


def _named(
    found: Sequence[Evidence], others: Sequence[Evidence], names: Callable[[Evidence], Grams]
) -> tuple[list[Grams], list[Grams]]:
    rows = list(map(names, found))
    return rows, rows if found is others else list(map(names, others))


def _short_names(item: Evidence) -> Grams:
    return frozenset(crc32(text.encode("utf-8", "surrogatepass")) for text in item.texts if letters(text) >= SOUGHT)


def _link_names(item: Evidence) -> Grams:
    return frozenset(crc32(shape.encode()) for shape in item.node.shapes)


def _domain_names(item: Evidence) -> Grams:
    return frozenset(crc32(mark.encode()) for mark in marks_of(item.node.shapes))


def _whole(found: Sequence[Evidence], others: Sequence[Evidence]) -> Matrix:
    """Likeness of whole messages that their sender wrote alone: body, subject, sender's name, header layout. A body
    of nothing but words that stand under unlike titles counts half."""
    subject = _alike(*_named(found, others, lambda item: text_grams(item.title)))
    sender = _alike(*_named(found, others, lambda item: text_grams(item.node.from_key)))
    layout = _equal([item.node.layout_key for item in found], [item.node.layout_key for item in others]).astype(float)
    header = np.where(
        sender >= 0.7,
        0.55 * sender + 0.25 * layout + 0.2 * subject,
        0.65 * subject + 0.2 * sender + 0.15 * layout,
    )
    written = [_each(lambda item: bool(item.node.sketch), side) for side in (found, others)]
    body = _alike(*_named(found, others, lambda item: item.node.sketch))
    particular = [_each(lambda item: len(item.body) >= BODY_GRAMS, side) for side in (found, others)]
    body = np.where(particular[0][:, None] | particular[1][None, :], body, _HALF * body)
    mixed = np.maximum(np.where(body >= LOW, _HALF * (body + header), _HALF * header), 0.75 * body)
    return _scale(np.where(written[0][:, None] & written[1][None, :], mixed, header), 0.3, 0.7)
