"""What attackers do to a text so that no two copies are alike. Every operator leaves URLs and addresses whole."""

import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from simulated_slots import fill, phrases

HOMOGLYPHS = dict(zip("aeopcxyisjkvABEHKMNOPTXZI", "аеорсхуіѕјкνΑΒΕΗΚΜΝΟΡΤΧΖΙ", strict=True))
LEET = str.maketrans("aeiost", "431057")
LETTER_STARTS = (0x1D400, 0x1D434, 0x1D468, 0x1D4D0, 0x1D56C, 0x1D5A0, 0x1D5D4, 0x1D63C, 0x1D670, 0x24B6, 0xFF21)
"""Where mathematical, circled and full-width capitals begin."""
ITALIC_H = {0x1D455: "ℎ"}
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
EMOJI = ("🎁", "🔥", "⚠️", "✅", "💰", "🚨", "🎉", "👉", "💎", "📦", "🔒", "❗", "⭐", "🏆", "😂")
JUNK = ("{x6}", "#{d5}", "[{h4}]", "- id {d4}", "({u3}{d3})", "::{b7}", "/{x5}")
FRAMES = (">>> {} <<<", "*** {} ***", "【{}】", "!!! {} !!!", "~ {} ~", "[{}]", "{}!!!", "{}...", "-={}=-")


@dataclass(frozen=True, slots=True)
class Hand:
    """Who types: the source of chance, the language of the text, the longest title that the form takes."""

    rng: Random
    language: str
    title_limit: int


def _is_fixed(word: str) -> bool:
    return "://" in word or "@" in word


def _some_words(text: str, hand: Hand, change: Callable[[str], str], share: float, shortest: int = 2) -> str:
    """The text with `change` done to a share of its words, at least one; words that must stay whole stay."""
    words = text.split(" ")
    open_ = [i for i, word in enumerate(words) if len(word) >= shortest and not _is_fixed(word)]
    for i in hand.rng.sample(open_, min(len(open_), max(1, round(share * len(open_))))):
        words[i] = change(words[i])
    return " ".join(words)


def _exchange_synonyms(text: str, hand: Hand) -> str:
    groups = [group for group in phrases("phrases")["synonyms"].get(hand.language, []) if _known(group, text)]
    for group in hand.rng.sample(groups, min(len(groups), 2)):
        old = _known(group, text)
        if old:
            new = hand.rng.choice([word for word in group if word != old.lower()])
            text = text.replace(old, new.capitalize() if old[0].isupper() else new, 1)
    return text


def _known(group: list[str], text: str) -> str | None:
    found = re.search(r"(?<![\w/.-])(?:" + "|".join(map(re.escape, group)) + r")(?![\w/.-])", text, re.IGNORECASE)
    return found[0] if found else None


def _swap_words(text: str, hand: Hand) -> str:
    words = text.split(" ")
    if len(words) > 2:
        i = hand.rng.randrange(len(words) - 1)
        j = hand.rng.choice([i + 1, hand.rng.randrange(len(words))])
        words[i], words[j] = words[j], words[i]
    return " ".join(words)


def _change_numbers(text: str, hand: Hand) -> str:
    return _some_words(text, hand, lambda word: re.sub(r"\d", lambda _: hand.rng.choice("123456789"), word), 1)


def _change_case(text: str, hand: Hand) -> str:
    forms: list[Callable[[str], str]] = [str.upper, str.lower, str.capitalize, str.swapcase, _alternate]
    return _some_words(text, hand, hand.rng.choice(forms), hand.rng.choice([0.3, 1, 1]))


def _alternate(word: str) -> str:
    return "".join(letter.upper() if i % 2 else letter.lower() for i, letter in enumerate(word))


def _leet(text: str, hand: Hand) -> str:
    return _some_words(text, hand, lambda word: word.lower().translate(LEET), 0.35, shortest=3)


def _homoglyphs(text: str, hand: Hand) -> str:
    share = hand.rng.choice([0.4, 0.8])

    def change(word: str) -> str:
        return "".join(HOMOGLYPHS.get(c, c) if hand.rng.random() < share else c for c in word)

    return _some_words(text, hand, change, hand.rng.choice([0.3, 0.7, 1]))


def _mathematical(text: str, hand: Hand) -> str:
    start = hand.rng.choice(LETTER_STARTS)
    small = start + (0x20 if start == 0xFF21 else 26)
    table = {ord(c): chr(start + i) for i, c in enumerate(string.ascii_uppercase)}
    table |= {ord(c): ITALIC_H.get(small + i, chr(small + i)) for i, c in enumerate(string.ascii_lowercase)}
    return _some_words(text, hand, lambda word: word.translate(table), hand.rng.choice([0.3, 1]))


def _zero_width(text: str, hand: Hand) -> str:
    mark = hand.rng.choice(ZERO_WIDTH)

    def change(word: str) -> str:
        at = hand.rng.randrange(1, len(word))
        return word[:at] + mark + word[at:]

    return _some_words(text, hand, change, hand.rng.choice([0.4, 1]))


def _space_letters(text: str, hand: Hand) -> str:
    gap = hand.rng.choice([" ", " ", "\u2009", ".", "-"])
    return _some_words(text, hand, gap.join, 0.25, shortest=4)


def _add_punctuation(text: str, hand: Hand) -> str:
    if hand.rng.random() < 0.5:
        return hand.rng.choice(FRAMES).format(text)
    mark = hand.rng.choice(["!", ",", "...", " |", " -", "*", " ~"])
    return _some_words(text, hand, lambda word: word + mark, 0.4)


def _add_emoji(text: str, hand: Hand) -> str:
    words = text.split(" ")
    for _ in range(hand.rng.randint(1, 3)):
        words.insert(hand.rng.choice([0, len(words), hand.rng.randrange(len(words) + 1)]), hand.rng.choice(EMOJI))
    return " ".join(words)


def _add_junk(text: str, hand: Hand) -> str:
    return f"{text} {fill(hand.rng.choice(JUNK), hand.rng, {})}"


def _truncate(text: str, hand: Hand) -> str:
    # Less than six tenths of a title is a riddle for people too, so forms that cut deeper are not simulated.
    limit = max(hand.title_limit, round(0.6 * len(text)))
    cut = text[:limit].rstrip()
    return text if len(text) <= limit or "://" in text[limit - 30 :] else cut + hand.rng.choice(["", "…", "..."])


OPERATORS: dict[str, Callable[[str, Hand], str]] = {
    "synonym": _exchange_synonyms,
    "swap": _swap_words,
    "number": _change_numbers,
    "case": _change_case,
    "leet": _leet,
    "spacing": _space_letters,
    "homoglyph": _homoglyphs,
    "mathematical": _mathematical,
    "zero-width": _zero_width,
    "punctuation": _add_punctuation,
    "emoji": _add_emoji,
    "junk": _add_junk,
    "truncation": _truncate,
}
"""In the order in which they are done: words are exchanged before their letters are disguised."""


def choose(most: int, rng: Random) -> tuple[str, ...]:
    """None to `most` different operators, in the order of OPERATORS."""
    chosen = set(rng.sample(sorted(OPERATORS), rng.randint(0, min(most, len(OPERATORS)))))
    return tuple(name for name in OPERATORS if name in chosen)


def mutate(text: str, names: tuple[str, ...], hand: Hand) -> str:
    """The text after the operators named, each once."""
    for name in names:
        text = OPERATORS[name](text, hand)
    return text
