"""Amounts: exact, rounded once."""

from decimal import Decimal

import pytest

from market.deals.money import Amount, amount
from matching.values import Currency, Price


@pytest.mark.parametrize(
    ("price", "currency", "kg", "net", "tax"),
    [
        ("44000", "JPY", 100_000, "4400000", "440000"),
        # half a yen up, the tax's fraction away
        ("0.5", "JPY", 1_000, "1", "0"),
        ("44000.55", "JPY", 33_333, "1466670", "146667"),
        ("310.255", "USD", 1_500, "465.38", "46.53"),
        # what a float would make 0.29999999999999998
        ("0.1", "EUR", 3_000, "0.30", "0.03"),
    ],
)
def test_an_amount_is_exact_to_the_minor_unit(price: str, currency: str, kg: int, net: str, tax: str) -> None:
    found = amount(Price(amount=Decimal(price), currency=Currency(currency)), kg)

    assert found == Amount(
        net=Decimal(net), tax=Decimal(tax), gross=Decimal(net) + Decimal(tax), currency=Currency(currency)
    )
