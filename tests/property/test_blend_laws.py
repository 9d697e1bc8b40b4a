"""Laws of blends: more room or more lots never cost more, and what is shown holds when worked out by hand."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.blending.answer import Blend
from matching.blending.candidates import Sense, candidates, recipe
from matching.blending.recipe import Terms
from matching.listings import Delivery, Demand, Lot, Spec
from matching.tolerance import quantile
from specs.catalogue.loader import catalogue
from tests.support.blends import GATE, blended, cheapest_vertex, offered
from tests.support.pairs import FIRST, LAST, assay, limit, spec

SLACK = 1e-7
percent = st.integers(5, 60).map(lambda n: n / 100)


@st.composite
def lots(draw: st.DrawFn, most: int = 6) -> list[Lot]:
    def one() -> Lot:
        copper, tin = draw(percent), draw(percent)
        return offered(
            draw(st.integers(0, 60_000)),
            draw(st.integers(10, 120)),
            assay("Cu", copper, uncertainty=copper * draw(st.sampled_from([0.02, 0.1]))),
            assay("Sn", tin, uncertainty=tin * 0.05),
        )

    return [one() for _ in range(draw(st.integers(1, most)))]


def wanted(copper: float, tin: float, confidence: float) -> Spec:
    at = Delivery(location=GATE, from_=FIRST, until=LAST)
    asked = (limit("Cu", max=copper), limit("Sn", min=0.05, max=tin))
    return spec(*asked, confidence=confidence, quantity=Demand(tonnes=100), delivery=at)


def price(found: Blend) -> float:
    return math.inf if found.status == "infeasible" else found.objective.amount


def no_dearer(freer: Blend, tighter: Blend) -> bool:
    return price(freer) <= price(tighter) * (1 + SLACK) + SLACK


@settings(max_examples=40, deadline=None)
@given(lots(), percent, percent, st.sampled_from([0.5, 0.9, 0.99]))
def test_loosening_a_limit_never_costs_more(offers: list[Lot], copper: float, tin: float, confidence: float) -> None:
    tight = blended(wanted(copper, tin, confidence), *offers)
    assert no_dearer(blended(wanted(copper * 1.2, tin, confidence), *offers), tight)


@settings(max_examples=40, deadline=None)
@given(lots(), lots(most=1), percent, percent, st.sampled_from([0.5, 0.9]))
def test_one_more_lot_never_costs_more(
    offers: list[Lot], more: list[Lot], copper: float, tin: float, confidence: float
) -> None:
    asked = wanted(copper, tin, confidence)
    assert no_dearer(blended(asked, *offers, *more), blended(asked, *offers))


@settings(max_examples=40, deadline=None)
@given(lots(), percent, percent)
def test_more_confidence_never_costs_less(offers: list[Lot], copper: float, tin: float) -> None:
    sure = blended(wanted(copper, tin, 0.99), *offers)
    assert no_dearer(blended(wanted(copper, tin, 0.9), *offers), sure)


@settings(max_examples=40, deadline=None)
@given(lots(), percent, percent, st.sampled_from([0.5, 0.95]))
def test_every_limit_holds_when_worked_out_by_hand(
    offers: list[Lot], copper: float, tin: float, confidence: float
) -> None:
    found = blended(wanted(copper, tin, confidence), *offers)
    taken = [(offers[ord(t.lot) - ord("a")], t.tonnes) for t in found.takes]
    if found.status == "infeasible":
        assert taken == []
        return
    assert math.fsum(tonnes for _, tonnes in taken) == pytest.approx(100, rel=1e-9)
    assert all(tonnes <= one.quantity.tonnes * (1 + 1e-9) for one, tonnes in taken)
    for i, asked in enumerate((copper, tin)):
        mean = math.fsum(one.assays[i].value * tonnes for one, tonnes in taken) / 100
        u = math.sqrt(math.fsum((one.assays[i].uncertainty * tonnes) ** 2 for one, tonnes in taken)) / 100
        sides = 1 + i
        z = 0.0 if confidence == 0.5 else quantile(1 - (1 - confidence) / sides)
        assert mean + z * u <= asked * (1 + 1e-8)


@settings(max_examples=40, deadline=None)
@given(lots(most=4), percent, percent)
def test_the_linear_optimum_is_the_best_of_all_vertices(offers: list[Lot], copper: float, tin: float) -> None:
    asked = wanted(copper, tin, 0.5)
    named = [(str(i), one) for i, one in enumerate(offers)]
    questions, entered, _ = candidates(asked, named, catalogue(), Sense.COST)
    problem = recipe(asked, questions, entered, Terms(0.5), Sense.COST)
    best = cheapest_vertex(problem, 0 * problem.cost, problem.available / problem.tonnes)
    found = blended(asked, *offers)
    if best is None:
        assert found.status == "infeasible"
    else:
        assert found.objective.amount == pytest.approx(best * 100, rel=1e-6, abs=1e-3)
