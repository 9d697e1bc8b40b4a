"""Laws of allocations: the optimum of an independent program, its prices, and no rule of thumb that beats it."""

import math
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.allocation.answer import Allocation
from matching.allocation.screening import Screen
from matching.allocation.wish import Goal, Wish
from matching.engine import evaluate
from matching.listings import Lot, Spec
from matching.values import Operator, Verdict
from specs.catalogue.loader import catalogue
from tests.support.allocations import allocated, amounts, optimum, sides, wanted
from tests.support.blends import offered
from tests.support.pairs import assay, limit

percent = st.integers(5, 60).map(lambda n: n / 100)


@st.composite
def lots(draw: st.DrawFn, most: int = 6) -> list[Lot]:
    def one() -> Lot:
        operator = draw(st.sampled_from([Operator.EQUAL, Operator.EQUAL, Operator.BELOW]))
        copper = assay("Cu", draw(percent), operator=operator)
        results = draw(st.sampled_from([(copper,), (copper, assay("Sn", draw(percent))), ()]))
        return offered(draw(st.integers(0, 60_000)), draw(st.integers(1, 150)), *results)

    return [one() for _ in range(draw(st.integers(1, most)))]


@st.composite
def specs(draw: st.DrawFn, most: int = 4) -> list[Spec]:
    def one() -> Spec:
        confidence = draw(st.sampled_from([0.5, 0.9, 0.95]))
        asked = draw(
            st.sampled_from([(limit("Cu", max=draw(percent)),), (limit("Cu", max=0.4), limit("Cu", "Sn", max=0.6))])
        )
        return wanted(draw(st.integers(1, 70_000)), draw(st.integers(1, 200)), *asked, confidence=confidence)

    return [one() for _ in range(draw(st.integers(1, most)))]


def conforms(spec: Spec, lot: Lot) -> bool:
    found = evaluate(spec, lot, catalogue())
    return found.verdict is Verdict.IN and not found.blockers


def worths(wanting: list[Spec], offers: list[Lot]) -> np.ndarray:
    """JPY per tonne by lot and spec; -1 where the pair does not conform."""
    return np.array(
        [[float(s.max_price.amount - x.ask_price.amount) if conforms(s, x) else -1.0 for s in wanting] for x in offers]
    )


def ends(wanting: list[Spec], offers: list[Lot]) -> np.ndarray:
    return np.array([one.quantity.tonnes for one in [*offers, *wanting]], dtype=float)


@settings(max_examples=60, deadline=None)
@given(specs(), lots())
def test_the_welfare_is_that_of_an_independent_linear_program(wanting: list[Spec], offers: list[Lot]) -> None:
    worth = np.maximum(worths(wanting, offers), 0.0)
    best = optimum(worth.ravel(), sides(len(offers), len(wanting)), ends(wanting, offers))
    found = allocated(wanting, offers)
    assert (found.status, found.gap) == ("optimal", 0.0)
    assert found.objective.amount == pytest.approx(best, rel=1e-9, abs=1e-3)


@settings(max_examples=40, deadline=None)
@given(specs(), lots())
def test_the_tonnes_are_those_of_an_independent_linear_program(wanting: list[Spec], offers: list[Lot]) -> None:
    trades = (worths(wanting, offers) >= 0.0).astype(float)
    best = optimum(trades.ravel(), sides(len(offers), len(wanting)), ends(wanting, offers))
    found = allocated(wanting, offers, Wish(goal=Goal.TONNES))
    assert found.status == "optimal"
    assert found.objective.amount == pytest.approx(best, rel=1e-9, abs=1e-9)


def in_turn(worth: np.ndarray, room: np.ndarray, order: list[tuple[int, int]]) -> float:
    """Welfare of serving pairs in an order, each with as much as there is."""
    left, n = room.copy(), len(worth)
    total = 0.0
    for i, j in order:
        amount = min(left[i], left[n + j]) if worth[i, j] > 0 else 0.0
        left[i], left[n + j] = left[i] - amount, left[n + j] - amount
        total += amount * worth[i, j]
    return total


@settings(max_examples=60, deadline=None)
@given(specs(), lots())
def test_neither_greedy_nor_first_come_first_served_is_better(wanting: list[Spec], offers: list[Lot]) -> None:
    worth, room = worths(wanting, offers), ends(wanting, offers)
    first_come = [(i, j) for i in range(len(offers)) for j in range(len(wanting))]
    greedy = sorted(first_come, key=lambda p: -worth[p])
    found = allocated(wanting, offers).objective.amount
    assert found >= in_turn(worth, room, first_come) - 1e-6
    assert found >= in_turn(worth, room, greedy) - 1e-6


@settings(max_examples=60, deadline=None)
@given(specs(), lots())
def test_prices_and_tonnes_are_complementary(wanting: list[Spec], offers: list[Lot]) -> None:
    found, worth = allocated(wanting, offers), worths(wanting, offers)
    lot_price = {p.lot: p.amount for p in found.prices.lots}
    spec_price = {p.spec: p.amount for p in found.prices.specs}
    given_tonnes = amounts(found)
    for i, a in enumerate("abcdef"[: len(offers)]):
        for j, b in enumerate("ABCD"[: len(wanting)]):
            if worth[i, j] <= 0.0:
                continue
            charged = lot_price.get(a, 0.0) + spec_price.get(b, 0.0)
            assert charged >= worth[i, j] - 0.01
            if given_tonnes.get((a, b)):
                assert charged == pytest.approx(worth[i, j], abs=0.01)
    assert not {u.lot for u in found.unsold} & set(lot_price)
    assert not {u.spec for u in found.unmet} & set(spec_price)


@settings(max_examples=40, deadline=None)
@given(specs(), lots(), st.randoms(use_true_random=False))
def test_the_answer_is_the_same_byte_for_byte_whatever_the_order(
    wanting: list[Spec], offers: list[Lot], chance: object
) -> None:
    named_specs = [(chr(ord("A") + j), one) for j, one in enumerate(wanting)]
    named_lots = [(chr(ord("a") + i), one) for i, one in enumerate(offers)]
    chance.shuffle(named_specs)
    chance.shuffle(named_lots)
    assert msgspec.json.encode(by_name(named_specs, named_lots)) == msgspec.json.encode(allocated(wanting, offers))


def by_name(named_specs: list[tuple[str, Spec]], named_lots: list[tuple[str, Lot]]) -> Allocation:
    from matching.allocate import allocate  # noqa: PLC0415 - beside its only use
    from matching.allocation.wish import Offered, Wanted  # noqa: PLC0415

    return allocate([Wanted(*one) for one in named_specs], [Offered(*one) for one in named_lots], catalogue())


@settings(max_examples=40, deadline=None)
@given(specs(), lots(), lots(most=1))
def test_one_more_lot_never_lowers_the_welfare(wanting: list[Spec], offers: list[Lot], more: list[Lot]) -> None:
    alone, with_more = (allocated(wanting, x).objective.amount for x in (offers, [*offers, *more]))
    assert with_more >= alone - 1e-6


@settings(max_examples=30, deadline=None)
@given(specs(), lots())
def test_a_tighter_cap_on_a_firm_never_raises_the_welfare(wanting: list[Spec], offers: list[Lot]) -> None:
    owners = "xxyyzz"[: len(offers)]
    shares = (1.0, 0.6, 0.3, 0.1, 0.0)
    found = [allocated(wanting, offers, Wish(most_share=s), owners=owners) for s in shares]
    demand = math.fsum(s.quantity.tonnes for s in wanting)
    for looser, tighter in pairwise(found):
        assert tighter.objective.amount <= looser.objective.amount + 1e-6
    for share, one in zip(shares, found, strict=True):
        for owner in set(owners):
            served = math.fsum(a.tonnes for a in one.assignments if owners[ord(a.lot) - ord("a")] == owner)
            assert served <= share * demand + 1e-6


@settings(max_examples=80, deadline=None)
@given(specs(), lots(), st.booleans())
def test_columns_pass_the_lots_that_the_rules_pass(wanting: list[Spec], offers: list[Lot], conditional: bool) -> None:
    screen = Screen(offers, catalogue(), conditional=conditional)
    accepted = (Verdict.IN, Verdict.CONDITIONAL) if conditional else (Verdict.IN,)
    for one in wanting:
        judged = [evaluate(one, lot, catalogue()) for lot in offers]
        passed = [i for i, e in enumerate(judged) if not e.blockers and e.verdict in accepted]
        assert screen.passing(one, screen.admitted(one)).tolist() == passed
