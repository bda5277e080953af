"""Is a text about relay abuse of a help desk or the like: somebody files tickets in other people's names, and an
honest organisation's machine mails those people.

Notions (terms.toml) are looked up in all languages at once; what counts is which of them stand near each other in a
few neighbouring sentences, so that a long page is judged by its densest passage. Breaches, product news, SMTP open
relays, tickets that spam the desk itself, telephone tricks and newsletter bombing use the same words in other company.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from data.intelligence.model import Relevance, RelevanceReason
from data.intelligence.sentences import Sentence
from data.intelligence.terms import Place, load_terms

THRESHOLD = 5.0
"""From this score on a text is relevant."""
_WINDOW = 6
_LONGEST_WINDOW = 1_400
_NEAR = 70
_CLOSE = 30

Places = Mapping[str, tuple[Place, ...]]


@dataclass(frozen=True, slots=True)
class Signal:
    """Notions that, standing within `gap` characters of each other in one sentence, say something; `weight` is what."""

    says: str
    weight: float
    notions: tuple[str, ...]
    gap: int = _NEAR
    key: bool = False
    """Whether it is one of the marks of relay abuse proper, of which one strong or two must be there."""


SIGNALS = (
    Signal("It calls it relay spam", 4.0, ("relay", "spam"), _CLOSE, key=True),
    Signal("Somebody files false tickets", 2.5, ("fake", "ticket"), _CLOSE, key=True),
    Signal("Attackers file tickets", 2.0, ("attacker", "submit", "ticket"), 140, key=True),
    Signal("Tickets are filed with other people's addresses", 2.5, ("stranger", "address", "ticket"), 160, key=True),
    Signal("The form is filled in with other people's addresses", 1.5, ("stranger", "address", "desk"), 160, key=True),
    Signal("The desk takes tickets without checking who files them", 2.0, ("open_door", "ticket"), _NEAR, key=True),
    Signal("The desk is open to anybody", 1.5, ("open_door", "desk"), _NEAR, key=True),
    Signal("A machine confirms tickets by mail", 1.5, ("confirmation", "ticket"), _NEAR),
    Signal("People are flooded with mail of a desk", 1.5, ("flood", "mail", "desk"), 160, key=True),
    Signal("People are flooded with confirmations", 1.5, ("flood", "confirmation"), _NEAR, key=True),
    Signal("People are flooded with spam", 1.0, ("flood", "spam"), _NEAR),
    Signal("A desk is abused to send mail", 1.5, ("abuse", "desk"), _NEAR, key=True),
    Signal("It is about spam and a desk", 1.0, ("spam", "desk"), _NEAR),
    Signal("Account activation mails are sent in bulk", 1.5, ("activation", "spam"), 160, key=True),
    Signal("Account activation mails come in floods", 1.5, ("activation", "flood"), 160, key=True),
    Signal("The mail comes from genuine senders", 1.0, ("genuine", "mail"), _NEAR),
)

OTHERS = (
    Signal("It is about SMTP relays", -4.0, ("smtp",)),
    Signal("It is about stolen data", -2.5, ("breach",)),
    Signal("It is about telephone or chat tricks", -2.5, ("vishing",)),
    Signal("It is about newsletters and subscriptions", -2.0, ("subscription",)),
    Signal("It is product news", -1.5, ("product",)),
    Signal("It is about an outage", -1.5, ("outage",)),
    Signal("It is about bounces", -3.0, ("backscatter",)),
    Signal("Attackers use accounts of their own", -2.5, ("own_tenant",)),
)


def judge_relevance(sentences: tuple[Sentence, ...], desks: Iterable[Place]) -> Relevance:
    """The relevance of a text by its densest passage; `desks` are the places where a help-desk product is named."""
    places = [_places(sentence, tuple(desks)) for sentence in sentences]
    best: Relevance | None = None
    for start in range(len(sentences)):
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
    if named:
        found["desk"] = tuple(sorted((*found.get("desk", ()), *named), key=lambda place: place.start))
    return found


def _judge(places: list[Places], sentences: list[Sentence]) -> Relevance:
    reasons: list[RelevanceReason] = []
    keys = strong = 0
    for signal in SIGNALS:
        evidence = _evidence(signal, places, sentences)
        if evidence:
            reasons.append(RelevanceReason(signal.says, signal.weight, evidence))
            keys += signal.key
            strong += signal.key and signal.weight >= 4
    for signal in OTHERS:
        others = {place for found in places for place in _words(signal, found)}
        if others:
            # One such word in passing says little; several say what the passage is about.
            weight = signal.weight * min(1.0, len(others) / 2)
            reasons.append(RelevanceReason(signal.says, weight, _evidence(signal, places, sentences) or ""))
    score = round(max(0.0, sum(reason.weight for reason in reasons)), 2)
    about = any("desk" in found for found in places)
    relevant = about and score >= THRESHOLD and (strong > 0 or keys >= 2)
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
    """Characters between two places; infinite where they overlap, as one word cannot stand for two."""
    if first.start < other.end and other.start < first.end:
        return float("inf")
    return max(other.start - first.end, first.start - other.end)
