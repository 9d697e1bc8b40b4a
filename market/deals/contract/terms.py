"""What is wrong with the contract that an offer asks for: every fault at once."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from market.deals.contract.structs import ContractTerms
from matching.fault import Fault, fault, repeated, unknown
from matching.measure_faults import unit_faults
from matching.reference import Catalogue

MOST_CLAIM_DAYS: Final = 365
# stock is held meanwhile
MOST_DAYS: Final = 180
# a weighbridge is far better than that; more would be another quantity
MOST_TOLERANCE: Final = 10
_MOST_DIGITS: Final = 18
_WHOLE: Final = Decimal(100)


def contract_faults(terms: ContractTerms, catalogue: Catalogue) -> Iterator[Fault]:
    """Days, percentages, analytes, units and amounts."""
    at = "/contract"
    if not 1 <= terms.claim_days <= MOST_CLAIM_DAYS:
        yield fault(f"{at}/claim_days", "days_out_of_range", given=terms.claim_days, most=MOST_CLAIM_DAYS)
    for name in ("grace_days", "receipt_days", "result_days"):
        days: int = getattr(terms, name)
        if not 1 <= days <= MOST_DAYS:
            yield fault(f"{at}/{name}", "days_out_of_range", given=days, most=MOST_DAYS)
    yield from _between(f"{at}/weight_tolerance_percent", terms.weight_tolerance_percent, Decimal(MOST_TOLERANCE))
    if terms.moisture_above_percent is not None:
        yield from _between(f"{at}/moisture_above_percent", terms.moisture_above_percent, _WHOLE)
    yield from repeated(f"{at}/deductions", tuple(one.analyte for one in terms.deductions))
    for i, one in enumerate(terms.deductions):
        where = f"{at}/deductions/{i}"
        yield from unknown(f"{where}/analyte", one.analyte, "analyte", catalogue.analytes)
        yield from unit_faults(f"{where}/unit", one.analyte, one.unit, catalogue)
        yield from _number(f"{where}/from", one.from_, zero=True)
        yield from _number(f"{where}/per", one.per)
        yield from _number(f"{where}/amount", one.amount)
    yield from repeated(f"{at}/splitting", tuple(one.analyte for one in terms.splitting))
    for i, split in enumerate(terms.splitting):
        where = f"{at}/splitting/{i}"
        yield from unknown(f"{where}/analyte", split.analyte, "analyte", catalogue.analytes)
        yield from unit_faults(f"{where}/unit", split.analyte, split.unit, catalogue)
        yield from _number(f"{where}/limit", split.limit)


def _between(pointer: str, value: Decimal, most: Decimal) -> Iterator[Fault]:
    if not (value.is_finite() and 0 <= value <= most):
        yield fault(pointer, "percent_out_of_range", given=str(value), most=str(most))
    else:
        yield from _digits(pointer, value)


def _number(pointer: str, value: Decimal, *, zero: bool = False) -> Iterator[Fault]:
    if not value.is_finite():
        yield fault(pointer, "not_finite")
    elif value < 0 or (value == 0 and not zero):
        yield fault(pointer, "not_positive", given=pointer.rpartition("/")[2])
    else:
        yield from _digits(pointer, value)


def _digits(pointer: str, value: Decimal) -> Iterator[Fault]:
    if len(value.as_tuple().digits) > _MOST_DIGITS or abs(value.adjusted()) > _MOST_DIGITS:
        yield fault(pointer, "too_many_digits", most=_MOST_DIGITS)
