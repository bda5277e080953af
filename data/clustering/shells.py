"""What belongs to the platform or the tenant in a subject, and what is left of the submitter's words."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from data.clustering.folding import fold
from data.vocabulary import Mechanism

# Slots stand in the folded text as one name between marks that folded text cannot hold (folding turns them to < >).
OPEN, CLOSE = "‹", "›"
SENDER = f"{OPEN}sender{CLOSE}"
LAYERS = 4
_REPLY = re.compile(
    r"\s*(?:re|fwd?|aw|wg|antw|antwort|tr|rv|res|enc|sv|vs|vb|vl|ynt|ilt|odp|pd|bls|trs|ref|rif|fs|回复|答复|转发|回覆|轉寄|返信)"
    r"\s?(?:\[\d{1,3}\]|\(\d{1,3}\))?\s?:\s*"
)
_HOLES = {
    "{payload}": r"(?P<payload>.+)",
    "{tenant}": rf"(?:{SENDER}|(?:(?! - )[^{OPEN}{CLOSE}:|]){{1,60}}?(?:{SENDER})?)",
    "{words}": rf"(?:(?! - )[^{OPEN}{CLOSE}:|]){{0,80}}?",
    "{sender}": SENDER,
    "{thread}": r"ref:[^\s\]]{3,120}?:ref",
    "{id}": rf"#?\s?{OPEN}(?:id|number){CLOSE}",
}
_PIECES = re.compile(r"(\{\w+\}|\s+-\s+|\s+|[:|]|[^\s{:|]+)")
# A hyphen within a word parts nothing.
_SEPARATOR = r"(?:\s*[:|]\s*|\s+-\s*|-\s+)"


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """The names of the shells of a subject, outermost first, and what is left of it: None where nothing is."""

    shells: tuple[str, ...]
    payload: str | None


@cache
def registry_version() -> int:
    """The version of the registry of shells; a change of it makes new keys."""
    version: int = _registry()["version"]
    return version


def unwrap(text: str, mechanism: Mechanism) -> Unwrapped:
    """Takes all known shells off a folded text in which slots and the sender's names are marked."""
    shells: list[str] = []
    rest = strip_replies(text)
    for _ in range(LAYERS):
        found = _fit(rest, mechanism)
        if found is None:
            break
        name, payload = found
        shells.append(name)
        rest = strip_replies(payload.lstrip("-:|, ")) if payload else ""
        if not rest:
            return Unwrapped(tuple(shells), None)
    return Unwrapped(tuple(shells), rest or None)


def strip_replies(text: str) -> str:
    """A folded subject without the marks of replies and forwards in front ("Re: AW: ")."""
    while match := _REPLY.match(text):
        text = text[match.end() :]
    return " ".join(text.split())


def _fit(text: str, mechanism: Mechanism) -> tuple[str, str | None] | None:
    """The first shell that fits a whole text, and the payload in it."""
    by_start = _patterns(mechanism)
    for name, word, pattern in by_start.get(text[:1], by_start[""]):
        match = pattern.fullmatch(text) if word in text else None
        if match:
            return name, match.groupdict().get("payload")
    return None


@cache
def _registry() -> dict[str, Any]:
    text = files("data.clustering").joinpath("shells.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _patterns(mechanism: Mechanism) -> dict[str, list[tuple[str, str, re.Pattern[str]]]]:
    """The shells of a mechanism in order, each with a word that every fitting text holds, by the character a fitting
    text begins with; "" holds those that begin with a hole and so fit any beginning."""
    groups = [
        group
        for heading, group in _registry().items()
        if isinstance(group, dict) and heading != "desks" and mechanism not in group.get("not_for", ())
    ]
    lines = [(name, line) for group in groups for name, lines in group.items() if name != "not_for" for line in lines]
    bare = _registry()["bare"]
    lines += [(name, f"{line}: {{payload}}") for name in bare if name != "not_for" for line in bare[name]]
    begins = [("" if line[0] == "{" else fold(line)[:1], name, line) for name, line in lines]
    return {
        start: [(name, _longest_word(line), _compiled(line)) for begin, name, line in begins if begin in ("", start)]
        for start in {begin for begin, _, _ in begins} | {"", OPEN}
    }


@cache
def _longest_word(line: str) -> str:
    """The longest word of a line of the registry that stands in it as it is."""
    words = [fold(piece) for piece in _PIECES.findall(line) if piece[0] != "{" and "-" not in piece]
    return max((word.strip() for word in words if word.strip() not in ("", ":", "|")), key=len, default="")


@cache
def _compiled(line: str) -> re.Pattern[str]:
    return compile_shell(line)


def compile_shell(line: str) -> re.Pattern[str]:
    """A line of the registry as a regular expression over folded text with marked slots."""
    parts = [_desks() if piece == "{desk}" else _part(piece) for piece in _PIECES.findall(line)]
    return re.compile("".join(parts) + r"[\s.!…]*", re.DOTALL)


@cache
def _desks() -> str:
    words = sorted(map(fold, _registry()["desks"]["words"]), key=len, reverse=True)
    return f"(?:{'|'.join(re.escape(word) for word in words)})"


def _part(piece: str) -> str:
    if piece in _HOLES:
        return _HOLES[piece]
    if piece.isspace():
        return r"\s*"
    if piece.strip() in ("-", ":", "|"):
        return _SEPARATOR
    return re.escape(fold(piece)).replace(r"\-", r"[-\s]?")
