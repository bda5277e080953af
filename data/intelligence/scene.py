"""One sentence as the rules for names see it: its words, names and cues, bait subjects blanked out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from data.intelligence.names import CUES, Name, Token, all_names, not_names, read_list, tokenize
from data.intelligence.platforms import platform_names
from data.intelligence.sentences import Quote, Sentence
from data.intelligence.terms import Place, load_terms

Cues = Mapping[str, tuple[Place, ...]]

SHOUT = re.compile(r"^[^a-zà-ÿа-яё]{12,}$")
"""Words without a small letter, as baits shout."""
_HEADLINE_SHARE = 0.65
_FILLERS = 5
_AUXILIARIES = frozenset({
    "is", "are", "was", "were", "has", "have", "had", "been", "being", "be", "also", "both", "all",
    "reportedly", "themselves", "too", "which", "who", "that", "likewise", "apparently", "ist", "sind", "war",
    "waren", "wurde", "wurden", "worden", "hat", "haben", "auch", "ebenfalls", "zudem", "est", "sont", "était",
    "étaient", "a", "ont", "été", "aussi", "également", "fut", "furent", "es", "son", "fue", "fueron", "ha",
    "han", "sido", "está", "están", "también", "estuvo", "se", "è", "sono", "stata", "stato", "state", "stati",
    "hanno", "anche", "foi", "foram", "são", "estão", "tem", "têm", "também", "zijn", "werd", "werden", "wordt",
    "ook", "heeft", "hebben", "są", "został", "zostały", "były", "również", "był", "была", "были", "также",
    "тоже", "стали", "стала", "juga", "telah",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Topic:
    """What the whole text is about: `relevant`, relay abuse; `breached`, stolen data; its language, and who wrote it.

    `writers` are names of its publisher and author in lower case: they count only where they speak of themselves.
    """

    relevant: bool
    breached: bool
    language: str | None
    writers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Scene:
    """One sentence, its words, names and cues. `text` has bait subjects blanked out."""

    text: str
    tokens: list[Token]
    names: tuple[Name, ...]
    cues: Cues
    notions: Cues
    topic: Topic

    def places(self, cue: str) -> tuple[Place, ...]:
        return self.cues.get(cue, ())

    def token_at(self, position: int) -> int:
        """The first token that starts at or behind a position."""
        for at, token in enumerate(self.tokens):
            if token.start >= position:
                return at
        return len(self.tokens)


def make_scene(sentence: Sentence, quotes: tuple[Quote, ...], topic: Topic) -> Scene | None:
    text = sentence.text
    cues = load_terms(CUES).find(text)
    if cues.get("advert"):
        return None
    text = _without_baits(sentence, quotes, cues)
    tokens = tokenize(text)
    if _is_headline(tokens):
        return None
    return Scene(text, tokens, tuple(all_names(text, tokens)), cues, load_terms().find(text), topic)


def _without_baits(sentence: Sentence, quotes: tuple[Quote, ...], cues: Cues) -> str:
    """The sentence with quoted subjects, and subjects that are enumerated without quotation marks, blanked out."""
    text = sentence.text
    for quote in quotes:
        start, end = quote.start - sentence.start, quote.end - sentence.start
        if 0 <= start < len(text) and not _is_quoted_name(quote.text, text[start - 1 : start], cues):
            text = text[:start] + " " * (min(end, len(text)) - start) + text[end:]
    for subject in cues.get("subject_cue", ()):
        for intro in (*cues.get("list_intro", ()), *_colons(text)):
            if 0 <= intro.start - subject.end <= 25:
                stop = intro.end + len(re.split(r"[;.]\s", text[intro.end :], maxsplit=1)[0])
                text = text[: intro.end] + " " * (stop - intro.end) + text[stop:]
    return text


def _colons(text: str) -> Iterator[Place]:
    return (Place(match.start(), match.end()) for match in re.finditer(":", text))


def _is_quoted_name(words: str, mark: str, cues: Cues) -> bool:
    """Russian and Japanese put names of companies in quotation marks: short, not shouted, and called no subject."""
    if mark not in "«「『" or "subject_cue" in cues or not 2 <= len(words) <= 30 or SHOUT.match(words):
        return False
    return len(words.split()) <= 3 and not re.search(r"[!?]", words) and words[0].isalnum() and not words[0].islower()


def _is_headline(tokens: list[Token]) -> bool:
    """Title Case Makes Every Word Look Like A Name."""
    words = [token.text for token in tokens if token.text[0].isalpha() and token.text.isascii()]
    return (
        len(words) >= 6
        and sum(word[0].isupper() for word in words) / len(words) > _HEADLINE_SHARE
        and not any(token.text in ",:" for token in tokens)
    )


def behind_fillers(scene: Scene, position: int) -> int:
    """The token behind small words, colons and words for organisations that may stand between a cue and its names."""
    at = scene.token_at(position)
    for _ in range(_FILLERS):
        if at >= len(scene.tokens):
            break
        token = scene.tokens[at]
        is_name = any(name.first == at for name in scene.names)
        if is_name and token.lower not in not_names() and token.lower not in platform_names():
            break
        if not (token.text[0].isalnum() or token.text in ":–—-(" or (token.text == "." and token.start == position)):
            break
        at += 1
    return at


def names_before(scene: Scene, position: int, words: int) -> Iterator[Name]:
    """The name that ends before a cue with at most `words` small words between."""
    for name in scene.names:
        between = [token for token in scene.tokens[name.behind :] if token.end <= position]
        if name.end <= position and len(between) <= words and all(token.lower in _AUXILIARIES for token in between):
            yield name


def list_if_name(scene: Scene, at: int) -> Iterator[Name]:
    """The enumeration at a token, if it starts with a name that could be one."""
    names = read_list(scene.text, scene.tokens, at)
    if names and names[0].first <= at + 2:
        yield from names
