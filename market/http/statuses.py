"""Which HTTP status each refusal has. A code that is not here is a bug and answers 500."""

from http import HTTPStatus as S

STATUS: dict[str, S] = {
    "malformed_json": S.BAD_REQUEST,
    "invalid_encoding": S.BAD_REQUEST,
    "nesting_too_deep": S.BAD_REQUEST,
    "number_too_long": S.BAD_REQUEST,
    "missing_body": S.BAD_REQUEST,
    "unexpected_body": S.BAD_REQUEST,
    "invalid_body": S.BAD_REQUEST,
    "invalid_parameter": S.BAD_REQUEST,
    "invalid_header": S.BAD_REQUEST,
    "invalid_cursor": S.BAD_REQUEST,
    "bad_request": S.BAD_REQUEST,
    "unauthenticated": S.UNAUTHORIZED,
    "forbidden": S.FORBIDDEN,
    "missing_scope": S.FORBIDDEN,
    "wrong_kind": S.FORBIDDEN,
    "not_verified": S.FORBIDDEN,
    "scope_not_allowed": S.FORBIDDEN,
    "own_organisation": S.FORBIDDEN,
    "not_found": S.NOT_FOUND,
    "method_not_allowed": S.METHOD_NOT_ALLOWED,
    "listing_closed": S.CONFLICT,
    "not_a_draft": S.CONFLICT,
    "window_passed": S.CONFLICT,
    "email_taken": S.CONFLICT,
    "below_reserved": S.CONFLICT,
    "version_mismatch": S.PRECONDITION_FAILED,
    "body_too_large": S.REQUEST_ENTITY_TOO_LARGE,
    "unsupported_media_type": S.UNSUPPORTED_MEDIA_TYPE,
    "invalid": S.UNPROCESSABLE_ENTITY,
    "idempotency_key_reused": S.UNPROCESSABLE_ENTITY,
    "precondition_required": S.PRECONDITION_REQUIRED,
    "too_many_requests": S.TOO_MANY_REQUESTS,
    "internal_error": S.INTERNAL_SERVER_ERROR,
    "unavailable": S.SERVICE_UNAVAILABLE,
}

# What Litestar itself raises, by status.
CODE_OF_STATUS: dict[int, str] = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
    503: "unavailable",
}
