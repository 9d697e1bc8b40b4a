"""Shares of firms, small firms, pins and what is forbidden, each with blends and with each of the three goals."""

import math

import msgspec
import pytest

from matching.allocation.answer import Allocation
from matching.allocation.wish import Goal, Pairing, SmallFirms, Wish
from matching.values import Place, Verdict
from tests.support.allocations import allocated, amounts, wanted
from tests.support.blends import offered
from tests.support.pairs import assay, limit

CU = limit("Cu", max=0.3)
CLEAN, DIRTY, PURE = assay("Cu", 0.2), assay("Cu", 0.4), assay("Cu", 0.1)
OWNERS = "xxyyz"
GOALS = pytest.mark.parametrize("goal", list(Goal))
SHARE, PIN, FORBIDDEN = Wish(most_share=0.4), Pairing("c", "A", 30.0), Pairing("a", "B")


def market(wish: Wish) -> Allocation:
    """180 t wanted, 240 t offered; A and B need lots c, b, d or e with what they take of the dirty a."""
    specs = [wanted(60_000, 100, CU, confidence=0.95), wanted(58_000, 80, CU, confidence=0.9)]
    lots = [
        offered(20_000, 70, DIRTY, location=Place(prefecture="JP-14")),
        offered(45_000, 60, PURE, location=Place(prefecture="JP-27")),
        offered(30_000, 50, CLEAN, location=Place(prefecture="JP-23")),
        offered(44_000, 40, PURE, location=Place(prefecture="JP-01")),
        offered(57_000, 20, PURE, location=Place(prefecture="JP-14")),
    ]
    return allocated(specs, lots, wish, blends=True, owners=OWNERS)


def no_worse(goal: Goal, free: Allocation, bound: Allocation) -> bool:
    """Whether what is asked on top leaves no more than there was without: tonnes first where they come first."""
    if goal is Goal.CO2:
        return bound.tonnes <= free.tonnes * (1 + 1e-5)
    return bound.objective.amount <= free.objective.amount * (1 + 1e-6)


def served(found: Allocation, owner: str) -> float:
    return math.fsum(a.tonnes for a in found.assignments if OWNERS[ord(a.lot) - ord("a")] == owner)


@GOALS
def test_no_firm_serves_more_than_its_share(goal: Goal) -> None:
    free, found = market(Wish(goal=goal)), market(msgspec.structs.replace(SHARE, goal=goal))
    assert max(served(free, owner) for owner in "xyz") > 72.0 + 1.0
    assert max(served(found, owner) for owner in "xyz") <= 72.0 + 1e-6
    assert no_worse(goal, free, found)
    assert found.fairness is not None
    assert found.fairness.unfair == pytest.approx(free.objective.amount, rel=1e-6)


@GOALS
def test_a_pin_stands_beside_the_blends(goal: Goal) -> None:
    found = market(Wish(goal=goal, pinned=(PIN,)))
    assert [(a.lot, a.spec, a.tonnes, a.blended) for a in found.assignments if a.pinned] == [("c", "A", 30.0, False)]
    assert no_worse(goal, market(Wish(goal=goal)), found)


@GOALS
def test_what_is_forbidden_is_in_no_blend(goal: Goal) -> None:
    free, found = market(Wish(goal=goal)), market(Wish(goal=goal, forbidden=(FORBIDDEN,)))
    assert ("a", "B") not in amounts(found)
    assert no_worse(goal, free, found)


@GOALS
def test_all_of_them_hold_together(goal: Goal) -> None:
    found = market(msgspec.structs.replace(SHARE, goal=goal, pinned=(PIN,), forbidden=(FORBIDDEN,)))
    assert amounts(found)["c", "A"] >= 30.0
    assert ("a", "B") not in amounts(found)
    assert max(served(found, owner) for owner in "xyz") <= 72.0 + 1e-6
    assert all(limit.verdict is Verdict.IN for blend in found.blends for limit in blend.limits)


@GOALS
def test_the_bound_is_on_its_side_of_the_amount(goal: Goal) -> None:
    found = market(msgspec.structs.replace(SHARE, goal=goal, pinned=(PIN,)))
    assert found.bound is not None
    over = found.bound - found.objective.amount
    assert (over <= 0.0) if goal is Goal.CO2 else (over >= 0.0)
    assert found.gap == pytest.approx(abs(over) / found.objective.amount, abs=1e-12)


def test_small_firms_come_first_in_blends_at_no_more_than_is_stated() -> None:
    wish = Wish(small_firms=SmallFirms(tonnes=20.0, bonus=20_000.0))
    free, found = market(Wish()), market(wish)
    assert served(found, "z") > served(free, "z") + 1.0
    assert found.fairness is not None
    assert found.fairness.small_tonnes == pytest.approx(served(found, "z"))
    assert found.fairness.lost <= 20_000.0 * (served(found, "z") - served(free, "z")) + 1.0
