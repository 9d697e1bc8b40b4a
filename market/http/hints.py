"""What would have fitted, for a refused field: the allowed choices, or the field names that look alike."""

import functools
from difflib import get_close_matches
from typing import Any

import msgspec
from msgspec import inspect

from market.http.refusal import FieldError


@functools.cache
def _info(type_: Any) -> inspect.Type:
    return inspect.type_info(type_)


def helped(error: FieldError, type_: Any) -> FieldError:
    """The error with `allowed` or `nearest` among its params, where the type knows any."""
    tokens = [t.replace("~1", "/").replace("~0", "~") for t in (error.pointer or "").split("/")[1:]]
    if error.code == "invalid_choice":
        found = _at(_info(type_), tokens)
        allowed = [str(member.value) for member in found.cls] if isinstance(found, inspect.EnumType) else []
        return msgspec.structs.replace(error, params={**error.params, "allowed": allowed})
    if error.code == "unknown_field":
        found = _at(_info(type_), tokens[:-1])
        names = [f.encode_name for f in found.fields] if isinstance(found, inspect.StructType) else []
        nearest = get_close_matches(tokens[-1][:64], names, n=3, cutoff=0.6)
        if nearest:
            return msgspec.structs.replace(
                error, code="unknown_field_nearest", params={**error.params, "nearest": nearest}
            )
    return error


def _at(info: inspect.Type | None, tokens: list[str]) -> inspect.Type | None:
    """The type that a pointer leads to."""
    for token in tokens:
        info = _step(_bare(info), token)
    return _bare(info)


def _bare(info: inspect.Type | None) -> inspect.Type | None:
    if isinstance(info, inspect.UnionType):
        return next((t for t in info.types if not isinstance(t, inspect.NoneType)), None)
    return info


def _step(info: inspect.Type | None, token: str) -> inspect.Type | None:
    match info:
        case inspect.StructType():
            return next((f.type for f in info.fields if f.encode_name == token), None)
        case inspect.VarTupleType() | inspect.ListType():
            return info.item_type
        case inspect.DictType():
            return info.value_type
        case _:
            return None
