"""All lots to all specs: who is served, what it is worth, and what a coordinator may ask for."""

import math
from decimal import Decimal

import pytest

from matching.allocation.answer import Allocation
from matching.allocation.wish import AllocationRefusedError, Goal, Pairing, SmallFirms, Wish
from matching.listings import Demand, Lot, Spec
from matching.values import Currency, Place, Price, Verdict
from tests.support.allocations import allocated, amounts, wanted
from tests.support.blends import offered
from tests.support.pairs import assay, limit, lot

CU = limit("Cu", max=0.3)
CLEAN, DIRTY = assay("Cu", 0.2), assay("Cu", 0.4)


def two_and_two(wish: Wish | None = None, owners: str = "") -> Allocation:
    """Lot a suits both specs, b only B, which pays less."""
    specs = [wanted(50_000, 100, CU), wanted(45_000, 100, limit("Cu", max=0.5))]
    lots = [offered(30_000, 120, CLEAN), offered(40_000, 100, DIRTY)]
    return allocated(specs, lots, wish, owners=owners)


def refusal(wish: Wish, owners: str = "") -> str:
    with pytest.raises(AllocationRefusedError) as caught:
        two_and_two(wish, owners)
    return caught.value.code


def test_a_lot_is_split_where_both_parts_are_worth_most() -> None:
    found = two_and_two()
    assert amounts(found) == {("a", "A"): 100.0, ("a", "B"): 20.0, ("b", "B"): 80.0}
    assert found.objective.amount == 100 * 20_000 + 20 * 15_000 + 80 * 5_000
    assert (found.status, found.bound, found.gap) == ("optimal", found.objective.amount, 0.0)


def test_what_is_left_on_both_sides_is_told_with_its_reason() -> None:
    specs = [wanted(50_000, 300, CU), wanted(50_000, 10, limit("Cu", max=0.1)), wanted(None, 10, CU)]
    lots = [offered(30_000, 120, CLEAN), offered(40_000, 50, DIRTY), offered(60_000, 50, CLEAN), lot(CLEAN)]
    found = allocated(specs, lots)
    assert [(u.spec, u.tonnes, u.code) for u in found.unmet] == [
        ("A", 180.0, "supply_short"),
        ("B", 10.0, "no_lot_conforms"),
        ("C", 10.0, "no_ceiling"),
    ]
    assert [(u.lot, u.tonnes, u.code) for u in found.unsold] == [
        ("b", 50.0, "no_spec_accepts"),
        ("c", 50.0, "no_spec_accepts"),
        ("d", 100.0, "no_ask_price"),
    ]


def test_prices_are_what_one_more_tonne_is_worth() -> None:
    found = two_and_two()
    assert [(p.lot, p.amount) for p in found.prices.lots] == [("a", 10_000.0)]
    assert [(p.spec, p.amount) for p in found.prices.specs] == [("A", 10_000.0), ("B", 5_000.0)]


def test_a_pair_that_is_only_conditionally_acceptable_needs_leave() -> None:
    specs, lots = [wanted(50_000, 10, CU, confidence=0.95)], [offered(1, 10, assay("Cu", 0.299))]
    assert allocated(specs, lots).assignments == ()
    (one,) = allocated(specs, lots, Wish(conditional=True)).assignments
    assert one.verdict is Verdict.CONDITIONAL


def test_the_most_tonnes_come_first_and_then_the_least_cost() -> None:
    specs = [wanted(50_000, 100, CU), wanted(45_000, 100, limit("Cu", max=0.5))]
    lots = [offered(44_000, 100, CLEAN), offered(10, 100, CLEAN), offered(46_000, 100, CLEAN)]
    found = allocated(specs, lots, Wish(goal=Goal.TONNES))
    assert (found.objective.sense, found.objective.amount, found.objective.unit) == ("max_tonnes", 200.0, "t")
    assert {(a.lot, a.tonnes) for a in found.assignments} == {("a", 100.0), ("b", 100.0)}
    assert [(p.spec, p.amount) for p in found.prices.specs] == [("A", 1.0), ("B", 1.0)]
    assert (found.prices.unit, found.prices.lots) == ("t/t", ())


def test_the_least_freight_co2_comes_after_the_most_tonnes() -> None:
    far = Place(prefecture="JP-27")
    lots = [offered(1, 60, CLEAN, location=far), offered(2, 60, CLEAN)]
    found = allocated([wanted(50_000, 100, CU)], lots, Wish(goal=Goal.CO2))
    assert amounts(found) == {("a", "A"): 40.0, ("b", "A"): 60.0}
    assert found.objective.unit == "kg CO2"
    assert found.objective.amount == pytest.approx(math.fsum(a.tonnes * a.freight_co2 for a in found.assignments))
    assert found.status == "optimal"


def test_no_price_takes_part_where_tonnes_count_but_a_price_over_the_ceiling_does_not() -> None:
    specs, lots = [wanted(50_000, 100, CU)], [lot(CLEAN), offered(60_000, 100, CLEAN)]
    found = allocated(specs, lots, Wish(goal=Goal.TONNES))
    assert [(a.lot, a.delivered_cost) for a in found.assignments] == [("a", None)]


def test_another_currency_is_left_out_by_name() -> None:
    dollars = Price(amount=Decimal(300), currency=Currency.USD)
    specs = [wanted(50_000, 100, CU), wanted(None, 100, CU, max_price=dollars)]
    found = allocated(specs, [offered(1, 10, CLEAN, ask_price=dollars)])
    assert found.unsold[0].code == "currency_not_jpy"
    assert [u.code for u in found.unmet] == ["no_lot_conforms", "ceiling_not_jpy"]


def test_materials_are_problems_of_their_own_and_add_up() -> None:
    specs = [wanted(50_000, 100, CU), wanted(500_000, 10, limit("Zn", max=1), material="copper_scrap")]
    lots = [offered(30_000, 100, CLEAN), offered(400_000, 10, assay("Zn", 0.5), material="copper_scrap")]
    found = allocated(specs, lots)
    assert [(p.material, p.objective.amount) for p in found.materials] == [
        ("carbon_steel_scrap", 2_000_000.0),
        ("copper_scrap", 1_000_000.0),
    ]
    assert (found.objective.amount, found.bound, found.tonnes) == (3_000_000.0, 3_000_000.0, 110.0)


@pytest.mark.parametrize(("specs", "lots"), [([], []), ([], [offered(1, 1, CLEAN)]), ([wanted(9, 1, CU)], [])])
def test_an_empty_side_is_an_answer(specs: list[Spec], lots: list[Lot]) -> None:
    found = allocated(specs, lots)
    assert (found.status, found.objective.amount, found.bound, found.gap) == ("optimal", 0.0, 0.0, 0.0)
    assert (len(found.unmet), len(found.unsold)) == (len(specs), len(lots))


def test_no_firm_serves_more_than_its_share_and_the_cost_is_told() -> None:
    found = two_and_two(Wish(most_share=0.4), owners="xy")
    assert amounts(found) == {("a", "A"): 80.0, ("b", "B"): 80.0}
    assert found.fairness is not None
    assert found.fairness.unfair == 2_700_000.0
    assert found.fairness.lost == 2_700_000.0 - found.objective.amount
    assert [(p.owner, p.amount) for p in found.prices.owners] == [("x", 20_000.0), ("y", 5_000.0)]


def test_small_firms_come_first_where_a_tonne_of_theirs_costs_no_more_than_stated() -> None:
    specs = [wanted(50_000, 100, CU)]
    lots = [offered(30_000, 100, CLEAN), offered(31_000, 30, CLEAN), offered(33_000, 30, CLEAN)]
    found = allocated(specs, lots, Wish(small_firms=SmallFirms(tonnes=50, bonus=2_000)))
    assert amounts(found) == {("a", "A"): 70.0, ("b", "A"): 30.0}
    assert found.fairness is not None
    assert (found.fairness.lost, found.fairness.small_tonnes) == (30 * 1_000.0, 30.0)
    assert found.fairness.small_tonnes_unfair == 0.0
    assert (found.status, found.bound) == ("optimal", found.objective.amount)


def test_a_firm_is_small_by_all_its_lots_together() -> None:
    lots = [offered(30_000, 100, CLEAN), offered(31_000, 30, CLEAN), offered(31_000, 30, CLEAN)]
    wish = Wish(small_firms=SmallFirms(tonnes=50, bonus=2_000))
    assert set(amounts(allocated([wanted(50_000, 100, CU)], lots, wish, owners="xyy"))) == {("a", "A")}


def test_a_pinned_pairing_stands_and_the_rest_is_the_best_around_it() -> None:
    found = two_and_two(Wish(pinned=(Pairing("a", "B", 90.0),)))
    assert amounts(found) == {("a", "A"): 30.0, ("a", "B"): 90.0, ("b", "B"): 10.0}
    assert [(a.lot, a.spec) for a in found.assignments if a.pinned] == [("a", "B")]
    assert found.objective.amount == 30 * 20_000 + 90 * 15_000 + 10 * 5_000


def test_a_pin_without_tonnes_takes_as_much_as_both_sides_can() -> None:
    assert amounts(two_and_two(Wish(pinned=(Pairing("b", "B"),))))["b", "B"] == 100.0


def test_a_forbidden_pairing_is_not_used() -> None:
    found = two_and_two(Wish(forbidden=(Pairing("a", "A"),)))
    assert ("a", "A") not in amounts(found)
    assert found.objective.amount == 100 * 15_000


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish(pinned=(Pairing("a", "A"),), forbidden=(Pairing("a", "A"),)), "pin_forbidden"),
        (Wish(pinned=(Pairing("z", "A"),)), "pairing_unknown"),
        (Wish(forbidden=(Pairing("a", "Z"),)), "pairing_unknown"),
        (Wish(pinned=(Pairing("b", "A"),)), "pin_not_acceptable"),
        (Wish(pinned=(Pairing("a", "A"), Pairing("a", "A"))), "pin_not_acceptable"),
        (Wish(pinned=(Pairing("a", "A", 110.0),)), "pin_over_spec"),
        (Wish(pinned=(Pairing("a", "A", 90.0), Pairing("a", "B", 40.0))), "pin_over_lot"),
        (Wish(pinned=(Pairing("a", "B", 60.0), Pairing("b", "B", 50.0))), "pin_over_spec"),
        (Wish(pinned=(Pairing("a", "A", 90.0),), most_share=0.2), "pin_over_share"),
        (Wish(goal=Goal.TONNES, small_firms=SmallFirms(1, 1)), "small_firms_need_welfare"),
    ],
)
def test_what_contradicts_itself_is_refused_by_name(wish: Wish, code: str) -> None:
    assert refusal(wish) == code


def test_a_lot_that_gives_no_less_than_its_least_goes_to_one_spec_whole() -> None:
    specs = [wanted(50_000, 60, CU), wanted(49_000, 60, CU)]
    found = allocated(specs, [offered(30_000, 100, CLEAN, least=60)])
    assert amounts(found) == {("a", "A"): 60.0}
    assert (found.status, found.bound) == ("feasible", 60 * 20_000 + 40 * 19_000)
    assert found.gap == pytest.approx(40 * 19_000 / (60 * 20_000))


def test_a_spec_takes_no_more_suppliers_than_it_allows() -> None:
    few = Demand(tonnes=100, max_suppliers=1)
    lots = [offered(30_000, 40, CLEAN), offered(31_000, 60, CLEAN)]
    found = allocated([wanted(50_000, 1, CU, quantity=few)], lots)
    assert amounts(found) == {("b", "A"): 60.0}
    assert found.status == "feasible"


def test_lots_smaller_than_the_spec_wants_stay_out() -> None:
    least = Demand(tonnes=100, min_lot_tonnes=50)
    found = allocated([wanted(50_000, 1, CU, quantity=least)], [offered(1, 40, CLEAN)])
    assert [u.code for u in found.unsold] == ["no_spec_accepts"]
