"""The outermost layer, plain ASGI: request ids, HEAD, headers that every answer has, access log and metrics.

It stands outside Litestar because Litestar's middleware does not see what no route matched.
"""

import re
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import structlog
import uuid_utils

from market.http.metrics import Metrics

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
ASGIApp = Callable[[Any, Any, Any], Awaitable[None]]

# What is logged where the caller left before an answer began.
GONE = 499
# Sane ids only: they are echoed and logged.
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_EVERYWHERE = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))
log = structlog.get_logger("capillary.http")


class Shell:
    """Wraps an ASGI app; everything but HTTP passes through."""

    def __init__(self, app: ASGIApp, metrics: Metrics, allowed: Mapping[str, str]) -> None:
        """`allowed` is the Allow header of each route template: Litestar's own OPTIONS names only the first method."""
        self.app = app
        self.metrics = metrics
        self.allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        method = scope["method"]
        request_id = _request_id(scope["headers"])
        if method == "HEAD":
            # of our own: the server reads its scope again to know that the body it announced will not come
            scope = {**scope, "method": "GET"}
        scope["request_id"] = request_id
        started = time.perf_counter()
        status = GONE

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _dress(message, request_id)
                if method == "OPTIONS" and status == 204:
                    _allow(message, self.allowed.get(scope.get("path_template", ""), ""))
            elif method == "HEAD" and message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, dressed)
            finally:
                seconds = time.perf_counter() - started
                route = scope.get("path_template") or "-"
                counted = method if method in _METHODS else "OTHER"
                self.metrics.observe(counted, route, status, seconds)
                log.info(
                    "http.request",
                    method=counted,
                    route=route,
                    status=status,
                    ms=round(seconds * 1000, 2),
                    key=scope.get("key_id"),
                )


def _request_id(headers: list[tuple[bytes, bytes]]) -> str:
    for name, value in headers:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return value.decode()
    return str(uuid_utils.uuid7())


def _dress(message: Message, request_id: str) -> None:
    headers = list(message["headers"])
    if not any(name == b"cache-control" for name, _ in headers):
        headers.append((b"cache-control", b"no-store"))
    headers += _EVERYWHERE
    headers.append((b"x-request-id", request_id.encode()))
    message["headers"] = headers


def _allow(message: Message, methods: str) -> None:
    kept = [(name, value) for name, value in message["headers"] if name != b"allow"]
    message["headers"] = [*kept, (b"allow", methods.encode())]
