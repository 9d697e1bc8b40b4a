"""Sitings with published optima, and what an answer says."""

import math

import msgspec
import pytest

from matching.explain import render
from matching.locating.instance import Instance
from matching.siting import Effort
from tests.support.sitings import SITINGS, cheapest, posed, recounted, sited, through

# a site in the middle of two customers, and one beside each
TRIO = posed([(10, 5), (10, 50), (4, 50)], [5, 5], [[10, 0, 20], [10, 20, 0]])


@pytest.mark.parametrize("case", SITINGS, ids=lambda case: case.name)
def test_the_published_optimum_is_reached_and_proven(case: Instance) -> None:
    found = sited(case)
    assert found.status == "optimal"
    assert found.objective.amount == pytest.approx(case.optimum, abs=1e-3)
    assert (found.bound, found.gap) == (found.objective.amount, 0.0)
    assert recounted(case, found) == pytest.approx(found.objective.amount)


def test_an_answer_tells_who_is_served_from_where_and_at_what_cost() -> None:
    found = sited(TRIO)
    assert msgspec.json.decode(msgspec.json.encode(found)) == {
        "status": "optimal",
        "objective": {"sense": "min_cost", "amount": 25.0, "currency": None},
        "bound": 25.0,
        "gap": 0.0,
        "open": ["s0"],
        "flows": [
            {"site": "s0", "customer": "c0", "tonnes": 5.0, "cost": 10.0, "road_km": None, "sea_km": None},
            {"site": "s0", "customer": "c1", "tonnes": 5.0, "cost": 10.0, "road_km": None, "sea_km": None},
        ],
        "inflows": [],
        "loads": [{"site": "s0", "tonnes": 10.0, "capacity": 10.0, "fixed_cost": 5.0}],
        "missing_tonnes": 0.0,
        "code": "sited",
        "params": {"hubs": 1, "tonnes": 10.0},
        "reason": "",
        "changes": [],
        "nodes": 0,
        "engine": "1",
        "freight": [],
    }


def test_a_customer_is_split_where_a_site_is_full() -> None:
    found = sited(posed([(6, 0), (6, 0)], [4, 8], [[0, 8], [0, 80]]))
    assert {(f.customer, f.site): f.tonnes for f in found.flows} == {
        ("c0", "s1"): 4.0,
        ("c1", "s0"): 6.0,
        ("c1", "s1"): 2.0,
    }
    assert found.objective.amount == pytest.approx(28.0)


@pytest.mark.parametrize(
    ("instance", "code", "missing"),
    [
        (posed([(3, 1), (4.5, 1)], [5, 5], [[1, 1], [1, 1]]), "capacity_short", 2.5),
        (posed([], [5], [[]]), "capacity_short", 5.0),
        (posed([(0, 1)], [5], [[1]]), "capacity_short", 5.0),
        (posed([(6, 1), (6, 1)], [5, 5], [[1, 1], [1, 1]], max_open=1), "capacity_of_few_short", 4.0),
        (through([(20, 1, 0.5)], [12], [[1]], [10], [[1]]), "collection_short", 4.0),
        (through([(10, 1, 0.5)], [40], [[1]], [10], [[1]]), "capacity_short", 5.0),
        (through([(20, 1, 0.5), (20, 1, 0.9)], [12], [[1, 1]], [12], [[1, 1]]), "collection_short", 1.2),
    ],
)
def test_what_cannot_be_served_is_told_in_tonnes(instance: Instance, code: str, missing: float) -> None:
    found = sited(instance)
    assert (found.status, found.code, found.open, found.flows) == ("infeasible", code, (), ())
    assert (found.objective.amount, found.bound, found.gap) == (None, None, None)
    assert found.missing_tonnes == pytest.approx(missing)
    assert f"{missing:g} t short" in render(found.code, found.params)


def test_capacities_that_only_equal_the_demand_suffice() -> None:
    found = sited(posed([(0.1, 1), (0.2, 1)], [0.15, 0.15], [[0, 0], [0, 0]]))
    assert (found.status, found.objective.amount) == ("optimal", 2.0)


@pytest.mark.parametrize(
    "instance",
    [posed([(5, 7)], [], []), posed([], [], []), posed([(5, 7)], [0, 0], [[0], [0]])],
    ids=["no customers", "nothing at all", "no demand"],
)
def test_nothing_to_serve_costs_nothing(instance: Instance) -> None:
    found = sited(instance)
    assert (found.status, found.objective.amount, found.open, found.flows) == ("optimal", 0.0, (), ())


def test_a_customer_without_demand_is_left_out() -> None:
    found = sited(posed([(5, 7)], [0, 3], [[0], [4]]))
    assert (found.objective.amount, [f.customer for f in found.flows]) == (11.0, ["c1"])


def test_one_site_serves_everyone_or_no_one() -> None:
    assert sited(posed([(5, 7)], [2, 3], [[1], [2]])).objective.amount == pytest.approx(10.0)


def test_sites_that_cost_nothing_stay_closed_where_they_serve_no_one() -> None:
    assert sited(posed([(9, 0), (9, 0)], [5], [[1, 2]])).open == ("s0",)


def test_two_sites_alike_are_one_answer_every_time() -> None:
    twins = posed([(9, 4)] * 4, [5, 5], [[3] * 4] * 2)
    assert len({msgspec.json.encode(sited(twins)) for _ in range(3)}) == 1


def test_no_more_sites_open_than_may() -> None:
    spread = posed([(9, 1)] * 3, [3, 3, 3], [[0, 50, 50], [50, 0, 50], [50, 50, 0]])
    assert len(sited(spread).open) == 3
    few = sited(msgspec.structs.replace(spread, max_open=2))
    assert (len(few.open), few.objective.amount) == (2, 52.0)


def test_hubs_draw_what_they_lose_as_well() -> None:
    found = sited(through([(20, 5, 0.8)], [20, 20], [[40], [20]], [10], [[3]]))
    assert [(f.supplier, f.site, f.tonnes) for f in found.inflows] == [("p1", "s0", 12.5)]
    assert found.objective.amount == pytest.approx(5 + 3 + 12.5)
    assert found.loads[0].tonnes == pytest.approx(12.5)


def test_a_dear_hub_of_better_yield_may_be_the_cheaper_one() -> None:
    hubs = [(40, 10, 0.5), (40, 40, 1.0)]
    found = sited(through(hubs, [40], [[120, 120]], [15], [[0, 0]]))
    assert (found.open, found.objective.amount) == (("s1",), pytest.approx(85.0))


def test_a_gap_that_is_good_enough_ends_the_search_and_is_told_as_it_is() -> None:
    found = sited(SITINGS[0], Effort(gap=0.05))
    assert found.status in {"optimal", "feasible"}
    assert found.gap <= 0.05
    assert found.bound <= SITINGS[0].optimum <= found.objective.amount
    assert "no other choice costs less" in render(found.code, found.params)


def test_a_search_cut_short_says_how_far_the_optimum_can_be() -> None:
    found = sited(SITINGS[0], Effort(nodes=1))
    assert found.status == "feasible"
    assert found.bound < SITINGS[0].optimum <= found.objective.amount
    assert found.gap == pytest.approx((found.objective.amount - found.bound) / found.objective.amount)


def test_one_hub_more_or_less_is_what_solving_with_so_many_says() -> None:
    spread = posed([(9, 10)] * 3, [3, 3, 3], [[0, 30, 90], [30, 0, 90], [90, 90, 0]])
    found = sited(spread, changes=True)
    hubs = {c.value: c for c in found.changes if c.what == "hubs"}
    assert len(found.open) == 3
    assert set(hubs) == {2.0}
    fewer = cheapest(msgspec.structs.replace(spread, max_open=2))
    assert hubs[2.0].amount == pytest.approx(fewer)
    assert hubs[2.0].change == pytest.approx(fewer - found.objective.amount)


def test_a_hub_more_than_is_best_is_paid_for() -> None:
    found = sited(TRIO, changes=True)
    more = next(c for c in found.changes if (c.what, c.value) == ("hubs", 2.0))
    assert more.amount == pytest.approx(cheapest(TRIO, fewest=2))
    assert len(more.open) == 2


@pytest.mark.parametrize("scale", [0.8, 1.2])
@pytest.mark.parametrize("what", ["fixed_cost", "cost"])
def test_other_costs_are_solved_again(what: str, scale: float) -> None:
    found = sited(SITINGS[1], changes=True)
    told = next(c for c in found.changes if (c.what, c.value) == (what, scale))
    fixed, carried = (scale, 1.0) if what == "fixed_cost" else (1.0, scale)
    changed = msgspec.structs.replace(
        SITINGS[1],
        sites=tuple(msgspec.structs.replace(s, fixed_cost=s.fixed_cost * fixed) for s in SITINGS[1].sites),
        cost=tuple(tuple(c * carried for c in row) for row in SITINGS[1].cost),
    )
    assert told.amount == pytest.approx(sited(changed).objective.amount)
    assert told.change == pytest.approx(told.amount - found.objective.amount)


def test_amounts_of_any_size_are_worked_out() -> None:
    huge = posed([(1e14, 1e15), (1e14, 1e15)], [1e13, 1e6], [[1e15, 1], [1e-3, 1e15]])
    found = sited(huge)
    assert found.status == "optimal"
    assert found.objective.amount == pytest.approx(cheapest(huge), rel=1e-7)
    assert math.isfinite(found.objective.amount)
