"""Who calls: `Authorization: Bearer cap_…` to a Principal, then the rate, scope and kind that a route asks for."""

import time

from market.http.call import Call
from market.http.parts import Parts
from market.http.refusal import Refusal
from market.http.wire import Wire
from market.parties.structs import Principal

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="capillary"'}


async def admit(request: Call, declared: Wire) -> None:
    """Runs before any body is read. Leaves the Principal in the scope."""
    parts = request.parts
    if declared.scope is None:
        # health and metrics are asked by machines that must not be turned away
        if request.scope["path"].startswith("/v1/"):
            _pace(parts, _address(request))
        return
    principal = await _principal(request, parts)
    _pace(parts, ("key", principal.key))
    if declared.scope not in principal.scopes:
        raise Refusal("missing_scope", {"scope": declared.scope})
    if declared.kinds and principal.kind not in declared.kinds:
        raise Refusal("wrong_kind", {"kinds": ", ".join(sorted(declared.kinds))})
    request.scope["auth"] = principal


def _pace(parts: Parts, key: tuple[str, object]) -> None:
    wait = parts.buckets.take(key, time.monotonic())
    if wait:
        raise Refusal("too_many_requests", {"retry_after": wait}, headers={"Retry-After": str(wait)})


async def _principal(request: Call, parts: Parts) -> Principal:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    key = key.strip()
    if scheme.lower() == "bearer" and key.startswith("cap_") and len(key) <= 128 and key.isascii():
        principal = await parts.authenticate(key)
        if principal is not None:
            request.scope["key_id"] = str(principal.key)  # type: ignore[typeddict-unknown-key]  # our own key in the ASGI scope
            return principal
    _pace(parts, _address(request))
    raise Refusal("unauthenticated", headers=_CHALLENGE)


def _address(request: Call) -> tuple[str, object]:
    """Who calls without a living key; behind a proxy, the proxy, unless the server is told to trust it."""
    client = request.scope.get("client")
    return "address", client[0] if client else ""
