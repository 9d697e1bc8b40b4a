"""Refusals: what the rules do not allow, each with a stable code. Transport maps codes to statuses."""

from collections.abc import Sequence
from typing import ClassVar

from matching.faults import Fault

Params = dict[str, str | int | float | bool | list[str] | None]


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a crash
    """`code` is for programs, `title` for people, `params` for this one case."""

    code: ClassVar[str] = "refused"
    title: ClassVar[str] = "Refused"

    def __init__(self, params: Params | None = None, faults: Sequence[Fault] = ()) -> None:
        # for logs and tests; people get a rendered text
        super().__init__(self.code, *(f"{fault.pointer}: {fault.code}" for fault in faults))
        self.params = params or {}
        self.faults = tuple(faults)


class Invalid(Refusal):
    code, title = "invalid", "The document breaks rules; every one of them is listed"


class NotFound(Refusal):
    code, title = "not_found", "There is no such thing, or it is not yours to see"


class Forbidden(Refusal):
    code, title = "forbidden", "This key may not do that"


class VersionMismatch(Refusal):
    code, title = "version_mismatch", "It changed since you read it"


class IdempotencyKeyReused(Refusal):
    code, title = "idempotency_key_reused", "This Idempotency-Key was used with another body"


class InvalidCursor(Refusal):
    code, title = "invalid_cursor", "This cursor does not belong to this list"


class Unavailable(Refusal):
    code, title = "unavailable", "The database does not answer; try again shortly"
