"""What ends a visit early, as a page in the visitor's language: the same problems as the API's.

A form sent by htmx gets a fragment that is put above it and leaves what was typed as it is.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from market.console import rendering
from market.console.visit import Visit
from market.http import problems
from market.http.refusal import Problem, Refusal
from market.solving.failures import SolveFailed
from specs.kit import errors

AnyRequest = Request[Any, Any, Any]


def _shown(handler: Callable[..., Response[bytes]]) -> Callable[[AnyRequest, Any], Response[Any]]:
    """The API's answer to an exception, dressed for people."""

    def handle(request: AnyRequest, error: Any) -> Response[Any]:
        visit = Visit(request.scope, request.receive, request.send)
        told = handler(visit, error)
        problem = msgspec.json.decode(told.content, type=Problem)
        template = "parts/problem.html" if visit.partial else "problem.html"
        headers = {k: v for k, v in told.headers.items() if k == "Retry-After"}
        if visit.partial:
            headers |= {"HX-Retarget": "#problem", "HX-Reswap": "innerHTML"}
        return rendering.page(visit, template, status=problem.status, headers=headers, problem=problem)

    return handle


HANDLERS: dict[type[Exception] | int, Any] = {
    Refusal: _shown(problems.on_refusal),
    msgspec.ValidationError: _shown(problems.on_shape),
    errors.Refusal: _shown(problems.on_rule),
    SolveFailed: _shown(problems.on_solver),
    HTTPException: _shown(problems.on_http),
    ExceptionGroup: _shown(problems.on_group),
    Exception: _shown(problems.on_crash),
}
