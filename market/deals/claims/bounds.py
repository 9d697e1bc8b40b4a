"""How much a claim can come to: in whole minor units, over nothing, and within what it is about.

What is wrong with a portion is worth the portion at most, what is late or never comes the leg. Only material that did
harm to other things, contaminated a melt or damaged a plant, costs more than itself: up to `HARM` times the leg.
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
_HARMFUL: Final = (Kind.CONTAMINATION, Kind.DAMAGE)
_OF_THE_LEG: Final = (Kind.DELAY, Kind.NON_DELIVERY, Kind.NON_ACCEPTANCE)


def most(kind: Kind, leg: HeldLeg, portion: HeldPortion | None, agreed: Agreed) -> Decimal:
    """In the currency of the price, without tax."""
    price = agreed.terms.price
    kg = leg.kg
    if portion is not None and kind not in (*_OF_THE_LEG, *_HARMFUL):
        kg = max(portion.planned_kg, portion.declared_kg or 0, portion.measured_kg or 0)
    value = price.amount * kg / KG * (HARM if kind in _HARMFUL else 1)
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
