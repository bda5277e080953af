"""Marks of mail that honest senders seldom write, by the form of the header. They name no platform and no victim."""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator

from data.domains import clean_host, registrable_domain
from data.judgement.signals import BORROWED, Filtered
from data.model import Identity, ParsedMessage

_PICTURE = re.compile("[\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]")
_LEVEL = re.compile(r"\bSCL[:=]\s?(-?\d+)")
_LEVEL_FIELDS = ("x-ms-exchange-organization-scl", "x-forefront-antispam-report", "x-microsoft-antispam")
_YES = re.compile(r"^\s*(?:yes|true)\b", re.IGNORECASE)
_REPLY = re.compile(r"^\s*(?:re|aw|sv|fwd?)\s*:", re.IGNORECASE)
_VOWELS = re.compile(r"[aeiouy]")


def read_filter(message: ParsedMessage) -> Filtered | None:
    """What the receiving provider's own filter thought: its spam confidence level, or a plain yes."""
    levels = [level for level in _levels(message) if level > 0]
    if levels and max(levels) >= 7:
        return "certain"
    flags = (*message.all("x-spam-flag"), *message.all("x-spam-status"), *message.all("x-va-spam-flag"))
    if (levels and max(levels) >= 5) or any(_YES.match(flag) for flag in flags):
        return "likely"
    return None


def read_oddities(message: ParsedMessage, identity: Identity) -> tuple[str, ...]:
    """What is odd, in an analyst's words, each once."""
    return tuple(dict.fromkeys(_oddities(message, identity)))


def _oddities(message: ParsedMessage, identity: Identity) -> Iterator[str]:
    if _PICTURE.search((message.subject or "") + (message.sender.name if message.sender else "")):
        yield "pictures in Subject or From"
    if not message.message_id or not clean_host(message.message_id.rpartition("@")[2]):
        yield "Message-ID without a host name"
    if message.sender and looks_random(message.sender.local):
        yield "the sender's mailbox is letters or digits at random"
    if message.sender and any(looks_random(label) for label in message.sender.domain.split(".")[:-1]):
        yield "the sender's domain is letters at random"
    if _answers_elsewhere(message):
        yield "Reply-To is at another domain than From"
    if _REPLY.match(message.subject or "") and not message.in_reply_to and not message.references:
        yield "an answer to nothing: Re: without In-Reply-To"
    yield from (warning for warning in identity.warnings if warning.endswith(BORROWED))


def looks_random(label: str) -> bool:
    """Whether a label is drawn at random: five consonants in a row, a start no word has, digits among letters."""
    letters = re.sub(r"[^a-z]", "", label)
    if len(label) >= 10 and sum(letter.isdigit() for letter in label) >= 4 and len(letters) >= 3:
        return True
    if not 5 <= len(letters) <= 20 or len(letters) != len(label):
        return False
    share = len(_VOWELS.findall(letters)) / len(letters)
    longest = max(len(run) for run in _VOWELS.split(letters))
    starts_oddly = not _VOWELS.search(letters[:2]) and letters[:2] not in _STARTS
    return longest >= 5 or share < 0.1 or (starts_oddly and share <= 0.3)


_STARTS = frozenset(
    [
        "bh", "bl", "br", "ch", "cl", "cr", "dh", "dj", "dr", "dw", "fj", "fl", "fr", "gh", "gl", "gn", "gr", "hr",
        "kh", "kj", "kl", "kn", "kr", "kw", "ll", "mb", "mc", "ng", "ph", "pl", "pr", "ps", "qu", "rh", "sc", "sh",
        "sj", "sk", "sl", "sm", "sn", "sp", "sq", "sr", "st", "sv", "sw", "sz", "th", "tr", "ts", "tw", "vl", "vr",
        "wh", "wr", "zh", "zl", "zw",
    ]
)  # fmt: skip
"""How words and names of many languages start, where not with a vowel in the first two letters."""


def _levels(message: ParsedMessage) -> Iterator[int]:
    for name in _LEVEL_FIELDS:
        for value in message.all(name)[:2]:
            bare = value.strip()
            if bare.lstrip("-").isdigit():
                yield int(bare[:3])
            yield from (int(level[:3]) for level in _LEVEL.findall(value[:1_000]))
    for value in message.all("x-message-delivery")[:2]:
        try:
            told = b64decode(value[:200] + "==").decode("latin-1")
        except (Base64Error, ValueError):
            continue
        yield from (int(level[:3]) for level in _LEVEL.findall(told))


def _answers_elsewhere(message: ParsedMessage) -> bool:
    if not message.sender or not message.reply_to or message.first("list-post"):
        return False
    own = registrable_domain(message.sender.domain)
    answers = {registrable_domain(box.domain) for box in message.reply_to[:4]}
    return own is not None and None not in answers and own not in answers
