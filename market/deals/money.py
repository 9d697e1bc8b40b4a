"""Amounts of a deal: Decimals throughout, rounded once, the tax apart."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Final

import msgspec

from matching.values import Currency, Price

# digits of the minor unit (ISO 4217)
_DIGITS: Final = {Currency.JPY: 0, Currency.USD: 2, Currency.EUR: 2}
# 消費税及び地方消費税, the standard rate since 1 October 2019; fractions of the minor unit are dropped
TAX_RATE: Final = Decimal("0.10")
# kilograms of a tonne
KG: Final = Decimal(1000)


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    """What a quantity costs: without tax, the tax, and both together."""

    net: Decimal
    tax: Decimal
    gross: Decimal
    currency: Currency


def amount(price: Price, kg: int) -> Amount:
    """Of so many kilograms at a price per tonne, rounded half up to the minor unit."""
    return rounded(price.amount * kg / KG, price.currency)


def rounded(exact: Decimal, currency: Currency) -> Amount:
    """Of what was worked out without rounding: half up to the minor unit, and the tax on that."""
    unit = Decimal(1).scaleb(-_DIGITS[currency])
    net = exact.quantize(unit, ROUND_HALF_UP)
    tax = (net * TAX_RATE).quantize(unit, ROUND_DOWN)
    return Amount(net=net, tax=tax, gross=net + tax, currency=currency)
