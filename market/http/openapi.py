"""The OpenAPI 3.1 document, written from what the routes declare. It needs no database and no running app.

Litestar's own generator is not used: it drops item lengths, union constraints and `additionalProperties:
false`, and calls a problem `application/json`. Types come from msgspec, which decodes the bodies.
"""

import functools
from importlib.metadata import version
from typing import Any

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from market.http import operation_docs, schemas
from market.http.routes import build
from market.http.wire import wire

_encode = msgspec.json.Encoder(order="deterministic").encode
_ABOUT = (
    "Capillary matches lots of recycled material with specs, says why they do not match, and what would make them. "
    "Errors are RFC 9457 problems with a pointer to every bad field. Lists are `{items, next_cursor}`."
)


@functools.cache
def document() -> bytes:
    """The document, indented, ending in a newline: as openapi/openapi.json holds it."""
    return msgspec.json.format(_encode(tree()), indent=2) + b"\n"


def tree() -> dict[str, Any]:
    """The document as plain objects."""
    handlers = declared()
    components, refs = schemas.components(handlers)
    paths: dict[str, dict[str, Any]] = {}
    for path, method, handler in handlers:
        paths.setdefault(path, {})[method] = operation_docs.operation(path, method, handler, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Capillary",
            "version": version("capillary"),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": operation_docs.problem_responses(),
            "securitySchemes": {
                "api_key": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "cap_…",
                    "description": (
                        "A key of an organisation. A browser that is signed in to the console is let in by its "
                        "session's cookie instead; its changes carry the X-CSRF-Token of a page."
                    ),
                }
            },
        },
        "tags": [{"name": name} for name in _tags(handlers)],
    }


def declared() -> list[tuple[str, str, HTTPRouteHandler]]:
    """(path template, lower-case method, handler) of every route that declares its wire, by path."""
    found = []
    for route in build().routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            if wire(handler) is not None:
                found += [(route.path_format, method.lower(), handler) for method in sorted(handler.http_methods)]
    return sorted(found, key=lambda item: (item[0], item[1]))


def _tags(handlers: list[tuple[str, str, HTTPRouteHandler]]) -> list[str]:
    return sorted({tag for _, _, handler in handlers for tag in handler.tags or ()})
