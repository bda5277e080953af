"""How a tenant calls itself in a subject: by its display name, and by its domain."""

import re

from data.clustering.folding import fold, squeeze
from data.clustering.payloads import carries_payload
from data.clustering.shells import SENDER

SUBJECT_LIMIT = 1_000
NAME_LETTERS, NAME_SHARE, NAME_WORDS = 6, 0.6, 5
"""Words that make up so much of a domain's first label are the tenant's name."""
_WORD = re.compile(r"[^\W_]+")
_ROLE_WORDS = re.compile(
    r"\b(?:customer|client|technical|the|support|supporto|soporte|suporte|service|services|care|team|help ?desk|help"
    r"|kundenservice|kundendienst|info|desk|no-?reply|via .*)\b"
)


def sender_phrases(sender_name: str | None, abused_domain: str | None) -> tuple[str, ...]:
    """How the tenant may call itself in a subject, folded, the longest first: its display name without words like
    "support", and the first label of its domain. A display name that carries a payload is none."""
    found: set[str] = set()
    if sender_name and not carries_payload(sender_name):
        name = " ".join(fold(sender_name).split())
        found |= {name, " ".join(_ROLE_WORDS.sub(" ", name).split()).strip(" -|,.")}
    if abused_domain:
        label = abused_domain.partition(".")[0]
        found |= {label, label.replace("-", " ")}
    return tuple(sorted((phrase for phrase in found if len(phrase) > 2), key=lambda phrase: (-len(phrase), phrase)))


def spelt_apart(subject: str, abused_domain: str | None) -> tuple[str, ...]:
    """The tenant's name in a subject where only its domain tells it: words that run together there ("Heron Toys" of
    herontoys-shop.example), folded, the longest first."""
    label = "".join(filter(str.isalnum, (abused_domain or "").partition(".")[0]))
    if len(label) < NAME_LETTERS:
        return ()
    folded = fold(subject[:SUBJECT_LIMIT])
    words = [match.span() for match in _WORD.finditer(folded)]
    found: set[str] = set()
    for first, (start, _) in enumerate(words):
        joined = ""
        for begin, end in words[first : first + NAME_WORDS]:
            joined += folded[begin:end]
            if joined not in label:
                break
            if len(joined) >= max(NAME_LETTERS, NAME_SHARE * len(label)):
                found.add(folded[start:end])
    return tuple(sorted(found, key=lambda phrase: (-len(phrase), phrase)))


def names_itself(marked: str, sender_name: str | None, abused_domain: str | None) -> bool:
    """Whether the tenant speaks of itself in a subject ("Thanks for writing to Acme"), which strangers rarely do. A
    display name that the domain does not bear out may be the attacker's own and proves nothing."""
    if SENDER not in marked or not sender_name or not abused_domain:
        return False
    label = squeeze(fold(abused_domain.partition(".")[0]))
    return any(
        len(name) > 2 and (name in label or label in name) for name in map(squeeze, sender_phrases(sender_name, None))
    )
