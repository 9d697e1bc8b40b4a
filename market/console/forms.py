"""A form as the JSON that a program would post: the console has no second set of rules, and no second error texts.

A field's name is the JSON pointer of what it fills, so that an error's pointer is the field's name. After a colon
stands what the text is: `/quantity/tonnes:number`, `/negotiable:boolean`, `/forms:list` (repeated, or one a line). A
blank field is one that was not filled: it is left out.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import msgspec

from market.console import each_fault
from market.http.body import decode
from market.http.refusal import Refusal
from specs.kit.json_text import MAX_DEPTH

# what people type for a number: an IME's wide digits were narrowed before, thousands separators are dropped
# (0,250 is no thousand: somebody's comma is a point)
_NUMBER = re.compile(r"[+-]?([1-9][0-9]{0,2}(,[0-9]{3})+|[0-9]+)?([.][0-9]+)?", re.ASCII)
_INDEX = re.compile(r"0|[1-9][0-9]{0,3}", re.ASCII)
_TRUE = frozenset({"on", "true", "1"})


@functools.cache
def names_of_fields(type_: type[msgspec.Struct]) -> tuple[str, ...]:
    """What a form of a value of `type_` fills, one level deep and in its order."""
    return tuple(field.encode_name for field in msgspec.structs.fields(type_))


def draft(fields: Iterable[tuple[str, str]], type_: Any) -> Any:
    """The fields as a value of `type_`. Raises Refusal (`invalid_body`) that names every field which does not fit."""
    tree = _tree(fields)
    try:
        return decode(msgspec.json.encode(tree), type_)
    except Refusal as refused:
        if refused.code != "invalid_body":
            raise
        found = {error.pointer: error for error in (*refused.errors, *each_fault.faults(tree, type_))}
        raise Refusal("invalid_body", errors=tuple(found.values())) from None


def document(fields: Iterable[tuple[str, str]]) -> bytes:
    """The JSON text of the filled fields; names that are no pointers (`_csrf`) are the page's own."""
    return msgspec.json.encode(_tree(fields))


def _tree(fields: Iterable[tuple[str, str]]) -> Any:
    root: dict[str, Any] = {}
    for name, text in fields:
        pointer, _, kind = name.partition(":")
        if pointer.startswith("/") and (text.strip() or kind == "text"):
            path = pointer[1:].split("/")
            if len(path) > MAX_DEPTH:
                raise Refusal("nesting_too_deep", {"limit": MAX_DEPTH})
            _put(root, path, _value(text, kind), many=kind == "list")
    return _listed(root)


def _value(text: str, kind: str) -> Any:
    match kind:
        case "number":
            return _number(text)
        case "boolean":
            return text.strip().lower() in _TRUE
        case "list":
            return [line.strip() for line in text.splitlines() if line.strip()]
        case "json":
            return _json(text)
        case _:
            # browsers end a line as Windows does
            return text.strip().replace("\r\n", "\n")


def _number(text: str) -> Any:
    """The literal itself, so that no money goes through a float; what is no number stays a text, to be refused."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-")
    if not (_NUMBER.fullmatch(plain) and any(c.isdigit() for c in plain)):
        return text.strip()
    bare = plain.replace(",", "").removeprefix("+")
    sign, digits = ("-", bare[1:]) if bare.startswith("-") else ("", bare)
    whole, dot, rest = digits.partition(".")
    return msgspec.Raw(f"{sign}{whole.lstrip('0') or '0'}{dot}{rest}".encode())


def _json(text: str) -> Any:
    """A value that a script of the page put together."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        raise Refusal("malformed_json") from None


def _put(root: dict[str, Any], path: list[str], value: Any, *, many: bool) -> None:
    at = root
    for part in path[:-1]:
        inner = at.setdefault(part, {})
        if not isinstance(inner, dict):
            raise Refusal("bad_request")
        at = inner
    last = path[-1]
    at[last] = [*at.get(last, []), *value] if many else value


def _listed(node: Any) -> Any:
    """An object whose names are all numbers is a list: rows in their order, without those left blank."""
    if not isinstance(node, dict):
        return node
    inner = {name: _listed(value) for name, value in node.items()}
    if inner and all(_INDEX.fullmatch(name) for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner
