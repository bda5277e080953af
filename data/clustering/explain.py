"""Why messages are grouped, in words for an analyst."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from data.clustering.evidence import Evidence
from data.clustering.folding import fold_with_places
from data.clustering.grams import alike
from data.clustering.sender_names import SUBJECT_LIMIT
from data.clustering.shapes import marks_of
from data.clustering.slots import Names, find_slots
from data.model import Features
from data.vocabulary import SlotName

SHOWN = 3
SHORT_NUMBER = 4
NOBODY = Names((), frozenset())


@dataclass(frozen=True, slots=True)
class SlotValues:
    """The most frequent values of the slots of one kind, each with how often it was seen, and how many there are."""

    slot: SlotName
    values: tuple[tuple[str, int], ...]
    different: int


@dataclass(frozen=True, slots=True)
class Bond:
    """How alike two messages are in one respect, 0 to 1."""

    what: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The template outside that is most like a message: its id, how alike on average, and the respects compared."""

    template_id: str
    similarity: float
    bonds: tuple[Bond, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one message stands in its template. `similarity` is its mean to `compared` other members, None where there
    are none; `bonds` are those to the member most like it; `wordless` says that it was grouped by platform and
    mechanism alone."""

    similarity: float | None
    compared: int
    bonds: tuple[Bond, ...]
    nearest: Neighbour | None
    wordless: bool
    company: str | None
    """Why others of the template made it a candidate."""


def grouped_by(features: Features) -> str:
    """What put a message into its template."""
    slots = [part.slot for part in features.parts if part.slot]
    masked = f", {len(slots)} changing {'part' if len(slots) == 1 else 'parts'} left out" if slots else ""
    if features.payload_key and features.shell_key:
        return f"the words left after the shell {features.shell_key} was taken off{masked}"
    if features.payload_key:
        return f"the words of the subject; no known shell was around them{masked}"
    if features.shell_key:
        return f"the shell {features.shell_key} of one platform; it holds no words of the submitter's"
    return "the sender and the mechanism; the message has no words to compare"


def slot_values(subjects: Iterable[str]) -> tuple[SlotValues, ...]:
    """What stands in the harmless slots of some redacted subjects, the most frequent first. Recipients, addresses,
    ids, links and long numbers (of tickets, of telephones) are left out."""
    found: dict[SlotName, Counter[str]] = {"amount": Counter(), "date": Counter(), "number": Counter()}
    for subject in subjects:
        text = subject[:SUBJECT_LIMIT]
        folded, places = fold_with_places(text)
        for span in find_slots(folded, NOBODY):
            value = text[places[span.start] : places[span.end - 1] + 1].strip()
            if span.slot in found and (span.slot != "number" or len(value) <= SHORT_NUMBER):
                found[span.slot][value] += 1
    return tuple(
        SlotValues(slot, tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:SHOWN]), len(counts))
        for slot, counts in found.items()
        if counts
    )


def bonds(one: Evidence, other: Evidence) -> tuple[Bond, ...]:
    """In which respects two messages can be compared, and how alike they are in each (0 to 1), the most alike
    first."""
    found: dict[str, float] = {}
    if one.title and other.title:
        found["words of the subject"] = 1.0 if one.title == other.title else alike(one.grams[0], other.grams[0])
    if one.node.injections and other.node.injections:
        found["sentence before a stranger's link"] = float(
            bool(set(one.node.injections) & set(other.node.injections))
        )
    if one.body and other.body:
        found["body without boilerplate"] = alike(one.body, other.body)
    if one.node.shapes and other.node.shapes:
        found["shape of a foreign link"] = float(bool(one.node.shapes & other.node.shapes))
        if marks_of(one.node.shapes) and marks_of(other.node.shapes):
            found["domain of a foreign link"] = float(bool(marks_of(one.node.shapes & other.node.shapes)))
    if not (one.node.relayed and other.node.relayed):
        found["sender's name"] = float(one.node.from_key == other.node.from_key)
        found["order of header fields"] = float(one.node.layout_key == other.node.layout_key)
    return tuple(Bond(*pair) for pair in sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
