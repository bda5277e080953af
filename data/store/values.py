"""Between Python's values and SQLite's: whole seconds, text that a database can hold, JSON, public ids."""

import json
import re
from datetime import UTC, datetime
from typing import Literal

Kind = Literal[
    "observation", "template", "incident", "wave", "report", "feed", "claim", "export", "exposure", "dispute"
]  # fmt: skip

_PREFIX: dict[Kind, str] = {
    "observation": "O",
    "template": "T",
    "incident": "RW",
    "wave": "W",
    "report": "R",
    "feed": "F",
    "claim": "C",
    "export": "X",
    "exposure": "E",
    "dispute": "D",
}
_ID = re.compile(r"(O|T|RW|W|R|F|C|X|E|D)-([0-9]{1,18})", re.ASCII | re.IGNORECASE)
# SQLite takes no lone surrogates, and its own text functions stop at NUL.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# An escaped backslash before "u0000" is no NUL.
_ESCAPED_NUL = re.compile(r"((?<!\\)(?:\\\\)*)\\u0000")
DAY = 86_400
HOUR = 3_600


def public_id(kind: Kind, number: int) -> str:
    """The public id of a row: incident 7 is RW-0007."""
    return f"{_PREFIX[kind]}-{number:04d}"


def number_of(kind: Kind, text: str) -> int | None:
    """The row of a public id, in any case and with any number of zeros, or None where it is not one."""
    match = _ID.fullmatch(text.strip())
    return int(match[2]) if match and match[1].upper() == _PREFIX[kind] else None


def seconds(at: datetime) -> int:
    """Whole seconds since 1970 of an aware time."""
    return int(at.timestamp())


def moment(at: int) -> datetime:
    """The aware UTC time of whole seconds since 1970."""
    return datetime.fromtimestamp(at, UTC)


def moment_or_none(at: int | None) -> datetime | None:
    return None if at is None else moment(at)


def seconds_or_none(at: datetime | None) -> int | None:
    return None if at is None else seconds(at)


def storable(text: str) -> str:
    """Text without lone surrogates and NUL, each shown as U+FFFD."""
    if text.isascii() and "\x00" not in text:
        return text
    return _UNSTORABLE.sub("\ufffd", text)


def storable_or_none(text: str | None) -> str | None:
    return None if text is None else storable(text)


def to_json(value: object) -> str:
    """JSON of dataclasses, tuples and plain values, without lone surrogates and NUL."""
    text = storable(_ENCODER.encode(value))
    return _ESCAPED_NUL.sub("\\1\ufffd", text) if "\\u0000" in text else text


def _fields(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    names = getattr(value, "__dataclass_fields__", None)
    if names is None:
        return str(value)
    return {name: getattr(value, name) for name in names}


_ENCODER = json.JSONEncoder(default=_fields, ensure_ascii=False, separators=(",", ":"), check_circular=False)
