"""The choice of sites at given worths: a bound, never over the best choice, with flips that are bounds as well."""

import itertools
import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.locating.choosing import Sites, chosen

NEAR = 1e-6


@st.composite
def knapsacks(draw: st.DrawFn) -> tuple[Sites, np.ndarray]:
    m = draw(st.integers(1, 7))
    capacity = np.array([float(draw(st.integers(1, 6))) for _ in range(m)])
    state = np.array([draw(st.sampled_from(["open", "closed", "free", "free"])) for _ in range(m)])
    worth = np.array([draw(st.integers(-30, 30)) / 2 for _ in range(m)])
    need = float(draw(st.integers(1, int(capacity.sum()))))
    fewest, most = draw(st.integers(0, 3)), draw(st.integers(1, m))
    return Sites(capacity, need, state == "open", state == "free", fewest, most), worth


def allowed(sites: Sites) -> list[np.ndarray]:
    free = np.flatnonzero(sites.free)
    found = []
    for states in itertools.product((False, True), repeat=len(free)):
        open_ = sites.open.copy()
        open_[free] = states
        if sites.capacity[open_].sum() >= sites.need and sites.fewest <= open_.sum() <= sites.most:
            found.append(open_)
    return found


@settings(max_examples=300, deadline=None)
@given(knapsacks())
def test_no_allowed_choice_is_worth_less_than_the_bound(problem: tuple[Sites, np.ndarray]) -> None:
    sites, worth = problem
    found, all_ = chosen(sites, worth), allowed(sites)
    best = min((float(worth[one].sum()) for one in all_), default=math.inf)
    if found is None:
        assert not all_
    else:
        assert found.value <= best + NEAR


@settings(max_examples=300, deadline=None)
@given(knapsacks())
def test_flips_bound_the_choices_that_settle_a_site_otherwise(problem: tuple[Sites, np.ndarray]) -> None:
    sites, worth = problem
    found = chosen(sites, worth)
    if found is None:
        return
    for one in allowed(sites):
        for i in np.flatnonzero(sites.free & ((found.opened == 0.0) | (found.opened == 1.0))):
            if one[i] != bool(found.opened[i]):
                assert found.value + found.flips[i] <= float(worth[one].sum()) + NEAR


@settings(max_examples=200, deadline=None)
@given(knapsacks())
def test_the_covering_sites_cover(problem: tuple[Sites, np.ndarray]) -> None:
    sites, worth = problem
    found = chosen(sites, worth)
    if found is not None:
        assert sites.capacity[found.covering].sum() >= sites.need - NEAR
        assert found.covering.sum() <= sites.most
        assert found.covering[sites.open].all()


def test_sites_of_one_capacity_are_chosen_exactly() -> None:
    free = np.ones(4, dtype=bool)
    found = chosen(Sites(np.full(4, 10.0), 25.0, ~free, free, 3, 4), np.array([4.0, 1.0, 3.0, 2.0]))
    assert found is not None
    assert found.value == 6.0
    assert found.opened.tolist() == [0.0, 1.0, 1.0, 1.0]
