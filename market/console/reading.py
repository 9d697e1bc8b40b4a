"""The services' answers as the Structs that a program would read."""

from typing import TypeVar

import msgspec

from specs.kit.idempotency import Answer

T = TypeVar("T")


def decoded(answer: Answer, type_: type[T]) -> T:
    """The body of an answer; a template shows its fields."""
    return msgspec.json.decode(answer.body, type=type_)
