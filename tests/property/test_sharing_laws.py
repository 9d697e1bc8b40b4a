"""Lots shared by blends: the exact program is the independent one's optimum, and the decomposition brackets it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.allocation.conic import conic
from matching.allocation.coupled import Coupled
from matching.allocation.descent import Descent
from matching.allocation.sharing import decomposed, shared
from matching.allocation.sweeping import Sweep
from matching.allocation.whole import whole
from tests.support.coupled import best, broken, drawn

HELD = 1e-9
seeds = st.integers(0, 2**31)
GAP = 0.005


@st.composite
def problems(draw: st.DrawFn, z: float = 0.0) -> Coupled:
    lots = draw(st.integers(3, 30))
    return drawn(
        lots,
        draw(st.integers(1, 6)),
        draw(st.integers(2, lots)),
        draw(st.integers(1, 4)),
        seed=draw(seeds),
        z=z,
        firms=draw(st.sampled_from([None, 3])),
        cap=draw(st.sampled_from([0.2, 0.6])),
    )


def noise(problem: Coupled) -> float:
    """What every demand may be worth at most: blends of under half a percent of it are left out."""
    most = np.zeros(len(problem.demand))
    np.maximum.at(most, problem.market.spec, problem.market.profit)
    return float(most @ problem.demand)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_exact_program_comes_out_at_the_independent_optimum(problem: Coupled) -> None:
    found = whole(problem)
    assert problem.worth(found.tonnes) == pytest.approx(best(problem), rel=1e-6, abs=5e-3 * noise(problem))
    assert broken(problem, found.tonnes) <= HELD


@settings(max_examples=40, deadline=None)
@given(problems(z=1.645))
def test_few_pairs_come_out_where_the_tangent_cuts_do(problem: Coupled) -> None:
    found, cut = shared(problem, GAP, 60), whole(problem)
    few = 5e-3 * noise(problem)
    assert problem.worth(found.tonnes) == pytest.approx(problem.worth(cut.tonnes), rel=1e-6, abs=few)
    assert found.bound <= cut.bound * (1 + 1e-5) + 1e-5 * noise(problem)
    assert found.bound >= problem.worth(cut.tonnes) * (1 - 1e-9) - 1e-3
    assert broken(problem, found.tonnes) <= HELD


@settings(max_examples=40, deadline=None)
@given(problems(z=1.0))
def test_the_bound_of_the_interior_point_is_one_and_its_blends_conform(problem: Coupled) -> None:
    found, cut = conic(problem), whole(problem)
    assert found.bound >= problem.worth(cut.tonnes) * (1 - 1e-9) - 1e-3
    assert problem.worth(found.tonnes) <= cut.bound * (1 + 1e-9) + 1e-3
    assert broken(problem, found.tonnes) <= HELD


@pytest.mark.parametrize("seed", range(4))
def test_prices_are_what_the_bound_pays(seed: int) -> None:
    problem = drawn(40, 10, 40, 6, seed=seed, z=1.645, firms=5, cap=0.3)
    found = conic(problem)
    prices = found.prices
    paid = float(prices.lots @ problem.available + prices.specs @ problem.demand + prices.owners @ problem.caps)
    assert paid == pytest.approx(found.bound, rel=1e-5)


def test_where_the_gap_is_missed_it_is_solved_exactly_after_all() -> None:
    problem = drawn(40, 20, 40, 6, seed=4, z=1.645)
    alone, rescued = decomposed(problem, GAP, 1), shared(problem, GAP, 1, direct=0)
    assert alone.bound > problem.worth(alone.tonnes) * (1 + GAP)
    assert rescued.bound == pytest.approx(problem.worth(rescued.tonnes), rel=1e-5)


@settings(max_examples=25, deadline=None)
@given(problems())
def test_the_decomposition_brackets_the_independent_optimum(problem: Coupled) -> None:
    found, optimum = decomposed(problem, GAP, 20), best(problem)
    assert broken(problem, found.tonnes) <= HELD
    assert problem.worth(found.tonnes) <= optimum * (1 + 1e-9) + 1e-3
    assert found.bound >= optimum * (1 - 1e-9) - 1e-3


@settings(max_examples=25, deadline=None)
@given(problems(z=1.645))
def test_with_uncertainty_the_two_ways_bracket_each_other_and_every_cone_holds(problem: Coupled) -> None:
    exact, near = shared(problem, GAP, 60), decomposed(problem, GAP, 20)
    for one in (exact, near):
        assert broken(problem, one.tonnes) <= HELD
    assert problem.worth(near.tonnes) <= exact.bound * (1 + 1e-9) + 1e-3
    assert near.bound >= problem.worth(exact.tonnes) * (1 - 1e-9) - 1e-3
    assert problem.worth(exact.tonnes) <= best(problem) * (1 + 1e-9) + 1e-3


@settings(max_examples=25, deadline=None)
@given(problems(z=1.0), st.integers(1, 6))
def test_every_bound_on_the_way_is_one(problem: Coupled, looks: int) -> None:
    descent, reached = Descent(problem), problem.worth(shared(problem, GAP, 60).tonnes)
    descent.run(40 * looks)
    prices = descent.prices(descent.mean)
    assert descent.proven >= reached * (1 - 1e-9) - 1e-3
    assert Sweep(problem).bound(prices.lots, prices.owners) >= reached * (1 - 1e-9) - 1e-3


@settings(max_examples=25, deadline=None)
@given(problems(z=1.0))
def test_choosing_again_never_lowers_the_worth(problem: Coupled) -> None:
    sweep = Sweep(problem)
    sweep.share(np.ones(len(problem.market.lot)))
    free = np.zeros(len(problem.available))
    worth = [problem.worth(sweep.tonnes)]
    for _ in range(3):
        sweep.improve(free)
        worth.append(problem.worth(sweep.tonnes))
        assert broken(problem, sweep.tonnes) <= HELD
    assert worth == sorted(worth)


@pytest.mark.parametrize("z", [0.0, 1.645])
def test_two_hundred_lots_and_twenty_specs_are_certified_to_the_gap_that_is_asked_for(z: float) -> None:
    problem = drawn(200, 20, 60, 10, seed=1, z=z)
    found = decomposed(problem, GAP, 60)
    reached = problem.worth(found.tonnes)
    assert 0.0 <= (found.bound - reached) / reached <= GAP
    assert broken(problem, found.tonnes) <= HELD


def test_the_same_problem_gives_the_same_tonnes_to_the_last_bit() -> None:
    first, second = (decomposed(drawn(150, 12, 40, 6, seed=2, z=1.0), GAP, 60) for _ in range(2))
    assert (first.tonnes == second.tonnes).all()
    assert first.bound == second.bound


def test_too_few_rounds_still_give_a_bound_and_tonnes_that_conform() -> None:
    problem = drawn(150, 12, 40, 6, seed=3)
    found = decomposed(problem, 1e-9, 1)
    reached = problem.worth(found.tonnes)
    assert 0.0 < reached < found.bound
    assert broken(problem, found.tonnes) <= HELD
