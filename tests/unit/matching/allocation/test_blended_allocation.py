"""All lots to all specs where specs take blends: what no single lot meets, and what holds for blends too."""

import math

import pytest

from matching.allocate import allocate
from matching.allocation.wish import AllocationRefusedError, Goal, Offered, Pairing, Wanted, Wish
from matching.blending.mixing import BlendRefusedError
from matching.listings import Demand, Lot, Spec
from matching.values import Place, Verdict
from specs.catalogue.loader import catalogue
from tests.support.allocations import allocated, amounts, wanted
from tests.support.blends import blended, offered
from tests.support.pairs import assay, limit

CU = limit("Cu", max=0.3)
CLEAN, DIRTY = assay("Cu", 0.2), assay("Cu", 0.4)
FAR = Place(prefecture="JP-40")


def test_what_no_single_lot_meets_a_blend_does_and_it_is_judged_again() -> None:
    specs = [wanted(50_000, 100, limit("Cu", max=0.25), confidence=0.95)]
    lots = [offered(30_000, 100, assay("Cu", 0.4)), offered(52_000, 100, assay("Cu", 0.1))]
    assert [a.lot for a in allocated(specs, lots).assignments] == []
    found = allocated(specs, lots, blends=True)
    assert {a.lot for a in found.assignments} == {"a", "b"}
    assert all(a.blended for a in found.assignments)
    (mixture,) = found.blends
    assert mixture.tonnes == pytest.approx(100.0)
    assert mixture.limits[0].verdict is Verdict.IN
    assert found.status == "optimal"


def test_a_blend_costs_what_the_blend_engine_says_where_there_is_one_spec() -> None:
    asked = wanted(90_000, 100, limit("Cu", max=0.25), limit("Sn", max=0.1), confidence=0.95)
    lots = [
        offered(30_000, 60, assay("Cu", 0.4), assay("Sn", 0.05)),
        offered(35_000, 60, assay("Cu", 0.2), assay("Sn", 0.15)),
        offered(60_000, 90, assay("Cu", 0.1), assay("Sn", 0.02)),
    ]
    alone = blended(asked, *lots)
    found = allocated([asked], lots, blends=True)
    assert found.objective.amount == pytest.approx(90_000 * 100 - alone.objective.amount, rel=1e-6)


def test_specs_that_take_blends_stand_beside_specs_that_do_not() -> None:
    specs = [wanted(50_000, 100, CU), wanted(51_000, 100, CU)]
    lots = [offered(30_000, 100, CLEAN), offered(20_000, 100, DIRTY)]
    named = [Wanted("A", specs[0]), Wanted("B", specs[1], blends=True)]
    found = allocate(named, [Offered(n, x) for n, x in zip("ab", lots, strict=True)], catalogue())
    assert amounts(found) == pytest.approx({("a", "A"): 50.0, ("a", "B"): 50.0, ("b", "B"): 50.0}, rel=1e-6)


def test_the_most_tonnes_of_blends_cost_no_more_than_the_ceiling_on_average() -> None:
    specs = [wanted(40_000, 100, CU)]
    lots = [offered(30_000, 100, CLEAN), offered(60_000, 100, assay("Cu", 0.1))]
    found = allocated([*specs, wanted(40_000, 100, CU)], lots, Wish(goal=Goal.TONNES), blends=True)
    assert found.objective.amount == pytest.approx(150.0, rel=2e-3)
    for name in "AB":
        mine = [a for a in found.assignments if a.spec == name]
        assert math.fsum(a.tonnes * a.delivered_cost for a in mine) <= 40_000.01 * math.fsum(a.tonnes for a in mine)


def test_a_pin_to_a_spec_that_takes_blends_must_conform_by_itself() -> None:
    specs = [wanted(50_000, 100, CU)]
    lots = [offered(30_000, 100, CLEAN), offered(20_000, 100, DIRTY)]
    found = allocated(specs, lots, Wish(pinned=(Pairing("a", "A", 30.0),)), blends=True)
    assert [(a.tonnes, a.blended) for a in found.assignments if a.pinned] == [(30.0, False)]
    with pytest.raises(AllocationRefusedError, match="pin_not_acceptable"):
        allocated(specs, lots, Wish(pinned=(Pairing("b", "A", 30.0),)), blends=True)


def test_a_blend_keeps_least_takes_and_the_count_of_suppliers() -> None:
    few = Demand(tonnes=100, max_suppliers=2)
    lots = [
        offered(30_000, 40, assay("Cu", 0.4), least=20),
        offered(31_000, 40, assay("Cu", 0.2)),
        offered(32_000, 40, assay("Cu", 0.2)),
        offered(33_000, 90, assay("Cu", 0.1), least=60),
    ]
    found = allocated([wanted(50_000, 1, CU, quantity=few)], lots, blends=True)
    taken = {a.lot: a.tonnes for a in found.assignments}
    assert 1 <= len(taken) <= 2
    assert taken.get("a", 20.0) >= 20.0 - 1e-6
    assert taken.get("d", 60.0) >= 60.0 - 1e-6


def test_the_share_of_a_firm_holds_for_blends_too() -> None:
    lots = [offered(30_000, 100, DIRTY), offered(31_000, 100, CLEAN), offered(40_000, 100, assay("Cu", 0.1))]
    found = allocated([wanted(60_000, 100, CU)], lots, Wish(most_share=0.5), blends=True, owners="xxy")
    assert math.fsum(a.tonnes for a in found.assignments if a.lot in "ab") <= 50.0 + 1e-6
    assert found.fairness is not None
    assert found.fairness.lost > 0.0


def test_a_property_that_does_not_blend_is_refused_by_name() -> None:
    with pytest.raises(BlendRefusedError, match="property_does_not_blend"):
        allocated([wanted(9, 1, limit("charpy_notched_23", min=5, unit="kJ/m2"))], [offered(1, 1, CLEAN)], blends=True)


def test_without_a_limit_there_is_nothing_that_lots_could_meet_together() -> None:
    assert allocated([wanted(50_000, 100)], [offered(1, 100, CLEAN)], blends=True).assignments == ()


@pytest.mark.parametrize(("specs", "lots"), [([wanted(9, 1, CU)], []), ([wanted(9, 1, CU)], [offered(1, 1)])])
def test_no_lot_that_may_enter_a_blend_is_an_answer(specs: list[Spec], lots: list[Lot]) -> None:
    found = allocated(specs, lots, blends=True)
    assert (found.status, found.assignments, found.blends) == ("optimal", (), ())
    assert [u.code for u in found.unmet] == ["no_lot_conforms"]


def test_a_blend_that_costs_more_than_it_is_worth_is_not_made() -> None:
    found = allocated([wanted(50_000, 100, CU)], [offered(60_000, 100, CLEAN)], blends=True)
    assert (found.assignments, found.objective.amount) == ((), 0.0)


def test_no_firm_may_serve_anything() -> None:
    lots = [offered(1, 100, CLEAN), offered(2, 100, DIRTY)]
    assert allocated([wanted(50_000, 100, CU)], lots, Wish(most_share=0.0), blends=True).tonnes == 0.0


def test_where_no_blend_conforms_nothing_is_the_optimum() -> None:
    lots = [offered(1, 1_000, assay("Cu", 0.302)), offered(2, 1_000, assay("Cu", 0.3))]
    found = allocated([wanted(50_000, 1_000, CU, confidence=0.95)], lots, blends=True)
    assert (found.status, found.assignments, found.gap) == ("optimal", (), 0.0)


def test_the_least_freight_co2_of_blends_comes_after_the_most_tonnes() -> None:
    asked = wanted(50_000, 100, CU, confidence=0.5)
    lots = [offered(1, 100, CLEAN, location=FAR), offered(2, 40, CLEAN), offered(3, 90, DIRTY)]
    found = allocated([asked], lots, Wish(goal=Goal.CO2), blends=True)
    # 0.2 (40 + far) + 0.4 dirty = 0.3 · 100: as little from far as the limit lets
    assert amounts(found) == pytest.approx({("a", "A"): 10.0, ("b", "A"): 40.0, ("c", "A"): 50.0}, rel=1e-4)
    assert (found.status, found.objective.sense) == ("optimal", "min_freight_co2_at_most_tonnes")
    assert found.objective.amount == pytest.approx(math.fsum(a.tonnes * a.freight_co2 for a in found.assignments))
    assert found.most_tonnes == pytest.approx(100.0)


def test_where_every_lot_conforms_blends_emit_what_single_pairings_do() -> None:
    specs = [wanted(50_000, 100, CU), wanted(50_000, 70, CU)]
    places = (FAR, Place(prefecture="JP-14"), Place(prefecture="JP-27"), Place(prefecture="JP-01"))
    lots = [offered(1, 50, CLEAN, location=place) for place in places]
    alone, mixed = (allocated(specs, lots, Wish(goal=Goal.CO2), blends=blends) for blends in (False, True))
    assert mixed.objective.amount == pytest.approx(alone.objective.amount, rel=1e-4)
    assert mixed.tonnes == pytest.approx(alone.tonnes, rel=1e-5)
    assert mixed.prices.unit == alone.prices.unit
