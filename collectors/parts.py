"""The MIME tree of a message (RFC 2045, 2046), read in place: a part knows where its bytes stand, nothing is copied.

The standard library's parser builds every part of every message; here only what a reader asks for is decoded.
"""

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from collectors.decoding import decode_base64
from collectors.fields import ByName, by_name, cut_header, read_fields, read_parameters

PARTS_LIMIT = 500
"""Parts of one message; what lies beyond is not read."""
_MARKS_LIMIT = 2_000
_HEADER_LIMIT = 100_000
_FIELDS_LIMIT = 200
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]")
_FIRST_DASHES = re.compile(rb"(?:^|\n)--([^\s]{3,200})[ \t]*\r?\n")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its kind ("text/plain"), where its encoded body stands in `raw`, and the parts inside it."""

    raw: bytes
    start: int
    end: int
    kind: str
    parameters: Mapping[str, str]
    encoding: str
    disposition: str
    parts: tuple["Part", ...] = field(default=())

    def content(self, limit: int | None = None) -> bytes:
        """The decoded bytes, at most about `limit` of them. What is not in its encoding stays as it is."""
        if self.encoding == "base64":
            return _from_base64(self.raw[self.start : self._end(limit and limit * 3 // 2)])
        data = self.raw[self.start : self._end(limit and limit * 3)]
        return binascii.a2b_qp(data) if self.encoding == "quoted-printable" else data

    def _end(self, limit: int | None) -> int:
        return self.end if limit is None else min(self.end, self.start + limit)


def read_parts(raw: bytes, start: int, fields: ByName, nesting: int) -> Part:
    """The tree of a message whose body starts at `start`, at most `nesting` levels deep and PARTS_LIMIT wide."""
    return _part(raw, start, len(raw), fields, "text/plain", nesting, [PARTS_LIMIT])


def all_parts(part: Part) -> list[Part]:
    """The part and everything inside it, in the order of the message."""
    found = [part]
    for inner in part.parts:
        found += all_parts(inner)
    return found


def _part(raw: bytes, start: int, end: int, fields: ByName, default: str, nesting: int, budget: list[int]) -> Part:
    budget[0] -= 1
    kind, parameters = read_parameters(fields["content-type"][0]) if "content-type" in fields else (default, {})
    inside: tuple[Part, ...] = ()
    if kind.startswith("multipart/") and nesting > 0:
        default = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        inside = tuple(
            _section(raw, *place, default, nesting - 1, budget)
            for place in _sections(raw, start, end, parameters.get("boundary"))
            if budget[0] > 0
        )
    return Part(
        raw,
        start,
        end,
        kind,
        parameters,
        _word(fields, "content-transfer-encoding"),
        _word(fields, "content-disposition"),
        inside,
    )


def _section(raw: bytes, start: int, end: int, default: str, nesting: int, budget: list[int]) -> Part:
    stop, body = cut_header(raw, min(_HEADER_LIMIT, end - start), start)
    fields, _ = read_fields(raw[start:stop], _FIELDS_LIMIT)
    # A section that does not start with a header has none: its text is all body.
    return _part(
        raw, min(body, end) if fields or stop == start else start, end, by_name(fields), default, nesting, budget
    )


def _word(fields: ByName, name: str) -> str:
    values = fields.get(name)
    return values[0].partition(";")[0].strip(" \"'").lower() if values else ""


def _sections(raw: bytes, start: int, end: int, boundary: str | None) -> list[tuple[int, int]]:
    """(start, end) of each section between boundary lines; the last one need not be closed."""
    mark = boundary.rstrip().encode("utf-8", "replace") if boundary else _unnamed_boundary(raw, start, end)
    lines = list(_boundary_lines(raw, start, end, b"--" + mark)) if mark else []
    found: list[tuple[int, int]] = []
    for number, (_, after, closing) in enumerate(lines):
        if closing:
            break
        stop = lines[number + 1][0] if number + 1 < len(lines) else end
        found.append((after, max(after, _before_line_break(raw, stop, end))))
    return found


def _boundary_lines(raw: bytes, start: int, end: int, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """(start of the line, end of the line, whether it closes) of each boundary line."""
    at = start if raw.startswith(mark, start) else raw.find(b"\n" + mark, start, end) + 1
    for _ in range(_MARKS_LIMIT):
        if at <= start and not raw.startswith(mark, start):
            return
        after = at + len(mark)
        line_end = raw.find(b"\n", after, end) + 1 or end
        rest = raw[after : min(line_end, after + 200)].strip()
        if rest in {b"", b"--"}:
            yield at, line_end, rest == b"--"
        found = raw.find(b"\n" + mark, after, end)
        if found < 0:
            return
        at = found + 1


def _before_line_break(raw: bytes, stop: int, end: int) -> int:
    """The line break before a boundary belongs to the boundary (RFC 2046 section 5.1.1)."""
    if stop == end:
        return end
    return stop - 2 if raw[stop - 2 : stop] == b"\r\n" else stop - 1


def _unnamed_boundary(raw: bytes, start: int, end: int) -> bytes:
    found = _FIRST_DASHES.search(raw, start, min(end, start + 5_000))
    return found[1] if found else b""


def _from_base64(data: bytes) -> bytes:
    """List software appends plain text to encoded bodies: what follows the first foreign line is left out."""
    foreign = _NOT_BASE64.search(data)
    if foreign and foreign.start() > 60:
        data = data[: max(data.rfind(b"\n", 0, foreign.start()), 0)]
    return decode_base64(data)
