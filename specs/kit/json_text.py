"""JSON text before and around the decoder: walls on nesting and on the length of numbers, and 5.0 where 5 is meant."""

import re
from typing import Any, TypeVar

import msgspec

MAX_DEPTH = 32
MAX_DIGITS = 32
# Strings are tokens too, so that what they hold is never mistaken for structure.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]|-?[0-9][0-9.]*(?:[eE][+-]?[0-9]*)?', re.DOTALL)
_WHOLE = re.compile(rb"^(-?[0-9]+)\.0+$")
_LONG = re.compile(rb"[0-9.]{%d}|[eE][+-]?[0-9]{4}" % MAX_DIGITS)

T = TypeVar("T")


def beyond(body: bytes) -> tuple[str, dict[str, Any]] | None:
    """The code and the parameters of the first wall that is broken, else None."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH and not _LONG.search(body):
        return None
    depth = 0
    for token in _TOKEN.finditer(body):
        text = token[0]
        first = text[0]
        if first in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                return "nesting_too_deep", {"limit": MAX_DEPTH}
        elif first in b"]}":
            depth -= 1
        elif first != 0x22 and _LONG.search(text):
            return "number_too_long", {"limit": MAX_DIGITS - 1}
    return None


def decoded(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """Decode; JSON has one kind of number, so 5.0 is an integer too. Raises what msgspec raises."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        if not str(error).startswith("Expected `int"):
            raise
        return decoder.decode(_TOKEN.sub(lambda token: _WHOLE.sub(rb"\1", token[0]), body))
