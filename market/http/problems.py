"""Every exception that ends a request becomes a problem document here, and only here."""

import asyncio
from typing import Any

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.handlers import HTTPRouteHandler

from market.http import messages
from market.http.body import MAX_BYTES
from market.http.call import Call
from market.http.hints import helped
from market.http.refusal import PROBLEM_TYPE, FieldError, Refusal, encoded, problem
from market.http.responses import worded
from market.http.shapes import field_error
from market.http.statuses import CODE_OF_STATUS, STATUS
from market.http.wire import wire
from market.solving.failures import BUSY, DEADLINE, SolveFailed
from specs.kit import errors

AnyRequest = Request[Any, Any, Any]
# The database is away, starting, or every connection is taken for longer than a request may wait.
UNREACHABLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    ConnectionError,
    asyncio.TimeoutError,
)
# seconds after which the same request may do better
_AGAIN = {"unavailable": "1", "too_many_jobs": "10"}
# Litestar calls a caller who hangs up while sending an internal error.
_LEFT = "client disconnected prematurely"
log = structlog.get_logger("capillary.http")


def answer(request: AnyRequest, refusal: Refusal) -> Response[bytes]:
    """The problem document, in the caller's language."""
    spoken = request.headers.get("accept-language", "en")
    language = request.language if isinstance(request, Call) else messages.negotiate(spoken)
    document = problem(refusal.code, refusal.params, refusal.errors, language)
    headers = {**worded(language), **refusal.headers}
    return Response(encoded(document), status_code=document.status, media_type=PROBLEM_TYPE, headers=headers)


def on_refusal(request: AnyRequest, error: Refusal) -> Response[bytes]:
    """A refusal of the wire itself."""
    return answer(request, error)


def on_rule(request: AnyRequest, error: errors.Refusal) -> Response[bytes]:
    """A refusal by the rules: faults keep their pointers."""
    if error.code not in STATUS:
        return on_crash(request, error)
    faults = tuple(FieldError(pointer=f.pointer, code=f.code, params=dict(f.params)) for f in error.faults)
    again = _AGAIN.get(error.code) or error.params.get("retry_after")
    headers = {"Retry-After": str(again)} if again else {}
    return answer(request, Refusal(error.code, dict(error.params), errors=faults, headers=headers))


def on_shape(request: AnyRequest, error: msgspec.ValidationError) -> Response[bytes]:
    """A merge patch whose result has another shape; anywhere else it is stored data that we cannot read."""
    if request.method != "PATCH":
        return on_crash(request, error)
    return answer(request, Refusal("invalid_body", errors=(field_error(str(error)),)))


def on_http(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """What Litestar refuses: routes, methods, sizes, parameters."""
    if isinstance(error, ValidationException):
        return answer(request, Refusal("invalid_parameter", errors=_parameters(request, error)))
    if error.detail == _LEFT:
        return answer(request, Refusal("bad_request"))
    if error.status_code >= 500:
        return on_crash(request, error)
    headers = {k.title(): v for k, v in (error.headers or {}).items()}
    code = CODE_OF_STATUS.get(error.status_code, "bad_request")
    params: dict[str, Any] = {}
    if code == "method_not_allowed":
        params["allow"] = headers.get("Allow", "")
    elif code == "body_too_large":
        params["limit"] = _most(request)
    return answer(request, Refusal(code, params, headers=headers))


def _most(request: AnyRequest) -> int:
    """The bytes that the route takes; a body may be refused before there is one."""
    handler = request.scope.get("route_handler")
    return handler.resolve_request_max_body_size() or MAX_BYTES if isinstance(handler, HTTPRouteHandler) else MAX_BYTES


def on_solver(request: AnyRequest, failed: SolveFailed) -> Response[bytes]:
    """A solve without an answer: refused by name, or the solver process is busy or broken."""
    if failed.code not in STATUS:
        return on_crash(request, failed)
    if failed.shape is not None:
        declared = wire(request.route_handler)
        error = helped(field_error(failed.shape), declared.body if declared else None)
        return answer(request, Refusal(failed.code, errors=(error,)))
    faults = tuple(FieldError(pointer=f.pointer, code=f.code, params=dict(f.params)) for f in failed.faults)
    headers = {"Retry-After": "5"} if failed.code in (BUSY, DEADLINE) else {}
    return answer(request, Refusal(failed.code, dict(failed.params), errors=faults, headers=headers))


def _parameters(request: AnyRequest, error: ValidationException) -> tuple[FieldError, ...]:
    declared = request.route_handler.parsed_fn_signature.parameters
    found = []
    for item in error.extra if isinstance(error.extra, list) else ():
        name = str(item.get("key", ""))
        fault = field_error(str(item.get("message", "")))
        if name in declared:
            fault = helped(fault, declared[name].annotation)
        found.append(FieldError(parameter=name.rstrip("_"), code=fault.code, params=fault.params))
    return tuple(found)


def on_group(request: AnyRequest, error: ExceptionGroup[Exception]) -> Response[bytes]:
    """Litestar's wrapping of what a dependency raises as it ends: an outage met by the handler, or by the commit."""
    inner = error.exceptions[0]
    if len(error.exceptions) == 1 and isinstance(inner, errors.Refusal):
        return on_rule(request, inner)
    return on_crash(request, error)


def on_crash(request: AnyRequest, error: Exception) -> Response[bytes]:
    """A bug, or a part that is away: a stack trace for us, no internals for the caller."""
    # asyncpg's DataError is an InterfaceError too, but it is a bug of ours: a value that no column takes
    if isinstance(error, UNREACHABLE) and not isinstance(error, ValueError):
        log.warning("http.unavailable", error=type(error).__name__)
        return answer(request, Refusal("unavailable", headers={"Retry-After": "1"}))
    log.error("http.crash", exc_info=error)
    return answer(request, Refusal("internal_error"))
