"""The cheapest path of steps for a near miss: real places, real capacities, and nothing shown as measured."""

from decimal import Decimal

import pytest

from matching.explain import render
from matching.listings import Delivery, Lot, Supply
from matching.upgrade import upgrade
from matching.upgrading.answer import Upgraded
from matching.upgrading.offer import Residue
from matching.upgrading.searching import UpgradeRefusedError
from matching.upgrading.telling import told
from matching.values import Incoterm, Place, Price, Verdict, Window
from matching.words import LANGUAGES
from specs.catalogue.loader import catalogue
from tests.support.offers import GATE, offer, upgraded
from tests.support.pairs import FIRST, LAST, assay, limit, lot, spec

MILL = Place(prefecture="JP-13", lat=35.6, lon=139.8)
WANTED = spec(limit("Cu", max=0.25), confidence=0.95, delivery=Delivery(location=MILL, from_=FIRST, until=LAST))


def dirty(copper: float = 0.4, price: float = 30_000, tonnes: float = 100, **rest: object) -> Lot:
    given = {"quantity": Supply(tonnes=tonnes), "location": MILL, "ask_price": Price(amount=Decimal(str(price)))}
    return lot(assay("Cu", copper, uncertainty=0.01), **{**given, **rest})


def at_the_mill(step: str = "BALLISTIC_LOWCU", kept: float = 0.8, fee: float = 1000, **rest: object) -> object:
    return offer(step, kept, fee, **{"location": MILL, **rest})


def steps(found: Upgraded) -> list[str]:
    return [step.offer for step in found.path.steps] if found.path else []


def test_a_lot_that_conforms_needs_no_path() -> None:
    found = upgraded(WANTED, dirty(0.1), at_the_mill(Cu=0.6))
    assert (found.status, found.path) == ("conforms", None)


def test_without_an_offer_that_suffices_there_is_no_path() -> None:
    found = upgraded(WANTED, dirty(), at_the_mill(Cu=0.1), at_the_mill("HAND_PICKING", 0.99, Pb=0.1))
    assert (found.status, found.path) == ("no_path", None)


def test_the_price_of_a_tonne_that_arrives_holds_freight_fee_residue_and_what_is_lost() -> None:
    residue = Residue(charge=Price(amount=Decimal(5000)), credit=Price(amount=Decimal(2000)))
    path = upgraded(WANTED, dirty(), at_the_mill(kept=0.8, fee=1000, Cu=0.6, residue=residue)).path
    assert path is not None
    assert path.delivered_cost == pytest.approx((30_000 + 1000 + 0.2 * 3000) / 0.8)
    assert path.cost_per_tonne == pytest.approx(path.delivered_cost - 30_000)
    assert path.treatment_cost == pytest.approx(path.delivered_cost - 30_000 / 0.8)
    assert (path.tonnes_in, path.tonnes) == (100, 80)


def test_freight_is_paid_to_the_processor_and_from_there_to_the_mill() -> None:
    path = upgraded(WANTED, dirty(), offer(kept=0.8, fee=0, Cu=0.6, location=GATE)).path
    assert path is not None
    (step,) = path.steps
    assert step.freight_per_tonne > 0
    assert path.delivered_cost == pytest.approx((30_000 + step.freight_per_tonne) / 0.8 + step.freight_per_tonne)


def test_a_price_that_holds_delivery_pays_no_freight_to_the_first_processor() -> None:
    sold = Price(amount=Decimal(30_000), incoterm=Incoterm.DAP)
    path = upgraded(WANTED, dirty(ask_price=sold), offer(kept=0.8, fee=0, Cu=0.6)).path
    assert path is not None
    assert path.steps[0].freight_per_tonne == 0


def test_the_cheaper_of_two_offers_is_taken() -> None:
    found = upgraded(WANTED, dirty(), at_the_mill(Cu=0.6, fee=900, id="b"), at_the_mill(Cu=0.6, fee=1000, id="a"))
    assert steps(found) == ["b"]


def test_steps_are_put_together_where_one_does_not_suffice() -> None:
    found = upgraded(WANTED, dirty(0.5), at_the_mill(kept=0.95, Cu=0.4), at_the_mill("HAND_PICKING", 0.98, Cu=0.4))
    assert set(steps(found)) == {"ballistic_lowcu", "hand_picking"}


def test_the_same_step_is_not_taken_twice() -> None:
    found = upgraded(WANTED, dirty(0.5), at_the_mill(kept=0.95, Cu=0.4, id="a"), at_the_mill(kept=0.95, Cu=0.4, id="b"))
    assert found.status == "no_path"


def test_a_step_that_only_brings_the_lot_into_a_form_opens_the_next() -> None:
    shredding = at_the_mill("SHREDDER_MAGNET", 0.95, output_form="shredded")
    sorting = at_the_mill(Cu=0.6, forms=("shredded",))
    assert upgraded(WANTED, dirty(), sorting).status == "no_path"
    assert steps(upgraded(WANTED, dirty(), sorting, shredding)) == ["shredder_magnet", "ballistic_lowcu"]


def test_more_copper_is_not_taken_out_than_mass_leaves() -> None:
    assert upgraded(WANTED, dirty(), at_the_mill(kept=0.999, Cu=0.6)).status == "no_path"


def test_another_limit_that_the_yield_breaks_is_no_cure() -> None:
    wanted = spec(limit("Cu", max=0.25), limit("Sn", max=0.021), confidence=0.95)
    found = upgraded(wanted, lot(assay("Cu", 0.4), assay("Sn", 0.02, uncertainty=1e-5)), offer(kept=0.8, Cu=0.6))
    assert found.status == "no_path"


def test_a_blocker_that_no_step_lifts_leaves_no_path() -> None:
    late = dirty(available=Window(from_=LAST.replace(year=2028), until=LAST.replace(year=2028)))
    assert upgraded(WANTED, late, at_the_mill(Cu=0.6)).status == "no_path"


def test_an_offer_for_another_material_is_not_for_this_lot() -> None:
    assert upgraded(WANTED, dirty(), at_the_mill(Cu=0.6, materials=("stainless_scrap",))).status == "no_path"


def test_a_path_takes_no_more_than_its_narrowest_capacity() -> None:
    wide, narrow = at_the_mill("HAND_PICKING", 0.5, Cu=0.3), at_the_mill(kept=0.8, Cu=0.5, capacity_tonnes=20)
    path = upgraded(WANTED, dirty(0.3), wide, narrow).path
    assert path is not None
    entering = {step.offer: step.tonnes_in for step in path.steps}
    assert entering["ballistic_lowcu"] <= 20


def test_a_lot_sold_only_in_larger_parts_does_not_fit_a_small_plant() -> None:
    whole = dirty(quantity=Supply(tonnes=100, min_take_tonnes=100))
    assert upgraded(WANTED, whole, at_the_mill(Cu=0.6, capacity_tonnes=99)).status == "no_path"


def test_lots_share_a_capacity_and_the_cheapest_comes_first() -> None:
    lots = [("dear", dirty(price=31_000)), ("cheap", dirty(price=29_000)), ("dearest", dirty(price=32_000))]
    found = upgrade(WANTED, lots, [at_the_mill(Cu=0.6, capacity_tonnes=150)], catalogue())
    taken = {item.lot: item.path and item.path.tonnes_in for item in found.items}
    assert taken == {"cheap": 100, "dear": 50, "dearest": None}
    assert found.unused == {"ballistic_lowcu": 0}


def test_what_would_be_is_marked_and_never_called_measured() -> None:
    item = told(upgraded(WANTED, dirty(), at_the_mill(Cu=0.6)), "en", catalogue())
    assert item.path is not None
    projection = item.path.projection
    (known,) = projection.limits
    assert projection.projected
    assert not hasattr(known, "measured")
    assert (known.before, known.verdict) == (Verdict.OUT, Verdict.IN)
    assert known.expected == pytest.approx(0.4 * 0.4 / 0.8)
    assert known.reason.startswith("as it would be, not as measured: Cu 0.2 %")
    assert [flag.code for flag in projection.flags] == ["projected_only"]


def test_the_near_miss_says_what_its_cheapest_path_costs() -> None:
    item = upgraded(WANTED, dirty(), at_the_mill(Cu=0.6))
    assert item.path is not None
    assert item.evaluation.near_miss is not None
    assert item.evaluation.near_miss.cost_per_tonne == item.path.cost_per_tonne


def test_a_lot_without_a_price_has_its_treatment_priced_only() -> None:
    item = upgraded(WANTED, dirty(ask_price=None), at_the_mill(Cu=0.6, fee=1000, kept=0.8))
    assert item.path is not None
    assert (item.path.delivered_cost, item.path.cost_per_tonne, item.path.treatment_cost) == (None, None, 1250)


def test_an_offer_silent_on_co2_leaves_it_open() -> None:
    path = upgraded(WANTED, dirty(), at_the_mill(Cu=0.6, co2_kg_per_t=None)).path
    assert path is not None
    assert path.co2_kg_per_t is None


def test_a_product_cleaner_than_any_published_says_so_and_so_do_claims_without_evidence() -> None:
    path = upgraded(WANTED, dirty(), at_the_mill(Cu=0.9, evidence=())).path
    assert path is not None
    assert [flag.code for flag in path.steps[0].flags] == [
        "claim_without_evidence",
        "removal_far_beyond_published",
        "cleaner_than_published",
    ]


def test_a_law_is_met_by_removing_what_it_limits() -> None:
    wanted = spec(limit("PBDE", max=1000, unit="ppm"), material="abs", regimes=("eu_rohs",))
    found = upgraded(wanted, lot(assay("PBDE", 5000, "ppm"), material="abs"), offer("BR_SORT", PBDE=0.95))
    assert found.evaluation.blockers[0].gate == "regime"
    assert found.status == "upgraded"


def test_too_many_paths_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matching.upgrading.searching.LABELS", 3)
    offers = [at_the_mill(Cu=0.1, fee=i, id=f"o{i}", location=Place(prefecture=f"JP-0{i}")) for i in range(1, 6)]
    with pytest.raises(UpgradeRefusedError) as refused:
        upgraded(WANTED, dirty(), *offers)
    assert render(refused.value.code, refused.value.params).startswith("5 offers make more than 3 paths")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_a_path_is_a_whole_sentence(language: str) -> None:
    items = [
        upgraded(WANTED, dirty(0.1)),
        upgraded(WANTED, dirty()),
        upgraded(WANTED, dirty(), at_the_mill(Cu=0.9, evidence=(), Pb=0.1)),
        upgraded(WANTED, dirty(ask_price=None), at_the_mill("HAND_PICKING", 0.9, Cu=0.6)),
    ]
    for item in (told(one, language, catalogue()) for one in items):
        parts = [item]
        for step in item.path.steps if item.path else ():
            parts += [*step.claims, *step.flags]  # type: ignore[list-item]
        parts += [*item.path.projection.limits, *item.path.projection.flags] if item.path else []  # type: ignore[list-item]
        for part in parts:
            assert part.reason not in {"", part.code}
            assert not {"?", "{", "None", "nan"} & {*part.reason, *part.reason.split()}, part.reason
