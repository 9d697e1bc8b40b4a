"""One operation of the OpenAPI document: parameters, body, answers, problems, links."""

import re
from datetime import date
from enum import Enum
from http import HTTPStatus
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin
from uuid import UUID

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from market.documents.contents import ANY_BYTES
from market.http.refusal import PROBLEM_TYPE
from market.http.schemas import NO_CONTROL, accepted, answered, patched, posted
from market.http.wire import Version, Wire, wire

_PATH_PARAMETER = re.compile(r"\{(\w+)\}")
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag of the version that the change is based on.",
    "schema": {"type": "string"},
    "example": "*",
}
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Repeats of a request with the same key and body within 24 hours get the first answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}
_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "Language of reasons: en or ja.",
    "schema": {"type": "string"},
    "example": "ja",
}
_BYTES = {"type": "string", "format": "binary"}
_DIGESTS = [
    {
        "name": name,
        "in": "header",
        "required": False,
        "description": "What the bytes must be (RFC 9530); only sha-256 is looked at.",
        "schema": {"type": "string", "pattern": "^sha-256=:[A-Za-z0-9+/]{43}=:$"},
        "example": "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:",
    }
    for name in ("Content-Digest", "Repr-Digest")
]
_RETRY = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds after which to look again."}}
_TYPES: dict[Any, dict[str, Any]] = {
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    str: {"type": "string"},
    date: {"type": "string", "format": "date"},
    UUID: {"type": "string", "format": "uuid"},
}


def operation(path: str, method: str, handler: HTTPRouteHandler, refs: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    """The operation object."""
    declared = wire(handler)
    assert declared is not None  # noqa: S101 - only declared routes come here
    found: dict[str, Any] = {
        "operationId": handler.operation_id,
        "summary": handler.summary,
        "tags": list(handler.tags or ()),
        "parameters": _parameters(path, method, handler, declared),
        "responses": _responses(path, method, handler, declared, refs),
    }
    if handler.description:
        found["description"] = handler.description
    if declared.scope:
        found["security"] = [{"api_key": []}]
        found["x-scope"] = declared.scope
    if declared.kinds:
        found["x-kinds"] = sorted(declared.kinds)
    body = posted(handler) or (patched(handler) and ("patch", patched(handler)))
    if body is not None:
        found["requestBody"] = _body(method, refs[body], declared)
    if declared.upload:
        found["requestBody"] = {"required": True, "content": {ANY_BYTES: _media(_BYTES, declared)}}
    return found


def _body(method: str, schema: dict[str, Any], declared: Wire) -> dict[str, Any]:
    media = _media(schema, declared)
    types = ["application/json", "application/merge-patch+json"] if method == "patch" else ["application/json"]
    return {"required": True, "content": dict.fromkeys(types, media)}


def _media(schema: dict[str, Any], declared: Wire) -> dict[str, Any]:
    media: dict[str, Any] = {"schema": schema}
    if declared.example is not None:
        media["examples"] = {"typical": {"value": declared.example}}
    return media


def _parameters(path: str, method: str, handler: HTTPRouteHandler, declared: Wire) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _path_schema(name, handler)}
        for name in _PATH_PARAMETER.findall(path)
    ]
    found += [
        _query(field.name, field.annotation, field.kwarg_definition, field.default)
        for field in handler.parsed_fn_signature.parameters.values()
        if isinstance(field.kwarg_definition, QueryParameter)
    ]
    if declared.version is not Version.IGNORED:
        found.append({**_IF_MATCH, "required": declared.version is Version.REQUIRED})
    if method == "post":
        found.append(_IDEMPOTENCY)
    if declared.upload:
        found += _DIGESTS
    if declared.scope:
        found.append(_LANGUAGE)
    return found


def _path_schema(name: str, handler: HTTPRouteHandler) -> dict[str, Any]:
    field = handler.parsed_fn_signature.parameters[name]
    schema = dict(_TYPES[field.annotation])
    return {**schema, "minimum": 1, "maximum": 2_147_483_647} if field.annotation is int else schema


def _query(name: str, annotation: Any, kwarg: QueryParameter, default: Any) -> dict[str, Any]:
    schema = _schema(annotation)
    for ours, theirs in (
        ("ge", "minimum"),
        ("le", "maximum"),
        ("min_length", "minLength"),
        ("max_length", "maxLength"),
        ("pattern", "pattern"),
    ):
        bound = getattr(kwarg, ours)
        if bound is not None:
            schema[theirs] = bound
    if isinstance(default, str | int | float | bool):
        schema["default"] = default
    if schema["type"] == "string" and not {"pattern", "format", "enum"} & schema.keys():
        schema["pattern"] = NO_CONTROL
    return {
        "name": kwarg.name or name,
        "in": "query",
        "required": False,
        "description": kwarg.description or "",
        "schema": schema,
    }


def _schema(annotation: Any) -> dict[str, Any]:
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(a for a in get_args(annotation) if a is not NoneType)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return {"type": "string", "enum": [member.value for member in annotation]}
    return dict(_TYPES[annotation])


def _responses(
    path: str, method: str, handler: HTTPRouteHandler, declared: Wire, refs: dict[Any, dict[str, Any]]
) -> dict[str, Any]:
    success: dict[str, Any] = {"description": HTTPStatus(handler.status_code).phrase}
    headers = _headers(declared)
    if headers:
        success["headers"] = headers
    kinds = [refs[kind] for kind in answered(handler)]
    if kinds:
        schema = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
        success["content"] = {declared.media_type: {"schema": schema}}
    elif declared.answer is not None:
        success["content"] = {declared.media_type: {"schema": {"type": "string"}}}
    if declared.links:
        success["links"] = {
            link.operation: {
                "operationId": link.operation,
                "parameters": {field: f"$response.body#/{field}" for field in link.fields},
            }
            for link in declared.links
        }
    found = {str(handler.status_code): success}
    for kind in accepted(handler):
        found["202"] = {
            "description": "Too long to wait for: a job",
            "headers": {**_RETRY, **_headers(msgspec.structs.replace(declared, located=True))},
            "content": {"application/json": {"schema": refs[kind]}},
        }
    for status in statuses(path, method, declared):
        if status == 304:
            found["304"] = {"description": "Not modified", "headers": headers}
        elif status == 503 and path == "/health/ready":
            found["503"] = {**success, "description": "Not ready"}
        else:
            found[str(status)] = {"$ref": f"#/components/responses/{status}"}
    return found


def _headers(declared: Wire) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if declared.tagged:
        headers["ETag"] = {"schema": {"type": "string"}, "description": "The version of this answer."}
    if declared.located:
        headers["Location"] = {"schema": {"type": "string"}, "description": "Where the new resource is."}
    return headers


def statuses(path: str, method: str, declared: Wire) -> list[int]:
    """Every status other than success that a route can answer with."""
    found = {400, 405, 429, 500, *declared.problems}
    if declared.scope:
        found |= {401, 403, 503}
    if "{" in path:
        found.add(404)
    if method in ("post", "patch", "put"):
        found |= {413, 415}
    if declared.upload:
        found |= {408, 413, 422}
    if declared.version is not Version.IGNORED:
        found.add(412)
    if declared.version is Version.REQUIRED:
        found.add(428)
    if method == "post" and declared.scope:
        found.add(422)
    return sorted(found)


def problem_responses() -> dict[str, Any]:
    """One shared response for each status."""
    content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    codes = (400, 401, 403, 404, 405, 408, 409, 412, 413, 415, 422, 428, 429, 500, 503)
    return {str(code): {"description": HTTPStatus(code).phrase, "content": content} for code in codes}
