"""Reasons in words: a code and its parameters, rendered through the message files of a language.

Templates are whole sentences with named holes; every hole is filled with a finished word or number, so a
translator can order them freely. Numbers keep four significant digits; a relaxed limit is rounded outward.
"""

import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TypeVar

import msgspec

from matching.evaluation import Evaluation, NearMiss
from matching.reference import Catalogue

LANGUAGES = ("en", "ja")
T = TypeVar("T", bound=msgspec.Struct)


@cache
def messages(language: str) -> Mapping[str, str]:
    """The templates of a language by code; an unknown language reads English."""
    name = language if language in LANGUAGES else "en"
    text = files("matching").joinpath("messages", f"{name}.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, str])


def render(code: str, params: Mapping[str, object], language: str = "en", names: Catalogue | None = None) -> str:
    """One reason. A code without a template is shown as it is: a missing translation must not hide a reason."""
    template = messages(language).get(code)
    if template is None:
        return code
    return template.format_map(_Holes(_words(params, language, names)))


class _Holes(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def explain(evaluation: Evaluation, language: str, names: Catalogue | None = None) -> Evaluation:
    """The evaluation with every `reason` filled in."""

    def told(part: T) -> T:
        return msgspec.structs.replace(part, reason=render(part.code, part.params, language, names))  # type: ignore[attr-defined]

    near = evaluation.near_miss
    if near is not None:
        near = NearMiss(changes=tuple(map(told, near.changes)), cost_per_tonne=near.cost_per_tonne)
    return msgspec.structs.replace(
        told(evaluation),
        limits=tuple(map(told, evaluation.limits)),
        criteria=tuple(map(told, evaluation.criteria)),
        blockers=tuple(map(told, evaluation.blockers)),
        flags=tuple(map(told, evaluation.flags)),
        near_miss=near,
    )


def number(value: float, digits: int = 4) -> str:
    """Plain decimal notation with `digits` significant digits and thousands separators, never an exponent."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(places, 15)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _outward(value: float, *, up: bool) -> str:
    """Four significant digits, rounded so that the limit in words is never tighter than the one meant."""
    if value == 0:
        return "0"
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 3)
    steps = value / step
    near = round(steps)
    if abs(steps - near) > 1e-6:
        near = math.ceil(steps) if up else math.floor(steps)
    return number(near * step)


def _words(params: Mapping[str, object], language: str, names: Catalogue | None) -> dict[str, str]:
    words = {key: _word(key, value, language, names) for key, value in params.items()}
    target = params.get("relax_to")
    words["relax_to"] = _outward(target, up=params.get("side") != "under") if isinstance(target, float) else "?"
    analytes = params.get("analytes")
    if isinstance(analytes, list):
        words["label"] = "+".join(_name(str(a), language, names) for a in analytes)
    unit = str(params.get("limit_unit") or params.get("unit") or "")
    words["given_unit"] = str(params.get("given_unit") or params.get("unit") or "")
    words["unit"] = unit
    if "high_limit" in params:
        words["limits"] = _limits(params, unit)
    words["shown"] = _shown(params, unit)
    words.setdefault("given", words.get("value", "?"))
    return words


def _word(key: str, value: object, language: str, names: Catalogue | None) -> str:
    match value:
        case None:
            return "?"
        case bool():
            return str(value).lower()
        case int():
            return f"{value:,}"
        case float():
            return _share(value) if key in _SHARES else number(value)
        case list() | tuple():
            return ", ".join(_name(str(v), language, names) for v in value)
        case str() if key == "kind":
            return messages(language).get(f"kind.{value}", value)
        case _:
            return _name(str(value), language, names) if key in _NAMED else str(value)


_SHARES = ("probability", "confidence", "share", "fresh", "method", "laboratory")
_NAMED = ("source", "other", "analyte", "offered", "wanted")


def _share(value: float) -> str:
    """Per cent rounded down, so that 94.99 % is never shown as the 95 % that was asked for."""
    return f"{math.floor(value * 1000 + 1e-9) / 10:g} %"


def _name(code: str, language: str, names: Catalogue | None) -> str:
    """Chemical symbols and grade codes speak for themselves; properties and materials are named."""
    if names is None:
        return code
    analyte, material = names.analytes.get(code), names.materials.get(code)
    if analyte and not analyte.closes:
        return analyte.name_ja if language == "ja" else analyte.name_en
    if material:
        return material.name_ja if language == "ja" else material.name_en
    return code


def _shown(params: Mapping[str, object], unit: str) -> str:
    value, low, high = (params.get(k) for k in ("value", "low", "high"))
    if isinstance(value, float):
        return f"{number(value)} {unit}"
    most = "<" if params.get("high_open") else "≤"
    return _between(low, high, unit, "≥", most)


def _limits(params: Mapping[str, object], unit: str) -> str:
    least = ">" if params.get("low_exclusive") else "≥"
    most = "<" if params.get("high_exclusive") else "≤"
    return _between(params.get("low_limit"), params.get("high_limit"), unit, least, most)


def _between(low: object, high: object, unit: str, least: str, most: str) -> str:
    if isinstance(low, float) and isinstance(high, float) and low > 0:
        return f"{number(low)}-{number(high)} {unit}"
    if isinstance(high, float):
        return f"{most} {number(high)} {unit}"
    return f"{least} {number(low)} {unit}" if isinstance(low, float) else "?"
