"""Least takes and few suppliers with blends: never broken, and the bound is over every plan that brute force finds."""

import numpy as np
from hypothesis import given, settings

from matching.allocation.coupled import Coupled
from matching.allocation.sharing import decomposed, shared
from tests.support.coupled import broken
from tests.support.plans import counted, keeps, plans, scale

GAP = 0.005


@settings(max_examples=40, deadline=None)
@given(counted())
def test_no_plan_of_a_grid_is_worth_more_than_what_is_found(problem: Coupled) -> None:
    found = shared(problem, GAP, 60)
    best = float((plans(problem) @ problem.market.profit).max(initial=0.0))
    assert problem.worth(found.tonnes) >= best - 1e-5 * scale(problem)
    assert found.bound >= max(best, problem.worth(found.tonnes)) - 1e-6 * scale(problem)


@settings(max_examples=40, deadline=None)
@given(counted())
def test_every_row_every_least_take_and_every_count_of_suppliers_is_kept(problem: Coupled) -> None:
    tonnes = shared(problem, GAP, 60).tonnes
    assert broken(problem, tonnes) <= 1e-9
    assert keeps(problem, tonnes)


@settings(max_examples=20, deadline=None)
@given(counted())
def test_the_decomposition_keeps_them_too_under_an_honest_bound(problem: Coupled) -> None:
    found = decomposed(problem, GAP, 3)
    best = float((plans(problem) @ problem.market.profit).max(initial=0.0))
    assert broken(problem, found.tonnes) <= 1e-9
    assert keeps(problem, found.tonnes)
    assert found.bound >= best - 1e-6 * scale(problem)


@settings(max_examples=20, deadline=None)
@given(counted())
def test_plans_of_the_grid_are_plans(problem: Coupled) -> None:
    for tonnes in plans(problem)[:50]:
        assert broken(problem, tonnes) <= 1e-9
        assert keeps(problem, tonnes)
        assert problem.over(tonnes) <= 1e-9


@settings(max_examples=20, deadline=None)
@given(counted())
def test_the_same_problem_is_chosen_alike_to_the_last_bit(problem: Coupled) -> None:
    first, second = (shared(problem, GAP, 60) for _ in range(2))
    assert np.array_equal(first.tonnes, second.tonnes)
    assert first.bound == second.bound
