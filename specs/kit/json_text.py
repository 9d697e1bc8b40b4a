"""Walls that hold before any decoder recurses or converts: how deep JSON text is nested, how long its numbers are."""

import re
from typing import Any

MAX_DEPTH = 32
MAX_DIGITS = 32
# Strings are tokens too, so that what they hold is never mistaken for structure.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]|-?[0-9][0-9.]*(?:[eE][+-]?[0-9]*)?', re.DOTALL)
_LONG = re.compile(rb"[0-9.]{%d}|[eE][+-]?[0-9]{4}" % MAX_DIGITS)


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
