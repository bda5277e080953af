"""Measures against abuse that a text advises or says were taken, with the sentence as evidence."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from data.errors import CatalogueError
from data.intelligence.model import Mention
from data.intelligence.relevance import stand_near
from data.intelligence.sentences import Sentence
from data.intelligence.terms import Terms, build_terms

_FILE = Path(__file__).with_name("measures.toml")
_NEAR = 110
_DONE = "done"


@dataclass(frozen=True)
class Measures:
    """Every measure's id and label, how many groups of words it takes, and the words."""

    labels: dict[str, str]
    groups: dict[str, int]
    terms: Terms


@lru_cache(maxsize=2)
def load_measures(file: Path = _FILE) -> Measures:
    """The checked measures, read once. Raises CatalogueError for one without id, label or groups of phrases."""
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    notions: dict[str, list[str]] = {_DONE: table["done"]}
    labels: dict[str, str] = {}
    for raw in table["measure"]:
        id_, label, groups = raw.get("id"), raw.get("label"), raw.get("groups")
        if not id_ or not label or not groups or not all(groups) or id_ in labels:
            raise CatalogueError(
                f"{file.name}: measure {id_!r} needs an id of its own, a label and groups of phrases."
            )
        labels[id_] = label
        notions.update({f"{id_} {number}": group for number, group in enumerate(groups)})
    return Measures(labels, {raw["id"]: len(raw["groups"]) for raw in table["measure"]}, build_terms(notions))


def find_measures(sentences: tuple[Sentence, ...]) -> Iterator[Mention]:
    """Every measure of every sentence. `done` where the sentence says that it was taken, else `advised`."""
    measures = load_measures()
    for sentence in sentences:
        found = measures.terms.find(sentence.text)
        for id_, label in measures.labels.items():
            notions = tuple(f"{id_} {number}" for number in range(measures.groups[id_]))
            if stand_near(found, notions, _NEAR):
                place = found[notions[0]][0]
                yield Mention(
                    kind="mitigation",
                    name=label,
                    key=id_,
                    start=sentence.start + place.start,
                    end=sentence.start + place.end,
                    evidence=sentence.text,
                    stance="done" if found.get(_DONE) else "advised",
                )
