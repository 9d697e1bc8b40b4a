"""What every request has to pass before its handler: the guard, then query, media type, body, headers."""

import re

from market.http.auth import admit
from market.http.body import check_media_type
from market.http.call import Call
from market.http.query import check_query
from market.http.refusal import FieldError, Refusal
from market.http.wire import Version, wire
from specs.kit.idempotency import Idempotency, keyed

_WITH_BODY = frozenset({"POST", "PATCH", "PUT"})
_EMPTY = (b"", b"{}")
_OURS = re.compile(r'"[0-9]{1,9}"', re.ASCII)


async def check(request: Call) -> None:
    """A `before_request` hook: returns None to go on, raises Refusal to stop."""
    handler = request.route_handler
    declared = wire(handler)
    if declared is None:
        return
    await admit(request, declared)
    check_query(request.scope["query_string"], handler)
    if request.method in _WITH_BODY and not declared.upload:
        takes_data = declared.body is not None or "data" in handler.parsed_fn_signature.parameters
        await _check_body(request, takes_data=takes_data)
    if request.method == "POST":
        request.scope["once"] = await _once(request)  # type: ignore[typeddict-unknown-key]  # our own key
    if declared.version is Version.REQUIRED and "if-match" not in request.headers:
        raise Refusal("precondition_required")


async def _check_body(request: Call, *, takes_data: bool) -> None:
    announced = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    if announced:
        check_media_type(request.headers, request.method)
    body = await request.body()
    if takes_data and not body:
        raise Refusal("missing_body")
    if not takes_data and body.strip() not in _EMPTY:
        raise Refusal("unexpected_body")


async def _once(request: Call) -> Idempotency | None:
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not (1 <= len(key) <= 255 and key.isascii() and key.isprintable()):
        raise Refusal("invalid_header", errors=(FieldError(parameter="Idempotency-Key", code="idempotency_key_form"),))
    return keyed(request.scope["path"], key, await request.body())


def if_match(request: Call) -> tuple[int, ...] | None:
    """The versions that `If-Match` names; None without the header or with `*`.

    Our tags are the quoted version. Anything else, weak tags too (RFC 9110 13.1.1), matches nothing: an empty
    tuple is a 412.
    """
    header = request.headers.get("if-match")
    if header is None or header.strip() == "*":
        return None
    tags = (tag.strip() for tag in header.split(","))
    return tuple(int(tag[1:-1]) for tag in tags if _OURS.fullmatch(tag))
