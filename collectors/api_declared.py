"""How an endpoint is declared: what serves it and what describes it are the same values."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response

from collectors.api_access import Caller
from collectors.api_desk import Desk
from collectors.api_problems import Problem
from data.store.tokens import Scope

Kind = Literal["text", "time", "number"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query or the path. Of a number `most` is the largest value, of a text its longest."""

    name: str
    meaning: str
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    many: bool = False
    most: int = 200
    default: int | None = None
    place: Literal["query", "path"] = "query"

    def read(self, texts: list[str]) -> Any:  # noqa: ANN401 (by its kind)
        """The value of what was given. Raises Problem 400 with what is accepted instead."""
        if not texts:
            return () if self.many else self.default
        values = tuple(self._one(text) for text in texts)
        if self.many:
            return values
        if len(values) > 1:
            raise Problem(400, f"The parameter {self.name!r} is given {len(values)} times; give it once.")
        return values[0]

    def _one(self, text: str) -> str | int | datetime:
        if self.kind == "number":
            return self._number(text)
        if self.kind == "time":
            return self._time(text)
        if self.place == "path" and (len(text) > self.most or (self.choices and text not in self.choices)):
            raise Problem(404, f"There is nothing of that name here; {self.meaning[0].lower()}{self.meaning[1:]}")
        if self.choices and text not in self.choices:
            raise Problem(400, f"The parameter {self.name!r} accepts one of: {', '.join(self.choices)}.")
        if len(text) > self.most:
            raise Problem(400, f"The parameter {self.name!r} is longer than {self.most} characters.")
        return text

    def _number(self, text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= self.most):
            raise Problem(400, f"The parameter {self.name!r} accepts a whole number from 1 to {self.most}.")
        return int(text)

    def _time(self, text: str) -> datetime:
        try:
            if "T" not in text and " " not in text:
                raise ValueError(text)
            found = datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            example = "2026-01-20T12:00:00Z"
            raise Problem(400, f"The parameter {self.name!r} accepts a time by RFC 3339, as {example}.") from error
        if "Z" not in text.upper() and datetime.fromisoformat(text).tzinfo is None:
            raise Problem(400, f"The parameter {self.name!r} names no time zone; write Z for UTC.")
        return found


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its status, what it means, and the shape of its JSON, or another media type."""

    status: int
    meaning: str
    shape: type | None = None
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as a handler sees it: the parameters by name, who asks, and when."""

    request: Request
    values: Mapping[str, Any]
    caller: Caller
    desk: Desk
    now: datetime


Handler = Callable[[Ask], Response]
"""Runs in a thread of its own."""
BodyHandler = Callable[[Ask], Awaitable[Response]]
"""Reads the body itself, as it arrives."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method on one path. `scope` is what a token must have; None where everybody may ask.
    `accepts` are media types of the body."""

    method: Literal["GET", "POST"]
    path: str
    name: str
    meaning: str
    scope: Scope | None
    answers: tuple[Answer, ...]
    handler: Handler | None = None
    body_handler: BodyHandler | None = None
    parameters: tuple[Parameter, ...] = ()
    accepts: tuple[str, ...] = ()
    takes: type | None = None
    """The shape of a JSON body."""

    def read(self, request: Request) -> dict[str, Any]:
        """The parameters of a request. Raises Problem 400 for what is not declared."""
        unknown = set(request.query_params) - {item.name for item in self.parameters if item.place == "query"}
        if unknown:
            known = ", ".join(item.name for item in self.parameters if item.place == "query") or "none"
            raise Problem(400, f"There is no such parameter: {min(unknown)[:60]!r}; this path has {known}.")
        return {
            item.name: item.read(
                request.query_params.getlist(item.name) if item.place == "query" else [request.path_params[item.name]]
            )
            for item in self.parameters
        }
