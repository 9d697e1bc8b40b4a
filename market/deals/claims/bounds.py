"""How much a claim can come to: in whole minor units, over nothing, and within what it is about.

What is wrong with a portion is worth the portion at most, what is late or never comes the leg. Only material that did
harm to other things, contaminated a melt or damaged a plant, costs more than itself: up to `HARM` times the leg. What
other claims of the same side came to counts against it.
"""

from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal
from typing import Final

from market.deals.claims.structs import Kind
from market.deals.contract.agreed import Agreed
from market.deals.deliveries.portion import HeldPortion
from market.deals.held import HeldLeg
from market.deals.money import KG, unit
from matching.fault import Fault, fault
from matching.values import Currency

HARM: Final = 10
# digits before an amount is told as a power of ten
_SHOWN: Final = 20


def most(kind: Kind, leg: HeldLeg, portion: HeldPortion | None, agreed: Agreed) -> Decimal:
    """In the currency of the price, without tax."""
    price = agreed.terms.price
    kg = leg.kg
    if portion is not None and not (kind.of_the_leg or kind.harmful):
        kg = max(portion.planned_kg, portion.declared_kg or 0, portion.measured_kg or 0)
    value = price.amount * kg / KG * (HARM if kind.harmful else 1)
    return max(unit(price.currency), value.quantize(unit(price.currency), ROUND_DOWN))


def money_faults(pointer: str, amount: Decimal | None, currency: Currency, limit: Decimal) -> Iterator[Fault]:
    """An amount that is no amount of money, or more than the claim can come to."""
    if amount is None:
        return
    if not amount.is_finite():
        yield fault(pointer, "not_finite")
    elif amount <= 0:
        yield fault(pointer, "not_positive", given="amount")
    elif amount > limit:
        yield fault(
            pointer, "more_than_claimable", given=f"{amount:f}"[:40], most=f"{limit:f}", currency=currency.value
        )
    elif amount < unit(currency) or amount != amount.quantize(unit(currency)):
        yield fault(pointer, "finer_than_unit", unit=f"{unit(currency):f}", currency=currency.value)
