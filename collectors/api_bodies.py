"""Bodies of requests, read as they arrive and no further than the limits allow."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import IO

from python_multipart.exceptions import MultipartParseError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from collectors.api_problems import Problem
from data.settings import Settings

IN_MEMORY = 1 << 20
"""Bytes of a body that are held in memory; a larger one waits on the disk."""
NAME_LIMIT = 200

Parts = list[tuple[str, bytes]]
"""What was handed in: a name each, and its bytes."""


@asynccontextmanager
async def received(request: Request, settings: Settings, media_type: str) -> AsyncIterator[Parts]:
    """The parts of a body: one for a message or a text, those of a multipart form otherwise.

    Raises Problem 400 for a broken or empty body, 408 for one that does not end in time, 413 for a larger one.
    """
    try:
        async with asyncio.timeout(settings.submission_seconds):
            if media_type == "multipart/form-data":
                parts = await _from_form(request, settings)
            else:
                parts = [("message", await _whole(request, settings))]
    except TimeoutError as error:
        raise Problem(408, f"The body did not arrive within {settings.submission_seconds:.0f} seconds.") from error
    except ClientDisconnect as error:
        raise Problem(400, "The connection ended before the body did; nothing was kept.") from error
    if not any(blob.strip() for _, blob in parts):
        raise Problem(400, "There is nothing in the body; send a message as message/rfc822.")
    yield parts


async def _stream(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """The chunks of a body. Raises Problem 413 as soon as the limit is passed, or announced to be."""
    too_large = Problem(413, f"The body is larger than {limit:,} bytes; split it.")
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and (len(announced) > 15 or int(announced) > limit):
        raise too_large
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise too_large
        yield chunk


async def _whole(request: Request, settings: Settings) -> bytes:
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        async for chunk in _stream(request, settings.submission_limit):
            file.write(chunk)
        return _content(file)


def _content(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


async def _from_form(request: Request, settings: Settings) -> Parts:
    most = settings.submission_messages
    parser = MultiPartParser(
        request.headers,
        _stream(request, settings.submission_limit),
        max_files=most,
        max_fields=most,
        max_part_size=settings.submission_limit,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, MultipartParseError, HTTPException, KeyError, UnicodeError, ValueError) as error:
        raise Problem(400, "The multipart body is broken; send each message as a file of a form.") from error
    parts: Parts = []
    try:
        for place, (name, value) in enumerate(form.multi_items(), 1):
            if isinstance(value, UploadFile):
                parts.append(((value.filename or f"part {place}")[:NAME_LIMIT], await value.read()))
            else:
                parts.append((name[:NAME_LIMIT] or f"part {place}", value.encode("utf-8", "surrogateescape")))
    finally:
        await form.close()
    return parts
