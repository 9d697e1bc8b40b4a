"""Amounts of a deal: Decimals throughout, rounded once, the tax apart."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

import msgspec

from matching.values import Currency, Price

# digits of the minor unit (ISO 4217)
_DIGITS: Final = {Currency.JPY: 0, Currency.USD: 2, Currency.EUR: 2}
# kilograms of a tonne
KG: Final = Decimal(1000)


class TaxKind(StrEnum):
    """How the consumption tax (消費税及び地方消費税) treats a supply.

    What is delivered in Japan is taxed whatever the currency (消費税法 art. 4), at 10 % since 1 October 2019 (art. 29;
    地方税法 art. 72-83). An export is exempt (art. 7); what is handed over abroad is out of scope.
    """

    STANDARD = "standard"
    EXPORT_EXEMPT = "export_exempt"
    OUT_OF_SCOPE = "out_of_scope"

    @property
    def rate(self) -> Decimal:
        """Of the amount without tax."""
        return _RATES.get(self, Decimal(0))


_RATES: Final = {TaxKind.STANDARD: Decimal("0.10")}


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    """What a quantity costs: without tax, the tax, and both together."""

    net: Decimal
    tax: Decimal
    gross: Decimal
    currency: Currency


def amount(price: Price, kg: int, tax: TaxKind) -> Amount:
    """Of so many kilograms at a price per tonne, rounded half up to the minor unit."""
    return rounded(price.amount * kg / KG, price.currency, tax)


def rounded(exact: Decimal, currency: Currency, tax: TaxKind) -> Amount:
    """Of what was worked out without rounding: half up to the minor unit, and the tax on that, its fraction dropped."""
    net = exact.quantize(unit(currency), ROUND_HALF_UP)
    due = taxed(net, currency, tax)
    return Amount(net=net, tax=due, gross=net + due, currency=currency)


def taxed(net: Decimal, currency: Currency, tax: TaxKind) -> Decimal:
    """The tax on an amount of minor units, its fraction dropped."""
    return (net * tax.rate).quantize(unit(currency), ROUND_DOWN)


def unit(currency: Currency) -> Decimal:
    """The minor unit: 1 of JPY, 0.01 of the others."""
    return Decimal(1).scaleb(-_DIGITS[currency])


def stored(value: Decimal, currency: Currency) -> Decimal:
    """An amount as the database returns it, which says 3E+7 where 30000000 was stored, in minor units again."""
    return value.quantize(unit(currency))
