"""Who calls: a key or a session becomes a Principal; then the rate, scope and kind that a route asks for."""

import time
from ipaddress import IPv6Address, ip_address, ip_network

from market.http import origin
from market.http.call import Call
from market.http.parts import Parts
from market.http.refusal import Refusal
from market.http.wire import Wire
from market.parties.structs import Principal
from market.people.structs import Standing

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="capillary"'}


async def admit(request: Call, declared: Wire) -> None:
    """Runs before any body is read. Leaves the Principal in the scope."""
    parts = request.parts
    if declared.scope is None:
        # health and metrics are asked by machines that must not be turned away
        if request.scope["path"].startswith("/v1/"):
            pace(parts, address(request))
        return
    principal = await _principal(request, parts)
    pace(parts, ("key", principal.key))
    if declared.scope not in principal.scopes:
        raise Refusal("missing_scope", {"scope": declared.scope})
    if declared.kinds and principal.kind not in declared.kinds:
        raise Refusal("wrong_kind", {"kinds": ", ".join(sorted(declared.kinds))})
    request.scope["auth"] = principal


def pace(parts: Parts, key: tuple[str, object]) -> None:
    """Raises Refusal where a caller asks too often."""
    wait = parts.buckets.take(key, time.monotonic())
    if wait:
        raise Refusal("too_many_requests", {"retry_after": wait}, headers={"Retry-After": str(wait)})


async def _principal(request: Call, parts: Parts) -> Principal:
    """By the key; without one by the session of a browser, whose changes must come from our own pages."""
    authorization = request.headers.get("authorization")
    principal = await _of_session(request, parts) if authorization is None else await _of_key(authorization, parts)
    if principal is None:
        pace(parts, address(request))
        raise Refusal("unauthenticated", headers=_CHALLENGE)
    request.scope["key_id"] = str(principal.key)  # type: ignore[typeddict-unknown-key]  # our own key in the ASGI scope
    return principal


async def _of_key(authorization: str, parts: Parts) -> Principal | None:
    scheme, _, key = authorization.partition(" ")
    key = key.strip()
    if scheme.lower() == "bearer" and key.startswith("cap_") and len(key) <= 128 and key.isascii():
        return await parts.authenticate(key)
    return None


async def _of_session(request: Call, parts: Parts) -> Principal | None:
    session = await parts.people.sessions.find(parts.cookies.token(request))
    if session is None or session.standing is not Standing.OPEN:
        return None
    if request.method not in origin.SAFE:
        origin.check(request, request.headers.get(origin.HEADER), session.form_token)
    return session.principal


def address(request: Call) -> tuple[str, object]:
    """Who calls without a living key."""
    return "address", place(request)


def place(request: Call) -> str:
    """Where on the network a caller is; behind a proxy that the settings do not name, the proxy.

    Of an IPv6 address the first half: the other is for whoever has it to choose, for each call another. An IPv4 address
    that is written as one, as a socket for both kinds has it, counts alone.
    """
    client = request.scope.get("client")
    given = client[0] if client else ""
    try:
        found = ip_address(given)
    except ValueError:
        return given
    if not isinstance(found, IPv6Address):
        return given
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
