"""The OpenAPI 3.1 document, made from the declarations that serve."""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from collectors.api_declared import Answer, Endpoint, Parameter
from collectors.api_schema import Schema, schema_of
from data.tlp import DEFAULT

_BINARY = {"type": "string", "contentMediaType": "application/octet-stream"}


def openapi(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """The document of a table of endpoints, as JSON values."""
    shapes: dict[str, Schema] = {}
    paths: dict[str, Any] = {}
    for item in endpoints:
        paths.setdefault(item.path, {})[item.method.lower()] = _operation(item, shapes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Relaywatch",
            "version": _version(),
            "summary": "Relay-spam incidents in, evidence out.",
            "description": "Errors are problem details (RFC 9457). Lists are paged by cursor. Texts that a message "
            f"brought are written by strangers. What is not marked otherwise is TLP:{DEFAULT}.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": shapes,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(item: Endpoint, shapes: dict[str, Schema]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": item.name,
        "summary": item.meaning.partition(". ")[0].rstrip(".") + ".",
        "description": item.meaning,
        "parameters": [_parameter(found) for found in item.parameters],
        "responses": {str(found.status): _answer(found, shapes) for found in item.answers},
        # Without a token: strangers may submit, and whoever sits at a loopback-only server may read.
        "security": [{"token": []}, {}] if item.scope else [{}],
    }
    if item.accepts:
        operation["requestBody"] = {"required": True, "content": {name: _body(name) for name in item.accepts}}
    return operation


def _body(media_type: str) -> dict[str, Any]:
    if media_type.startswith("multipart/"):
        files = {"type": "array", "items": _BINARY}
        return {"schema": {"type": "object", "properties": {"file": files}, "required": ["file"]}}
    return {"schema": {"type": "string", "minLength": 1}}


def _parameter(item: Parameter) -> dict[str, Any]:
    schema = _parameter_schema(item)
    if item.many:
        schema = {"type": "array", "items": schema}
    return {
        "name": item.name,
        "in": item.place,
        "required": item.place == "path",
        "description": item.meaning,
        "schema": schema,
    }


def _parameter_schema(item: Parameter) -> Schema:
    if item.kind == "number":
        schema: Schema = {"type": "integer", "minimum": 1, "maximum": item.most}
        return schema if item.default is None else schema | {"default": item.default}
    if item.kind == "time":
        return {"type": "string", "format": "date-time"}
    if item.choices:
        return {"type": "string", "enum": list(item.choices)}
    return {"type": "string", "maxLength": item.most}


def _answer(item: Answer, shapes: dict[str, Schema]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": item.meaning}
    if item.shape is not None:
        answer["content"] = {item.media_type: {"schema": schema_of(item.shape, shapes)}}
    elif item.media_type != "application/json":
        kind = "object" if item.media_type.endswith("+json") else "string"
        answer["content"] = {item.media_type: {"schema": {"type": kind}}}
    return answer


def _version() -> str:
    try:
        return version("relaywatch")
    except PackageNotFoundError:  # a checkout that was never installed
        return "0"
