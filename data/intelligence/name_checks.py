"""What a name of a sentence is not: a person, an onlooker, a platform, a word of the trade, a capitalised noun."""

import re
import string

from data.intelligence.months import month_number
from data.intelligence.names import Name, acronyms, given_names, not_names, observers
from data.intelligence.platforms import own_names, platform_names
from data.intelligence.scene import SHOUT, Scene
from data.intelligence.terms import load_terms

_GERMAN_NOUN = re.compile(
    r"(?:ern|en|ungen|ung|keit|heit|schaft|dienste|behörden|systeme|seiten|kunden|firmen|stellen|ämter|institute|nutzer|händler|"
    r"hersteller|plattformen|anbieter|portale|studios|konzerne|betreiber|verlage|banken|shops|foren)$"
)
_VOCABULARY = (
    "desk", "ticket", "submit", "fake", "attacker", "confirmation", "flood", "spam", "relay", "open_door", "abuse",
    "mail", "activation", "genuine", "unasked", "address", "sends_spam", "inbound", "subscription", "breach",
)  # fmt: skip
_TRAILING = frozenset({
    "support", "team", "teams", "help", "desk", "helpdesk", "tickets", "ticket", "users", "customers",
    "zendesk", "center", "centre", "service", "instance", "instances", "system", "inc", "corp", "ltd", "gmbh",
    "llc", "community", "kunden", "nutzer",
})  # fmt: skip
_JOINING = frozenset({
    "of", "for", "di", "von", "the", "de", "del", "le", "van", "do", "du", "da", "des", "la", "and", "dos",
})  # fmt: skip
_HYPHENED = frozenset(
    {"support", "kunden", "nutzer", "konto", "helpdesk", "server", "mails", "nutzern", "instanz", "supportsystem"}
)


def clean_name(name: str) -> str:
    """A name without words for organisations before it and words for its desk behind it."""
    words = name.strip(" .,!").split() if name.count("!") > 1 else name.strip(" .,").split()
    while (
        len(words) > 1
        and words[1] != "of"
        and (words[0].casefold() in not_names() - {"the"} or words[0].casefold() in platform_names())
    ):
        words = words[1:]
    while len(words) > 1 and words[-1].casefold().strip("!") in _TRAILING:
        words = words[:-1]
    head, hyphen, tail = words[-1].rpartition("-")
    if hyphen and len(head) > 2 and tail.casefold() in _HYPHENED:
        words[-1] = head
    return " ".join(words)


def may_be_vendor(name: str, scene: Scene) -> bool:
    """Whether a name could be that of an organisation which no catalogue knows."""
    folded = name.casefold()
    if len(name) < 2 or folded in not_names() or folded in observers() or _is_platform(folded, scene):
        return False
    if not (set(name[1:]) & set(string.ascii_uppercase + string.digits)) and _is_vocabulary(
        name, scene.topic.language
    ):
        return False
    if month_number(name.split()[0]) and (" " not in name or name.split()[1].isdigit()):
        return False
    if "@" in name or name.islower() or SHOUT.match(name) or not any(letter.isalpha() for letter in name):
        return False
    words = [word.casefold() for word in name.split()]
    if all(word in not_names() for word in words) or (len(words) > 1 and set(words) & platform_names()):
        return False
    if any(folded in other or other in folded for other in platform_names() if " " in other):
        return False
    if any(part in platform_names() for part in folded.split("-")) and "-" in folded:
        return False
    return not (
        scene.topic.language == "de"
        and " " not in name
        and len(name) >= 9
        and _GERMAN_NOUN.search(name)
        and name[1:].islower()
    )


def _is_platform(name: str, scene: Scene) -> bool:
    """A platform is abused itself where it sends under its own name and the text is not about its customers."""
    return name in platform_names() and (
        scene.topic.relevant or name not in own_names() or "abuse" not in scene.notions
    )


def _is_vocabulary(word: str, language: str | None) -> bool:
    """Whether a capitalised word is one of the words that texts about abuse are made of ("Fake", "Spamwelle").

    German and Dutch make longer words of them; elsewhere a much longer word is a name ("Ticket" and "Ticketforest").
    """
    if word[:1] >= "\u3000":
        return any(
            place.start == 0
            for notion, places in load_terms().find(word).items()
            if notion in _VOCABULARY
            for place in places
        )
    fixed = load_terms().stem_of(word, _VOCABULARY)
    return fixed > 0 and (language in {"de", "nl"} or fixed >= len(word) - 3)


def stands_for_itself(scene: Scene, name: Name) -> bool:
    """Whether a name is one without any cue: no day, no ordinary word, nothing made of words about abuse.

    A single word that is capital because it starts a sentence, or because German writes nouns so, is none.
    """
    clean = clean_name(name.text)
    if clean.casefold() in scene.topic.writers:
        return False
    words = re.split(r"[ -]", clean)
    if any(word.islower() and word not in _JOINING for word in words):
        return False
    ordinary = not_names() - acronyms() - {"the", "state"} if len(words) > 1 else not_names()
    if any(
        word.casefold() in ordinary or month_number(word) or _is_vocabulary(word, scene.topic.language)
        for word in words
    ):
        return False
    if any(word.casefold() in platform_names() for word in words) or name.text[0] >= "\u3000":
        return False
    plain = len(words) == 1 and words[0][1:].islower() and words[0].isalpha()
    return not plain or (scene.topic.language != "de" and (name.start > 1 or name.possessive))


def looks_on(scene: Scene, name: Name) -> bool:
    """Whether what a name does is what outlets, researchers and advisers do."""
    return any(0 <= verb.start - name.end <= 12 for verb in scene.places("observes"))


def is_source(scene: Scene, name: Name) -> bool:
    """Whether the name tells who reports, studies or is imitated: "according to X", "told X", "posing as X"."""
    return any(
        0 <= name.start - cue.end <= 6
        and scene.text[cue.end : name.start].strip()
        in {"", "the", "die", "le", "la", "der", "den", "dem", "das", "el", "il", "lo", "o", "a"}
        for cue in scene.places("source_cue")
    )


def is_person(scene: Scene, name: Name) -> bool:
    """Whether a part that people play stands right before a name, or right behind it and a comma."""
    words = name.text.split()
    if len(words) > 1 and words[0].casefold() in given_names():
        return True
    if len(words) == 2 and any(0 <= word.start - name.end <= 60 for word in scene.places("person")):
        return True
    return any(
        0 <= name.start - role.end <= 2
        or (0 <= role.start - name.end <= 30 and scene.text[name.end : name.end + 1] == ",")
        for role in scene.places("role")
    )
