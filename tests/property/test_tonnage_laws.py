"""The least CO2 of the most tonnes of blends: two independent linear programs, and brute force over a grid."""

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.allocation.coupled import Coupled
from matching.allocation.pairs import TIE
from matching.allocation.tonnage import Laden, laden
from matching.allocation.wish import Goal, Wish
from tests.support.allocations import optimum
from tests.support.coupled import broken, drawn, rows_of
from tests.support.plans import counted, keeps, plans

MOST_CO2 = 60.0


def costs_of(problem: Coupled) -> np.ndarray:
    return np.random.default_rng(5).uniform(1.0, MOST_CO2, len(problem.market.lot))


def least(problem: Coupled) -> Laden:
    """With profits as the engine sets them: a tonne, less a thousandth for what it costs."""
    costs = costs_of(problem)
    market = msgspec.structs.replace(problem.market, profit=1.0 - TIE * costs / costs.max())
    return laden(msgspec.structs.replace(problem, market=market), costs, Wish(goal=Goal.CO2), None)


def independent(problem: Coupled) -> tuple[float, float]:
    """The most tonnes on means, and the least cost of as many less what the engine may leave of them."""
    rows, ends = rows_of(problem)
    k = len(problem.market.lot)
    most = optimum(np.ones(k), rows, ends)
    floor = most * (1.0 - 1e-6)
    return most, -optimum(-costs_of(problem), np.vstack((rows, -np.ones(k))), np.append(ends, -floor))


@settings(max_examples=40, deadline=None)
@given(st.integers(3, 12), st.integers(1, 4), st.integers(1, 3), st.integers(0, 2**31), st.sampled_from([None, 3]))
def test_on_means_it_is_the_optimum_of_two_linear_programs(
    lots: int, specs: int, rows: int, seed: int, firms: int | None
) -> None:
    problem = drawn(lots, specs, lots, rows, seed=seed, firms=firms)
    found, (most, cost) = least(problem), independent(problem)
    noise = 5e-3 * math.fsum(problem.demand)
    assert math.fsum(found.tonnes) == pytest.approx(most, rel=3e-6, abs=noise)
    assert found.most >= most * (1 - 1e-9) - 1e-9
    assert found.least <= cost * (1 + 1e-5) + MOST_CO2 * noise
    assert found.least <= found.cost


@pytest.mark.parametrize(("seed", "firms"), [(1, None), (2, 4), (3, None)])
def test_forty_lots_and_ten_specs_come_out_at_the_independent_optimum(seed: int, firms: int | None) -> None:
    problem = drawn(40, 10, 40, 6, seed=seed, firms=firms)
    found, (most, cost) = least(problem), independent(problem)
    assert math.fsum(found.tonnes) == pytest.approx(most, rel=3e-6)
    assert found.cost == pytest.approx(cost, rel=1e-3)
    assert found.least == pytest.approx(found.cost, rel=1e-3)


@settings(max_examples=40, deadline=None)
@given(counted())
def test_no_plan_of_a_grid_has_more_tonnes_or_as_many_at_less(problem: Coupled) -> None:
    found, known = least(problem), plans(problem)
    tonnes = known.sum(axis=1)
    assert tonnes.max(initial=0.0) <= found.most * (1 + 1e-6) + 1e-9
    as_many = tonnes >= math.fsum(found.tonnes)
    cheapest = float((known[as_many] @ costs_of(problem)).min(initial=math.inf))
    assert found.least <= cheapest + 1e-6 * MOST_CO2 * math.fsum(problem.demand)


@settings(max_examples=40, deadline=None)
@given(counted())
def test_every_row_and_every_choice_is_kept(problem: Coupled) -> None:
    tonnes = least(problem).tonnes
    assert broken(problem, tonnes) <= 1e-9
    assert keeps(problem, tonnes)
