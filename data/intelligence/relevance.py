"""Is a text about relay abuse of a help desk or the like: somebody files tickets in other people's names, and an
honest organisation's machine mails those people.

Notions (terms.toml) are looked up in all languages at once; what counts is which of them stand near each other in a
few neighbouring sentences, so that a long page is judged by its densest passage. Breaches, product news, SMTP open
relays, tickets that spam the desk itself, telephone tricks and newsletter bombing use the same
words in other company.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from data.intelligence.model import Relevance, RelevanceReason
from data.intelligence.sentences import Sentence
from data.intelligence.terms import Place, load_terms

THRESHOLD = 4.0
"""From this score on a text is relevant."""
_KEYS = 1.0
_WINDOW = 6
_MOST_SENTENCES = 1_500
_LONGEST_WINDOW = 1_400
_ANYWHERE = 100_000
_NEAR = 80
_CLOSE = 30

# "500 mails", "5,000 ticket notices": a number of two digits or more that counts messages.
_MANY = re.compile(
    r"(?<![\d.,/-])\d{2,3}(?:[.,\u00a0 ]\d{3})*\+?"
    r"(?=\s(?:\w+\s)?(?:e-?mails?|mails?|messages|notices|notifications|confirmations|tickets|"
    r"nachrichten|correos|mensajes|messaggi|mensagens|писем|сообщений|berichten)\b)"
    r"|\d{2,}(?=\s?[通件封])",
    re.IGNORECASE,
)
Places = Mapping[str, tuple[Place, ...]]


@dataclass(frozen=True, slots=True)
class Signal:
    """Notions that say something where they stand within `gap` characters of each other in one sentence.

    `weight` is what it is worth. A `key` signal tells of mail that goes out to people who did not ask for it, or of
    the way in; a text is not relevant without such signals of some weight.
    """

    says: str
    weight: float
    notions: tuple[str, ...]
    gap: int = _NEAR
    key: bool = False


SIGNALS = (
    Signal("It calls it relay spam", 4.0, ("relay", "spam"), _CLOSE, key=True),
    Signal("Desks are called relays", 2.0, ("relay", "desk"), 60, key=True),
    Signal("Spam is sent through desks", 2.5, ("sends_spam", "desk"), 140, key=True),
    Signal("People get answers to what they never asked", 2.0, ("unasked",), key=True),
    Signal("... from a desk", 1.0, ("unasked", "ticket"), 140),
    Signal("People never filed the tickets", 1.5, ("never", "ticket"), 60, key=True),
    Signal("People never wrote to the desk", 1.0, ("never", "desk"), 100, key=True),
    Signal("Other people's addresses are used", 2.0, ("stranger", "address"), _CLOSE, key=True),
    Signal("... in forms and tickets of a desk", 1.5, ("stranger", "address", "desk"), 180),
    Signal("... to file tickets", 1.0, ("stranger", "address", "ticket"), 180),
    Signal("Somebody files false tickets", 1.5, ("fake", "ticket"), _CLOSE, key=True),
    Signal("Attackers file tickets", 1.5, ("attacker", "submit", "ticket"), 140, key=True),
    Signal("The desk takes tickets without checking who files them", 1.5, ("open_door", "ticket"), 120, key=True),
    Signal("The desk is open to anybody", 1.5, ("open_door", "desk"), 120, key=True),
    Signal("A machine confirms tickets by mail", 1.0, ("confirmation", "ticket"), 120),
    Signal("A machine of a desk answers by mail", 1.0, ("confirmation", "desk"), 120),
    Signal("People are flooded with mail", 1.0, ("flood", "mail"), _NEAR, key=True),
    Signal("People are flooded with confirmations", 1.0, ("flood", "confirmation"), _NEAR),
    Signal("Floods of mail come from desks", 1.0, ("flood", "mail", "desk"), 60, key=True),
    Signal("People are flooded by desks", 1.0, ("flood", "desk"), 120),
    Signal("Attackers are at a desk", 0.5, ("attacker", "desk"), 100),
    Signal("Strangers get a machine's answers", 1.0, ("stranger", "confirmation"), 100, key=True),
    Signal("A desk is abused", 1.5, ("abuse", "desk"), 100, key=True),
    Signal("It is about spam and a desk", 1.0, ("spam", "desk"), 120),
    Signal("Account activation mails are unwanted", 1.5, ("activation", "spam"), _ANYWHERE, key=True),
    Signal("Account activation mails come in floods", 1.5, ("activation", "flood"), _ANYWHERE, key=True),
    Signal("The mail comes from genuine senders", 0.5, ("genuine", "mail"), _NEAR),
)

OTHERS = (
    Signal("It is about SMTP relays", -4.0, ("smtp",)),
    Signal("It is about stolen data", -3.5, ("breach",)),
    Signal("It is about telephone or chat tricks", -3.5, ("vishing",)),
    Signal("It is about newsletters and subscriptions", -3.0, ("subscription",)),
    Signal("It is product news", -1.5, ("product",)),
    Signal("It is about an outage", -2.5, ("outage",)),
    Signal("It is about bounces", -3.0, ("backscatter",)),
    Signal("Attackers use accounts of their own", -5.0, ("own_tenant",)),
    Signal("It is about a hole in a program", -1.5, ("hole",)),
    Signal("It is about spam that reaches the desk itself", -1.5, ("inbound",)),
)


def judge_relevance(sentences: tuple[Sentence, ...], desks: Iterable[Place]) -> Relevance:
    """The relevance of a text by its densest passage; `desks` are the places where a help-desk product is named."""
    sentences = sentences[:_MOST_SENTENCES]
    named = tuple(desks)[:_MOST_SENTENCES]
    places = [_places(sentence, named) for sentence in sentences]
    best: Relevance | None = None
    for start in (start for start, found in enumerate(places) if found):
        passage = list(_passage(sentences, start))
        relevance = _judge([places[at] for at in passage], [sentences[at] for at in passage])
        if best is None or relevance.score > best.score:
            best = relevance
    return best or Relevance(False, 0.0, ())


def _passage(sentences: tuple[Sentence, ...], start: int) -> Iterable[int]:
    length = 0
    for at in range(start, min(start + _WINDOW, len(sentences))):
        length += len(sentences[at].text)
        if length > _LONGEST_WINDOW and at > start:
            return
        yield at


def _places(sentence: Sentence, desks: tuple[Place, ...]) -> Places:
    found = dict(load_terms().find(sentence.text))
    named = tuple(
        Place(place.start - sentence.start, place.end - sentence.start)
        for place in desks
        if sentence.start <= place.start < sentence.end
    )
    numbers = tuple(Place(match.start(), match.end()) for match in _MANY.finditer(sentence.text))
    if numbers:
        found["flood"] = tuple(sorted((*found.get("flood", ()), *numbers), key=lambda place: place.start))
    if named:
        found["desk"] = tuple(sorted((*found.get("desk", ()), *named), key=lambda place: place.start))
    return found


def _judge(places: list[Places], sentences: list[Sentence]) -> Relevance:
    reasons: list[RelevanceReason] = []
    keys = 0.0
    for signal in SIGNALS:
        evidence = _evidence(signal, places, sentences)
        if evidence:
            reasons.append(RelevanceReason(signal.says, signal.weight, evidence))
            keys += signal.weight if signal.key else 0.0
    for signal in OTHERS:
        others = {place for found in places for place in _words(signal, found)}
        if others:
            # One such word in passing says little; several say what the passage is about.
            weight = round(signal.weight * min(1.0, len(others) / 3), 2)
            reasons.append(RelevanceReason(signal.says, weight, _evidence(signal, places, sentences) or ""))
    score = round(max(0.0, sum(reason.weight for reason in reasons)), 2)
    about = any("desk" in found or "ticket" in found for found in places)
    relevant = about and score >= THRESHOLD and keys >= _KEYS
    return Relevance(relevant, score, tuple(sorted(reasons, key=lambda reason: -abs(reason.weight))))


def _words(signal: Signal, found: Places) -> Iterable[tuple[int, int]]:
    return ((place.start, place.end) for place in found.get(signal.notions[0], ()))


def _evidence(signal: Signal, places: list[Places], sentences: list[Sentence]) -> str | None:
    for found, sentence in zip(places, sentences, strict=True):
        if stand_near(found, signal.notions, signal.gap):
            return sentence.text
    return None


def stand_near(found: Places, notions: tuple[str, ...], gap: int) -> bool:
    """Whether one place of each notion stands within `gap` characters of one of the first, on other words than it."""
    groups = [found.get(notion, ()) for notion in notions]
    if not all(groups):
        return False
    return any(
        all(any(_apart(first, other) <= gap for other in group) for group in groups[1:]) for first in groups[0][:60]
    )


def _apart(first: Place, other: Place) -> float:
    """Characters between two places; infinite where they are the same words, as those cannot stand for two notions.

    A phrase that holds the other word says both ("open ticket policy").
    """
    if first.start < other.end and other.start < first.end:
        return 0.0 if (first.start, first.end) != (other.start, other.end) else float("inf")
    return max(other.start - first.end, first.start - other.end)
