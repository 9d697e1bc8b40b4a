"""Few suppliers, least takes and whole lots against every subset of lots, tried one by one."""

from itertools import combinations

import numpy as np
import pytest
from msgspec.structs import replace

from matching.blending import portions
from matching.blending.candidates import Sense, candidates, recipe
from matching.blending.portions import portioned
from matching.blending.recipe import Terms
from matching.listings import Delivery, Demand
from specs.catalogue.loader import catalogue
from tests.support.blends import GATE, blended, cheapest_vertex, offered
from tests.support.large_blend import instance
from tests.support.pairs import FIRST, LAST, assay, limit, spec

AT = {"delivery": Delivery(location=GATE, from_=FIRST, until=LAST)}


def small(seed: int, suppliers: int | None) -> tuple:
    draw = np.random.default_rng(seed)
    wanted = spec(
        limit("Cu", max=0.25), limit("Sn", max=0.02), quantity=Demand(tonnes=100, max_suppliers=suppliers), **AT
    )
    lots = []
    for _ in range(5):
        tonnes = float(draw.integers(30, 90))
        least = None if draw.random() < 0.3 else float(draw.choice([20.0, 25.0, tonnes]))
        copper, tin = float(draw.uniform(0.1, 0.35)), float(draw.uniform(0.005, 0.03))
        price = float(round(60_000 - 80_000 * copper + draw.uniform(0, 5_000)))
        lots.append(offered(price, tonnes, assay("Cu", copper), assay("Sn", tin), least=least))
    return wanted, lots


def brute(wanted: object, lots: list) -> float | None:
    asked, entered, _ = candidates(wanted, [(str(i), x) for i, x in enumerate(lots)], catalogue(), Sense.COST)
    problem = recipe(wanted, asked, entered, Terms(0.5), Sense.COST)
    n, best = len(lots), None
    for size in range(1, min(n, problem.max_suppliers or n) + 1):
        for used in combinations(range(n), size):
            inside = np.isin(np.arange(n), used)
            lower = np.where(inside, problem.least / problem.tonnes, 0.0)
            upper = np.where(inside, problem.available / problem.tonnes, 0.0)
            cost = cheapest_vertex(problem, lower, upper)
            if cost is not None:
                best = cost if best is None else min(best, cost)
    return None if best is None else best * problem.tonnes


@pytest.mark.parametrize("suppliers", [None, 2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_the_best_subset_is_found(seed: int, suppliers: int | None) -> None:
    wanted, lots = small(seed, suppliers)
    found, expected = blended(wanted, *lots), brute(wanted, lots)
    if expected is None:
        assert found.status == "infeasible"
        return
    assert (found.status, found.gap) == ("optimal", 0.0)
    assert found.objective.amount == pytest.approx(expected, rel=1e-7)


def test_a_lot_gives_nothing_or_its_least_take() -> None:
    wanted = spec(limit("Cu", max=0.25), **AT)
    found = blended(wanted, offered(1, 99, assay("Cu", 0.1)), offered(2, 50, assay("Cu", 0.1), least=20))
    assert {t.lot: t.tonnes for t in found.takes} == pytest.approx({"a": 80.0, "b": 20.0})


def test_a_lot_that_goes_whole_is_taken_whole_or_left() -> None:
    wanted = spec(limit("Cu", max=0.25), **AT)
    whole, dearer = (offered(price, 60, assay("Cu", 0.1), least=60) for price in (1, 2))
    found = blended(wanted, whole, dearer, offered(9, 70, assay("Cu", 0.1)))
    assert {t.lot: t.tonnes for t in found.takes} == pytest.approx({"a": 60.0, "c": 40.0})


def test_few_suppliers_hold_with_confidence_too() -> None:
    wanted = spec(limit("Cu", max=0.25), confidence=0.95, quantity=Demand(tonnes=100, max_suppliers=2), **AT)
    lots = [offered(50_000 - 90_000 * c, 80, assay("Cu", c, uncertainty=0.1 * c)) for c in (0.1, 0.2, 0.3, 0.4)]
    found = blended(wanted, *lots)
    assert (found.status, len(found.takes)) == ("optimal", 2)
    assert found.limits[0].probability == pytest.approx(0.95, abs=1e-6)


def test_more_lots_than_the_master_holds_end_with_a_bound() -> None:
    draw = np.random.default_rng(5)
    wanted = spec(limit("Cu", max=0.2), quantity=Demand(tonnes=300, max_suppliers=4), **AT)
    lots = [
        offered(float(round(60_000 - 80_000 * c)), 100, assay("Cu", float(c)), least=20)
        for c in draw.uniform(0.1, 0.4, 120)
    ]
    found = blended(wanted, *lots)
    assert found.status in ("optimal", "feasible")
    assert found.bound is not None
    assert found.bound <= found.objective.amount * (1 + 1e-12)
    assert len(found.takes) <= 4


@pytest.mark.parametrize("confidence", [0.5, 0.95])
def test_five_of_a_hundred_lots_are_proven_the_best(confidence: float) -> None:
    problem = replace(
        instance(confidence, lots=100, limits=5, tonnes=300.0, seed=2), max_suppliers=5, least=np.full(100, 20.0)
    )
    found = portioned(problem)
    assert found.shares is not None
    assert found.proven
    assert found.bound == pytest.approx(float(problem.cost @ found.shares), rel=1e-7)
    taken = found.shares[found.shares > 0.0] * problem.tonnes
    assert len(taken) <= 5
    assert (taken >= 20.0 - 1e-6).all()


def test_a_search_that_ends_early_tells_a_bound_that_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = replace(instance(0.5, lots=60, limits=5, tonnes=300.0, seed=1), max_suppliers=5, least=np.full(60, 20.0))
    whole = portioned(problem)
    monkeypatch.setattr(portions, "NODES", 3)
    early = portioned(problem)
    assert whole.proven
    assert whole.shares is not None
    assert not early.proven
    assert early.bound <= float(problem.cost @ whole.shares)
