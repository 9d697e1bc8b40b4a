"""What a portion is worth by the contract, worked out by hand."""

from decimal import Decimal

import pytest

from market.deals.contract.formula import Settlement, counted, settlement
from market.deals.contract.structs import AnalyteDeduction, ContractTerms
from matching.composition import Composition
from matching.values import Assay, Currency, Operator, Price
from specs.catalogue.loader import catalogue
from tests.support.market import lot

PRICE = Price(amount=Decimal(44000))
COPPER = AnalyteDeduction(analyte="Cu", from_=Decimal("0.25"), per=Decimal("0.01"), unit="%", amount=Decimal(150))


def terms(**said: object) -> ContractTerms:
    return ContractTerms(**{"deductions": (COPPER,)} | said)  # type: ignore[arg-type]


def settled(contract: ContractTerms, *assays: Assay, kg: int = 40_000, price: Price = PRICE) -> Settlement:
    found = Composition(lot(assays=list(assays)), catalogue())
    return settlement(price, kg, contract, found)


def copper(value: float, **more: object) -> Assay:
    return Assay(analyte="Cu", value=value, unit="%", **more)  # type: ignore[arg-type]


def test_at_the_full_price_nothing_is_looked_at() -> None:
    full = settlement(PRICE, 40_020, terms(), None)

    assert (full.amount.net, full.amount.tax, full.amount.gross) == (1_760_880, 176_088, 1_936_968)
    assert [line.kind for line in full.lines] == ["price"]


def test_an_analyte_beyond_its_value_costs_pro_rata_per_tonne() -> None:
    found = settled(terms(), copper(0.275))

    # 0.025 beyond, two and a half steps of 150 yen: 375 yen a tonne, of 40 t 15,000 yen
    line = found.lines[1]
    assert (line.beyond, line.per_tonne, line.amount) == (Decimal("0.025"), -375, -15_000)
    assert found.amount.net == 1_760_000 - 15_000


def test_an_analyte_at_its_value_costs_nothing() -> None:
    assert not settled(terms(), copper(0.25)).deducts


def test_a_result_in_another_unit_costs_the_same() -> None:
    ppm = Assay(analyte="Cu", value=2750, unit="ppm")
    assert settled(terms(), ppm).amount == settled(terms(), copper(0.275)).amount


def test_what_was_not_measured_or_only_bounded_costs_nothing() -> None:
    assert not settled(terms()).deducts
    assert not settled(terms(), copper(0.4, operator=Operator.AT_MOST)).deducts


def test_moisture_beyond_what_is_free_is_not_paid_for() -> None:
    found = settled(terms(moisture_above_percent=Decimal(1)), Assay(analyte="moisture", value=1.5, unit="%"))

    # half a percent of 40 t
    assert found.paid_tonnes == Decimal("39.8")
    assert (found.lines[1].tonnes, found.lines[1].amount) == (Decimal("0.2"), -8_800)
    assert found.amount.net == 1_760_000 - 8_800


def test_analytes_are_deducted_on_the_mass_that_is_paid() -> None:
    wet = Assay(analyte="moisture", value=1.5, unit="%")
    found = settled(terms(moisture_above_percent=Decimal(1)), wet, copper(0.26))

    assert found.lines[2].amount == -Decimal("39.8") * 150


def test_a_portion_is_never_worth_less_than_nothing() -> None:
    assert settled(terms(), copper(90.0)).amount.net == 0


def test_the_amount_is_the_sum_of_its_lines_rounded_once() -> None:
    third = AnalyteDeduction(analyte="Cu", from_=Decimal("0.25"), per=Decimal("0.03"), unit="%", amount=Decimal(100))
    dollars = Price(amount=Decimal("301.33"), currency=Currency.USD)
    found = settled(terms(deductions=(third,)), copper(0.26), kg=33_333, price=dollars)

    # 33.333 t at 301.33, less a third of 100 on each
    exact = Decimal("33.333") * Decimal("301.33") - Decimal("33.333") * 100 / 3
    assert found.amount.net == exact.quantize(Decimal("0.01"))
    assert abs(sum(line.amount for line in found.lines) - exact) < Decimal("0.00001")


@pytest.mark.parametrize(
    ("measured", "counts"),
    [(40_000, 40_000), (39_800, 40_000), (40_200, 40_000), (39_799, 39_799), (40_201, 40_201)],
)
def test_the_sellers_weight_counts_within_the_tolerance_else_the_buyers(measured: int, counts: int) -> None:
    # half a percent of 40,000 kg is 200 kg
    assert counted(40_000, measured, terms()) == counts
