"""What ends a visit early, as a page in the visitor's language: the same problems as the API's.

A form sent by htmx gets a fragment that is put above it and leaves what was typed as it is; any other form is handed
back as it was sent.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from market.console import handing_back, rendering
from market.console.fault_words import reason
from market.console.faults import Fault, Placed
from market.console.paths import HOME
from market.console.text import text
from market.console.visit import Visit
from market.http import problems
from market.http.refusal import Problem, Refusal
from market.solving.failures import SolveFailed
from specs.kit import errors

AnyRequest = Request[Any, Any, Any]
# what a program is told of keys, headers and parameters, in words for people
SPOKEN = {
    "missing_scope": ("no_right", "no_right_more"),
    "csrf": ("old_form", "old_form_more"),
    "invalid_cursor": ("no_page", "no_page_more"),
    "invalid_parameter": ("bad_link", "bad_link_more"),
    "internal_error": ("our_fault", "our_fault_more"),
}

# where the database does not answer, there is no page to hand back either
AWAY = "unavailable"


def _shown(handler: Callable[..., Response[bytes]]) -> Callable[[AnyRequest, Any], Response[Any]]:
    """The API's answer to an exception, dressed for people."""

    def handle(request: AnyRequest, error: Any) -> Response[Any]:
        visit = Visit(request.scope, request.receive, request.send)
        told = handler(visit, error)
        problem = msgspec.json.decode(told.content, type=Problem)
        if problem.code in SPOKEN:
            words = (text(visit.language, f"layout.{key}", id=visit.request_id) for key in SPOKEN[problem.code])
            problem = msgspec.structs.replace(problem, title=next(words), detail=next(words))
        template = "parts/problem.html" if visit.partial else "problem.html"
        headers = {k: v for k, v in told.headers.items() if k == "Retry-After"}
        headers |= rendering.beside(visit)
        faults = tuple(
            Fault(error.pointer or error.parameter or "", reason(error, visit.language)) for error in problem.errors
        )
        unplaced = tuple(Placed(pointer=fault.pointer, reason=fault.reason) for fault in faults)
        plain = rendering.page(
            visit, template, status=problem.status, headers=headers, problem=problem, faults=unplaced
        )
        if problem.code == AWAY:
            return plain
        return handing_back.refusal(visit, plain, faults, "parts/problem.html", problem=problem)

    return handle


def unrouted(api: Callable[[AnyRequest, HTTPException], Response[bytes]]) -> Callable[..., Response[Any]]:
    """What answers an address that no route has: a page under the console, elsewhere what `api` says."""
    page = _shown(api)

    def handle(request: AnyRequest, error: HTTPException) -> Response[Any]:
        path = request.scope["path"]
        return page(request, error) if path == HOME or path.startswith(f"{HOME}/") else api(request, error)

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
