"""JSON Schemas of bodies, from the very types that decode and encode them."""

import re
from typing import Any

import msgspec
from litestar.handlers import HTTPRouteHandler

from market.http.refusal import Problem
from market.http.wire import wire
from specs.kit.json_text import AMOUNT

REF = "#/components/schemas/{name}"
# What our own decoder takes for money, see matching.faults: a JSON number, or the same as text.
_DECIMAL_IN = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": AMOUNT}]}
_DECIMAL_OUT = {"type": "number"}
NO_CONTROL = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"

Handlers = list[tuple[str, str, HTTPRouteHandler]]


def components(handlers: Handlers) -> tuple[dict[str, Any], dict[Any, dict[str, Any]]]:
    """The component schemas, and for each type used by a route the schema that refers to them."""
    types: list[Any] = [Problem]
    for _, _, handler in handlers:
        spoken = (posted(handler), patched(handler), *answered(handler), *accepted(handler))
        types += [t for t in spoken if t is not None and t not in types]
    schemas, named = msgspec.json.schema_components(types, ref_template=REF)
    refs = dict(zip(types, schemas, strict=True))
    inputs = _reachable([refs[t] for _, _, h in handlers for t in (posted(h), patched(h)) if t is not None], named)
    tidy = {_plain(name): _tidy(schema, incoming=name in inputs) for name, schema in named.items()}
    for type_ in {patched(handler) for _, _, handler in handlers} - {None}:
        name = _named(refs[type_])
        refs["patch", type_] = {"$ref": REF.format(name=_add_patch(name, tidy))}
    return dict(sorted(tidy.items())), {t: _tidy(s, incoming=False) for t, s in refs.items()}


def posted(handler: HTTPRouteHandler) -> Any:
    """The type of a handler's body, None where it takes none or a merge patch."""
    declared = wire(handler)
    if declared is not None and declared.body is not None:
        return declared.body
    field = handler.parsed_fn_signature.parameters.get("data")
    return field.annotation if field and patched(handler) is None else None


def patched(handler: HTTPRouteHandler) -> Any:
    """The type that a handler's merge patch changes."""
    declared = wire(handler)
    return declared.patch_of if declared else None


def answered(handler: HTTPRouteHandler) -> tuple[Any, ...]:
    """The types of a handler's JSON answer: several where callers of different kinds see different things."""
    declared = wire(handler)
    if declared is None or declared.answer is None or declared.media_type != "application/json":
        return ()
    return declared.answer if isinstance(declared.answer, tuple) else (declared.answer,)


def accepted(handler: HTTPRouteHandler) -> tuple[Any, ...]:
    """The type of the answer that long work is on its way, if a handler has one."""
    declared = wire(handler)
    return () if declared is None or declared.accepted is None else (declared.accepted,)


def _plain(name: str) -> str:
    """`Listed[GradeView]` comes as `Listed_GradeView_`."""
    return re.sub(r"^Listed_(\w+?)(?:View)?_$", r"\1List", name)


def _named(ref: dict[str, Any]) -> str:
    return str(ref.get("$ref", "")).rpartition("/")[2]


def _add_patch(name: str, named: dict[str, Any]) -> str:
    """Make `…Patch` of a component: nothing required, null removes what is optional, objects merge."""
    patch = name + "Patch"
    if patch in named:
        return patch
    whole = named[name]
    if whole.get("type") != "object":
        return name
    named[patch] = {}
    required = whole.get("required", ())
    properties = {
        field: _merged(schema, named, removable=field not in required) for field, schema in whole["properties"].items()
    }
    named[patch] = {
        "title": patch,
        "description": f"RFC 7396 merge patch of {name}.",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    return patch


def _merged(schema: dict[str, Any], named: dict[str, Any], *, removable: bool) -> dict[str, Any]:
    arms = [a for a in schema.get("anyOf", [schema]) if a != {"type": "null"}]
    merged: list[dict[str, Any]] = [{"type": "null"}] if removable else []
    for arm in arms:
        bare = {k: v for k, v in arm.items() if k != "default"}
        name = _named(bare)
        merged.append({"$ref": REF.format(name=_add_patch(name, named))} if name else bare)
    return merged[0] if len(merged) == 1 else {"anyOf": merged}


def _reachable(roots: list[dict[str, Any]], named: dict[str, Any]) -> set[str]:
    """Names of the components that a posted body can contain."""
    found: set[str] = set()
    waiting: list[Any] = list(roots)
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            name = _named(node)
            if name and name not in found:
                found.add(name)
                waiting.append(named[name])
            waiting += node.values()
    return found


def _tidy(node: Any, *, incoming: bool) -> Any:
    """Decimals as numbers; text of posted bodies without control characters; no defaults in answers."""
    if isinstance(node, list):
        return [_tidy(item, incoming=incoming) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return {"$ref": REF.format(name=_plain(_named(node)))}
    if node.get("format") == "decimal":
        return _DECIMAL_IN if incoming else _DECIMAL_OUT
    node = {k: _tidy(v, incoming=incoming) for k, v in node.items()}
    if "enum" in node and "type" not in node:
        node["type"] = "string"
    if incoming and node.get("type") == "string" and not {"pattern", "format", "enum"} & node.keys():
        node["pattern"] = NO_CONTROL
    return node
