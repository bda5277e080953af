"""Headers as people paste them: quoted, numbered, indented, double-spaced, under a mail program's own table."""

import re
from collections.abc import Iterator
from itertools import pairwise, takewhile

from collectors.decoding import decode_guessing

_SAMPLE = 200
"""Lines looked at to tell how a text was disfigured."""
_MOST = 0.9
_SEARCHED_LINES = 5_000
_HEADER_LINES = 20_000

_QUOTE = re.compile(r"^[ \t]*[>|][ \t]?", re.MULTILINE)
_NUMBER = re.compile(r"^[ \t]*(\d{1,6})(?:[:.)|\]]|(?=[ \t]|$))[ \t]?", re.MULTILINE)
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,100}[ \t]*:(?=\s|$)")
_TIGHT_FIELD = re.compile(
    r"(?:received|from|to|cc|subject|date|message-id|return-path|delivered-to|reply-to|mime-version|content-type"
    r"|(?:x|arc|dkim|list|auto|authentication)-[A-Za-z0-9-]{1,60})[ \t]*:",
    re.IGNORECASE,
)
_TRACE = re.compile(
    r"(?:received|return-path|delivered-to|message-id|mime-version|authentication-results|dkim-signature|x-received"
    r"|received-spf|arc-seal|x-apparently-to|envelope-to|x-original-to|x-(?:ms|mozilla|gm|google|spam|mailer)[a-z-]*)"
    r"[ \t]*:",
    re.IGNORECASE,
)
_SHOWN = re.compile(r"(?:from|to|cc|subject|date|reply-to|sent)[ \t]*:", re.IGNORECASE)
_SIGNATURE = re.compile(r"[a-z-]*(?:signature|seal)[ \t]*:", re.IGNORECASE)
_SIGNED_NAMES = re.compile(r"[\w-]+(?::[\w-]+)*[:;](?:[\w-]+[:;]?|$|[ \t]+b?h?=)")


def clean_paste(data: bytes) -> tuple[bytes, bool, tuple[str, ...]] | None:
    """(message, whether it has a body, warnings) out of a pasted text, or None where it holds no mail header.

    The header starts at the first run of field lines that has a field only mailers write (Received, Message-ID and
    the like), so Gmail's table, greetings and other text above it fall away; without such a run, at the first run
    with two of From, To, Subject, Date.
    """
    text = decode_guessing(data).replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").lstrip("\ufeff")
    plain = _undone(text)
    start = find_header(plain)
    if start is None:
        return None
    header, body = _join_lines(plain[start:])
    warnings = ["The header was pasted and tidied up; signatures over it may no longer hold."]
    if not any(_TRACE.match(line) for line in header):
        warnings = ["Only lines that a mail program shows were handed in, no full header; they are claims."]
    raw = "\n".join([*header, "", body]).encode("utf-8", "replace")
    return raw, bool(body.strip()), tuple(warnings)


def find_header(text: str) -> int | None:
    """Where in a text a mail header starts, or None."""
    shown: int | None = None
    for start, lines in _runs(text):
        if any(_TRACE.match(line) for line in lines) and len(lines) > 1:
            return start
        if shown is None and sum(bool(_SHOWN.match(line)) for line in lines) > 1:
            shown = start
    return shown


def _runs(text: str) -> Iterator[tuple[int, list[str]]]:
    """(offset, field lines) of each run of lines that are header fields or fold one.

    Below a field that only mailers write, lines that lost their indentation do not end a run, only empty ones do.
    """
    run: list[str] = []
    traced = False
    begin = position = 0
    for _ in range(_SEARCHED_LINES):
        end = text.find("\n", position)
        line = text[position : end if end >= 0 else len(text)]
        if _is_field(line):
            begin = begin if run else position
            run.append(line)
            traced = traced or bool(_TRACE.match(line))
        elif run and not (line.strip() and (traced or line[0] in " \t")):
            yield begin, run
            run, traced = [], False
        if end < 0:
            break
        position = end + 1
    if run:
        yield begin, run


def _is_field(line: str) -> bool:
    return bool(_FIELD.match(line) or _TIGHT_FIELD.match(line))


def _join_lines(text: str) -> tuple[list[str], str]:
    """(header fields, a line each; body). Lines that lost their indentation are joined to the field before.

    Strange lines that stand only below the last field are the body of a message without its empty line.
    """
    header, separator, body = text.partition("\n\n")
    lines = header.split("\n", _HEADER_LINES)
    fields: list[str] = []
    strays: list[int] = []
    for number, line in enumerate(lines):
        open_signature = bool(fields) and bool(_SIGNATURE.match(fields[-1]))
        if line[:1] in " \t" and fields:
            fields[-1] += "\n " + line.strip()
        elif _is_field(line) and not (open_signature and _SIGNED_NAMES.match(line)):
            fields.append(line)
            last = number
        elif fields:
            strays.append(number)
            fields[-1] += "\n " + line.strip()
    if strays and strays[0] > last:
        return _join_lines("\n".join(lines[: strays[0]]))[0], "\n".join(lines[strays[0] :]) + separator + body
    return fields, body


def _undone(text: str) -> str:
    """The text without quote marks, line numbers, indentation and empty lines in between."""
    for _ in range(6):
        sample = [line for line in text[:40_000].split("\n", _SAMPLE)[:_SAMPLE] if line.strip()]
        if _share(sample, _QUOTE) > _MOST:
            text = _QUOTE.sub("", text)
        elif _is_numbered(sample):
            text = _NUMBER.sub("", text)
        elif (indent := _indent(sample)) > 0:
            text = re.sub(rf"^[ \t]{{1,{indent}}}", "", text, flags=re.MULTILINE)
        else:
            break
    return _single_spaced(text)


def _share(sample: list[str], shape: re.Pattern[str]) -> float:
    return sum(bool(shape.match(line)) for line in sample) / max(1, len(sample))


def _is_numbered(sample: list[str]) -> bool:
    numbers = [int(found[1]) for line in sample if (found := _NUMBER.match(line))]
    steps = sum(after - before in {1, 2, 3} for before, after in pairwise(numbers))
    return len(numbers) > _MOST * len(sample) and len(numbers) > 2 and steps >= _MOST * (len(numbers) - 1)


def _indent(sample: list[str]) -> int:
    """How far the first field line stands in, where every line stands in."""
    widths = [len(line) - len(line.lstrip(" \t")) for line in sample]
    if not widths or sum(width > 0 for width in widths) < _MOST * len(widths):
        return 0
    fields = [width for width, line in zip(widths, sample, strict=True) if _is_field(line.strip())]
    return min(20, min(fields or widths))


def _single_spaced(text: str) -> str:
    """The text without the empty lines that some programs put below every line."""
    text = text.lstrip("\n")
    lines = text[:20_000].split("\n", _SAMPLE)[:_SAMPLE]
    pairs = takewhile(lambda pair: pair[0].strip(), zip(lines[::2], lines[1::2], strict=False))
    spaced = [not below.strip() for _, below in pairs]
    if len(spaced) < 4 or sum(spaced) < _MOST * len(spaced):
        return text
    return re.sub(r"\n[ \t]*\n", "\n", text)
