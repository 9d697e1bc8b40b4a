"""One result of a laboratory's table: "0.22 ± 0.02 %", "<0.01", "0.01未満", "ND (0.005)", "tr.", "1.2×10⁻³"."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import msgspec

from market.console.pasting.cells import DECIMAL_COMMA, LONGEST, digits, fold, narrow, numbered_unit, numbers, plain
from market.console.pasting.names import alike
from market.console.pasting.vocabulary import BASES

_POWER: Final = re.compile(r"\s*[x×*]\s*10\s*\^?\s*([+-]?[0-9]+)", re.IGNORECASE | re.ASCII)
_COVERAGE: Final = re.compile(r"[(\[,]?\s*k\s*=\s*(?P<k>[123])(?:\.0)?\s*[)\]]?", re.IGNORECASE | re.ASCII)
_SPREAD: Final = re.compile(r"±|\+\s*/\s*-")
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_RANGE: Final = re.compile(r"\s*(?:~|〜|\u223c|-|to|から)\s*", re.IGNORECASE)
_NOT_DETECTED: Final = re.compile(
    r"(?<![a-z0-9])n\.?\s?d\.?(?![a-z])|不検出|検出(?:せず|されず)|未検出|(?:検出|定量)(?:下限|限界)値?(?:以下|未満)|bdl|bql"
    r"|(?:<\s*|below )(?:lo[dq]|ld|lq|dl|detection limit)|not detected",
    re.IGNORECASE,
)
_TRACE: Final = re.compile(r"\(?(?:tr\.?|traces?|痕跡|微量)\)?", re.IGNORECASE)
# what may be said before a number, and after it
_BEFORE: Final = (
    ("<=", ("<=", "=<", "≤", "≦", "at most", "maximum", "max.", "max", "最大")),
    (">=", (">=", "=>", "≥", "≧", "at least", "minimum", "min.", "min", "最小")),
    ("<", ("<", "less than", "below", "under")),
    (">", (">", "more than", "above", "over")),
)
_AFTER: Final = (
    ("<=", ("以下", "以内", "or less", "max.", "max")),
    (">=", ("以上", "or more", "min.", "min")),
    ("<", ("未満",)),
    (">", ("を超える", "超")),
)
# not measured, or what is left of a hundred per cent
_NOTHING: Final = frozenset({"", "-", "--", "---", "—", "ー", "/", "n/a", "na", "未測定", "測定せず", "分析せず"}) | {
    *("残", "残部", "残り", "bal", "bal.", "balance", "rem.", "remainder")
}
_UNDRIED: Final = re.compile(
    r"(?P<unit>.*?)[\s(\[_-]*(?P<basis>dry(?: basis)?|d\.?b\.?|d\.?w\.?|乾量|乾燥?|湿量|wet|as received|ar)[)\]]?"
)


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """Texts of numbers as they would be typed. `trouble` is a code: the cell says something that is not a result yet.

    `factor` is what an uncertainty is to be divided by; None where the cell does not say.
    """

    value: str = ""
    operator: str = ""
    low: str = ""
    high: str = ""
    uncertainty: str = ""
    factor: int | None = None
    unit: str | None = None
    basis: str = ""
    trouble: str | None = None

    @property
    def found(self) -> bool:
        """Whether there is a number to it."""
        return bool(self.value or self.low)


def read(text: str, units: Mapping[str, str], column_unit: str | None = None) -> Measured | None:
    """None where nothing was measured. `units` are folded names with their codes."""
    told = _POWER.sub(r"e\1", narrow(text).translate(_DASHES))
    if told.lower() in _NOTHING:
        return None
    if len(told) > LONGEST:
        return Measured(trouble="cell")
    if DECIMAL_COMMA.search(told):
        return Measured(trouble="decimal_comma")
    unit, told = numbered_unit(told, units)
    factor, told = _coverage(told)
    main, *spread = _SPREAD.split(told)
    if len(spread) > 1:
        return Measured(trouble="cell")
    made = _main(main.lstrip("([") if spread else main, units)
    if unit is not None:
        made = msgspec.structs.replace(made, unit=made.unit or unit)
    if not spread or made.trouble:
        return made
    return _with_spread(made, spread[0], units, column_unit, factor)


def sign(text: str) -> str | None:
    """The operator that a cell holds and nothing else: its number stands in the next one."""
    operator, left = _marked(text, _BEFORE)
    return operator if not left and not any(map(str.isalpha, text)) else None


def says_nothing(text: str) -> bool:
    """Whether a cell says that nothing was detected, and no more."""
    return _NOT_DETECTED.fullmatch(narrow(text)) is not None


def unit_and_basis(text: str, units: Mapping[str, str]) -> tuple[str | None, str] | None:
    """mg/kg-dry is a unit and a basis; None where it is no unit."""
    bare = narrow(text).strip().strip("()[]").strip()
    if len(bare) > LONGEST:
        return None
    if unit := units.get(fold(bare)):
        return unit, ""
    found = _UNDRIED.fullmatch(bare.lower())
    if found is None:
        return None
    unit, basis = units.get(fold(found["unit"])), _basis(found["basis"])
    return (unit, basis) if unit else None


def _basis(said: str) -> str:
    return BASES.get(fold(said)) or ("dry" if said[0] in "d乾" else "as_received")


def _coverage(told: str) -> tuple[int | None, str]:
    found = _COVERAGE.search(told)
    if found is None:
        return None, told
    return int(found["k"]), f"{told[: found.start()]} {told[found.end() :]}".strip()


def _main(told: str, units: Mapping[str, str]) -> Measured:
    if found := _NOT_DETECTED.search(told):
        return _not_detected(f"{told[: found.start()]} {told[found.end() :]}", units)
    if _TRACE.fullmatch(told.strip()):
        return Measured(trouble="trace")
    match numbers(told):
        case [one]:
            return _single(told, one, units)
        case [low, high]:
            return _double(told, low, high, units)
        case _:
            return Measured(trouble="cell")


def _not_detected(rest: str, units: Mapping[str, str]) -> Measured:
    """Below what: a number behind it, else nobody knows."""
    bare = re.sub(r"[<()\[\]:=]|未満|以下|lo[dq]|定量下限値?|検出限界値?|検出下限値?", " ", rest, flags=re.IGNORECASE)
    if not bare.strip():
        return Measured(trouble="nd_without_limit")
    made = _main(" ".join(bare.split()), units)
    if made.trouble or not made.value or made.operator:
        return Measured(trouble="cell" if any(c.isdigit() for c in bare) else "nd_without_limit", unit=made.unit)
    return msgspec.structs.replace(made, operator="<")


def _single(told: str, found: re.Match[str], units: Mapping[str, str]) -> Measured:
    operator, before = _marked(told[: found.start()], _BEFORE)
    after_operator, after = _marked(told[found.end() :], _AFTER)
    left = f"{before} {after}".strip().strip("()[]").strip()
    if (operator and after_operator) or found.group().startswith("-"):
        return Measured(trouble="cell")
    measure = unit_and_basis(left, units) if left else (None, "")
    if measure is None:
        return Measured(trouble="cell")
    number = digits(found.group())
    return Measured(value=number, operator=operator or after_operator or "", unit=measure[0], basis=measure[1])


def _double(told: str, low: re.Match[str], high: re.Match[str], units: Mapping[str, str]) -> Measured:
    before, between, after = told[: low.start()], told[low.end() : high.start()], told[high.end() :]
    first, second = digits(low.group()), digits(high.group())
    if second.startswith("-") and not between.strip():
        between, second = "-", second[1:]
    measure = unit_and_basis(after, units) if after.strip() else (None, "")
    if before.strip() or measure is None or not _RANGE.fullmatch(between):
        return Measured(trouble="cell")
    return Measured(low=first, high=second, unit=measure[0], basis=measure[1])


def _with_spread(
    made: Measured, text: str, units: Mapping[str, str], column_unit: str | None, factor: int | None
) -> Measured:
    """The uncertainty in the unit of the value; a share of the value is worked out where it cannot mean the unit."""
    spread = _main(text, units)
    if spread.trouble or not spread.value or spread.operator or made.operator or not made.value:
        return Measured(trouble="cell")
    own = made.unit or column_unit
    size, value = Decimal(spread.value), Decimal(made.value)
    share = spread.unit == "%" and own is not None and not alike(own, "%")
    if share:
        size = size * value / 100
    elif (spread.unit and made.unit and not alike(spread.unit, made.unit)) or (spread.unit == "%" and size > value):
        return msgspec.structs.replace(made, trouble="uncertainty")
    # 5 ± 0.5 ppm: the unit is of both, whatever the column's is
    unit = made.unit or (None if share else spread.unit)
    return msgspec.structs.replace(
        made, uncertainty=plain(size), factor=factor, unit=unit, basis=made.basis or spread.basis
    )


def _marked(text: str, marks: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str | None, str]:
    """What a text says of the number beside it, and what else it holds."""
    told = text.strip()
    if not told:
        return None, ""
    lowered = told.lower()
    for operator, said in marks:
        for mark in said:
            at = lowered.find(mark)
            if at >= 0:
                return operator, f"{told[:at]} {told[at + len(mark) :]}".strip()
    return None, told
