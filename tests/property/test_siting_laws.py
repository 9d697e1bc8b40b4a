"""Sitings of small random problems against every choice of sites, and laws that hold for all."""

import math

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.locating import branching
from matching.locating.instance import Instance
from matching.siting import Effort
from tests.support.sitings import cheapest, posed, recounted, sited, through

NEAR = {"rel": 1e-7, "abs": 1e-7}
small = st.integers(0, 40)


@st.composite
def problems(draw: st.DrawFn) -> Instance:
    m, n = draw(st.integers(1, 5)), draw(st.integers(1, 7))
    demands = [draw(st.integers(1, 20)) for _ in range(n)]
    largest = max(2, sum(demands) * draw(st.sampled_from([2, 4, 6])) // 5)
    sites = [(draw(st.integers(1, largest)), draw(small)) for _ in range(m)]
    by_tonne = draw(st.booleans())
    cost = [[draw(small) * (d if by_tonne else 1) for _ in range(m)] for d in demands]
    return posed(sites, demands, cost, max_open=draw(st.sampled_from([None, None, 1, 3])))


@st.composite
def echelons(draw: st.DrawFn) -> Instance:
    m, n, q = draw(st.integers(1, 4)), draw(st.integers(1, 3)), draw(st.integers(1, 4))
    demands = [draw(st.integers(1, 20)) for _ in range(n)]
    yields = st.sampled_from([0.5, 0.8, 0.9, 1.0])
    sites = [(draw(st.integers(1, 2 * sum(demands))), draw(small), draw(yields)) for _ in range(m)]
    supplies = [draw(st.integers(1, 2 * sum(demands))) for _ in range(q)]
    return through(
        sites,
        supplies,
        [[draw(small) for _ in range(m)] for _ in range(q)],
        demands,
        [[draw(small) for _ in range(m)] for _ in range(n)],
    )


def agree(instance: Instance) -> None:
    found, best = sited(instance), cheapest(instance)
    if math.isinf(best):
        assert found.status == "infeasible"
        assert found.missing_tonnes > 0
        return
    assert found.status == "optimal"
    assert found.objective.amount == pytest.approx(best, **NEAR)
    assert found.bound == found.objective.amount
    assert recounted(instance, found) == pytest.approx(found.objective.amount, **NEAR)


@settings(max_examples=150, deadline=None)
@given(problems())
def test_no_choice_of_sites_is_cheaper(instance: Instance) -> None:
    agree(instance)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_branch_and_cut_alone_finds_the_same_optimum(instance: Instance) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(branching, "FEW", 0)
        agree(instance)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_branch_and_bound_alone_finds_the_same_optimum(instance: Instance) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(branching, "FEW", 10**9)
        agree(instance)


@settings(max_examples=80, deadline=None)
@given(problems(), st.sampled_from([0.02, 0.2]))
def test_a_bound_is_never_over_the_optimum_and_the_gap_is_kept(instance: Instance, gap: float) -> None:
    found, best = sited(instance, Effort(gap=gap)), cheapest(instance)
    if math.isfinite(best):
        assert found.bound <= best * (1 + 1e-9) + 1e-9
        assert found.objective.amount >= best * (1 - 1e-9) - 1e-9
        assert found.gap <= gap + 1e-9


@settings(max_examples=60, deadline=None)
@given(problems())
def test_a_search_cut_short_still_bounds_the_optimum(instance: Instance) -> None:
    found, best = sited(instance, Effort(nodes=0)), cheapest(instance)
    if math.isfinite(best):
        assert found.bound <= best * (1 + 1e-9) + 1e-9
        assert found.objective.amount >= best * (1 - 1e-9) - 1e-9


@settings(max_examples=80, deadline=None)
@given(echelons())
def test_no_choice_of_hubs_is_cheaper_in_two_echelons(instance: Instance) -> None:
    agree(instance)


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(0, 4), small)
def test_one_more_site_never_costs_more(instance: Instance, like: int, fixed: int) -> None:
    one = instance.sites[like % len(instance.sites)]
    more = msgspec.structs.replace(one, id="more", fixed_cost=float(fixed))
    wider = msgspec.structs.replace(
        instance,
        sites=(*instance.sites, more),
        cost=tuple((*row, row[like % len(instance.sites)]) for row in instance.cost),
    )
    before, after = sited(instance), sited(wider)
    if before.status == "optimal":
        assert after.objective.amount <= before.objective.amount * (1 + 1e-9) + 1e-9


@settings(max_examples=60, deadline=None)
@given(problems(), st.sampled_from([1e-6, 1e6]), st.sampled_from([1e-3, 1e6]))
def test_other_units_of_money_and_mass_choose_the_same_plan(instance: Instance, money: float, mass: float) -> None:
    scaled = posed(
        [(s.capacity * mass, s.fixed_cost * money) for s in instance.sites],
        [c.demand * mass for c in instance.customers],
        [[c * money for c in row] for row in instance.cost],
        max_open=instance.max_open,
    )
    before, after = sited(instance), sited(scaled)
    assert after.status == before.status
    if before.status == "optimal":
        assert after.objective.amount == pytest.approx(before.objective.amount * money, rel=1e-7, abs=1e-7 * money)
