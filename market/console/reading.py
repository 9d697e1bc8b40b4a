"""The services' answers as the Structs that a program would read."""

from typing import TypeVar

import msgspec

from market.console.visit import Visit
from specs.kit.idempotency import Answer

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)


def decoded(answer: Answer, type_: type[T]) -> T:
    """The body of an answer; a template shows its fields."""
    return msgspec.json.decode(answer.body, type=type_)


def offered(visit: Visit, scope: str, thing: S) -> S:
    """A deal, a tender or a part of one: to whoever may only look at it no act is offered."""
    return thing if visit.may(scope) else msgspec.structs.replace(thing, allowed=())
