"""Dozens of lots by way of processors against the whole program, and each way of solving against the others."""

import math

import msgspec
import pytest

from matching.blend import Wish
from matching.blending import sifting
from matching.listings import Delivery, Supply
from tests.support.blends import GATE, blended, offered
from tests.support.offers import offer
from tests.support.pairs import FIRST, LAST, assay, limit, spec
from tests.support.scattered import scattered
from tests.support.treated import Model, treated


@pytest.mark.parametrize("seed", [0, 3, 19])
def test_dozens_of_lots_come_to_the_optimum_of_the_whole_program(seed: int) -> None:
    wanted, lots, offers = scattered(seed)
    correlation = 0.3 * (seed % 2)
    found = treated(wanted, lots, offers, Wish(shadow_prices=False, lab_correlation=correlation))
    expected = Model(wanted, lots, offers, correlation).least()
    if expected is None:
        assert found.status == "infeasible"
        return
    assert (found.status, found.gap) == ("optimal", 0.0)
    assert found.objective.amount == pytest.approx(expected, rel=1e-8)
    assert sum(bool(take.steps) for take in found.takes) > 1


def test_a_program_that_the_dual_simplex_does_not_end_is_ended() -> None:
    """HiGHS leaves an elastic program of this one in the status `Unknown`, from a fresh start too."""
    wanted, lots, offers = scattered(11)
    found = treated(wanted, lots, offers, Wish(shadow_prices=False, lab_correlation=0.3))
    assert (found.status, [change.tonnes is not None for change in found.relaxations]) == ("infeasible", [True])


def test_newton_proves_the_optimum_that_cuts_alone_creep_up_to(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted, lots, offers = scattered(1)
    smooth = treated(wanted, lots, offers)
    monkeypatch.setattr(sifting, "polished", lambda *_: None)
    assert treated(wanted, lots, offers).objective.amount == pytest.approx(smooth.objective.amount, rel=1e-8)


def test_sifting_over_few_columns_finds_what_all_columns_find(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted, lots, offers = scattered(2)
    everything = treated(wanted, lots, offers)
    monkeypatch.setattr(sifting, "_ALL_AT_ONCE", 0)
    monkeypatch.setattr(sifting, "_FIRST", 4)
    assert treated(wanted, lots, offers).objective.amount == pytest.approx(everything.objective.amount, rel=1e-8)


def test_few_suppliers_of_many_are_no_dearer_with_steps_and_each_gives_its_least() -> None:
    wanted, lots, offers = scattered(5, 16)
    few = msgspec.structs.replace(wanted.quantity, tonnes=100.0, max_suppliers=4)
    asked = msgspec.structs.replace(wanted, quantity=few)
    least = [
        msgspec.structs.replace(lot, quantity=Supply(tonnes=lot.quantity.tonnes, min_take_tonnes=10.0)) for lot in lots
    ]
    plain, found = blended(asked, *least, wish=Wish(shadow_prices=False)), treated(asked, least, offers)
    assert found.status == "optimal"
    assert plain.status == "infeasible" or found.objective.amount <= plain.objective.amount * (1 + 1e-9)
    assert len({take.lot for take in found.takes}) <= 4
    for name in {take.lot for take in found.takes}:
        given = math.fsum(take.tonnes_in for take in found.takes if take.lot == name)
        assert given >= 10.0 - 1e-5


@pytest.mark.parametrize(("kept", "ways"), [(1e-3, 1), (1e-6, 0)])
def test_a_way_that_leaves_next_to_nothing_is_none(kept: float, ways: int) -> None:
    wanted, (lot, *_), _ = scattered(0)
    found = treated(wanted, [lot], [offer("BALLISTIC_LOWCU", kept, Cu=1.0, location=GATE)])
    assert found.processing is not None
    assert found.processing.routes == ways


def test_a_law_is_met_by_the_treated_way_only() -> None:
    at = Delivery(location=GATE, from_=FIRST, until=LAST)
    wanted = spec(limit("Br", max=10), material="abs", regimes=("eu_weee_br",), delivery=at)
    lot = offered(100_000, 200, assay("Br", 1.0), material="abs")
    found = treated(wanted, [lot], [offer("BR_SORT", Br=0.95)])
    assert [len(take.steps) for take in found.takes] == [1]
    assert treated(wanted, [lot], [offer("BR_SORT", Br=0.1)]).barred[0].code == "regulated_limit_not_proven"
