"""Cuts, Newton and the tightened limits lead to the same optimum, and each says how near it is."""

import numpy as np
import pytest

from matching.blending import sifting
from matching.blending.candidates import Sense, candidates, recipe
from matching.blending.recipe import Recipe, Terms
from matching.blending.sifting import Sieve
from specs.catalogue.loader import catalogue
from tests.support.blends import BLENDS
from tests.support.large_blend import instance

CASE = next(c for c in BLENDS if c.name == "chance-200")


def chance() -> Recipe:
    lots = [(one.id, one) for one in CASE.lots]
    asked, entered, _ = candidates(CASE.spec, lots, catalogue(), Sense.COST)
    return recipe(CASE.spec, asked, entered, Terms(CASE.spec.confidence), Sense.COST)


def test_newton_proves_the_optimum_that_cuts_alone_creep_up_to(monkeypatch: pytest.MonkeyPatch) -> None:
    smooth = Sieve(chance()).cheapest()
    monkeypatch.setattr(sifting, "polished", lambda *_: None)
    cut = Sieve(chance()).cheapest()
    assert smooth is not None
    assert cut is not None
    assert smooth.cost == pytest.approx(cut.cost, rel=1e-9)
    assert smooth.shares == pytest.approx(cut.shares, abs=1e-4)


def test_where_cutting_is_cut_short_the_blend_conforms_and_the_bound_is_below(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sifting, "polished", lambda *_: None)
    monkeypatch.setattr(sifting, "_MANY", 0)
    problem = chance()
    found = Sieve(problem).cheapest()
    assert found is not None
    assert found.bound < found.cost
    assert found.cost == pytest.approx(found.bound, rel=1e-5)
    assert CASE.expect.cost is not None
    assert found.bound <= CASE.expect.cost / problem.tonnes <= found.cost
    for mean, spread in zip(problem.means, problem.spreads, strict=True):
        assert mean @ found.shares + np.linalg.norm(spread * found.shares) <= 1e-12


def test_sifting_over_few_columns_finds_what_all_columns_find(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = Sieve(chance()).cheapest()
    monkeypatch.setattr(sifting, "_ALL_AT_ONCE", 0)
    monkeypatch.setattr(sifting, "_FIRST", 4)
    few = Sieve(chance()).cheapest()
    assert everything is not None
    assert few is not None
    assert few.cost == pytest.approx(everything.cost, rel=1e-9)


@pytest.mark.parametrize("confidence", [0.5, 0.95])
def test_thousands_of_lots_come_to_a_proven_optimum(confidence: float) -> None:
    found = Sieve(instance(confidence, lots=5_000, limits=15, tonnes=3_000.0, seed=5)).cheapest()
    assert found is not None
    assert found.cost == pytest.approx(found.bound, rel=1e-9)


def test_a_basis_that_leads_nowhere_is_left_for_a_fresh_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """With these first columns HiGHS ends one warm run in the status `Unknown`."""
    problem = instance(0.5, lots=5_000, limits=15, tonnes=3_000.0, seed=0)
    plain = Sieve(problem).cheapest()
    monkeypatch.setattr(sifting, "_EACH", 2)
    monkeypatch.setattr(sifting, "_BATCH", 20)
    again = Sieve(problem).cheapest()
    assert plain is not None
    assert again is not None
    assert again.cost == pytest.approx(plain.cost, rel=1e-9)
