"""One cell of a pasted table as ends and a unit: "0.25 % 以下", "≤0.25", "max 0.25", "0.6〜1.0 %"."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

import msgspec

_NUMBER: Final = r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]+|(?<=[0-9])\.?)(?:e[+-]?[0-9]+)?"
_FIND: Final = re.compile(_NUMBER, re.IGNORECASE | re.ASCII)
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u301c\u223c\u30fc", "~"))
_RANGE: Final = re.compile(r"\s*(?:~|-|to|から|and|\.\.\.?)\s*", re.IGNORECASE)
# the longest first; what stands on either side of a number says which end it is
_WORDS: Final = (
    ("exclusive_min", ("を超えること", "を超える", "より大きい", "超過", "超", "more than", "above", "over", ">")),
    ("exclusive_max", ("未満", "より小さい", "less than", "below", "under", "<")),
    (
        "min",
        (">=", "=>", "≥", "≧", "以上", "at least", "minimum", "min.", "min", "最小", "最低", "下限", "not less than"),
    ),
    (
        "max",
        ("<=", "=<", "≤", "≦", "以下", "以内", "at most", "maximum", "max.", "max", "最大", "上限", "not more than"),
    ),
)
_MARKS: Final = sorted(((mark, end) for end, marks in _WORDS for mark in marks), key=lambda pair: -len(pair[0]))


class Cell(msgspec.Struct, frozen=True):
    """`ends` by the names of a limit; `plain` a number that does not say which end it is; `rest` was not understood."""

    ends: Mapping[str, str]
    plain: str | None = None
    unit: str | None = None
    rest: str = ""


def narrow(text: str) -> str:
    """Without an IME's wide forms, and in one line."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def read(text: str, units: Mapping[str, str]) -> Cell:
    """`units` are folded names of units with their codes."""
    told = narrow(text)
    if told in {"", "-", "–", "—", "ー", "なし", "none", "n/a"}:
        return Cell({})
    numbered, told = numbered_unit(told, units)
    cell = _read(told, units)
    return msgspec.structs.replace(cell, unit=cell.unit or numbered) if numbered else cell


def numbered_unit(told: str, units: Mapping[str, str]) -> tuple[str | None, str]:
    """A unit with a number in it (g/10 min, kJ/m2) is taken out first, so that its number is not a limit's."""
    for said in sorted((u for u in units if any(c.isdigit() for c in u) and len(u) > 1), key=len, reverse=True):
        spaced = r"\s*".join(map(re.escape, said))
        found = re.search(rf"(?<![0-9A-Za-z.]){spaced}(?![0-9A-Za-z])", told, re.IGNORECASE)
        if found:
            return units[said], f"{told[: found.start()]} {told[found.end() :]}".strip()
    return None, told


def _read(told: str, units: Mapping[str, str]) -> Cell:
    numbers = [found for found in _FIND.finditer(told) if any(c.isdigit() for c in found.group())]
    match numbers:
        case [one]:
            return _single(told, one, units)
        case [low, high]:
            return _double(told, low, high, units)
        case _:
            return Cell({}, rest=told)


def _single(told: str, found: re.Match[str], units: Mapping[str, str]) -> Cell:
    around = f"{told[: found.start()]} {told[found.end() :]}"
    end, left = _marked(around)
    unit, left = unit_of(left, units)
    number = found.group().replace(",", "")
    if end is None:
        return Cell({}, number, unit, left)
    return Cell({end: number}, None, unit, left)


def _double(told: str, low: re.Match[str], high: re.Match[str], units: Mapping[str, str]) -> Cell:
    before, between, after = told[: low.start()], told[low.end() : high.start()], told[high.end() :]
    first, second = low.group().replace(",", ""), high.group().replace(",", "")
    unit, bare = unit_of(between, units)
    if second.startswith("-") and not bare:
        # 0.6-1.0: the sign is the dash of the range
        bare, second = "~", second[1:]
    if _RANGE.fullmatch(bare.translate(_DASHES)) and not before.strip():
        other, left = unit_of(after, units)
        return Cell({"min": first, "max": second}, None, other or unit, left)
    lower, left = _marked(f"{before} {bare}" if not _marked(after)[0] else bare)
    upper, last = _marked(after if _marked(after)[0] else bare)
    other, last = unit_of(last, units)
    if lower in {"min", "exclusive_min"} and upper in {"max", "exclusive_max"}:
        return Cell({lower: first, upper: second}, None, other or unit, f"{left} {last}".strip())
    return Cell({}, rest=told)


def _marked(text: str) -> tuple[str | None, str]:
    """Which end a text says, and what else it holds."""
    lowered = text.lower()
    for mark, end in _MARKS:
        at = lowered.find(mark)
        if at >= 0:
            return end, f"{text[:at]} {text[at + len(mark) :]}".strip()
    return None, text.strip()


def unit_of(text: str, units: Mapping[str, str]) -> tuple[str | None, str]:
    """A known unit and nothing; else no unit and the text."""
    bare = text.strip().strip("()[]").strip()
    found = units.get(fold(bare)) if bare else None
    return (found, "") if found else (None, bare)


def fold(text: str) -> str:
    """For comparing names: no case, no blanks, katakana as hiragana."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(chr(ord(c) - 0x60) if "\u30a1" <= c <= "\u30f6" else c for c in plain if not c.isspace())
