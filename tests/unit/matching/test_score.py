"""The six utilities (rule 11)."""

from datetime import date
from decimal import Decimal

import pytest

from matching.evaluation import Criterion, Evaluation
from matching.listings import Demand, Supply, Weights
from matching.values import Currency, CustodyModel, Incoterm, Price, Window
from tests.support.pairs import FIRST, assay, judged, limit, lot, spec

CU = limit("Cu", max=0.25)


def criterion(evaluation: Evaluation, name: str) -> Criterion:
    return next(c for c in evaluation.criteria if c.name == name)


def price(amount: int, currency: Currency = Currency.JPY, incoterm: Incoterm | None = Incoterm.DAP) -> Price:
    return Price(amount=Decimal(amount), currency=currency, incoterm=incoterm)


@pytest.mark.parametrize(
    ("ask", "ceiling", "utility", "code"),
    [
        (price(45_000), price(50_000), 0.4, "within_ceiling"),
        (price(50_000), price(50_000), 0.0, "within_ceiling"),
        (price(30_000), price(50_000), 1.0, "within_ceiling"),
        (price(50_001), price(50_000), 0.0, "over_ceiling"),
        (price(0), price(0), 0.0, "within_ceiling"),
        (None, price(50_000), 0.5, "price_not_stated"),
        (price(45_000), None, 0.5, "price_not_stated"),
        (price(400, Currency.USD), price(50_000), 0.5, "currencies_differ"),
        (price(400, Currency.USD, Incoterm.EXW), price(50_000), 0.5, "currencies_differ"),
        (price(400, Currency.USD, Incoterm.EXW), price(500, Currency.USD), 0.5, "freight_not_convertible"),
        (price(400, Currency.USD), price(500, Currency.USD), 0.8, "within_ceiling"),
    ],
)
def test_the_price_is_compared_only_where_it_can_be(
    ask: Price | None, ceiling: Price | None, utility: float, code: str
) -> None:
    evaluation = judged(spec(CU, max_price=ceiling), lot(assay("Cu", 0.1), ask_price=ask))
    found = criterion(evaluation, "price")
    assert (found.utility, found.code) == (pytest.approx(utility), code)
    assert ("price_over_ceiling" in {f.code for f in evaluation.flags}) is (code == "over_ceiling")
    assert evaluation.blockers == ()


@pytest.mark.parametrize(
    ("incoterm", "freight"), [(Incoterm.EXW, 3131), (None, 3131), (Incoterm.DDP, 0), (Incoterm.FOB, 3131)]
)
def test_the_buyer_pays_freight_where_the_delivery_term_leaves_it(incoterm: Incoterm | None, freight: int) -> None:
    evaluation = judged(spec(CU), lot(ask_price=price(45_000, incoterm=incoterm)))
    assert evaluation.delivered_price is not None
    assert evaluation.delivered_price.amount == pytest.approx(45_000 + freight, abs=3)


def test_quality_is_the_margin_in_units_of_the_limit() -> None:
    wanted = spec(CU, limit("Fe", min=0.5, max=1.0), limit("Sn", max=0.02))
    evaluation = judged(wanted, lot(assay("Cu", 0.2), assay("Fe", 0.6)))
    assert criterion(evaluation, "quality").utility == pytest.approx((0.2 + 0.2 + 0) / 3, abs=1e-6)


@pytest.mark.parametrize(
    ("tonnes", "utility", "code"), [(50, 0.5, "covers"), (500, 1.0, "covers"), (10, 0.0, "below_min_lot")]
)
def test_quantity_is_the_share_of_the_demand(tonnes: float, utility: float, code: str) -> None:
    wanted = spec(CU, quantity=Demand(tonnes=100, min_lot_tonnes=20))
    found = criterion(judged(wanted, lot(quantity=Supply(tonnes=tonnes))), "quantity")
    assert (found.utility, found.code) == (utility, code)


@pytest.mark.parametrize(("until", "utility"), [(FIRST, 1 / 30), (date(2027, 1, 15), 0.5), (date(2027, 1, 30), 1.0)])
def test_timing_counts_the_common_days(until: date, utility: float) -> None:
    offered = lot(available=Window(from_=date(2026, 1, 1), until=until))
    assert criterion(judged(spec(CU), offered), "timing").utility == pytest.approx(utility, abs=1e-6)


def test_evidence_is_age_method_attestation_and_custody() -> None:
    fresh = assay("Cu", 0.1, method="OES", laboratory="x", sampled_on=date(2026, 12, 20))
    stale = assay("Cu", 0.1, sampled_on=date(2024, 1, 1))

    def worth(*results: object, **rest: object) -> float:
        return criterion(judged(spec(CU), lot(*results, **rest)), "evidence").utility  # type: ignore[arg-type]

    assert worth(fresh, custody_model=CustodyModel.SEGREGATED) == 1.0
    assert worth(fresh) == 0.75
    assert worth(stale) == 0.0
    assert worth(fresh, fresh) == worth(fresh)
    assert worth() == 0.0


def test_the_score_is_probability_times_completeness_times_the_weighted_mean() -> None:
    wanted = spec(
        CU,
        limit("Sn", max=0.02),
        confidence=0.95,
        weights=Weights(quality=0, quantity=1, timing=0, price=0, distance=0, evidence=0),
    )
    evaluation = judged(wanted, lot(assay("Cu", 0.22, uncertainty=0.02), quantity=Supply(tonnes=50)))
    p = evaluation.limits[0].probability
    assert p == pytest.approx(0.933193, abs=1e-6)
    assert (evaluation.conformance_probability, evaluation.completeness) == (pytest.approx(p, abs=1e-6), 0.5)
    assert evaluation.score == pytest.approx(p * 0.75 * 0.5, abs=1e-6)
