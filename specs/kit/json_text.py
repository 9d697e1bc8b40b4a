"""JSON text before and around the decoder: walls on nesting and on the length of numbers, 5.0 where 5 is meant, the
place where it breaks, and money that is written as nobody should.
"""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

import msgspec

from specs.kit import wire

MAX_DEPTH = 32
MAX_DIGITS = 32
# Strings are tokens too, so that what they hold is never mistaken for structure.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]|-?[0-9][0-9.]*(?:[eE][+-]?[0-9]*)?', re.DOTALL)
_WHOLE = re.compile(rb"^(-?[0-9]+)\.0+$")
_LONG = re.compile(rb"[0-9.]{%d}|[eE][+-]?[0-9]{4}" % MAX_DIGITS)
# Money as text, as the OpenAPI document has it. Python's Decimal, and so msgspec, reads full-width digits, 45_000,
# and blanks around them too; what a person typed by mistake must not become a price.
AMOUNT = r"^-?[0-9]{1,15}(\.[0-9]{1,6})?$"
_PLAIN = re.compile(AMOUNT[:-1] + r"\Z", re.ASCII)
_AS_TEXT = re.compile(rb'"amount"\s*:\s*"')
_BYTE = re.compile(r" \(byte (\d+)\)$")

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
                return "nesting_too_deep", {"limit": MAX_DEPTH, **_at(body, token.start())}
        elif first in b"]}":
            depth -= 1
        elif first != 0x22 and _LONG.search(text):
            return "number_too_long", {"limit": MAX_DIGITS - 1, **_at(body, token.start())}
    return None


def decoded(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """Decode; JSON has one kind of number, so 5.0 is an integer too. Raises what msgspec raises."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        if not str(error).startswith("Expected `int"):
            raise
        return decoder.decode(_TOKEN.sub(lambda token: _WHOLE.sub(rb"\1", token[0]), body))


def broken(body: bytes, message: str) -> tuple[str, dict[str, Any]]:
    """The code and the parameters of text that is no JSON, by msgspec's `message`."""
    at = broken_at(body, message)
    return ("invalid_encoding", {}) if at is None else ("malformed_json", _at(body, at))


def broken_at(body: bytes, message: str) -> int | None:
    """The byte at which text is no JSON; None where only the characters are wrong, as in half a surrogate pair."""
    if found := _BYTE.search(message):
        return int(found[1])
    import json  # noqa: PLC0415 - only for what is broken; the command line starts faster

    try:
        json.loads(body)
    except json.JSONDecodeError as error:
        return len(error.doc[: error.pos].encode(errors="surrogatepass"))
    except (ValueError, RecursionError):
        return None
    return None


def place(body: bytes, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of a byte; columns count characters."""
    before = body[:offset]
    return before.count(b"\n") + 1, len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1


def _at(body: bytes, offset: int) -> dict[str, Any]:
    line, column = place(body, offset)
    return {"line": line, "column": column}


def loose_amounts(body: bytes) -> list[str]:
    """JSON Pointers of amounts of money that read as a number, but are not written as `AMOUNT` has it."""
    return list(_loose(wire.plain(body), "")) if _AS_TEXT.search(body) else []


def _loose(part: Any, pointer: str) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            at = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            if name == "amount" and isinstance(value, str):
                if not _PLAIN.match(value) and _finite(value):
                    yield at
            else:
                yield from _loose(value, at)
    elif isinstance(part, list):
        for i, value in enumerate(part):
            yield from _loose(value, f"{pointer}/{i}")


def _finite(text: str) -> bool:
    """Words are refused by the decoder, NaN and infinity by `matching.faults`."""
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
