"""Every fault of shape in a form at once. A decoder stops at the first, and whoever typed would learn one a time."""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from market.http.body import decode
from market.http.refusal import FieldError, Refusal


def faults(value: Any, type_: Any, at: str = "") -> Iterator[FieldError]:
    """`value` is of objects, lists, texts and literals (`msgspec.Raw`); `at` is its own pointer."""
    bare = _bare(type_)
    if isinstance(bare, type) and issubclass(bare, msgspec.Struct) and isinstance(value, dict):
        yield from _of_struct(value, bare, at)
    elif get_origin(bare) in (tuple, list) and isinstance(value, list):
        inner = get_args(bare)[0]
        for i, one in enumerate(value):
            yield from faults(one, inner, f"{at}/{i}")
    else:
        yield from _of_leaf(value, type_, at)


def _of_struct(value: dict[str, Any], type_: type[msgspec.Struct], at: str) -> Iterator[FieldError]:
    for field in msgspec.structs.fields(type_):
        name = field.encode_name
        if name in value:
            yield from faults(value[name], field.type, f"{at}/{name}")
        elif field.required:
            parts = _bare(field.type)
            if isinstance(parts, type) and issubclass(parts, msgspec.Struct):
                # what is lacking is what has to be filled in
                yield from _of_struct({}, parts, f"{at}/{name}")
            else:
                yield FieldError(pointer=f"{at}/{name}", code="missing_field", params={"field": name})


def _of_leaf(value: Any, type_: Any, at: str) -> Iterator[FieldError]:
    try:
        decode(msgspec.json.encode(value), type_)
    except Refusal as refused:
        for error in refused.errors:
            yield msgspec.structs.replace(error, pointer=f"{at}{error.pointer or ''}")


def _bare(type_: Any) -> Any:
    """Without bounds, and without the None that it may be instead."""
    origin = get_origin(type_)
    if origin is Annotated:
        return _bare(get_args(type_)[0])
    if origin in (Union, types.UnionType):
        others = [one for one in get_args(type_) if one not in (type(None), msgspec.UnsetType)]
        return _bare(others[0]) if len(others) == 1 else type_
    return type_
