"""What changes from message to message, found in a subject: typed slots over the folded text."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from data.clustering.folding import fold
from data.clustering.payloads import carries_payload
from data.letters import LONGEST_REMEMBERED, remembering
from data.model import Mailbox
from data.vocabulary import SlotName

_MONTH = (
    "jan(?:uary|uar|vier|eiro)?|ene(?:ro)?|gen(?:naio)?|feb(?:ruary|ruar|rero|braio)?|fev(?:rier|ereiro)?|mar(?:ch|s|zo|co)?"
    "|marz|maerz|apr(?:il|ile)?|avr(?:il)?|abr(?:il)?|may|mai|mayo|maio|maggio|mag|june?|juni|juin|junio|junho|giugno"
    "|july?|juli|juillet|julio|julho|luglio|aug(?:ust)?|aout|ago(?:sto)?|sep(?:t|tember|tembre|tiembre)?|set(?:embro)?"
    "|oct(?:ober|obre|ubre)?|okt(?:ober)?|out(?:ubro)?|ott(?:obre)?|nov(?:ember|embre|iembre|embro)?"
    "|dec(?:ember|embre)?|dez(?:ember|embro)?|dic(?:iembre|embre)?"
)
_CURRENCY = (
    "usd|eur|gbp|chf|inr|brl|cad|aud|jpy|cny|rub|try|mxn|pln|usdt|usdc|btc|eth|bnb|sol|xrp|trx|doge|ltc|ton|shib"
    "|dollars?|euros?|pounds?|bitcoins?|reais|rubles?"
)
_SIGN = "[$€£¥₹₽₿₺₩₴]"
_DIGITS = r"\d{1,18}(?:[.,' ]\d{3}){0,6}(?:[.,]\d{1,8})?"
# The first alternative that fits wins, so the wider kinds stand first. All repeats are bounded: a subject of
# nothing but brackets or digits costs no more than a short one of its length.
_SLOTS = re.compile(
    r"(?P<email>(?<![\w.+-])[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"
    r"|(?P<url>(?:h(?:tt|xx)ps?:/{1,2}|www\.)[^\s<>\"\[\]]{1,500}"
    r"|(?<![\w.@-])(?:[a-z0-9][a-z0-9-]{0,62}\.){1,6}[a-z]{2,18}(?:/[^\s<>\"\[\]]{0,500}|(?![\w.-])))"
    r"|(?P<date>(?<![\w])(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)? (?:de )?(?:{_MONTH})\.?(?:,? (?:de )?\d{{4}})?"
    rf"|(?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?: ?[ap]m)?)(?![\w]))"
    rf"|(?P<amount>{_SIGN} ?{_DIGITS}(?: ?(?:k|m|mio|million|{_CURRENCY})(?!\w))?"
    rf"|(?<![\w.,]){_DIGITS} ?(?:{_SIGN}|%|(?:{_CURRENCY})(?!\w)))"
    r"|(?P<id>#{1,2} ?[a-z0-9][a-z0-9-]{0,40}(?:##)?|[a-z]{2,10}-\d{1,12}(?!\w)"
    r"|(?<!\w)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    rf"|(?P<number>(?<![\w]){_DIGITS}(?!\w))"
    r"|(?P<word>[^\W_]{1,200}(?:[@$!|][^\W_]{1,200}){0,3})"
)
_WORD = re.compile(r"[^\W_]+")
_VOWELS = frozenset("aeiouy")
_LEET = str.maketrans("013457", "oleast")
# Local parts that name a role, and words that stand in names of roles: no person is called so.
_ROLE_NAMES = (
    "info support mail email contact hello admin office sales team service services help noreply reply no account "
    "accounts news marketing billing abuse security customer customers care desk helpdesk user users root webmaster "
    "postmaster the and for you your our inc ltd llc gmbh from new all www com net org"
)
_ROLES = frozenset(_ROLE_NAMES.split())
NAMES_LIMIT = 60
CODE = 9
"""Characters of the shortest code that is known by its case."""
FLIPS = 2
_FLIP = re.compile("[a-z0-9][A-Z]")
_UNSPEAKABLE = re.compile("[b-df-hj-np-tv-z]{5}")
Written = Callable[[int, int], str]


@dataclass(frozen=True, slots=True)
class Span:
    """A slot from `start` to `end` (not included) of a folded text."""

    start: int
    end: int
    slot: SlotName


@dataclass(frozen=True, slots=True)
class Names:
    """How the recipients of a message are called: whole phrases, and single words of them, folded."""

    phrases: tuple[str, ...]
    words: frozenset[str]


def names_of(recipients: Iterable[Mailbox]) -> Names:
    """The folded names of recipients. Roles are no names, nor is a display name that carries a payload."""
    phrases: dict[str, None] = {}
    words: dict[str, None] = {}
    for mailbox in recipients:
        name = "" if carries_payload(mailbox.name) else mailbox.name
        for text in (mailbox.address, mailbox.local, name):
            phrase = fold(text[:200]).strip()
            if len(phrase) < 3 or phrase in _ROLES:
                continue
            phrases[phrase] = None
            if text != mailbox.address:
                words.update(dict.fromkeys(w for w in _WORD.findall(phrase) if len(w) > 2 and w not in _ROLES))
        if len(phrases) > NAMES_LIMIT:
            break
    return Names(tuple(sorted(phrases, key=len, reverse=True)), frozenset(words))


def find_slots(folded: str, names: Names, written: Written | None = None) -> list[Span]:
    """The slots of a folded text, in order, none overlapping; recipients next to each other are one. `written` gives
    the letters of a stretch of it as they were before folding: their case tells codes from words."""
    taken = sorted(_recipients(folded, names.phrases))
    found: list[Span] = []
    position = 0
    for start, end in [*taken, (len(folded), len(folded))]:
        found += _typed(folded, position, start, names.words, written)
        if end > start:
            found.append(Span(start, end, "recipient"))
        position = end
    return list(_joined(folded, found))


def _recipients(folded: str, phrases: Iterable[str]) -> list[tuple[int, int]]:
    """Where whole phrases stand between word ends, the longest first."""
    found: list[tuple[int, int]] = []
    taken = bytearray(len(folded))
    for phrase in phrases:
        start = folded.find(phrase)
        while start >= 0:
            end = start + len(phrase)
            whole = not (folded[start - 1 : start].isalnum() or folded[end : end + 1].isalnum())
            if whole and 1 not in taken[start:end]:
                found.append((start, end))
                taken[start:end] = b"\1" * (end - start)
            start = folded.find(phrase, end)
    return found


def _typed(folded: str, start: int, end: int, words: frozenset[str], written: Written | None) -> Iterator[Span]:
    for match in _SLOTS.finditer(folded, start, end):
        kind = match.lastgroup
        if kind == "word":
            word = match[0]
            if word in words:
                yield Span(match.start(), match.end(), "recipient")
            elif looks_random(word) or (written and is_code(word, written(match.start(), match.end()))):
                yield Span(match.start(), match.end(), "id")
        elif kind in ("email", "url", "date", "amount", "id", "number"):
            yield Span(match.start(), match.end(), kind)  # type: ignore[arg-type]


def _joined(folded: str, spans: list[Span]) -> Iterator[Span]:
    """Recipients with nothing but joints between them ("john", "smith") as one."""
    last: Span | None = None
    for span in spans:
        if last and last.slot == span.slot == "recipient" and not folded[last.end : span.start].strip(" .,_-+'"):
            last = Span(last.start, span.end, "recipient")
            continue
        if last:
            yield last
        last = span
    if last:
        yield last


@remembering(20_000, longest=LONGEST_REMEMBERED)
def looks_random(word: str) -> bool:
    """Whether a folded word is a code rather than a word with a digit in place of a letter ("m0ney", "fr33")."""
    digits = 0 if word.isalpha() else sum(map(str.isdigit, word))
    if not digits:
        return len(word) >= 10 and word.isascii() and sum(c in _VOWELS for c in word) < 0.13 * len(word)
    if not any(map(str.isalpha, word)) or _is_leet(word):
        return False
    share = digits / len(word)
    plain = any(c in "26" for c in word)
    return (share >= 0.5 and len(word) >= 5) or (share >= 0.3 and (plain or len(word) >= 8)) or len(word) >= 20


def is_code(folded: str, word: str) -> bool:
    """Whether a word of letters and digits is a code by its case ("aB3kT9wQx"): letters of both cases change more
    often than in a name, and no word of a language is spelt by it, digits read as letters or not."""
    if len(folded) < CODE or folded.isalpha() or folded.isdigit() or not word.isascii():
        return False
    flips = len(_FLIP.findall(word))
    return flips >= FLIPS and (not _is_leet(folded) or bool(_UNSPEAKABLE.search(folded.translate(_LEET))))


def _is_leet(word: str) -> bool:
    """Whether the digits of a word stand for letters of one that can be spoken ("4cc355" for "access")."""
    if not word.isascii() or any(c in "2689" for c in word) or sum(c.isalpha() for c in word) < 2:
        return False
    plain = word.translate(_LEET)
    return len(word) >= 4 and 0.25 <= sum(c in _VOWELS for c in plain) / len(plain) <= 0.67
