"""What points at a person: names, local parts; and what looks like it and is a role, an organisation or bait."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from data.catalogue.redaction import RedactionRules, fold
from data.domains import registrable_domain
from data.model import Mailbox

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_PIECE = re.compile(r"[^\W_]+")
_PARTS = re.compile(r"\s*(?:[()|/<>\[\]•·–—:]|\s-\s|\s(?:via|from|at|@|de la part de|chez)\s)\s*", re.IGNORECASE)
_ADDRESS_LIKE = re.compile(r"\w[.@]\w{2}|://|\bwww\.", re.IGNORECASE)
_WORDS_OF_A_NAME = 4
_SYMBOLS = {"Sc", "Sm", "So", "Sk", "Nd", "Nl", "No", "Co", "Cn"}
_UNSPACED = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af]{2,}")


@dataclass(frozen=True, slots=True)
class Names:
    """Folded words that name the people written to.

    `strong` are masked wherever they stand; `weak` (initials, names that are words too) beside another one, or where
    somebody is addressed; `unspaced` are names in scripts without white space.
    """

    strong: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    unspaced: tuple[str, ...] = ()

    def with_words(self, words: Iterable[str]) -> "Names":
        return Names(self.strong | frozenset(words), self.weak, self.unspaced)


@lru_cache(maxsize=5_000)
def role_of(local: str, domain: str, rules: RedactionRules) -> str | None:
    """What of a local part names a function ("support" of "support+id7.ab@..."), or None where it names a person.

    Pieces of two letters (countries), numbers of up to three digits and the organisation's own name may stand beside
    the word of a role.
    """
    role, tag, _ = local.partition("+")
    pieces = _PIECE.findall(fold(role))
    if not pieces:
        return None
    own = registrable_domain(domain) or domain
    label = "".join(_PIECE.findall(fold(own.partition(".")[0])))
    joined = "".join(pieces)
    if joined not in rules.roles:
        if not any(piece.strip("0123456789") in rules.roles for piece in pieces):
            return None
        if not all(_beside_a_role(piece, label, rules) for piece in pieces):
            return None
    return f"{role}+[token]" if tag else role


def _beside_a_role(piece: str, label: str, rules: RedactionRules) -> bool:
    plain = piece.strip("0123456789")
    return (
        plain in rules.roles
        or (len(label) > 2 and plain == label)
        or (plain.isascii() and len(plain) == 2)
        or (piece.isdigit() and len(piece) <= 3)
    )


def is_payload(name: str) -> bool:
    """Whether a display name carries what no name of a person does: digits, an address, arrows, emoji, many words."""
    return len(name.split()) > _WORDS_OF_A_NAME or bool(_ADDRESS_LIKE.search(name)) or _has_marks(name)


def _has_marks(name: str) -> bool:
    return any(char in "!?%#*=" or unicodedata.category(char) in _SYMBOLS for char in name if not char.isalpha())


def is_person(name: str, labels: frozenset[str], rules: RedactionRules) -> bool:
    """Whether a display name is taken for that of a person: anything that is neither payload nor organisation."""
    words = _words(name)
    return (
        bool(words) and not is_payload(name) and not _is_organisation(words, rules) and not _is_label(words, labels)
    )


def shown_name(sender: Mailbox, labels: frozenset[str], rules: RedactionRules) -> str:
    """A sender's display name with "[name]" for each part that is a person's ("[name] (Acme Support)").

    Of a role mailbox, which speaks for a tenant or echoes an attacker, and of a payload, a part is a person's where
    it holds a given name; of any other mailbox, where nothing says that it is not.
    """
    role = role_of(sender.local, sender.domain, rules) is not None
    doubt = role or is_payload(sender.name)
    own = set() if role else {piece for piece in _PIECE.findall(fold(sender.local)) if not _is_inside(piece, labels)}
    shown = sender.name
    for part in filter(None, _PARTS.split(sender.name)):
        if _names_a_person(part, doubt, own, labels, rules):
            shown = shown.replace(part, "[name]", 1)
    return shown


def _is_inside(piece: str, labels: frozenset[str]) -> bool:
    return any(piece in label for label in labels)


def _names_a_person(part: str, doubt: bool, own: set[str], labels: frozenset[str], rules: RedactionRules) -> bool:
    """`own` are the pieces of the mailbox's local part: a name that agrees with them is the bearer's."""
    words = _words(part)
    if not words or _is_organisation(words, rules):
        return False
    if any(_agree(word, piece) for piece in own for word in words):
        return True
    given = any(word in rules.given_names for word in words[:3])
    if doubt:
        return given and "".join(words) not in labels and not _has_marks(part)
    if len(words) == 1 or _is_label(words, labels):
        return given
    cases = {word.islower() for word in _WORD.findall(part) if fold(word) not in rules.particles}
    return given or len(cases) == 1


def _agree(word: str, piece: str) -> bool:
    """Whether a word is a piece of a local part, give or take an initial or two."""
    return len(word) > 2 and word in piece and len(piece) - len(word) < 3


def _words(name: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(name)]


def _is_organisation(words: list[str], rules: RedactionRules) -> bool:
    return not (
        rules.organisation.isdisjoint(words) and rules.bait.isdisjoint(words) and rules.roles.isdisjoint(words)
    )


def _is_label(words: list[str], labels: frozenset[str]) -> bool:
    """Whether words hold the name that the sending domain gives the organisation."""
    together = "".join(words)
    return not labels.isdisjoint((*words, together, together.removesuffix("s")))


def names_of(people: Iterable[Mailbox], labels: frozenset[str], rules: RedactionRules) -> Names:
    """The words by which the people written to are named: of display names, and of local parts."""
    strong: set[str] = set()
    weak: set[str] = set()
    unspaced: set[str] = set()
    for box in people:
        words = _display_words(box, labels, rules)
        pieces = _local_pieces(box, rules)
        unspaced.update(_UNSPACED.findall(box.name) if words else ())
        weak.update(word[0] for word in words if word[0].isalpha())
        for word in (*words, *pieces, *_run_together(words)):
            (strong if _is_telling(word, rules) else weak).add(word)
        if pieces or words:
            own = registrable_domain(box.domain)
            weak.update([fold(own.partition(".")[0])] if own and own not in rules.mailbox_providers else ())
    strong -= labels
    return Names(frozenset(strong), frozenset(weak - strong - labels), tuple(sorted(unspaced, key=len, reverse=True)))


def _display_words(box: Mailbox, labels: frozenset[str], rules: RedactionRules) -> list[str]:
    """The words of a display name that is a person's; an address in its place is read as its local part."""
    name = box.name.partition("@")[0] if "@" in box.name else box.name
    if not is_person(name, labels, rules):
        return []
    return [fold(word) for word in _PIECE.findall(name) if fold(word) not in rules.particles]


def _run_together(words: list[str]) -> list[str]:
    """How log-in names are made of a name: Maria Lopez gives marialopez, lopezmaria, mlopez, marial."""
    if len(words) < 2:
        return []
    first, last = words[0], words[-1]
    made = ("".join(words), last + "".join(words[:-1]), first + last, first[0] + last, first + last[0])
    return [word for word in made if len(word) > 4]


def _local_pieces(box: Mailbox, rules: RedactionRules) -> list[str]:
    local = box.local.partition("+")[0]
    if role_of(local, "", rules) is not None:
        return []
    pieces = [piece.strip("0123456789") for piece in _PIECE.findall(fold(local))]
    whole = "".join(_PIECE.findall(fold(local)))
    words = [piece for piece in pieces if piece and piece not in rules.ordinary and piece not in rules.roles]
    if len(words) < len(pieces):
        # "maria-acme-news@": beside a role or an ordinary word, only what is known as a name is taken for one.
        words = [word for word in words if word in rules.given_names]
    return [*words, whole] if words else []


def _is_telling(word: str, rules: RedactionRules) -> bool:
    if rules.is_word(word) or word in rules.doubtful or word in rules.particles or word in rules.titles:
        return False
    return len(word) > 3 or (len(word) == 3 and (word in rules.given_names or any(char.isdigit() for char in word)))
