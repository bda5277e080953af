"""The words of the demonstration: slots filled, attackers' text dressed up, words made fit for a header field."""

import base64
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random

_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_SLOT = re.compile(r"(\{[a-z]+\})")
_SPECIALS = re.compile(r'[()<>@,;:\\".\[\]]')
_BOLD = {ord("A") + n: 0x1D400 + n for n in range(26)} | {ord("a") + n: 0x1D41A + n for n in range(26)}
_FULLWIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_LOOKALIKES = str.maketrans("aeopcxyAEOPCTHKM", "аеорсхуАЕОРСТНКМ")
_EMOJI = ("🎁", "🔥", "✨", "🎉", "💎", "🚀", "⚡")
_ZERO_WIDTH = ("\u200b", "\u200c", "\u2060")
ENCODED_BYTES = 45
"""Bytes in one encoded word: RFC 2047 allows 75 characters, 45 bytes are 60 of base64 and 12 of frame."""


def choose(text: str, rng: Random) -> str:
    """The text with one of each `[one|another]`."""
    return _CHOICE.sub(lambda match: rng.choice(match.group(1).split("|")), text)


def fill(text: str, slots: Mapping[str, str]) -> str:
    """The text with each `{slot}` filled; a slot without a value is a KeyError."""
    return _SLOT.sub(lambda match: slots[match.group(1)[1:-1]], text)


def slots_of_attack(rng: Random, sent_at: datetime, victim: str) -> dict[str, str]:
    """Values for the slots of an attacker's text; the telephone number is one reserved for fiction (555-01xx)."""
    return {
        "victim": victim,
        "number": str(rng.randint(10_000, 999_999)),
        "hours": str(rng.choice([12, 24, 48, 72])),
        "months": str(rng.choice([3, 6, 12])),
        "count": str(rng.randint(2, 40)),
        "amount": str(rng.choice([50, 100, 250, 500, 750, 1000, 1499])),
        "code": "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=8)),
        "date": f"{sent_at + timedelta(days=rng.randint(1, 6)):%d/%m/%Y}",
        "phone": f"+1-555-01{rng.randint(0, 99):02d}",
        "host": "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=7)),
    }


def dress(text: str, decoration: str, rng: Random) -> str:
    """An attacker's text in the named dress; slots stay as they are."""
    pieces = [piece if _SLOT.fullmatch(piece) else _dressed(piece, decoration, rng) for piece in _SLOT.split(text)]
    dressed = "".join(pieces)
    if decoration == "emoji":
        return f"{rng.choice(_EMOJI)} {dressed} {rng.choice(_EMOJI)}{rng.choice(_EMOJI)}"
    return dressed


def _dressed(text: str, decoration: str, rng: Random) -> str:
    if decoration == "bold":
        return text.translate(_BOLD)
    if decoration == "fullwidth":
        return text.translate(_FULLWIDTH)
    if decoration == "homoglyph":
        return text.translate(_LOOKALIKES)
    if decoration == "upper":
        return text.upper()
    if decoration == "spaced":
        return " ".join(" ".join(word) if len(word) < 5 else word for word in text.split(" "))
    if decoration == "zero-width":
        mark = rng.choice(_ZERO_WIDTH)
        return " ".join(f"{word[:2]}{mark}{word[2:]}" if len(word) > 3 else word for word in text.split(" "))
    return text


def _encoded(text: str) -> Iterator[str]:
    chunk = b""
    for letter in text:
        raw = letter.encode("utf-8")
        if len(chunk) + len(raw) > ENCODED_BYTES:
            yield f"=?UTF-8?B?{base64.b64encode(chunk).decode('ascii')}?="
            chunk = b""
        chunk += raw
    yield f"=?UTF-8?B?{base64.b64encode(chunk).decode('ascii')}?="


def encoded(text: str) -> str:
    """A subject for a header field: ASCII as it is, folded at a space; else encoded words (RFC 2047)."""
    if not text.isascii():
        return "\n ".join(_encoded(text))
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + len(word) > 66:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n ".join([*lines, line])


def mailbox(name: str, address: str) -> str:
    """A mailbox for a header field: display name, quoted or encoded where it must be, and address."""
    if not name:
        return address
    if not name.isascii():
        return f"{encoded(name)} <{address}>"
    if _SPECIALS.search(name):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{address}>'
    return f"{name} <{address}>"
