"""msgspec's one-line complaints as `{pointer, code, params}`: the pointer is RFC 6901, the words are JSON's."""

import re

from market.http.refusal import FieldError

_PATH = re.compile(r"^(?P<what>.*?)(?: - at `(?P<key>key in )?\$(?P<path>.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<index>\d+)\]|\[\.\.\.\]")
_JSON_NAMES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "decimal": "number"}

_BOUND = {
    ("str", "<="): "text_too_long",
    ("str", ">="): "text_too_short",
    ("array", "<="): "too_many_items",
    ("array", ">="): "too_few_items",
    ("object", "<="): "too_many_items",
    ("object", ">="): "too_few_items",
}
_FIXED = (
    ("Invalid RFC3339 encoded date", "invalid_date"),
    ("Invalid RFC3339 encoded datetime", "invalid_time"),
    ("Invalid UUID", "invalid_uuid"),
    ("Invalid decimal string", "invalid_decimal"),
    ("Number out of range", "value_out_of_range"),
    ("Integer value out of range", "value_out_of_range"),
)
_LENGTH = re.compile(r"^Expected `(\w+)` of length (<=|>=) (\d+)$")
_RANGE = re.compile(r"^Expected `(?:int|float)` (<=|>=) (\S+)$")
_PATTERN = re.compile(r"^Expected `str` matching regex (.+)$", re.DOTALL)
_TYPE = re.compile(r"^Expected `([^`]+)`, got `([^`]+)`$")
_ENUM = re.compile(r"^Invalid enum value (.+)$", re.DOTALL)
_FIELD = re.compile(r"^Object (missing required|contains unknown) field `(.*)`$", re.DOTALL)


def field_error(message: str) -> FieldError:
    """The complaint of one `msgspec.ValidationError`."""
    match = _PATH.match(message)
    what, path = (match["what"], match["path"] or "") if match else (message, "")
    pointer = _pointer(path)
    code, params = _classified(what)
    if code in ("missing_field", "unknown_field"):
        pointer += "/" + _escaped(str(params["field"]))
    return FieldError(pointer=pointer, code=code, params=params)


def _pointer(path: str) -> str:
    """`.assays[0].unit` as `/assays/0/unit`; a map's values are named by the map itself."""
    parts = []
    for step in _STEP.finditer(path):
        name = step["name"] or step["index"]
        if name is None:
            break
        parts.append("/" + _escaped(name))
    return "".join(parts)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _classified(what: str) -> tuple[str, dict[str, object]]:
    if match := _FIELD.match(what):
        return ("missing_field" if match[1].startswith("missing") else "unknown_field"), {"field": match[2][:64]}
    if match := _TYPE.match(what):
        return "wrong_type", {"expected": _json_name(match[1]), "got": _json_name(match[2])}
    if match := _ENUM.match(what):
        return "invalid_choice", {"value": match[1].strip("'\"")[:64]}
    if match := _LENGTH.match(what):
        code = _BOUND.get((match[1], match[2]), "invalid_value")
        return code, {"limit": int(match[3])}
    if match := _RANGE.match(what):
        return ("above_maximum" if match[1] == "<=" else "below_minimum"), {"limit": _number(match[2])}
    if match := _PATTERN.match(what):
        return "pattern_mismatch", {"pattern": match[1].strip("'\"")}
    for beginning, code in _FIXED:
        if what.startswith(beginning):
            return code, {}
    return "invalid_value", {}


def _number(text: str) -> int | float:
    value = float(text)
    return int(value) if value.is_integer() else value


def _json_name(name: str) -> str:
    return " or ".join(_JSON_NAMES.get(part, part) for part in name.split(" | "))
