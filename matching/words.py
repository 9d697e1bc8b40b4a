"""Numbers, quantities and names as words of a language: what fills the holes of the message templates.

Numbers keep four significant digits, more where fewer would hide on which side of a limit they lie; a relaxed limit
is rounded outward, so that the one in words is never tighter than the one meant.
"""

import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from matching.reference import Catalogue
from matching.units import close

LANGUAGES = ("en", "ja")
_DIGITS, _MOST_DIGITS = 4, 10
# No such amount is meant, and its digits would be the float's own: a slip is told as it was typed.
_COUNTLESS = 1e16
_SHARES = ("probability", "confidence", "share", "fresh", "method", "laboratory")
_SIGNS = {"JPY": "¥", "USD": "$", "EUR": "€"}
_NAMED = ("grade", "party", "source", "other", "analyte", "offered", "wanted", "hazard", "document", "material")


@cache
def messages(language: str) -> Mapping[str, str]:
    """The templates of a language by code; an unknown language reads English."""
    name = language if language in LANGUAGES else "en"
    text = files("matching").joinpath("messages", f"{name}.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, str])


def words(params: Mapping[str, object], language: str, names: Catalogue | None) -> dict[str, str]:
    """Every parameter in words, and the compound ones: `label`, `shown`, `limits`, `relax_to`, `given`, `sign`."""
    digits = _digits(params)
    told = {key: _word(key, value, digits, language, names) for key, value in params.items()}
    target = params.get("relax_to")
    if isinstance(target, float):
        told["relax_to"] = _outward(target, up=params.get("side") != "under", digits=digits)
    unit = str(params.get("limit_unit") or params.get("unit") or "")
    told["unit"] = unit
    told["given_unit"] = str(params.get("given_unit") or params.get("unit") or "")
    analytes = params.get("analytes")
    if isinstance(analytes, list):
        told["label"] = "+".join(_name(str(a), language, names) for a in analytes)
    elif "analyte" in told:
        told["label"] = told["analyte"]
    if "currency" in params:
        told["sign"] = sign(str(params["currency"]))
    if "high_limit" in params:
        ends = (params.get("low_limit"), params.get("high_limit"))
        open_ends = (bool(params.get("low_exclusive")), bool(params.get("high_exclusive")))
        told["limits"] = _quantity(ends, open_ends, unit, digits, language)
        told["shown"] = _shown(params, unit, digits, language)
    if "value" in told:
        told.setdefault("given", told["value"])
    return told


def sign(currency: str) -> str:
    """What stands before an amount: ¥, or the code itself and a space that does not break."""
    return _SIGNS.get(currency, f"{currency}\u00a0")


def number(value: float, digits: int = _DIGITS) -> str:
    """Plain decimal notation with `digits` significant digits and thousands separators; an exponent from 1e16 on."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    if abs(value) >= _COUNTLESS:
        return f"{value:.{digits}g}"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(places, 15)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _digits(params: Mapping[str, object]) -> int:
    """The fewest digits, from four, that tell a result from the limits that it is not equal to."""
    results = [v for k in ("value", "low", "high") if isinstance(v := params.get(k), float)]
    limits = [v for k in ("low_limit", "high_limit") if isinstance(v := params.get(k), float)]
    pairs = [(a, b) for a in results for b in limits if not close(a, b)]
    alike = (d for d in range(_DIGITS, _MOST_DIGITS) if all(number(a, d) != number(b, d) for a, b in pairs))
    return next(alike, _MOST_DIGITS)


def _outward(value: float, *, up: bool, digits: int) -> str:
    if value == 0:
        return "0"
    step = 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1)
    steps = value / step
    near = round(steps)
    if abs(steps - near) > 1e-6:
        near = math.ceil(steps) if up else math.floor(steps)
    return number(near * step, digits)


def _word(key: str, value: object, digits: int, language: str, names: Catalogue | None) -> str:
    match value:
        case None:
            return messages(language)["number.none" if key == "number" else "quantity.unknown"]
        case bool():
            return str(value).lower()
        case int():
            return f"{value:,}"
        case float():
            return _share(value) if key in _SHARES else number(value, digits)
        case list() | tuple():
            return messages(language)["list.separator"].join(_item(key, str(v), language, names) for v in value)
        case _:
            return _code(key, str(value), language, names)


def _item(key: str, code: str, language: str, names: Catalogue | None) -> str:
    match key:
        case "nearest":
            # codes to type, not names to read
            return code
        case "steps":
            return step_name(code, language, names)
        case "permits":
            return permit_name(code, language, names)
        case "prefectures":
            return _prefecture(code, language, names)
        case _:
            return _name(code, language, names)


def _code(key: str, code: str, language: str, names: Catalogue | None) -> str:
    if key == "kind":
        return messages(language).get(f"kind.{code}", code)
    if key == "regime":
        return _regime(code, language, names)
    if key == "step":
        return step_name(code, language, names)
    if key == "permit":
        return permit_name(code, language, names)
    if key in ("prefecture", "wanted_in", "stated"):
        return _prefecture(code, language, names)
    return _name(code, language, names) if key in _NAMED else code


def _share(value: float) -> str:
    """Per cent rounded down, so that 94.99 % is never shown as the 95 % that was asked for."""
    return (
        f"{math.floor(value * 1e4 + 1e-8) / 100:g} %" if value > 0.999 else f"{math.floor(value * 1e3 + 1e-9) / 10:g} %"
    )


def _regime(code: str, language: str, names: Catalogue | None) -> str:
    known = names.regimes.get(code) if names else None
    if known is None:
        return code
    return known.title_ja if language == "ja" else known.title


def _name(code: str, language: str, names: Catalogue | None) -> str:
    """Chemical symbols speak for themselves; properties, materials, grades, forms and states are named."""
    japanese = language == "ja"
    if names is not None:
        analyte, form = names.analytes.get(code), names.forms.get(code)
        if analyte:
            named = analyte.name_ja if japanese else analyte.name_en
            return code if analyte.closes else named
        if form:
            return form[0] if japanese else form[1]
        if material := names.materials.get(code):
            return material.name_ja if japanese else material.name_en
        if grade := names.grades.get(code):
            return (grade.name_ja if japanese else None) or grade.name_en
    return messages(language).get(f"word.{code}", code)


def step_name(code: str, language: str, names: Catalogue | None) -> str:
    """An upgrade step by its name in the catalogue."""
    known = names.steps.get(code) if names else None
    if known is None:
        return code
    return known.name_ja if language == "ja" else known.name_en


def permit_name(code: str, language: str, names: Catalogue | None) -> str:
    """A permit by its name in the catalogue, or what is said where the name would tell of the place."""
    known = names.permits.kinds.get(code) if names else None
    if known is None:
        return messages(language).get(f"word.{code}", code)
    return known.name_ja if language == "ja" else known.name_en


def _prefecture(code: str, language: str, names: Catalogue | None) -> str:
    """Or of a region, where no prefecture is told."""
    known = names.prefectures.get(code) if names else None
    if known is not None:
        return known.name_ja if language == "ja" else known.name_en
    within = next((p for p in names.prefectures.values() if p.region == code), None) if names else None
    if within is None:
        return code
    return within.region_ja if language == "ja" else within.region_en


def _shown(params: Mapping[str, object], unit: str, digits: int, language: str) -> str:
    value = params.get("value")
    if isinstance(value, float):
        return messages(language)["quantity.exact"].format(value=number(value, digits), unit=unit)
    open_ends = (bool(params.get("low_open")), bool(params.get("high_open")))
    return _quantity((params.get("low"), params.get("high")), open_ends, unit, digits, language)


_BETWEEN = {
    (False, False): "quantity.between",
    (True, True): "quantity.between_exclusive",
    (True, False): "quantity.between_over",
    (False, True): "quantity.between_under",
}


def _quantity(ends: tuple[object, object], open_ends: tuple[bool, bool], unit: str, digits: int, language: str) -> str:
    """An interval: `0.6 to 1 %`, `< 40 ppm`; a lower end of 0 goes without saying."""
    low, high = ends
    low_open, high_open = open_ends
    if isinstance(low, float) and isinstance(high, float) and (low != 0.0 or low_open):
        code = _BETWEEN[open_ends]
    elif isinstance(high, float):
        code = "quantity.below" if high_open else "quantity.at_most"
    elif isinstance(low, float):
        code = "quantity.above" if low_open else "quantity.at_least"
    else:
        code = "quantity.unknown"
    told = {name: number(end, digits) for name, end in (("low", low), ("high", high)) if isinstance(end, float)}
    return messages(language)[code].format(**told, unit=unit)
