"""The features of one message: what clustering compares, taken before redaction and free of anything personal.

The recipient's names and addresses become slots before anything else is read, and every other word goes through
the redactor (`show`) before it becomes part of a key, so that a key holds no more than people may see.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from data.clustering.folding import fold, fold_with_places, squeeze
from data.clustering.injections import injected_sentences
from data.clustering.payloads import carries_payload
from data.clustering.sender_names import SUBJECT_LIMIT, names_itself, sender_phrases, spelt_apart
from data.clustering.shells import CLOSE, OPEN, Unwrapped, registry_version, unwrap
from data.clustering.slots import Names, find_slots, names_of
from data.clustering.traces import (
    body_key,
    body_sketch,
    body_words,
    digest,
    layout_key,
    link_marks,
    url_shapes,
    written_links,
)
from data.letters import LONGEST_REMEMBERED, remembering
from data.model import Features, Mailbox, TemplatePart
from data.vocabulary import Mechanism, SlotName

KEYS_VERSION = 4
WORDS_KEPT = 40
KEY_LIMIT = 300
WEAK_LETTERS = 10
"""A payload of fewer fixed letters is too common to join two abused parties."""
_NO_PAYLOAD = frozenset({"account-verification", "list-confirmation"})
VERIFICATION_WORDS = 10
"""A subject of account verification with more words than these is not the platform's."""
_LOUD = re.compile(f"{OPEN}(?:url|amount){CLOSE}|[$€£¥₹₽₿]")
# What the redactor puts in place of what it masks is a slot like the others.
_MASKED = re.compile(r"(\[(?:address|name|token)\])")
_MASKS: dict[str, SlotName] = {"[address]": "email", "[name]": "recipient", "[token]": "id"}
# A sum and a pointer to a link say enough without a word.
_POINTED = re.compile(r".*[^\w<>].*<url>.*", re.DOTALL)
_TOKEN = re.compile(rf"{OPEN}(\w+){CLOSE}|[^\s{OPEN}{CLOSE}]+")
Show = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Title:
    """A subject read: its parts as people may see them, its folded text with slots and sender in marks, and the URLs
    in it, folded."""

    parts: tuple[TemplatePart, ...]
    marked: str
    urls: tuple[str, ...]


def features_version() -> int:
    """The version of keys: of this module and of the registry of shells."""
    return KEYS_VERSION * 1000 + registry_version()


def take_features(
    subject: str | None,
    sender_name: str | None,
    text: str,
    links: Iterable[str],
    field_names: Iterable[str],
    mechanism: Mechanism,
    platform: str | None,
    abused_domain: str | None,
    recipients: Sequence[Mailbox],
    show: Show,
) -> Features:
    """What clustering compares of one message. `show` is the redactor's function for text that people may see."""
    names = names_of(recipients)
    senders = (*spelt_apart(subject or "", abused_domain), *sender_phrases(sender_name, abused_domain))
    title = read_title(subject or "", names, senders, show)
    unwrapped = unwrap(title.marked, mechanism)
    injected = _injected(recipients, senders, show)
    no_payload = mechanism in _NO_PAYLOAD or names_itself(title.marked, sender_name, abused_domain)
    payload, shell = _split(unwrapped, key_of(injected.marked), expected=not no_payload)
    from_key = key_of(read_title(sender_name or "", names, (), show).marked)
    words = body_words(text, names.words)
    typed = (*title.urls, *injected.urls)
    whole = body_key(words)
    return Features(
        version=features_version(),
        template_key=template_key(payload, shell, mechanism, platform, abused_domain, from_key, whole),
        payload_key=payload,
        words=words_of(unwrapped.payload or "")[:WORDS_KEPT],
        injections=_injections(injected, text, abused_domain, names, senders, show),
        shell_key=shell,
        from_key=from_key,
        layout_key=layout_key(field_names),
        url_shapes=(
            *link_marks((*typed, *written_links(text)), abused_domain),
            *url_shapes((*typed, *links), abused_domain),
        ),
        body_key=whole,
        body_sketch=body_sketch(words),
        parts=title.parts,
    )


def subject_parts(subject: str | None, recipients: Sequence[Mailbox], show: Show) -> tuple[TemplatePart, ...]:
    """The parts of a message's template alone, as `take_features` finds them."""
    return read_title(subject or "", names_of(recipients), (), show).parts


def template_key(
    payload: str | None,
    shell: str,
    mechanism: Mechanism,
    platform: str | None,
    abused_domain: str | None,
    from_key: str,
    body: str | None,
) -> str:
    """The key of the template: of the payload's words where there are enough of them, wherever they were seen. Else
    of the shell: account verification is written by the platform, so one flood is one template over all its tenants;
    an acknowledgement's own words are its tenant's and tie nobody else to it. Else of what little there is."""
    sender = abused_domain or from_key
    if payload and _letters(payload) >= WEAK_LETTERS:
        return digest(f"payload\n{payload}")
    if payload:
        return digest(f"weak\n{payload}\n{mechanism}\n{platform}\n{sender}")
    if shell:
        owner = platform if platform and mechanism in _NO_PAYLOAD else sender
        return digest(f"shell\n{shell}\n{mechanism}\n{owner}")
    return digest(f"bare\n{mechanism}\n{platform}\n{sender}\n{body or from_key}")


def read_title(subject: str, names: Names, senders: Sequence[str], show: Show) -> Title:
    """A subject as parts that people may see, and as marked folded text."""
    text = subject[:SUBJECT_LIMIT]
    folded, places = fold_with_places(text)
    parts: list[TemplatePart] = []
    marked: list[str] = []
    urls: list[str] = []
    position = 0

    def written(start: int, end: int) -> str:
        return text[places[start] : places[end - 1] + 1]

    for span in find_slots(folded, names, written):
        start = places[span.start]
        _add_words(text[position:start], senders, show, parts, marked)
        parts.append(TemplatePart("", span.slot))
        marked += (OPEN, span.slot, CLOSE)
        if span.slot == "url":
            urls.append(folded[span.start : span.end])
        position = max(position, places[span.end - 1] + 1)
    _add_words(text[position:], senders, show, parts, marked)
    return Title(tuple(parts), " ".join("".join(marked).split()), tuple(urls))


def _add_words(words: str, senders: Sequence[str], show: Show, parts: list[TemplatePart], marked: list[str]) -> None:
    core = words.strip()
    if core:
        start = words.index(core)
        words = words[:start] + show(core) + words[start + len(core) :]
    for piece in _MASKED.split(words):
        slot = _MASKS.get(piece)
        if slot:
            parts.append(TemplatePart("", slot))
            marked += (OPEN, slot, CLOSE)
        elif piece:
            parts.append(TemplatePart(piece))
            marked.append(_mark_sender(fold(piece), senders))


def _mark_sender(folded: str, senders: Sequence[str]) -> str:
    for phrase in senders:
        start = folded.find(phrase)
        end = start + len(phrase)
        if start >= 0 and not (folded[start - 1 : start].isalnum() or folded[end : end + 1].isalnum()):
            return f"{folded[:start]}{OPEN}sender{CLOSE}{_mark_sender(folded[end:], senders)}"
    return folded


def _split(unwrapped: Unwrapped, injected: str, *, expected: bool) -> tuple[str | None, str]:
    """The payload's key and the shell's. Where no payload is expected, what is left is one only if it is loud; and
    where there is none, it may have come in through a recipient's display name."""
    shell = "+".join(unwrapped.shells)
    rest = unwrapped.payload
    if rest and not expected and not _is_loud(rest):
        return injected or None, f"{shell}+{key_of(rest)}".lstrip("+")
    return (key_of(rest) if rest else "") or injected or None, shell


def _is_loud(marked: str) -> bool:
    """Whether what is left of a verification's subject is no platform's: money, a URL, emoji, many words."""
    return (
        bool(_LOUD.search(marked))
        or len(marked.split()) > VERIFICATION_WORDS
        or any(unicodedata.category(c) == "So" for c in marked)
    )


def _injected(recipients: Sequence[Mailbox], senders: Sequence[str], show: Show) -> Title:
    """The first recipient's name that is no name but somebody's message."""
    name = next((mailbox.name for mailbox in recipients if carries_payload(mailbox.name)), "")
    return read_title(name, Names((), frozenset()), senders, show)


def _injections(
    injected: Title, text: str, abused_domain: str | None, names: Names, senders: Sequence[str], show: Show
) -> tuple[str, ...]:
    """Keys of a stranger's sentences outside the subject: the recipient's name, the body before a stranger's link."""
    sentences = injected_sentences(text, abused_domain)
    marked = [injected.marked, *(read_title(sentence, names, senders, show).marked for sentence in sentences)]
    keys = (sign_key(sentence)[:KEY_LIMIT] for sentence in marked)
    return tuple(dict.fromkeys(key for key in keys if _letters(key) >= WEAK_LETTERS or _POINTED.fullmatch(key)))


def sign_key(marked: str) -> str:
    """A key that keeps slots and signs (arrows, emoji) as well as letters: "✅+<amount>➡<url>"."""
    found: list[str] = []
    for match in _TOKEN.finditer(marked):
        if match[1]:
            found.append(f"<{match[1]}>")
            continue
        word = _word_key(match[0])
        found.append(word or "".join(c for c in match[0] if unicodedata.category(c) in ("So", "Sm")))
    return "".join(found)


def words_of(marked: str) -> tuple[str, ...]:
    """The words of a key in order, slots as <name>."""
    found = (f"<{match[1]}>" if match[1] else _word_key(match[0]) for match in _TOKEN.finditer(marked))
    return tuple(word for word in found if word)


def key_of(marked: str) -> str:
    """A space-free key of marked text. Slots next to each other count once, those at the ends not at all."""
    found: list[str] = []
    for match in _TOKEN.finditer(marked):
        slot = match[1]
        word = f"<{slot}>" if slot else _word_key(match[0])
        if word and not (slot and found and found[-1] == word):
            found.append(word)
    while found and found[-1].startswith("<"):
        found.pop()
    start = next((index for index, word in enumerate(found) if not word.startswith("<")), len(found))
    return "".join(found[start:])


@remembering(10_000, longest=LONGEST_REMEMBERED)
def _word_key(word: str) -> str:
    while word and not word[0].isalnum():
        word = word[1:]
    while word and not word[-1].isalnum():
        word = word[:-1]
    if any(map(str.isalpha, word)):
        return squeeze(word)
    return "".join(c for c in word if c.isalnum())


def _letters(key: str) -> int:
    return sum(map(str.isalpha, re.sub(r"<\w+>", "", key)))
