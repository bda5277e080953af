"""Cursors, and answers that a client need not load again (RFC 9110 section 13)."""

import base64
import binascii
import hashlib
import json
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from collectors.api_problems import Problem
from data.store.listings import Place

_PLACE = re.compile(rb"(-?[0-9]{1,15}):([0-9]{1,15})")


def cursor_of(place: Place | None) -> str | None:
    """A place as clients carry it; they should not look into it."""
    if place is None:
        return None
    return base64.urlsafe_b64encode(b"%d:%d" % place).rstrip(b"=").decode("ascii")


def place_of(cursor: str | None) -> Place | None:
    """Raises Problem 400 for a cursor that was not ours."""
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        text = b""
    match = _PLACE.fullmatch(text)
    if match is None:
        raise Problem(400, "This cursor is not valid; use the `next` of an answer, or none for the first page.")
    return Place(int(match[1]), int(match[2]))


def json_answer(request: Request, content: Any) -> Response:  # noqa: ANN401 (JSON)
    """The content with its ETag, or 304 where the client has it already."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    tag = etag(hashlib.sha256(body).hexdigest())
    if is_known(request, tag):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, media_type="application/json", headers={"ETag": tag})


def etag(digest: str) -> str:
    # Weak: the body may be compressed on the way.
    return f'W/"{digest[:32]}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether If-None-Match names this tag."""
    given = request.headers.get("if-none-match", "")
    return given.strip() == "*" or tag in [part.strip() for part in given.split(",")]
