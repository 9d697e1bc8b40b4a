"""What people call an analyte or a unit, and its code in the catalogue."""

import functools
import re
from collections.abc import Mapping
from itertools import islice
from typing import Final

from market.console.pasting.cells import LONGEST, fold, narrow
from specs.catalogue.loader import catalogue

# written otherwise than the catalogue does, in the trade or in older characters
_ALSO: Final = {
    "Sn": "錫",
    "Si": "珪素,硅素,シリコン",
    "As": "砒素",
    "P": "燐",
    "B": "硼素",
    "F": "弗素",
    "S": "いおう,sulphur",
    "Al": "アルミ,aluminum",
    "Cr": "chromium",
    "Cr6": "cr(vi),cr6+,六価cr",
    "Cl": "塩素",
    "Fe_total": "鉄分,total fe,t.fe",
    "Fe_metallic": "m.fe",
    "moisture": "水分率,含水率",
    "contaminants_total": "異物,異物混入率",
    "density": "比重",
    "tensile_strength": "引張強度",
    "strain_at_break": "破断伸び,引張破断伸び,引張破壊伸び,elongation at break",
    "flexural_modulus": "曲げ弾性係数",
    "PE_in_PP": "pe混入率,pe混入量",
    "bulk_density": "嵩密度",
    "MFR": "mfi",
    "oil_grease": "油",
}
_UNITS: Final = {
    "%": "質量%,重量%,質量分率%,mass%,mass-%,wt.%,wt-%,w/w%,パーセント,percent",
    "ppm": "ppmw,wtppm,wt.ppm,massppm,質量ppm,重量ppm",
}
_SUM: Final = re.compile(r"\s*[+、&]\s*")
# where a name may end and its limit begin
_BEGINS: Final = re.compile(r"[\s:=<>≤≥]+|(?=[0-9])")
# of a name: each of them is tried
_LONGEST: Final = 12
_TWO: Final = 2
# pairs of brackets: each is looked into
_BRACKETED: Final = 3
_LETTER: Final = re.compile(r"[^\W\d_]")
_BRACKETS: Final = re.compile(r"^(?P<out>.*?)\s*[(\[](?P<in>[^()\[\]]*)[)\]]\s*$")


@functools.cache
def analytes() -> Mapping[str, str]:
    """Folded names with codes; a name that means two analytes is none."""
    known = catalogue()
    found: dict[str, set[str]] = {}
    for code, row in known.analytes.items():
        for said in (code, row.name_en, row.name_ja, row.name_en.split(" (")[0], row.name_ja.split("(")[0]):
            found.setdefault(fold(said), set()).add(code)
    for code in known.oxides:
        found.setdefault(fold(code), set()).add(code)
    certain = {said: next(iter(codes)) for said, codes in found.items() if len(codes) == 1}
    exact = {fold(code): code for code in known.analytes}
    return certain | {fold(said): code for code, all_said in _ALSO.items() for said in all_said.split(",")} | exact


@functools.cache
def units() -> Mapping[str, str]:
    """Folded names of units with the codes of the catalogue."""
    known = {fold(code): code for code in reversed(catalogue().units)}
    return known | {fold(said): code for code, all_said in _UNITS.items() for said in all_said.split(",")}


def alike(one: str, other: str) -> bool:
    """Whether a number is the same in both units: % and wt%, ppm and mg/kg."""
    first, second = (catalogue().units.get(unit) for unit in (one, other))
    return (
        first is not None
        and second is not None
        and (first.dimension, first.factor) == (second.dimension, second.factor)
    )


def analyte(said: str) -> tuple[tuple[str, ...], str | None]:
    """The codes that a name or a sum of names means, and the unit behind it; no codes where one is unknown."""
    if not lettered(said):
        return (), None
    told = narrow(said)
    one = analytes().get(fold(told))
    if one is not None:
        return (one,), None
    parts = [part for part in _SUM.split(told.removeprefix("Σ").strip()) if part]
    if len(parts) > 1:
        found = [analyte(part) for part in parts]
        unit = next((u for _, u in reversed(found) if u), None)
        return (tuple(codes[0] for codes, _ in found), unit) if all(codes for codes, _ in found) else ((), unit)
    return _bracketed(told)


def lettered(said: str) -> bool:
    """Whether there is a letter in it: most cells are numbers, and no name is one, nor a chain of brackets."""
    short = len(said) <= LONGEST and said.count("(") + said.count("[") <= _BRACKETED
    return short and _LETTER.search(said) is not None


def _bracketed(told: str) -> tuple[tuple[str, ...], str | None]:
    """銅 (Cu), Cu (%), Cu%: a second name or the unit in brackets, or the unit at the end."""
    if told.endswith("%") and (one := analytes().get(fold(told[:-1]))):
        return (one,), "%"
    found = _BRACKETS.match(told)
    if found is None:
        # ひ素 As
        words = told.split(" ")
        both = {analytes().get(fold(word)) for word in words} if len(words) == _TWO else set()
        return ((one,) if len(both) == 1 and (one := both.pop()) else ()), None
    outside, inside = found["out"], found["in"]
    unit = units().get(fold(inside))
    first, second = analyte(outside)[0], () if unit else analyte(inside)[0]
    if first and second and first != second:
        return (), None
    return first or second, unit


def beside(said: str) -> str:
    """What a name has in brackets that is neither another name of it nor its unit."""
    found = _BRACKETS.match(narrow(said))
    if found is None or units().get(fold(found["in"])) or analyte(found["in"])[0]:
        return ""
    return found["in"]


def apart(said: str) -> tuple[str, str]:
    """A name and what a line says of it, where both stand in one cell: Cu ≥96 %; no second where no name begins it."""
    for begins in reversed(list(islice(_BEGINS.finditer(said), _LONGEST))):
        name, rest = said[: begins.start()], said[begins.start() :].lstrip(" :")
        if analyte(name)[0] and any(map(str.isdigit, rest)):
            return name, rest
    return said, ""


def codes(text: str) -> tuple[str, ...]:
    """What was typed into the field of a limit: names become codes, what is unknown stays as it is, to be refused."""
    parts = [part.strip() for part in re.split(r"[+\n,、]", narrow(text)) if part.strip()]
    known = [analytes().get(fold(part)) for part in parts]
    return tuple(code or part for code, part in zip(known, parts, strict=True))
