"""Errors of the API as problem details (RFC 9457)."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemShape:
    """What went wrong: `title` for the kind, `detail` one sentence for the person who must act."""

    type: str
    title: str
    status: int
    detail: str


class Problem(Exception):
    """An answer that is no success; `more` goes into the document beside the members of the RFC."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = dict(more or {})

    def response(self) -> Response:
        title = HTTPStatus(self.status).phrase
        content = {"type": "about:blank", "title": title, "status": self.status, "detail": self.detail, **self.more}
        return JSONResponse(content, self.status, self.headers, MEDIA_TYPE)
