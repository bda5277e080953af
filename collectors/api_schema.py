"""Frozen dataclasses to JSON Schema (the dialect of OpenAPI 3.1) and to JSON, by their type annotations."""

from dataclasses import fields, is_dataclass
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from collectors.inspection import stamp

Schema = dict[str, Any]
_PLAIN: dict[type, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
}


def schema_of(kind: Any, shapes: dict[str, Schema]) -> Schema:  # noqa: ANN401 (a type of any kind)
    """The schema of a type; dataclasses on the way are put into `shapes` by name and referred to."""
    if is_dataclass(kind) and isinstance(kind, type):
        if kind.__name__ not in shapes:
            shapes[kind.__name__] = {}
            shapes[kind.__name__] = _object(kind, shapes)
        return {"$ref": f"#/components/schemas/{kind.__name__}"}
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return schema_of(inner[0], shapes) | {"description": inner[1]}
    if origin is Literal:
        return {"type": "string", "enum": list(inner)}
    if origin in (Union, UnionType):
        known = [schema_of(item, shapes) for item in inner if item is not NoneType]
        return {"anyOf": [*known, {"type": "null"}]} if NoneType in inner else {"anyOf": known}
    if origin is tuple:
        return {"type": "array", "items": schema_of(inner[0], shapes)}
    return dict(_PLAIN[kind])


def _object(kind: type, shapes: dict[str, Schema]) -> Schema:
    hints = get_type_hints(kind, include_extras=True)
    return {
        "type": "object",
        "description": " ".join((kind.__doc__ or "").split()),
        "properties": {name: schema_of(hint, shapes) for name, hint in hints.items()},
        "required": list(hints),
        "additionalProperties": False,
    }


def plain(value: object) -> Any:  # noqa: ANN401 (JSON)
    """A dataclass as JSON values; times in UTC, whole seconds."""
    if isinstance(value, datetime):
        return stamp(value)
    if is_dataclass(value):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value
