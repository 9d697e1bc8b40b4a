"""A blend by way of processors: a lot is taken as it is, through a step, or both, and never shown as measured."""

import math

import msgspec
import pytest

from matching.alternatives import Taken, alternatives, holds
from matching.blend import Wish, blend
from matching.blending.answer import Blend
from matching.blending.candidates import Sense
from matching.blending.treating import ROUTES
from matching.listings import Delivery, Demand, Lot, Supply
from matching.upgrading.offer import Residue, UpgradeOffer
from matching.values import Basis, Incoterm, Place, Price
from specs.catalogue.loader import catalogue
from tests.support.blends import BLENDS, GATE, blended, offered
from tests.support.offers import offer
from tests.support.pairs import FIRST, LAST, assay, limit, spec
from tests.support.treated import columns, named, treated

AT = {"delivery": Delivery(location=GATE, from_=FIRST, until=LAST)}
WANTED = spec(limit("Cu", max=0.25), **AT)
KEEN = Wish(shadow_prices=False)


def sorting(**rest: object) -> UpgradeOffer:
    """Low-copper sorting at the buyer's gate: 60 % of the copper, 80 % of the mass."""
    return offer(**{"Cu": 0.6, "kept": 0.8, "fee": 1000.0, "location": GATE, **rest})


def dirty(tonnes: float = 200, price: float = 30_000, **rest: object) -> Lot:
    return offered(price, tonnes, assay("Cu", 0.4), **rest)


def clean(tonnes: float = 200, price: float = 60_000) -> Lot:
    return offered(price, tonnes, assay("Cu", 0.1))


def by_way(found: Blend) -> dict[tuple[str, ...], float]:
    return {(take.lot, *(step.offer for step in take.steps)): take.tonnes for take in found.takes}


def test_part_of_a_lot_goes_through_the_step_and_part_as_it_is() -> None:
    found = treated(WANTED, [dirty()], [sorting()])
    # 0.4 % and after it 0.4 · 0.4 / 0.8 = 0.2 %: a quarter and three quarters make 0.25 %
    assert by_way(found) == pytest.approx({("a",): 25.0, ("a", "ballistic_lowcu"): 75.0})
    assert found.objective.amount == pytest.approx(25 * 30_000 + 75 * 31_000 / 0.8)
    assert (found.status, found.gap) == ("optimal", 0.0)


def test_cost_is_by_the_tonne_that_arrives_and_the_lot_gives_more() -> None:
    found = treated(spec(limit("Cu", max=0.2), **AT), [dirty()], [sorting()])
    (take,) = found.takes
    assert (take.tonnes, take.tonnes_in) == pytest.approx((100.0, 125.0))
    assert take.delivered_cost == pytest.approx(31_000 / 0.8)
    (step,) = take.steps
    assert (step.tonnes_in, step.tonnes_out, step.fee_per_tonne) == pytest.approx((125.0, 100.0, 1000.0))
    assert step.residue_tonnes == pytest.approx(25.0)


@pytest.mark.parametrize(("tonnes", "status"), [(125.0, "optimal"), (124.0, "infeasible")])
def test_the_tonnes_of_a_lot_are_those_that_leave_it(tonnes: float, status: str) -> None:
    assert treated(spec(limit("Cu", max=0.2), **AT), [dirty(tonnes)], [sorting()]).status == status


def test_both_ways_of_a_lot_share_its_tonnes() -> None:
    found = treated(WANTED, [dirty(100.0), clean()], [sorting()])
    given = math.fsum(take.tonnes_in for take in found.takes if take.lot == "a")
    assert given == pytest.approx(100.0)
    assert math.fsum(take.tonnes for take in found.takes) == pytest.approx(100.0)


def test_lots_share_the_capacity_of_an_offer() -> None:
    found = treated(WANTED, [dirty(60.0), dirty(60.0, 31_000), clean()], [sorting(capacity_tonnes=50.0)])
    entered = math.fsum(step.tonnes_in for take in found.takes for step in take.steps)
    assert entered == pytest.approx(50.0)
    assert found.processing is not None
    assert found.processing.unused == {"ballistic_lowcu": 0.0}


def test_processors_with_the_same_step_add_their_capacities() -> None:
    two = [sorting(id=name, capacity_tonnes=62.5) for name in ("p", "q")]
    found = treated(spec(limit("Cu", max=0.2), **AT), [dirty()], two)
    assert by_way(found) == pytest.approx({("a", "p"): 50.0, ("a", "q"): 50.0})


def test_two_steps_one_after_the_other_are_one_way() -> None:
    offers = [sorting(), offer("HAND_PICKING", 0.9, 500.0, Cu=0.5, location=GATE)]
    # 0.4 · 0.4 · 0.5 / 0.72, which neither step comes to alone
    found = treated(spec(limit("Cu", max=0.08 / 0.72), **AT), [dirty()], offers)
    (take,) = found.takes
    assert {step.offer for step in take.steps} == {"ballistic_lowcu", "hand_picking"}
    assert take.tonnes_in == pytest.approx(100 / 0.72)
    assert take.steps[1].tonnes_in == pytest.approx(take.steps[0].tonnes_out, abs=1e-5)


def test_a_maximum_on_what_no_claim_speaks_of_holds_where_all_of_it_stays() -> None:
    lot = offered(30_000, 200, assay("Cu", 0.4), assay("Sn", 0.018))
    tin = spec(limit("Cu", max=0.2), limit("Sn", max=0.02), **AT)
    assert treated(tin, [lot], [sorting()]).status == "infeasible"
    held = treated(tin, [lot, offered(60_000, 200, assay("Cu", 0.1), assay("Sn", 0.01))], [sorting()])
    assert held.limits[1].mean == pytest.approx(0.02, rel=1e-6)


def test_a_minimum_on_what_no_claim_speaks_of_holds_where_it_leaves_in_proportion() -> None:
    lot = offered(30_000, 200, assay("Cu", 0.4), assay("Mn", 0.9))
    for least, status in ((0.9, "optimal"), (0.95, "infeasible")):
        wanted = spec(limit("Cu", max=0.2), limit("Mn", min=least), **AT)
        assert treated(wanted, [lot], [sorting()]).status == status


def test_an_error_of_the_assays_does_not_shrink_by_going_two_ways() -> None:
    wanted = spec(limit("Cu", max=0.25), confidence=0.99, **AT)
    lots = [offered(30_000, 200, assay("Cu", 0.2, uncertainty=0.02)), clean()]
    idle = sorting(Cu=0.0, kept=1.0, fee=0.0)
    plain = blended(wanted, *lots, wish=KEEN)
    assert treated(wanted, lots, [idle]).objective.amount == pytest.approx(plain.objective.amount, rel=1e-9)


def test_an_error_of_a_claim_does_not_shrink_by_more_lots_going_the_same_way() -> None:
    wanted = spec(limit("Cu", max=0.21), confidence=0.99, **AT)
    sure = {"uncertainty": 1e-9}
    claim = sorting().removal[0]
    unsure = msgspec.structs.replace(sorting(), removal=(msgspec.structs.replace(claim, uncertainty=0.05),))
    one = treated(wanted, [offered(30_000, 400, assay("Cu", 0.4, **sure)), clean()], [unsure])
    lots = [offered(30_000, 40, assay("Cu", 0.4, **sure)) for _ in range(10)]
    ten = treated(wanted, [*lots, clean()], [unsure])
    # the lots' own errors are the 2 % that is assumed, and do shrink
    assert one.limits[0].uncertainty == pytest.approx(ten.limits[0].uncertainty, rel=0.05)


def test_fees_and_residues_are_in_the_objective_and_shown_apart() -> None:
    waste = Residue(charge=Price(amount=5000))  # type: ignore[arg-type]
    found = treated(spec(limit("Cu", max=0.2), **AT), [dirty()], [sorting(residue=waste)])
    assert found.processing is not None
    # 125 t enter at 1,000, and 25 t of residue are taken off for 5,000
    assert found.processing.amount == pytest.approx(125 * 1000 + 25 * 5000)
    assert found.objective.amount == pytest.approx(125 * 30_000 + found.processing.amount)
    assert (found.processing.tonnes_in, found.processing.tonnes) == pytest.approx((125.0, 100.0))


def test_what_was_not_measured_says_so() -> None:
    found = treated(WANTED, [dirty()], [sorting(evidence=())])
    assert found.processing is not None
    assert found.processing.share == pytest.approx(0.75)
    assert [flag.code for flag in found.processing.flags] == ["blend_projected"]
    (step,) = next(take.steps for take in found.takes if take.steps)
    assert [flag.code for flag in step.flags] == ["claim_without_evidence"]
    assert step.claims[1].percent == 60.0


def test_an_offer_that_helps_nothing_changes_nothing() -> None:
    lots = [dirty(), clean()]
    plain = blended(WANTED, *lots, wish=KEEN)
    found = treated(WANTED, lots, [sorting(fee=1e6)])
    assert msgspec.structs.replace(found, processing=None) == plain
    assert found.processing is not None
    assert (found.processing.amount, found.processing.flags) == (0.0, ())


def test_the_haul_to_the_processor_counts_in_money_and_in_co2() -> None:
    far = Place(prefecture="JP-01", lat=43.1, lon=141.3)
    near = treated(spec(limit("Cu", max=0.2), **AT), [dirty()], [sorting()])
    for wish in (KEEN, Wish(sense=Sense.CO2, shadow_prices=False)):
        found = treated(spec(limit("Cu", max=0.2), **AT), [dirty()], [sorting(location=far)], wish)
        (step,) = found.takes[0].steps
        assert step.freight_per_tonne > 0.0
        assert found.objective.amount > (near.objective.amount if wish.sense is Sense.COST else 1250.0)


def test_by_co2_the_step_itself_counts_and_an_offer_that_is_silent_is_no_way() -> None:
    wanted, wish = spec(limit("Cu", max=0.2), **AT), Wish(sense=Sense.CO2, shadow_prices=False)
    found = treated(wanted, [dirty()], [sorting(co2_kg_per_t=20.0)], wish)
    assert found.objective.amount == pytest.approx(125 * 20.0)
    assert found.processing is not None
    assert found.processing.co2_kg == pytest.approx(125 * 20.0)
    assert treated(wanted, [dirty()], [sorting(co2_kg_per_t=None)], wish).status == "infeasible"


def test_a_seller_who_delivers_delivers_to_the_processor() -> None:
    far = {"location": Place(prefecture="JP-01", lat=43.1, lon=141.3)}
    price = Price(amount=30_000, incoterm=Incoterm.DAP)  # type: ignore[arg-type]
    found = treated(spec(limit("Cu", max=0.2), **AT), [dirty(ask_price=price, **far)], [sorting()])
    assert found.takes[0].delivered_cost == pytest.approx(31_000 / 0.8)


def test_suppliers_are_lots_whichever_way_they_go() -> None:
    wanted = spec(limit("Cu", max=0.25), quantity=Demand(tonnes=100, max_suppliers=1), **AT)
    found = treated(wanted, [dirty(), dirty(price=29_000, tonnes=60)], [sorting()])
    assert found.status == "optimal"
    assert {take.lot for take in found.takes} == {"a"}
    assert len(found.takes) == 2


@pytest.mark.parametrize(("least", "given"), [(50.0, 0.0), (12.4, 12.5)])
def test_the_least_take_is_of_what_leaves_the_lot(least: float, given: float) -> None:
    wanted, lots = spec(limit("Cu", max=0.11), **AT), [clean(100), dirty(price=1.0, least=least)]
    # 10 t of 0.2 % beside 90 t of 0.1 %: 12.5 t of the lot, and a little more for what else the step can take
    found = treated(wanted, lots, [sorting(capacity_tonnes=12.5)])
    assert math.fsum(take.tonnes_in for take in found.takes if take.lot == "b") == pytest.approx(given)


def test_a_lot_that_goes_whole_may_be_more_than_what_arrives_of_it() -> None:
    found = treated(spec(limit("Cu", max=0.2), **AT), [dirty(125.0, least=125.0)], [sorting()])
    assert found.takes[0].tonnes_in == pytest.approx(125.0)


def test_a_form_that_a_step_brings_opens_the_gate_for_the_treated_way_only() -> None:
    wanted = spec(limit("Cu", max=0.25), forms=("shredded",), **AT)
    whole = dirty(form="bales")
    assert treated(wanted, [whole], [sorting()]).barred[0].code == "form_not_accepted"
    found = treated(wanted, [whole], [sorting(output_form="shredded")])
    assert by_way(found) == pytest.approx({("a", "ballistic_lowcu"): 100.0})
    assert found.barred == ()


def test_an_analyte_that_is_not_measured_bars_every_way() -> None:
    found = treated(WANTED, [offered(1, 200)], [sorting()])
    assert (found.takes, [bar.code for bar in found.barred]) == ((), ["unmeasured"])


def test_an_offer_for_another_material_is_no_way() -> None:
    found = treated(WANTED, [dirty()], [sorting(materials=("al_scrap",))])
    assert found.processing is not None
    assert (found.status, found.processing.routes) == ("infeasible", 0)


def test_of_many_ways_the_few_best_are_columns() -> None:
    offers = [sorting(id=f"p{i:02}", fee=1000.0 + i) for i in range(20)]
    ways = columns(WANTED, [dirty()], offers)
    assert [one.route.offers[0].id for one in ways if one.route] == [f"p{i:02}" for i in range(ROUTES)]


def test_dry_limits_weigh_dry_mass_at_the_worse_moisture() -> None:
    wet = offered(30_000, 300, assay("Cu", 0.4, basis=Basis.DRY), assay("moisture", 10))
    wanted = spec(limit("Cu", max=0.2, basis=Basis.DRY), **AT)
    # water stays or leaves in proportion, and copper by the claim: the dry mass shrinks by more where the water stays
    shrunk = 0.4 * 0.4 / 0.8 * 0.9 / (1 - 0.1 / 0.8)
    assert treated(wanted, [wet], [sorting()]).status == "infeasible"
    found = treated(spec(limit("Cu", max=shrunk * 1.0001, basis=Basis.DRY), **AT), [wet], [sorting()])
    assert found.status == "optimal"


def test_shadow_prices_of_a_treated_blend_are_what_solving_again_saves() -> None:
    lots, offers = [dirty(), clean()], [sorting()]
    found, eased = (treated(spec(limit("Cu", max=end), **AT), lots, offers, Wish()) for end in (0.22, 0.221))
    price = found.limits[0].shadow_price
    assert price is not None
    assert eased.objective.amount - found.objective.amount == pytest.approx(price.amount / 10, rel=1e-4)


def test_what_would_help_counts_the_steps() -> None:
    asked = spec(limit("Cu", max=0.15), **AT)
    (plain,), (eased,) = blended(asked, dirty()).relaxations, treated(asked, [dirty()], [sorting()]).relaxations
    assert plain.to == pytest.approx(0.4, rel=1e-5)
    assert eased.to == pytest.approx(0.2, rel=1e-5)


def test_too_few_tonnes_after_the_step_name_the_most_there_are() -> None:
    (change,) = treated(spec(limit("Cu", max=0.2), **AT), [dirty(100.0)], [sorting()]).relaxations
    assert change.tonnes == pytest.approx(80.0, rel=1e-5)


def test_the_answer_is_the_same_whatever_the_order() -> None:
    lots, offers = [dirty(), clean(50)], [sorting(), offer("HAND_PICKING", 0.9, 700.0, Cu=0.3, location=GATE)]
    first = msgspec.json.encode(blend(WANTED, named(lots), catalogue(), KEEN, offers))
    assert msgspec.json.encode(blend(WANTED, named(lots)[::-1], catalogue(), KEEN, offers[::-1])) == first


@pytest.mark.parametrize("case", BLENDS, ids=lambda case: case.name)
def test_a_blend_without_offers_says_nothing_of_processing(case: object) -> None:
    found = msgspec.to_builtins(blend(case.spec, [(one.id, one) for one in case.lots], catalogue(), KEEN))  # type: ignore[attr-defined]
    assert "processing" not in found
    assert all(set(take) == {"lot", "tonnes", "delivered_cost"} for take in found["takes"])


def test_alternatives_leave_out_lots_and_not_ways() -> None:
    found = alternatives(WANTED, named([dirty(), dirty(price=30_500)]), catalogue(), KEEN, [sorting()])
    assert [{take.lot for take in one.takes} for one in found] == [{"a"}, {"b"}]


def test_a_treated_blend_holds_for_as_long_as_its_lots_and_offers_do() -> None:
    lot, step = dirty(), sorting()
    takes = [Taken("a", lot, 25.0), Taken("a", lot, 75.0, (step,))]
    assert holds(WANTED, takes, catalogue(), KEEN)

    def after(lot: Lot, step: UpgradeOffer) -> bool:
        return holds(WANTED, [Taken("a", lot, 25.0), Taken("a", lot, 75.0, (step,))], catalogue(), KEEN)

    changed = {
        "less of the lot": after(msgspec.structs.replace(lot, quantity=Supply(tonnes=110.0)), step),
        "less capacity": after(lot, sorting(capacity_tonnes=90.0)),
        "a weaker claim": after(lot, sorting(Cu=0.5)),
        "another fee": after(lot, sorting(fee=2000.0)),
    }
    assert changed == {"less of the lot": False, "less capacity": False, "a weaker claim": False, "another fee": True}
