"""What a portion is worth by the contract: the weight that counts, and what is deducted, line by line.

Pure and in Decimals. Nothing is rounded but the paid mass (to whole kilograms) and, at the end, the amount: lines show
the exact products that the amount is the sum of. Analytes count as they were measured: what was not measured, or
only bounded, costs nothing, because the one who deducts has to show a value.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from typing import Final

import msgspec

from market.deals.contract.structs import AnalyteDeduction, ContractTerms
from market.deals.money import KG, Amount, rounded
from matching.composition import Composition, View
from matching.results import Normal
from matching.values import Basis, Price

_PERCENT: Final = Decimal(100)
# digits of a product before it is shown; a division may not end
_SHOWN: Final = Decimal("0.000001")
# of a mean that went through binary floats only these digits are the laboratory's
_MEASURED: Final = 9
_PRECISION: Final = 50


class LineKind(StrEnum):
    """What a line of a settlement is about."""

    PRICE = "price"
    MOISTURE = "moisture"
    ANALYTE = "analyte"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """`tonnes` × `per_tonne` = `amount`; a deduction is negative. `measured` and `beyond` are in `unit`."""

    kind: LineKind
    analyte: str | None = None
    measured: Decimal | None = None
    beyond: Decimal | None = None
    unit: str | None = None
    tonnes: Decimal
    per_tonne: Decimal
    amount: Decimal


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be paid for a portion. A portion is never worth less than nothing."""

    tonnes: Decimal
    paid_tonnes: Decimal
    lines: tuple[Line, ...]
    amount: Amount

    @property
    def deducts(self) -> bool:
        """Whether anything is taken off the price."""
        return len(self.lines) > 1


def counted(declared: int, measured: int, terms: ContractTerms) -> int:
    """Kilograms that count: the seller's where the buyer's are within the tolerance of them, else the buyer's."""
    within = abs(measured - declared) * _PERCENT <= declared * terms.weight_tolerance_percent
    return declared if within else measured


def settlement(price: Price, kg: int, terms: ContractTerms, found: Composition | None) -> Settlement:
    """Of accepted kilograms; without a composition nothing is deducted."""
    with localcontext(prec=_PRECISION):
        tonnes = kg / KG
        lines = [Line(kind=LineKind.PRICE, tonnes=tonnes, per_tonne=price.amount, amount=tonnes * price.amount)]
        paid = tonnes
        if found is not None:
            wet = _moisture(price, kg, terms, found)
            if wet is not None:
                lines.append(wet)
                paid -= wet.tonnes
            lines += _analytes(paid, terms, found)
        net = max(Decimal(0), sum((line.amount for line in lines), Decimal(0)))
        shown = tuple(msgspec.structs.replace(line, amount=_short(line.amount)) for line in lines)
        return Settlement(tonnes=tonnes, paid_tonnes=paid, lines=shown, amount=rounded(net, price.currency, terms.tax))


def _moisture(price: Price, kg: int, terms: ContractTerms, found: Composition) -> Line | None:
    free = terms.moisture_above_percent
    measured = None if free is None else _mean(found, "moisture", "%", None)
    if free is None or measured is None or measured <= free:
        return None
    water = (kg * (measured - free) / _PERCENT).quantize(Decimal(1), ROUND_HALF_UP) / KG
    return Line(
        kind=LineKind.MOISTURE,
        analyte="moisture",
        measured=measured,
        beyond=measured - free,
        unit="%",
        tonnes=water,
        per_tonne=-price.amount,
        amount=-water * price.amount,
    )


def _analytes(paid: Decimal, terms: ContractTerms, found: Composition) -> Iterator[Line]:
    for one in terms.deductions:
        measured = _mean(found, one.analyte, one.unit, one.basis)
        if measured is not None and measured > one.from_:
            yield _excess(paid, one, measured)


def _excess(paid: Decimal, one: AnalyteDeduction, measured: Decimal) -> Line:
    beyond = measured - one.from_
    return Line(
        kind=LineKind.ANALYTE,
        analyte=one.analyte,
        measured=measured,
        beyond=beyond,
        unit=one.unit,
        tonnes=paid,
        per_tonne=_short(-beyond * one.amount / one.per),
        amount=-paid * beyond * one.amount / one.per,
    )


def _mean(found: Composition, analyte: str, unit: str, basis: Basis | None) -> Decimal | None:
    result = found.measured(analyte, View(unit, basis))
    return Decimal(str(round(result.mean, _MEASURED))) if isinstance(result, Normal) else None


def _short(value: Decimal) -> Decimal:
    """With the zeros that nobody wrote taken off."""
    short = value.quantize(_SHOWN, ROUND_HALF_UP)
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short.normalize()
