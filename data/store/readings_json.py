"""Readings to JSON and back, by their own type annotations, for those that wait for review."""

import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from data.model import Reading


def readings_to_json(readings: list[Reading]) -> str:
    return json.dumps([_plain(item) for item in readings], ensure_ascii=True, separators=(",", ":"))


def readings_from_json(text: str) -> list[Reading]:
    """Raises ValueError where the text is not what `readings_to_json` writes."""
    try:
        return list(_value(tuple[Reading, ...], json.loads(text)))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"these are no readings of this version ({error})") from error


def _plain(value: object) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    return value


def _value(kind: Any, plain: Any) -> Any:  # noqa: ANN401 (a type of any kind, JSON of any kind)
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        return kind(**{name: _value(hints[name], item) for name, item in plain.items()})  # type: ignore[operator]
    if kind is bytes:
        return bytes.fromhex(plain)
    if kind is datetime:
        return datetime.fromisoformat(plain)
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        if plain is None:
            return None
        return _value(next(item for item in get_args(kind) if item is not NoneType), plain)
    if origin is tuple:
        inner = get_args(kind)
        if not isinstance(plain, list):
            raise ValueError(f"{plain!r} is no list")
        kinds = [inner[0]] * len(plain) if len(inner) == 2 and inner[1] is Ellipsis else inner
        return tuple(_value(item, found) for item, found in zip(kinds, plain, strict=True))
    if origin is not Literal and not isinstance(plain, kind) and not (kind is float and isinstance(plain, int)):
        raise ValueError(f"{plain!r} is no {kind}")
    return plain


@lru_cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
