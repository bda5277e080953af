"""CSV by RFC 4180 in UTF-8, a chunk at a time, safe to open in a spreadsheet.

A text that a spreadsheet could take for a formula gets exactly one apostrophe in front. That is a text which begins
with = + - @ (or their full-width forms), a tab or a line break, also after blanks, invisible characters or
apostrophes: some programs trim those first, and counting apostrophes keeps the guard reversible. Numbers, times, ids
and flags never get one. `unguarded` takes it off again.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from data.export.columns import Column, Value

CHUNK_ROWS = 500
_SKIPPED = r"'*[\s\x00-\x20\x7f\u00ad\u200b-\u200f\u2060-\u2064\ufeff]*"
_SIGNS = r"[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212\t\r\n]"
_FORMULA = re.compile(_SKIPPED + _SIGNS)


def to_csv(rows: Iterable[Mapping[str, Value]], columns: Sequence[Column]) -> Iterator[bytes]:
    """A head line and the rows, in chunks of some hundred lines; lines end in CR LF."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    texts = {column.name for column in columns if column.type == "text"}
    for number, row in enumerate(rows, 1):
        writer.writerow([_cell(row[column.name], guard=column.name in texts) for column in columns])
        if number % CHUNK_ROWS == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """The text of a guarded cell."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def _cell(value: Value, *, guard: bool) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return guarded(value) if guard and isinstance(value, str) else value


def _taken(buffer: io.StringIO) -> bytes:
    chunk = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    return chunk
