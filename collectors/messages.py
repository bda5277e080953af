"""Anything that is handed in to raw messages: files, folders, archives, pasted text."""

import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from collectors.containers import MEMBER_ERRORS, ZIP_MAGIC, Readable, read_zip, split_mbox, starts_mbox
from collectors.deadline import within
from collectors.enclosures import unwrap
from collectors.fields import cut_header
from collectors.outlook import OLE_MAGIC, read_msg
from collectors.pasted import clean_paste
from collectors.recognition import from_first_line, is_message, recoded, why_not
from data.errors import SubmissionRefused
from data.model import RawMessage, Refusal
from data.settings import Settings

Item = RawMessage | Refusal

_HEAD = 1 << 16
_MBOX_NAMES = (".mbox", ".mbx", ".mbs")


def read_paths(paths: Iterable[str], settings: Settings, stdin: BinaryIO) -> Iterator[Item]:
    """Every message of files, folders and standard input ("-").

    Folders are walked in the order of their names, of a Maildir what is in cur and new; symbolic links to files are
    followed, those to folders are not. `source` is the path as given, joined with the path inside a folder, then #n
    for message n of a container. What cannot be read is a Refusal among the others.
    """
    for path in paths:
        if path == "-":
            yield from _from_pipe(stdin, path, settings)
        elif Path(path).is_dir():
            files = (item for file in _walk(path) for item in _from_file(file, settings, named=False))
            yield from _limited(files, path, settings)
        else:
            yield from _from_file(path, settings, named=True)


def read_messages(blob: bytes, source: str, settings: Settings) -> Iterator[Item]:
    """Every message in the bytes of one file or paste: .eml, mbox, zip, .msg, pasted headers.

    `source` gets #n (from 1) where there are several. What cannot be read is a Refusal among the others.
    """
    yield from _from_stream(io.BytesIO(blob), source, settings)


def _walk(top: str) -> Iterator[str]:
    """The files to read; a folder that cannot be read or holds none stands for itself, to be refused."""
    unread: list[str] = []
    found = False
    for folder, folders, files in os.walk(top, onerror=lambda error: unread.append(str(error.filename))):
        if {"cur", "new"} <= set(folders):
            folders[:] = [name for name in folders if name != "tmp"]
            files = []
        folders.sort()
        for name in sorted(files):
            found = True
            yield os.path.join(folder, name)  # noqa: PTH118 - the path as given, not tidied up by Path
    yield from unread or ([] if found else [top])


def _from_file(path: str, settings: Settings, *, named: bool) -> Iterator[Item]:
    """The messages of a file. A pipe is waited for where somebody named it, never where a folder holds one."""
    try:
        if Path(path).is_dir():
            yield Refusal(path, "The folder holds no file that could be read.")
            return
        if Path(path).exists() and not Path(path).is_file() and not (named and Path(path).is_fifo()):
            yield Refusal(path, "It is neither a file nor a folder.")
            return
        stream = Path(path).open("rb")  # noqa: SIM115 - closed below; only opening is guarded here
    except (OSError, ValueError) as error:
        yield Refusal(path, f"The file cannot be read: {_reason(error)}.")
        return
    with stream:
        try:
            opened = _from_stream if stream.seekable() else _from_pipe
            yield from opened(stream, path, settings)
        except OSError as error:
            yield Refusal(path, f"The file cannot be read to its end: {_reason(error)}.")


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or "its name is none"


def _from_pipe(stream: BinaryIO, source: str, settings: Settings) -> Iterator[Item]:
    head = stream.read(_HEAD)
    if not head.startswith(ZIP_MAGIC):
        yield from _from_stream(stream, source, settings, head=head)
        return
    with tempfile.TemporaryFile() as copy:
        left = settings.inflated_limit
        while head and left > 0:
            copy.write(head)
            left -= len(head)
            head = stream.read(_HEAD)
        yield from _from_stream(copy, source, settings, rewind=True)


def _from_stream(
    stream: BinaryIO, source: str, settings: Settings, *, head: bytes | None = None, rewind: bool = False
) -> Iterator[Item]:
    if rewind:
        stream.seek(0)
    head = stream.read(_HEAD) if head is None else head
    if head.startswith(ZIP_MAGIC):
        yield from _numbered(_from_zip(stream, source, settings), source, settings, always=True)
    else:
        yield from _from_member(_Rest(head, stream), head, source, settings)


class _Rest:
    """A stream with its beginning, which was read already, put back."""

    def __init__(self, head: bytes, stream: Readable) -> None:
        self._head = head
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        if not self._head:
            return self._stream.read(size)
        size = len(self._head) if size < 0 else size
        data, self._head = self._head[:size], self._head[size:]
        return data


def _from_member(stream: Readable, head: bytes, source: str, settings: Settings) -> Iterator[Item]:
    if starts_mbox(head):
        messages = _from_mbox(stream, source, settings)
        yield from _numbered(messages, source, settings, always=source.lower().endswith(_MBOX_NAMES))
        return
    pieces: list[bytes] = []
    length = 0
    while length <= settings.message_limit and (piece := stream.read(_HEAD * 4)):
        pieces.append(piece)
        length += len(piece)
    if length > settings.message_limit:
        yield Refusal(source, f"The message is larger than {settings.message_limit:,} bytes.")
        return
    yield from _from_blob(b"".join(pieces), source, settings)


def _from_mbox(stream: Readable, source: str, settings: Settings) -> Iterator[Item]:
    for raw in split_mbox(stream, settings.message_limit):
        if raw is None:
            yield Refusal(source, f"The message is larger than {settings.message_limit:,} bytes.")
        else:
            yield from _from_text(raw, source, settings)


def _from_zip(stream: BinaryIO, source: str, settings: Settings) -> Iterator[Item]:
    try:
        for member in read_zip(stream, settings):
            if isinstance(member, str):
                yield Refusal(source, member)
            else:
                yield from _from_packed(member, source, settings)
    except (SubmissionRefused, *MEMBER_ERRORS) as error:
        yield Refusal(source, str(error) if isinstance(error, SubmissionRefused) else "The zip file is broken.")


def _from_packed(member: Readable, source: str, settings: Settings) -> Iterator[Item]:
    try:
        head = member.read(_HEAD)
        if head.startswith(ZIP_MAGIC):
            yield Refusal(source, "It is an archive within an archive; unpack the outer one first.")
        else:
            yield from _from_member(_Rest(head, member), head, source, settings)
    except SubmissionRefused as error:
        yield Refusal(source, str(error))
    except MEMBER_ERRORS:
        yield Refusal(source, "The archive member is broken; pack it again.")


def _from_blob(blob: bytes, source: str, settings: Settings, depth: int = 0) -> Iterator[Item]:
    """One file that is no container, unless it is one in another coding."""
    inner = recoded(blob) if depth < 2 else None
    if inner is not None and inner.startswith(ZIP_MAGIC):
        yield from _from_stream(io.BytesIO(inner), source, settings)
    elif inner is not None and starts_mbox(inner[:_HEAD]):
        yield from _from_member(io.BytesIO(inner), inner[:_HEAD], source, settings)
    elif inner is not None:
        yield from _from_blob(inner, source, settings, depth + 1)
    elif blob.startswith(OLE_MAGIC):
        try:
            raw, has_body, warnings = read_msg(blob, settings)
        except SubmissionRefused as error:
            yield Refusal(source, str(error))
        else:
            yield from _unwrapped(RawMessage(source, raw, not has_body, None, warnings), settings)
    else:
        yield from _from_text(blob, source, settings)


def _from_text(blob: bytes, source: str, settings: Settings) -> Iterator[Item]:
    raw = from_first_line(blob)
    if not raw:
        yield Refusal(source, "There is nothing in it.")
    elif is_message(raw, settings):
        _, body = cut_header(raw, settings.header_limit)
        yield from _unwrapped(RawMessage(source, raw, headers_only=body == len(raw)), settings)
    elif (tidy := clean_paste(raw)) is not None:
        raw, has_body, warnings = tidy
        yield from _unwrapped(RawMessage(source, raw, headers_only=not has_body, warnings=warnings), settings)
    elif is_message(raw, settings, strict=False):
        yield from _unwrapped(RawMessage(source, raw), settings)
    else:
        yield Refusal(source, why_not(raw))


def _unwrapped(message: RawMessage, settings: Settings) -> list[Item]:
    """The messages that are the evidence in one, looked for within its time."""
    try:
        with within(settings.seconds_limit):
            return list(unwrap(message, settings))
    except SubmissionRefused as refusal:
        return [Refusal(message.source, str(refusal))]


def _numbered(items: Iterator[Item], source: str, settings: Settings, *, always: bool) -> Iterator[Item]:
    """The items with #n behind their source; a lone message of a file that is not named as a container has none."""
    first = next(items, None)
    if first is None:
        yield Refusal(source, "There is no message in it.")
        return
    second = next(items, None)
    if second is None and not always:
        yield first
        return
    rest = chain([first], [] if second is None else [second], items)
    numbered = (replace(item, source=f"{source}#{number}") for number, item in enumerate(rest, start=1))
    yield from _limited(numbered, source, settings)


def _limited(items: Iterator[Item], source: str, settings: Settings) -> Iterator[Item]:
    for count, item in enumerate(items):
        if count >= settings.messages_limit:
            yield Refusal(source, f"It holds more than {settings.messages_limit:,} messages; the rest was not read.")
            return
        yield item
