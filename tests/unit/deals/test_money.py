"""Amounts: exact, rounded once."""

from decimal import Decimal

import pytest

from market.deals.money import Amount, TaxKind, amount
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
    found = amount(Price(amount=Decimal(price), currency=Currency(currency)), kg, TaxKind.STANDARD)

    assert found == Amount(
        net=Decimal(net), tax=Decimal(tax), gross=Decimal(net) + Decimal(tax), currency=Currency(currency)
    )


@pytest.mark.parametrize("kind", [TaxKind.EXPORT_EXEMPT, TaxKind.OUT_OF_SCOPE])
@pytest.mark.parametrize("currency", list(Currency))
def test_what_is_exported_or_out_of_scope_bears_no_tax_in_any_currency(kind: TaxKind, currency: Currency) -> None:
    found = amount(Price(amount=Decimal(400), currency=currency), 10_000, kind)

    assert (found.net, found.tax, found.gross) == (4000, 0, 4000)
