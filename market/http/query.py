"""The query string: nothing unknown, nothing twice, and every value in the one form that its type has."""

import functools
import re
from datetime import date
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec
from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter

from market.http.refusal import FieldError, Refusal

_FORMS: dict[type, tuple[str, re.Pattern[str]]] = {
    int: ("invalid_integer", re.compile(r"-?[0-9]{1,9}", re.ASCII)),
    float: ("invalid_number", re.compile(r"[0-9]{1,9}([.][0-9]{1,9})?", re.ASCII)),
    bool: ("invalid_boolean", re.compile(r"true|false")),
    date: ("invalid_date", re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)),
    UUID: ("invalid_uuid", re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)),
}
MAX_PARAMETERS = 100
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Form(msgspec.Struct, frozen=True):
    """What one parameter may look like, and the code of what does not; `pattern` is None for text."""

    code: str
    pattern: re.Pattern[str] | None
    choices: tuple[str, ...] = ()


@functools.cache
def forms(handler: BaseRouteHandler) -> dict[str, Form]:
    """The query parameters that a handler declares, by their wire name."""
    found = {}
    for field in handler.parsed_fn_signature.parameters.values():
        if isinstance(field.kwarg_definition, QueryParameter):
            found[field.kwarg_definition.name or field.name] = _form(_bare(field.annotation))
    return found


def _form(type_: Any) -> Form:
    if isinstance(type_, type) and issubclass(type_, Enum):
        return Form("invalid_choice", None, tuple(str(member.value) for member in type_))
    return Form(*_FORMS.get(type_, ("invalid_text", None)))


def _bare(annotation: Any) -> Any:
    """`int | None` as int."""
    if get_origin(annotation) in (Union, UnionType):
        return next(a for a in get_args(annotation) if a is not type(None))
    return annotation


def check_query(query_string: bytes, handler: BaseRouteHandler) -> None:
    """400 with every parameter that does not fit."""
    if not query_string:
        return
    known = forms(handler)
    errors = []
    seen: set[str] = set()
    code: str
    params: dict[str, object]
    # the same reading as Litestar's, so that what passes here is what the handler gets
    for name, value in parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)[:MAX_PARAMETERS]:
        form = known.get(name)
        if form is None:
            code, params = "unknown_parameter", {"name": name[:64], "known": ", ".join(sorted(known)) or "-"}
        elif name in seen:
            code, params = "repeated_parameter", {"name": name}
        elif form.choices and value not in form.choices:
            code, params = form.code, {"value": value[:64], "allowed": list(form.choices)}
        elif _CONTROL.search(value) or (form.pattern and not form.pattern.fullmatch(value)):
            code, params = form.code, {}
        else:
            seen.add(name)
            continue
        errors.append(FieldError(parameter=name[:64], code=code, params=params))
    if errors:
        raise Refusal("invalid_parameter", errors=tuple(errors))
