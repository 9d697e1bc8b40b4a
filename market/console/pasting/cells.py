"""One cell of a pasted table as ends and a unit: "0.25 % 以下", "≤0.25", "0.25>", "0.6〜1.0 %", "～0.05", "9±1"."""

import functools
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import msgspec

_NUMBER: Final = r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)?(?:\.[0-9]+|(?<=[0-9])\.?)(?:e[+-]?[0-9]+)?"
_FIND: Final = re.compile(_NUMBER, re.IGNORECASE | re.ASCII)
# of a footnote or a power: 0.25¹⁾ is not 0.251
_RAISED: Final = re.compile(r"(?<=\d)(?=[\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u207b\u2080-\u2089\u2460-\u249b])")
# of one end: ~0.25 is about as much in English
_UP_TO: Final = frozenset("\u301c\u223c")
_FROM: Final = _UP_TO | {"~"}
# of a column: × 100, 10^-3 %, but not g/10 min
_SCALE: Final = re.compile(r"(?<![a-z])[x×*]\s*10|10\s*\^|1/10", re.IGNORECASE)
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u301c\u223c\u30fc", "~"))
_RANGE: Final = re.compile(r"\s*(?:~|-|to|から|and|\.\.\.?)\s*", re.IGNORECASE)
# 0,22 and 12,5 and 0,125: never thousands
DECIMAL_COMMA: Final = re.compile(r"(?<![0-9.,])(?:0,[0-9]+|[0-9]+,(?:[0-9]{1,2}|[0-9]{4,}))(?![0-9,])", re.ASCII)
# characters of a name, a number or a unit: what is longer is a text, and takes long to try
LONGEST: Final = 80
# what an empty cell is written as
BLANK: Final = frozenset({"", "-", "--", "---", "–", "—", "ー", "/", "なし", "none", "n/a", "残部", "balance", "bal."})
_SPREAD: Final = re.compile(r"\s*(?:±|\+\s*/\s*-)\s*")
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
# behind a number a sign says the other end: 0.25> is below 0.25
_BEHIND: Final = {
    "min": "max",
    "max": "min",
    "exclusive_min": "exclusive_max",
    "exclusive_max": "exclusive_min",
}
_HIRAGANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_MARKS: Final = sorted(((mark, end) for end, marks in _WORDS for mark in marks), key=lambda pair: -len(pair[0]))


class Cell(msgspec.Struct, frozen=True):
    """`ends` by the names of a limit; `plain` a number that does not say which end it is; `trouble` a doubt's code."""

    ends: Mapping[str, str]
    plain: str | None = None
    unit: str | None = None
    trouble: str | None = None


def narrow(text: str) -> str:
    """Without an IME's wide forms, and in one line; what is raised behind a number stays apart from it."""
    told = _RAISED.sub("^", text).replace("\uff5e", "\u301c")
    return " ".join(unicodedata.normalize("NFKC", told).split())


def scaled(text: str) -> bool:
    """Whether a head says that the numbers below it are to be multiplied or divided, which nobody would see there."""
    return _SCALE.search(text) is not None


def read(text: str, units: Mapping[str, str]) -> Cell:
    """`units` are folded names of units with their codes."""
    told = narrow(text)
    if told.lower() in BLANK:
        return Cell({})
    if len(told) > LONGEST:
        return Cell({}, trouble="cell")
    if DECIMAL_COMMA.search(told):
        return Cell({}, trouble="decimal_comma")
    numbered, told = numbered_unit(told, units)
    cell = _read(told, units)
    return msgspec.structs.replace(cell, unit=cell.unit or numbered) if numbered else cell


def numbered_unit(told: str, units: Mapping[str, str]) -> tuple[str | None, str]:
    """A unit with a number in it (g/10 min, kJ/m2) is taken out first, so that its number is not a limit's."""
    found = _numbered(tuple(units)).search(told)
    if found is None:
        return None, told
    return units[fold(found.group())], f"{told[: found.start()]} {told[found.end() :]}".strip()


@functools.lru_cache(maxsize=4)
def _numbered(units: tuple[str, ...]) -> re.Pattern[str]:
    """The longest first."""
    numbered = sorted((unit for unit in units if any(map(str.isdigit, unit)) and len(unit) > 1), key=len, reverse=True)
    spaced = "|".join(r"\s*".join(map(re.escape, unit)) for unit in numbered)
    return re.compile(rf"(?<![0-9A-Za-z.])(?:{spaced or '(?!)'})(?![0-9A-Za-z])", re.IGNORECASE)


def _read(told: str, units: Mapping[str, str]) -> Cell:
    match numbers(told):
        case [one]:
            return _single(told, one, units)
        case [low, high]:
            return _double(told, low, high, units)
        case _:
            return Cell({}, trouble="cell")


def numbers(told: str) -> list[re.Match[str]]:
    """All that stand in a text."""
    return [found for found in _FIND.finditer(told) if any(c.isdigit() for c in found.group())]


def _single(told: str, found: re.Match[str], units: Mapping[str, str]) -> Cell:
    before, after = told[: found.start()].strip(), told[found.end() :].strip()
    # up to, and from: a range with one end, which a dash is not
    if before in _UP_TO:
        before = "<="
    elif after[-1:] in _FROM:
        before, after = f"{before} >=", after[:-1]
    (first, before), (second, after) = _marked(before), _marked(after, behind=True)
    unit, left = unit_of(f"{before} {after}", units)
    number = digits(found.group())
    trouble = "cell" if left or (first and second) else None
    end = first or second
    return Cell({end: number} if end else {}, None if end else number, unit, trouble)


def _double(told: str, low: re.Match[str], high: re.Match[str], units: Mapping[str, str]) -> Cell:
    before, between, after = told[: low.start()], told[low.end() : high.start()], told[high.end() :]
    first, second = digits(low.group()), digits(high.group())
    if _SPREAD.fullmatch(between) and not before.strip() and Decimal(first) >= Decimal(second):
        spread, (unit, left) = Decimal(second), unit_of(after, units)
        ends = {"min": f"{Decimal(first) - spread:f}", "max": f"{Decimal(first) + spread:f}"}
        return Cell(ends, None, unit, "cell" if left else None)
    unit, bare = (None, between) if between.strip() == "-" else unit_of(between, units)
    if second.startswith("-") and not bare:
        # 0.6-1.0: the sign is the dash of the range
        bare, second = "~", second[1:]
    if _RANGE.fullmatch(bare.translate(_DASHES)) and not before.strip():
        other, left = unit_of(after, units)
        return Cell({"min": first, "max": second}, None, other or unit, "cell" if left else None)
    lower, left = _marked(f"{before} {bare}" if not _marked(after)[0] else bare)
    upper, last = _marked(after if _marked(after)[0] else bare)
    other, last = unit_of(last, units)
    if lower in {"min", "exclusive_min"} and upper in {"max", "exclusive_max"}:
        return Cell({lower: first, upper: second}, None, other or unit, "cell" if f"{left}{last}".strip() else None)
    return Cell({}, trouble="cell")


def _marked(text: str, *, behind: bool = False) -> tuple[str | None, str]:
    """Which end a text says, and what else it holds; `behind` the number, a sign says the other end."""
    if not text.strip():
        return None, ""
    lowered = text.lower()
    for mark, end in _MARKS:
        at = lowered.find(mark)
        if at >= 0:
            turned = behind and not any(map(str.isalpha, mark))
            return _BEHIND[end] if turned else end, f"{text[:at]} {text[at + len(mark) :]}".strip()
    return None, text.strip()


def digits(number: str) -> str:
    """A number as it is typed into a field: no separators, no exponent."""
    bare = number.replace(",", "").removeprefix("+")
    return plain(Decimal(bare)) if "e" in bare.lower() else bare


def plain(number: Decimal) -> str:
    """As one types it."""
    told = f"{number:f}"
    return told.rstrip("0").rstrip(".") if "." in told else told


def unit_of(text: str, units: Mapping[str, str]) -> tuple[str | None, str]:
    """A known unit and nothing; else no unit and the text."""
    bare = text.strip().strip("()[]").strip()
    found = units.get(fold(bare)) if bare else None
    return (found, "") if found else (None, bare)


def fold(text: str) -> str:
    """For comparing names: no case, no blanks, katakana as hiragana."""
    plain = "".join(unicodedata.normalize("NFKC", text).lower().split())
    return plain if plain.isascii() else plain.translate(_HIRAGANA)
