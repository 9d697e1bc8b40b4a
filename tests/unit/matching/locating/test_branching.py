"""Larger problems: the optimum of another formulation, and an end that depends on nothing but the input."""

import highspy
import msgspec
import numpy as np
import pytest

from matching.locating.branching import Effort, Located, located
from matching.locating.instance import Instance
from matching.locating.network import network
from tests.support.large_siting import instance, strong

TIGHT = instance(2, sites=15, customers=60, capacity=420.0, fixed=(20_000.0, 60_000.0))
# what one kind of capacity leaves open: some sites hold half of others
MIXED = msgspec.structs.replace(
    TIGHT,
    sites=tuple(msgspec.structs.replace(s, capacity=s.capacity * (1.0 + i % 3) / 2) for i, s in enumerate(TIGHT.sites)),
)


def placed(problem: Instance, effort: Effort) -> Located:
    capacity, fixed = (np.array([getattr(s, name) for s in problem.sites]) for name in ("capacity", "fixed_cost"))
    demand = np.array([c.demand for c in problem.customers])
    found = located(network(capacity, fixed, demand, np.array(problem.cost).T, (0, len(capacity))), effort)
    assert found is not None
    return found


@pytest.mark.parametrize("problem", [TIGHT, MIXED], ids=["one capacity", "mixed capacities"])
def test_branch_and_cut_on_the_whole_strong_formulation_finds_the_same_optimum(problem: Instance) -> None:
    solver = highspy.Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 1e-9)):
        solver.setOptionValue(name, value)
    solver.passModel(strong(problem))
    solver.run()
    found = placed(problem, Effort())
    assert found.optimal
    assert found.plan.amount == pytest.approx(solver.getInfo().objective_function_value, rel=1e-7)


def test_the_same_problem_ends_at_the_same_numbers() -> None:
    one, two = placed(MIXED, Effort(nodes=3)), placed(MIXED, Effort(nodes=3))
    assert (one.plan.amount, one.bound, one.nodes) == (two.plan.amount, two.bound, two.nodes)


def test_a_search_ends_at_the_pairs_it_may_look_at() -> None:
    assert placed(MIXED, Effort(pairs=0)).nodes == 0


def test_more_nodes_never_lower_the_bound() -> None:
    bounds = [placed(MIXED, Effort(nodes=n)).bound for n in (0, 2, 8)]
    assert bounds == sorted(bounds)


def test_a_watcher_sees_the_gap_close() -> None:
    seen: list[tuple[float, float, int]] = []
    capacity, fixed = (np.array([getattr(s, name) for s in MIXED.sites]) for name in ("capacity", "fixed_cost"))
    demand = np.array([c.demand for c in MIXED.customers])
    net = network(capacity, fixed, demand, np.array(MIXED.cost).T, (0, len(capacity)))
    found = located(net, Effort(), lambda amount, bound, nodes: seen.append((amount, bound, nodes)))
    assert found is not None
    assert [nodes for *_, nodes in seen] == list(range(found.nodes + 1))
    assert all(bound <= found.plan.amount <= amount for amount, bound, _ in seen)
