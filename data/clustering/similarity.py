"""How alike messages are, all of a component at once: 1 the same template, 0 nothing in common.

Rules, each with a reason measured on real and simulated waves:
- One long text (title, name, sentence before a stranger's link) or one body in common is enough: a tenant may show
  any of the fields that an attacker filled in. A text of one is also looked for in the body of the other.
- What is alike counts little where something better differs: bodies under unlike titles, titles over unlike
  injected sentences, one organisation's titles over unlike bodies.
- Sender and header layout count only where nobody relays: elsewhere they are the tenant's and the platform's.
"""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from data.clustering.evidence import SHORT_TEXT, Evidence
from data.clustering.grams import Grams, letters, text_grams

Matrix = NDArray[np.float64]

LOW, HIGH = 0.15, 0.40
"""Likeness (Jaccard) of texts and bodies that is chance, and that is proof."""
BODY_GRAMS = 6
SOUGHT = 4
DOUBT = 0.3
PASSING = 0.6
PASSING_SECONDS = 72 * 3600
"""A short text or a particular link in common within 72 hours: likely one wave."""
_HALF = 0.5


def similarities(found: Sequence[Evidence]) -> Matrix:
    """The similarity of every two of some messages; the diagonal is 1."""
    texts, told, injected = _texts(found)
    body, comparable = _bodies(found)
    same_owner = _equal([item.node.organisation for item in found])
    relayed = np.array([item.node.relayed for item in found])
    texts = np.where(injected[1] & (injected[0] < 0.1), texts * DOUBT, texts)
    texts = np.where(same_owner & comparable[1] & (body < 0.05), texts * DOUBT, texts)
    body = np.where(told & (texts < 0.1), body * DOUBT, body)
    relay = np.maximum(np.maximum(texts, body), _sought(found))
    relay = np.maximum(relay, _passing(found, told, texts, same_owner))
    both = relayed[:, None] & relayed[None, :]
    result = relay if both.all() else np.where(both, relay, np.maximum(_whole(found), injected[0]))
    np.fill_diagonal(result, 1.0)
    return result


def _scale(values: Matrix, low: float, high: float) -> Matrix:
    return np.clip((values - low) / (high - low), 0.0, 1.0)


def _equal(values: Sequence[object]) -> NDArray[np.bool_]:
    numbers = {value: number for number, value in enumerate(dict.fromkeys(values))}
    codes = np.array([numbers[value] for value in values])
    return np.asarray(codes[:, None] == codes[None, :])


def _shared(rows: Sequence[Grams], columns: Sequence[Grams] | None = None) -> Matrix:
    """How many grams every row shares with every column."""
    sides = (rows,) if columns is None else (rows, columns)
    counts: dict[int, int] = {}
    for side in sides:
        for grams in side:
            for gram in grams:
                counts[gram] = counts.get(gram, 0) + 1
    places = {gram: place for place, gram in enumerate(gram for gram, count in counts.items() if count > 1)}
    matrices = []
    for side in sides:
        matrix = np.zeros((len(side), len(places)), dtype=np.float32)
        for row, grams in enumerate(side):
            matrix[row, [places[gram] for gram in grams if gram in places]] = 1
        matrices.append(matrix)
    return np.asarray(matrices[0] @ matrices[-1].T, dtype=np.float64)


def _alike(rows: Sequence[Grams]) -> Matrix:
    shared = _shared(rows)
    sizes = np.array([len(grams) for grams in rows], dtype=np.float64)
    union = sizes[:, None] + sizes[None, :] - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0))


def _texts(found: Sequence[Evidence]) -> tuple[Matrix, NDArray[np.bool_], tuple[Matrix, NDArray[np.bool_]]]:
    """(best likeness of any two texts, whether both have texts long enough, the same of injected texts alone)."""
    size = len(found)
    flat = [
        (number, text, grams) for number, e in enumerate(found) for text, grams in zip(e.texts, e.grams, strict=True)
    ]
    nothing = np.zeros((size, size)), np.zeros((size, size), dtype=bool)
    if not flat:
        return *nothing, nothing
    owner = np.array([number for number, _, _ in flat])
    long = np.array([letters(text) >= SHORT_TEXT for _, text, _ in flat])
    injected = np.array([text in found[number].node.injections for number, text, _ in flat])
    same = _equal([text for _, text, _ in flat])
    both_long = long[:, None] & long[None, :]
    both_injected = injected[:, None] & injected[None, :]
    likeness = np.where(both_long, _scale(_alike([grams for _, _, grams in flat]), LOW, HIGH), 0.0)
    likeness = np.where(same & both_injected, 1.0, likeness)
    told = _best(both_long.astype(float), owner, size) > 0
    among = _best(np.where(both_injected, likeness, 0.0), owner, size)
    named = np.bincount(owner, weights=injected, minlength=size) > 0
    return _best(likeness, owner, size), told, (among, named[:, None] & named[None, :])


def _best(values: Matrix, owner: NDArray[np.int64], size: int) -> Matrix:
    """The largest value of each two owners of rows and columns."""
    rows = np.zeros((size, values.shape[1]))
    np.maximum.at(rows, owner, values)
    result = np.zeros((size, size))
    np.maximum.at(result.T, owner, rows.T)
    return result


def _bodies(found: Sequence[Evidence]) -> tuple[Matrix, tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Likeness of what is left of bodies, and where there is enough of them (for likeness, for doubt)."""
    sizes = np.array([len(e.body) for e in found])
    smaller = np.minimum(sizes[:, None], sizes[None, :])
    enough, plenty = smaller >= BODY_GRAMS, smaller >= BODY_GRAMS + SOUGHT
    likeness = np.where(enough, _scale(_alike([e.body for e in found]), LOW, HIGH), 0.0)
    same_owner = _equal([e.node.organisation for e in found])
    relayed = np.array([e.node.relayed for e in found])
    scant = same_owner & relayed[:, None] & (smaller < 2 * BODY_GRAMS)
    return np.where(scant, likeness * _HALF, likeness), (enough, plenty)


def _sought(found: Sequence[Evidence]) -> Matrix:
    """How much of a text of one message stands in the body of the other."""
    size = len(found)
    flat = [(number, grams) for number, e in enumerate(found) for grams in e.sought if grams]
    if not flat:
        return np.zeros((size, size))
    owner = np.array([number for number, _ in flat])
    shared = _shared([grams for _, grams in flat], [e.body for e in found])
    reaches = np.array([e.reach for e in found])
    shown = np.array([np.searchsorted(np.sort(list(grams)), reaches, side="right") for _, grams in flat])
    share = np.divide(shared, shown, out=np.zeros_like(shared), where=shown >= SOUGHT)
    result = np.zeros((size, size))
    np.maximum.at(result, owner, np.clip(share * 1.6, 0, 1))
    return np.maximum(result, result.T)


def _passing(
    found: Sequence[Evidence], told: NDArray[np.bool_], texts: Matrix, same_owner: NDArray[np.bool_]
) -> Matrix:
    """Short texts or particular links that several organisations send within 72 hours."""
    at = np.array([e.node.at for e in found])
    near = (np.abs(at[:, None] - at[None, :]) <= PASSING_SECONDS) & ~same_owner & (texts < 0.1)
    names = [
        frozenset(crc32(text.encode("utf-8", "surrogatepass")) for text in e.texts if letters(text) >= SOUGHT)
        for e in found
    ]
    short = (_shared(names) > 0) & ~told
    linked = _shared([frozenset(crc32(shape.encode()) for shape in e.node.shapes) for e in found]) > 0
    return np.where(near & (short | linked), PASSING, 0.0)


def _whole(found: Sequence[Evidence]) -> Matrix:
    """Likeness of whole messages that their sender wrote alone: body, subject, sender's name, header layout."""
    subject = _alike([text_grams(e.title) for e in found])
    sender = _alike([text_grams(e.node.from_key) for e in found])
    layout = _equal([e.node.layout_key for e in found]).astype(float)
    header = np.where(
        sender >= 0.7,
        0.55 * sender + 0.25 * layout + 0.2 * subject,
        0.65 * subject + 0.2 * sender + 0.15 * layout,
    )
    written = np.array([bool(e.node.sketch) for e in found])
    body = _alike([e.node.sketch for e in found])
    mixed = np.maximum(np.where(body >= LOW, _HALF * (body + header), _HALF * header), 0.75 * body)
    return _scale(np.where(written[:, None] & written[None, :], mixed, header), 0.3, 0.7)
