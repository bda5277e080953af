"""The HTTP API: routes beside the pages, in the same process.

`api_routes` serves the table of api_table.py. Whatever it does not declare below /api is 404, as a problem document:
without that, the pages' own shell would answer with 200.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from collectors.api_access import Caller, identify_caller, refuse_other_sites, require
from collectors.api_declared import Answer, Ask, Endpoint
from collectors.api_desk import desk_of
from collectors.api_openapi import openapi
from collectors.api_paging import json_answer
from collectors.api_problems import Problem
from collectors.api_table import ENDPOINTS
from data.errors import RelaywatchError, StoreError, SubmissionsClosed, TooManySubmissions
from data.settings import read_settings
from data.store.database import open_for_reading

LOG = logging.getLogger(__name__)
DOCUMENT = "/api/openapi.json"
NOBODY = Caller((), "CLEAR", None, None)


def api_routes(is_loopback_bound: Callable[[], bool], endpoints: Sequence[Endpoint] = ENDPOINTS) -> list[BaseRoute]:
    """The routes of a table of endpoints, its OpenAPI document, and 404 for all else below /api.

    `is_loopback_bound` says whether the server listens on this machine only; it is asked at every request.
    """
    endpoints = (*endpoints, _document(endpoints))
    paths = dict.fromkeys(item.path for item in endpoints)
    routes: list[BaseRoute] = [
        Route(path, Resource([item for item in endpoints if item.path == path], is_loopback_bound)) for path in paths
    ]
    return [
        *routes,
        Route("/api", Resource([], is_loopback_bound)),
        Route("/api/{rest:path}", Resource([], is_loopback_bound)),
    ]


def _document(endpoints: Sequence[Endpoint]) -> Endpoint:
    content: list[dict[str, Any]] = []

    def serve(ask: Ask) -> Response:
        content[:] = content or [openapi(endpoints)]
        return json_answer(ask.request, content[0])

    return Endpoint("GET", DOCUMENT, "openapi", "This document.", None, (Answer(200, "The document."),), serve)


class Resource:
    """One path with its methods, as an ASGI application."""

    def __init__(self, endpoints: Sequence[Endpoint], is_loopback_bound: Callable[[], bool]) -> None:
        self._by_method: dict[str, Endpoint] = {item.method: item for item in endpoints}
        self._is_loopback_bound = is_loopback_bound

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        try:
            response = await self._answer(request)
        except Problem as problem:
            response = problem.response()
        except Exception:
            LOG.exception("The API failed on %s %s.", request.method, scope.get("route", scope["path"]))
            response = Problem(
                500, "The server failed on this request; its log says where. Please report it."
            ).response()
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        endpoint = self._endpoint(request)
        try:
            ask = await run_in_threadpool(self._prepare, endpoint, request)
            if endpoint.body_handler is not None:
                return await endpoint.body_handler(ask)
            assert endpoint.handler is not None  # noqa: S101 (a declaration has one of the two)
            return await run_in_threadpool(endpoint.handler, ask)
        except RelaywatchError as error:
            if endpoint.name == "health":
                return JSONResponse({"status": "failing", "reason": str(error)}, 503)
            raise _problem_of(error) from error

    def _endpoint(self, request: Request) -> Endpoint:
        if not self._by_method:
            raise Problem(404, f"There is nothing here. {DOCUMENT} says what there is.")
        method = "GET" if request.method == "HEAD" else request.method
        found = self._by_method.get(method)
        if found is None:
            allowed = [*self._by_method, *(["HEAD"] if "GET" in self._by_method else [])]
            raise Problem(405, f"This path has {', '.join(allowed)} only.", headers={"Allow": ", ".join(allowed)})
        return found

    def _prepare(self, endpoint: Endpoint, request: Request) -> Ask:
        """Who asks for what. Raises Problem where he may not, or where it is not understood."""
        now = datetime.now(UTC)
        desk = desk_of(read_settings())
        caller = NOBODY
        if endpoint.scope is None:
            refuse_other_sites(request.headers)
        else:
            with open_for_reading(desk.settings.db) as db:
                caller = identify_caller(db, request, now, loopback_bound=self._is_loopback_bound())
            require(caller, endpoint.scope)
        return Ask(request, endpoint.read(request), caller, desk, now)


def _problem_of(error: RelaywatchError) -> Problem:
    if isinstance(error, TooManySubmissions):
        return Problem(429, str(error), headers={"Retry-After": str(error.retry_after)})
    if isinstance(error, SubmissionsClosed):
        return Problem(403, str(error))
    if isinstance(error, StoreError):
        # The sentence names a path of the server: it is for the operator, not for whoever asks.
        LOG.error("The API cannot use the database: %s", error)
        return Problem(503, "The database cannot be used at present. Try again later.", headers={"Retry-After": "30"})
    LOG.error("The API cannot serve: %s", error)
    return Problem(503, "The server cannot serve this at present. Its operator finds the reason in its log.")
