"""Files that hold many messages: mbox in constant memory, zip with limits against bombs."""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

from data.errors import SubmissionRefused
from data.settings import Settings

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_CHUNK = 1 << 18
_AHEAD = 1_000
"""Bytes after a separator that are looked at to tell it from a sentence that begins with "From"."""
_SHAPE = rb"From [^\s][^\n]{0,300}?\d:\d\d[^\n]{0,100}\r?\n(?=>?From |[!-9;-~]{1,100}[ \t]*:)"
_FIRST = re.compile(rb"\s{0,100}" + _SHAPE)
_NEXT = re.compile(rb"\n\r?\n(?=" + _SHAPE + rb")")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)

_DIRECTORY_LIMIT = 30_000_000
"""Bytes of a zip directory; about half a kilobyte of memory is taken for each of its entries."""
_UNPACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_HARMLESS = 1_000_000
"""Bytes a member may always unpack to, whatever its ratio."""
_END_OF_DIRECTORY = b"PK\x05\x06"


class Readable(Protocol):
    """Something to read bytes from, in order."""

    def read(self, size: int = -1, /) -> bytes: ...


def starts_mbox(head: bytes) -> bool:
    """Whether a file that begins so is an mbox: a "From" line with a time, and a header field after it."""
    return _FIRST.match(head) is not None


def split_mbox(stream: Readable, limit: int) -> Iterator[bytes | None]:
    """Each message of an mbox, its separator gone and ">From " unquoted; None for one of more than `limit` bytes.

    A line that begins with "From " separates only after an empty line, with a time in it and a header field below
    it, so sentences do not. At most `limit` bytes and a chunk are held.
    """
    buffer = bytearray()
    searched = 0
    oversized = False
    while True:
        chunk = stream.read(_CHUNK)
        buffer += chunk
        found = _NEXT.search(buffer, searched)
        while found and (not chunk or found.end() + _AHEAD < len(buffer)):
            yield None if oversized or found.start() > limit else _message(bytes(buffer[: found.start() + 1]))
            oversized = False
            del buffer[: found.end()]
            searched = 0
            found = _NEXT.search(buffer)
        if not chunk:
            break
        searched = max(0, (found.start() if found else len(buffer)) - _AHEAD)
        if len(buffer) > limit + _CHUNK:
            oversized = True
            del buffer[: len(buffer) - _AHEAD]
            searched = 0
    if buffer.strip():
        yield None if oversized or len(buffer) > limit else _message(bytes(buffer))


def _message(section: bytes) -> bytes:
    separator = _FIRST.match(section)
    message = section[separator.end() :] if separator else section
    return _QUOTED.sub(rb"\1", message) if b"\n>From " in message or b"\n>>" in message else message


class _Member:
    """A member of an archive, read no further than the limits allow."""

    def __init__(self, stream: Readable, allowed: int, spend: Callable[[int], None]) -> None:
        self._stream = stream
        self._allowed = allowed
        self._spend = spend

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(_CHUNK if size < 0 else size)
        self._allowed -= len(data)
        self._spend(len(data))
        if self._allowed < 0:
            raise SubmissionRefused("It unpacks to far more than its packed size; a zip bomb does that.")
        return data


def read_zip(stream: BinaryIO, settings: Settings) -> Iterator[Readable | str]:
    """Each member of a zip file as a stream, or the sentence that says why it is not read.

    Raises SubmissionRefused where the archive as a whole cannot be read. A broken member raises while it is read;
    see MEMBER_ERRORS.
    """
    with _opened(stream) as archive:
        left = settings.inflated_limit

        def spend(count: int) -> None:
            nonlocal left
            left -= count
            if left < 0:
                raise SubmissionRefused(f"The archive unpacks to more than {settings.inflated_limit:,} bytes.")

        for info in archive.infolist():
            if info.filename.endswith("/") or info.filename.startswith("__MACOSX/"):
                continue
            if info.flag_bits & 1:
                yield "It is encrypted; hand it in without a password."
            elif info.compress_type not in _UNPACKED:
                yield "It is packed in a way other than deflate; pack it again as a plain zip."
            else:
                allowed = max(_HARMLESS, info.compress_size * settings.inflated_ratio)
                with archive.open(info) as member:
                    yield _Member(member, allowed, spend)


MEMBER_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, struct.error)
"""What reading a broken archive member raises."""


def _opened(stream: BinaryIO) -> zipfile.ZipFile:
    stream.seek(0, 2)
    length = stream.tell()
    stream.seek(max(0, length - 70_000))
    tail = stream.read(70_000)
    end = tail.rfind(_END_OF_DIRECTORY)
    if end < 0 or len(tail) < end + 22:
        raise SubmissionRefused("The zip file is cut off; send it again.")
    if struct.unpack_from("<L", tail, end + 12)[0] > _DIRECTORY_LIMIT:
        raise SubmissionRefused("The zip file has too many members; split it.")
    try:
        return zipfile.ZipFile(stream)
    except MEMBER_ERRORS as error:
        raise SubmissionRefused("The zip file is broken; pack it again.") from error
