"""Different blends against every subset of lots, and what becomes of a blend when its lots change."""

from itertools import combinations

import numpy as np
import pytest

from matching.alternatives import Taken, alternatives, different, holds
from matching.blend import Wish
from matching.blending.candidates import Sense, candidates, recipe
from matching.blending.recipe import Recipe, Terms
from matching.listings import Delivery, Demand, Lot, Spec, Supply
from specs.catalogue.loader import catalogue
from tests.support.blends import GATE, cheapest_vertex, offered
from tests.support.pairs import FIRST, LAST, assay, limit, spec

WANTED = spec(
    limit("Cu", max=0.25),
    limit("Sn", max=0.02),
    quantity=Demand(tonnes=100),
    delivery=Delivery(location=GATE, from_=FIRST, until=LAST),
)
KEEN = Wish(shadow_prices=False)


def market_of(seed: int, count: int = 6) -> list[tuple[str, Lot]]:
    draw = np.random.default_rng(seed)
    found = []
    for i in range(count):
        copper, tin = float(draw.uniform(0.1, 0.35)), float(draw.uniform(0.005, 0.03))
        price = float(round(60_000 - 80_000 * copper + draw.uniform(0, 5_000)))
        lot = offered(price, float(draw.integers(40, 90)), assay("Cu", copper), assay("Sn", tin))
        found.append((f"lot-{i}", lot))
    return found


def problem_of(lots: list[tuple[str, Lot]], wanted: Spec = WANTED) -> Recipe:
    asked, entered, _ = candidates(wanted, lots, catalogue(), Sense.COST)
    return recipe(wanted, asked, entered, Terms(wanted.confidence), Sense.COST)


def cheapest(problem: Recipe, allowed: tuple[int, ...]) -> float | None:
    inside = np.isin(np.arange(len(problem.cost)), allowed)
    upper = np.where(inside, np.minimum(problem.available / problem.tonnes, 1.0), 0.0)
    return cheapest_vertex(problem, np.zeros(len(problem.cost)), upper)


@pytest.mark.parametrize("seed", range(4))
def test_each_is_the_cheapest_that_contains_no_set_before_it(seed: int) -> None:
    lots = market_of(seed, 5)
    problem = problem_of(lots)
    subsets = [set(some) for size in range(1, 6) for some in combinations(range(5), size)]
    costs = [(some, cost) for some in subsets if (cost := cheapest(problem, tuple(some))) is not None]
    found = alternatives(WANTED, lots, catalogue(), KEEN, most=4, within=9.0)
    names = [name for name, _ in lots]
    before: list[set[int]] = []
    for one in found:
        least = min(cost for some, cost in costs if not any(taken <= some for taken in before))
        assert one.objective.amount / one.tonnes == pytest.approx(least, rel=1e-7)
        before.append({names.index(take.lot) for take in one.takes})
    assert len(found) > 1


def test_no_set_contains_another() -> None:
    found = alternatives(WANTED, market_of(3, 9), catalogue(), KEEN, most=5, within=9.0)
    sets = [{take.lot for take in one.takes} for one in found]
    assert len(sets) == 5
    assert not any(one <= other for one, other in combinations(sets, 2))


def test_what_costs_much_more_than_the_best_is_not_shown() -> None:
    lots = [
        (name, offered(price, 100, assay("Cu", 0.1), assay("Sn", 0.01)))
        for name, price in (("a", 100), ("b", 104), ("c", 150))
    ]
    assert [[take.lot for take in one.takes] for one in alternatives(WANTED, lots, catalogue(), KEEN)] == [["a"], ["b"]]


def test_one_lot_that_is_enough_alone_has_no_alternative() -> None:
    lots = [("a", offered(1, 100, assay("Cu", 0.1), assay("Sn", 0.01)))]
    assert len(alternatives(WANTED, lots, catalogue(), KEEN)) == 1


def test_where_nothing_conforms_the_one_answer_says_what_would_help() -> None:
    lots = [("a", offered(1, 200, assay("Cu", 0.3), assay("Sn", 0.01)))]
    (only,) = alternatives(WANTED, lots, catalogue(), KEEN)
    assert only.status == "infeasible"
    assert only.relaxations


def test_few_suppliers_have_alternatives_too() -> None:
    few = spec(
        limit("Cu", max=0.25),
        limit("Sn", max=0.02),
        quantity=Demand(tonnes=100, max_suppliers=2),
        delivery=WANTED.delivery,
    )
    found = alternatives(few, market_of(1, 8), catalogue(), KEEN, within=9.0)
    assert len(found) == 3
    assert all(len(one.takes) <= 2 for one in found)
    assert sorted(one.objective.amount for one in found) == [one.objective.amount for one in found]


def test_the_search_ends_whatever_is_asked_of_it() -> None:
    assert len(different(problem_of(market_of(2, 12)), most=1_000, within=99.0)) < 1_000


def changed(lot: Lot, **fields: object) -> Lot:
    return Lot(**{name: getattr(lot, name) for name in lot.__struct_fields__} | fields)


def test_a_blend_holds_for_as_long_as_its_lots_do() -> None:
    clean = offered(2, 80, assay("Cu", 0.1), assay("Sn", 0.01))
    poor = offered(1, 80, assay("Cu", 0.35), assay("Sn", 0.01))
    takes = [Taken("clean", clean, 50.0), Taken("poor", poor, 50.0)]
    assert holds(WANTED, takes, catalogue(), KEEN)
    worse = changed(poor, assays=(assay("Cu", 0.5), assay("Sn", 0.01)))
    less = changed(poor, quantity=Supply(tonnes=40))
    unmeasured = changed(poor, assays=())
    dearer = offered(9, 80, assay("Cu", 0.35), assay("Sn", 0.01))
    told = {
        name: holds(WANTED, [takes[0], Taken("poor", lot, 50.0)], catalogue(), KEEN)
        for name, lot in (("worse", worse), ("less", less), ("unmeasured", unmeasured), ("dearer", dearer))
    }
    assert told == {"worse": False, "less": False, "unmeasured": False, "dearer": True}
