"""Laws of blends by way of processors, and the whole program worked out again without sifting."""

import math
from itertools import combinations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.blend import Wish
from matching.blending.answer import Blend
from matching.listings import Delivery, Demand, Lot, Spec
from matching.upgrading.offer import UpgradeOffer
from tests.support.blends import GATE, blended, offered
from tests.support.offers import offer
from tests.support.pairs import FIRST, LAST, assay, limit, spec
from tests.support.treated import Model, treated

SLACK = 1e-7
STEPS = ("BALLISTIC_LOWCU", "HAND_PICKING", "PRECISE_DISMANTLING")
percent = st.integers(10, 60).map(lambda n: n / 100)


@st.composite
def lots(draw: st.DrawFn, most: int = 4, *, whole: bool = False) -> list[Lot]:
    def one() -> Lot:
        copper, tin, tonnes = draw(percent), draw(percent), float(draw(st.integers(20, 120)))
        return offered(
            draw(st.integers(0, 60_000)),
            tonnes,
            assay("Cu", copper, uncertainty=copper * draw(st.sampled_from([0.02, 0.1]))),
            assay("Sn", tin, uncertainty=tin * 0.05),
            least=draw(st.sampled_from([None, 20.0, tonnes])) if whole else None,
        )

    return [one() for _ in range(draw(st.integers(1, most)))]


@st.composite
def offers(draw: st.DrawFn) -> list[UpgradeOffer]:
    return [
        offer(
            draw(st.sampled_from(STEPS)),
            draw(st.integers(60, 100)) / 100,
            float(draw(st.integers(0, 5_000))),
            Cu=draw(st.integers(0, 80)) / 100,
            id=f"p{i}",
            location=GATE,
            capacity_tonnes=float(draw(st.integers(5, 200))),
        )
        for i in range(draw(st.integers(1, 3)))
    ]


def wanted(copper: float, confidence: float, suppliers: int | None = None) -> Spec:
    at = Delivery(location=GATE, from_=FIRST, until=LAST)
    asked = (limit("Cu", max=copper), limit("Sn", min=0.12, max=0.55))
    return spec(*asked, confidence=confidence, quantity=Demand(tonnes=100, max_suppliers=suppliers), delivery=at)


def price(found: Blend) -> float:
    return math.inf if found.status == "infeasible" else found.objective.amount


def same(found: Blend, expected: float | None) -> bool:
    return math.isclose(price(found), math.inf if expected is None else expected, rel_tol=1e-6, abs_tol=1e-2)


@settings(max_examples=40, deadline=None)
@given(lots(), offers(), percent, st.sampled_from([0.5, 0.9, 0.99]), st.sampled_from([0.0, 0.4]))
def test_the_optimum_is_that_of_all_columns_at_once(
    some: list[Lot], steps: list[UpgradeOffer], copper: float, confidence: float, rho: float
) -> None:
    asked = wanted(copper, confidence)
    found = treated(asked, some, steps, Wish(shadow_prices=False, lab_correlation=rho))
    assert same(found, Model(asked, some, steps, rho).least())


@settings(max_examples=20, deadline=None)
@given(lots(whole=True), offers(), percent, st.sampled_from([0.5, 0.9]), st.sampled_from([None, 1, 2]))
def test_with_integers_the_optimum_is_that_of_the_best_subset_of_lots(
    some: list[Lot], steps: list[UpgradeOffer], copper: float, confidence: float, suppliers: int | None
) -> None:
    asked = wanted(copper, confidence, suppliers)
    model, most = Model(asked, some, steps, 0.0), min(len(some), suppliers or len(some))
    subsets = (one for size in range(1, most + 1) for one in combinations(range(len(some)), size))
    costs = [cost for one in subsets if (cost := model.least(one)) is not None]
    assert same(treated(asked, some, steps), min(costs, default=None))


@settings(max_examples=30, deadline=None)
@given(lots(), offers(), percent, st.sampled_from([0.5, 0.95]))
def test_offers_never_make_a_blend_dearer(
    some: list[Lot], steps: list[UpgradeOffer], copper: float, confidence: float
) -> None:
    asked = wanted(copper, confidence)
    plain = blended(asked, *some, wish=Wish(shadow_prices=False))
    assert price(treated(asked, some, steps)) <= price(plain) * (1 + SLACK) + SLACK


@settings(max_examples=30, deadline=None)
@given(lots(), offers(), percent, st.sampled_from([0.5, 0.95]))
def test_more_capacity_never_makes_a_blend_dearer(
    some: list[Lot], steps: list[UpgradeOffer], copper: float, confidence: float
) -> None:
    asked = wanted(copper, confidence)
    larger = [msgspec.structs.replace(one, capacity_tonnes=one.capacity_tonnes * 2.0) for one in steps]
    before, after = (price(treated(asked, some, those)) for those in (steps, larger))
    assert after <= before * (1 + SLACK) + SLACK


@settings(max_examples=30, deadline=None)
@given(lots(), percent, st.sampled_from([0.5, 0.9, 0.99]))
def test_a_step_that_does_nothing_gains_nothing(some: list[Lot], copper: float, confidence: float) -> None:
    asked = wanted(copper, confidence)
    idle = offer("BALLISTIC_LOWCU", 1.0, 0.0, Cu=0.0, Sn=0.0, location=GATE)
    plain = price(blended(asked, *some, wish=Wish(shadow_prices=False)))
    assert math.isclose(price(treated(asked, some, [idle])), plain, rel_tol=SLACK, abs_tol=1e-3)


@settings(max_examples=40, deadline=None)
@given(lots(whole=True), offers(), percent, st.sampled_from([0.5, 0.95]))
def test_what_is_taken_is_there(some: list[Lot], steps: list[UpgradeOffer], copper: float, confidence: float) -> None:
    found = treated(wanted(copper, confidence), some, steps)
    if found.status == "infeasible":
        assert found.takes == ()
        return
    assert math.fsum(take.tonnes for take in found.takes) == pytest.approx(100.0, rel=1e-9)
    for i, lot in enumerate(some):
        given_ = math.fsum(take.tonnes_in for take in found.takes if take.lot == chr(ord("a") + i))
        least = min(lot.quantity.min_take_tonnes or 0.0, lot.quantity.tonnes)
        assert given_ == 0.0 or least - 1e-5 <= given_ <= lot.quantity.tonnes + 1e-5
    for one in steps:
        entered = math.fsum(s.tonnes_in for take in found.takes for s in take.steps if s.offer == one.id)
        assert entered <= one.capacity_tonnes + 1e-5
    paid = math.fsum(take.tonnes * (take.delivered_cost or 0.0) for take in found.takes)
    assert found.objective.amount == pytest.approx(paid, rel=1e-9)
