"""What a handler or a wall raises to refuse a request, and the JSON that it becomes (RFC 9457)."""

from typing import Any

import msgspec

from market.http import messages
from market.http.messages import Language
from market.http.statuses import STATUS

PROBLEM_TYPE = "application/problem+json"
_encode = msgspec.json.Encoder(decimal_format="number").encode


class FieldError(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One bad field: `pointer` (RFC 6901, into the body) or the name of a query or header `parameter`."""

    pointer: str | None = None
    parameter: str | None = None
    code: str
    params: dict[str, Any] = {}
    reason: str = ""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 9457 with our extensions: the code for programs, its params, and every bad field."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    params: dict[str, Any] = {}
    errors: tuple[FieldError, ...] = ()


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error of ours
    """Ends a request with the problem of that code."""

    def __init__(
        self,
        code: str,
        params: dict[str, object] | None = None,
        *,
        errors: tuple[FieldError, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.params = params or {}
        self.errors = errors
        self.headers = headers or {}


def problem(code: str, params: dict[str, object], errors: tuple[FieldError, ...], language: Language) -> Problem:
    """The finished document, in words of `language`. It names no id, so two refusals of one kind are byte-equal."""
    return Problem(
        type="/problems/" + code.replace("_", "-"),
        title=messages.title(code, language),
        status=int(STATUS[code]),
        detail=messages.detail(code, {"count": len(errors), **params}, language),
        code=code,
        params=params,
        errors=tuple(
            msgspec.structs.replace(e, reason=messages.field_reason(e.code, e.params, language)) for e in errors
        ),
    )


def encoded(document: Problem) -> bytes:
    """As it goes over the wire."""
    return _encode(document)
