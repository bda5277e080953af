"""JSON: one array of objects in UTF-8, an object a line, a chunk at a time."""

import json
from collections.abc import Iterable, Iterator, Mapping

from data.export.columns import Value


def to_json(rows: Iterable[Mapping[str, Value]]) -> Iterator[bytes]:
    """The rows as one array; texts are as they are stored, without the apostrophes of the CSV."""
    yield b"["
    separator = "\n"
    for row in rows:
        yield (separator + json.dumps(row, ensure_ascii=False)).encode("utf-8", "replace")
        separator = ",\n"
    yield b"\n]\n"
