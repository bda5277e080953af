"""Anything that is handed in to raw messages."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from data.model import RawMessage, Refusal
from data.settings import Settings

_SEPARATOR = re.compile(rb"^From \S+ .*\d\d:\d\d.*\d{4}")


def read_paths(paths: Iterable[str], settings: Settings, stdin: BinaryIO) -> Iterator[RawMessage | Refusal]:
    """Every message of files, folders (stable order) and standard input ("-")."""
    for path in paths:
        if path == "-":
            yield from read_messages(stdin.read(), "-", settings)
            continue
        found = sorted(p for p in Path(path).rglob("*") if p.is_file()) if Path(path).is_dir() else [Path(path)]
        for file in found:
            try:
                blob = file.read_bytes()
            except OSError as error:
                yield Refusal(str(file), f"The file cannot be read: {error.strerror}.")
                continue
            yield from read_messages(blob, str(file), settings)


def read_messages(blob: bytes, source: str, settings: Settings) -> Iterator[RawMessage | Refusal]:
    """Every message in the bytes of one file."""
    if not blob.strip():
        yield Refusal(source, "The file is empty.")
        return
    if not _SEPARATOR.match(blob):
        yield RawMessage(source, blob)
        return
    message: list[bytes] = []
    count = 0
    blank = True
    for line in blob.splitlines(keepends=True)[1:]:
        if blank and _SEPARATOR.match(line):
            count += 1
            yield RawMessage(f"{source}#{count}", b"".join(message))
            message = []
            continue
        blank = not line.strip()
        message.append(line)
    yield RawMessage(f"{source}#{count + 1}", b"".join(message))
