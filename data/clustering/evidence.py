"""What is left of a message when the innocent words are taken off."""

from dataclasses import dataclass

from data.clustering.grams import Grams, body_grams, letters, text_grams
from data.clustering.learned import Common, Shells, strip_affixes
from data.clustering.nodes import Node
from data.clustering.subjects import anybodys_titles

SHORT_TEXT = 10
LONG_TEXT = 16
"""Below the first, a text proves nothing by likeness; from the second on it can be looked for in bodies."""
PLENTY = 12


@dataclass(frozen=True, slots=True)
class Evidence:
    """One node when known shells and boilerplate are off. `texts` are what may be an attacker's words: first the
    title (may be empty), then injections."""

    node: Node
    title: str
    texts: tuple[str, ...]
    grams: tuple[Grams, ...]
    sought: tuple[Grams, ...]
    body: Grams
    reach: int
    """Largest hash that the body's sample would hold."""

    @property
    def particular(self) -> bool:
        """Whether enough is left to say that two organisations would not send the same by chance."""
        told = any(is_long(text) for text in self.texts)
        return told or bool(self.node.shapes) or bool(self.node.injections) or len(self.body) >= PLENTY


def proves(text: str) -> bool:
    """Whether a text says something by being like another: long enough, and not what anybody writes."""
    return letters(text) >= SHORT_TEXT and text not in anybodys_titles()


def is_long(text: str) -> bool:
    """Whether a text can be looked for in bodies."""
    return letters(text) >= LONG_TEXT and text not in anybodys_titles()


def evidence_of(node: Node, own: Shells, common: Common) -> Evidence:
    """What is left of a node when everything learned of its organisation and of everybody is taken off."""
    everybody = common.shells
    title = "".join(strip_affixes(node.words, own, everybody))
    if title in own.titles or title in everybody.titles:
        title = ""
    texts = tuple(dict.fromkeys(text for text in (title, *node.injections) if text))
    return Evidence(
        node=node,
        title=title,
        texts=texts,
        grams=tuple(map(text_grams, texts)),
        sought=tuple(body_grams(text) if is_long(text) else frozenset() for text in texts),
        body=node.sketch - own.body - everybody.body,
        reach=1 << 32 if node.whole else max(node.sketch),
    )
