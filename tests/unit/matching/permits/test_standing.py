"""What a lot's way asks for by its legal status, and which permit fulfils it or why none does."""

from datetime import date

import pytest

from matching.explain import render
from matching.listings import Lot
from matching.permits.needs import Activity, Move, needs
from matching.permits.permit import Held, Outcome
from matching.permits.rules import Party
from matching.permits.standing import Fulfilment, standings
from matching.values import LegalStatus, Origin, Place
from matching.words import LANGUAGES
from specs.catalogue.loader import catalogue
from tests.support.pairs import lot
from tests.support.permits import (
    COLLECTS_THERE,
    COMPLETE,
    STORES_HERE,
    TREATS_THERE,
    UNTIL,
    collects,
    permit,
    treats,
)

KNOWN = catalogue()
DAY = date(2027, 1, 5)
WASTE = lot(legal_status=LegalStatus.WASTE)
IN_CHIBA = {"location": Place(prefecture="JP-12")}


def asked(one: Lot, day: date = DAY) -> list[tuple[str, str, tuple[str, ...], str]]:
    found = needs(Move(lot=one, to="JP-13", day=day), KNOWN)
    return [(n.party.value, n.activity.value, n.kinds, n.prefecture) for n in found]


def stand(one: Lot, held: Held, day: date = DAY, **rest: str) -> list[tuple[str, str, str]]:
    found = standings(Move(lot=one, to="JP-13", day=day, **rest), held, KNOWN)
    return [(s.party.value, s.activity.value, s.code) for s in found]


def of(party: Party, activity: Activity, held: Held, one: Lot = WASTE, day: date = DAY, **rest: str) -> str:
    return next(c for p, a, c in stand(one, held, day, **rest) if (p, a) == (party.value, activity.value))


HOLDING = (Party.OWNER, Activity.HOLD)
TREATING = (Party.RECEIVER, Activity.TREAT)


def test_industrial_waste_is_held_loaded_unloaded_and_treated_under_permits_of_each_place():
    assert asked(WASTE) == [
        ("owner", "hold", ("SANPAI_SHOBUN", "SANPAI_UNPAN"), "JP-14"),
        ("carrier", "load", ("SANPAI_UNPAN",), "JP-14"),
        ("carrier", "unload", ("SANPAI_UNPAN",), "JP-13"),
        ("receiver", "treat", ("SANPAI_SHOBUN",), "JP-13"),
    ]


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"source": "household"}, {"IPPAN_SHOBUN", "IPPAN_UNPAN"}),
        ({"hazards": ("asbestos",)}, {"TOKKAN_SHOBUN", "TOKKAN_UNPAN"}),
        ({"hazards": ("radioactivity",)}, {"SANPAI_SHOBUN", "SANPAI_UNPAN"}),
    ],
)
def test_household_and_special_waste_have_permits_of_their_own(changes, kinds):
    found = asked(lot(legal_status=LegalStatus.WASTE, **changes))
    assert {kind for _, _, any_of, _ in found for kind in any_of} == kinds


def test_waste_of_ones_own_works_needs_no_permit_to_be_held():
    found = asked(lot(legal_status=LegalStatus.WASTE, origin=Origin.INTERNAL))
    assert [(party, activity) for party, activity, _, _ in found] == [
        ("carrier", "load"),
        ("carrier", "unload"),
        ("receiver", "treat"),
    ]


@pytest.mark.parametrize("status", [LegalStatus.VALUABLE, LegalStatus.EXEMPT_RECYCLABLE, None])
def test_what_is_no_waste_needs_no_waste_permit(status):
    assert asked(lot(legal_status=status)) == []


@pytest.mark.parametrize(
    ("changes", "day", "kind", "party"),
    [
        ({"material": "end_of_life_vehicle"}, DAY, "JIDOSHA_KAITAI", "owner"),
        ({"material": "cu_scrap"}, date(2027, 6, 1), "TOKUTEI_KINZOKUKUZU", "receiver"),
    ],
)
def test_of_valuables_a_permit_may_be_needed_that_the_lot_does_not_tell_of(changes, day, kind, party):
    valuable = lot(legal_status=LegalStatus.VALUABLE, **changes)
    assert [(p, a, k) for p, a, k, _ in asked(valuable, day)] == [(party, "operate", (kind,))]
    assert stand(valuable, Held(owner=(), receiver=()), day) == [(party, "operate", "permit_may_be_needed")]


def test_the_law_on_copper_scrap_asks_for_nothing_before_it_begins_nor_of_process_scrap():
    copper = lot(material="cu_scrap", legal_status=LegalStatus.VALUABLE)
    assert asked(copper, date(2027, 5, 31)) == []
    internal = lot(material="cu_scrap", legal_status=LegalStatus.VALUABLE, origin=Origin.POST_INDUSTRIAL)
    assert asked(internal, date(2027, 6, 1)) == []


def test_all_that_is_needed_and_confirmed_fulfils():
    assert [code for _, _, code in stand(WASTE, COMPLETE)] == ["permit_confirmed"] * 4


@pytest.mark.parametrize(
    ("owner", "code"),
    [
        ((), "permit_missing"),
        ((treats(),), "permit_confirmed"),
        ((treats(outcome=None),), "permit_declared"),
        ((treats(outcome=Outcome.REFUSED),), "permit_refused"),
        ((treats(valid_until=date(2027, 1, 4)),), "permit_expired"),
        ((treats(valid_from=date(2027, 1, 6)),), "permit_not_yet_valid"),
        ((treats(TREATS_THERE),), "permit_other_place"),
        ((treats(materials=("plastics",)),), "permit_other_material"),
        ((treats(materials=("stainless_scrap",)),), "permit_other_material"),
        ((treats(materials=("carbon_steel_scrap",)),), "permit_confirmed"),
        ((collects(),), "permit_without_storage"),
        ((collects(STORES_HERE),), "permit_confirmed"),
        # a city's permit counts in its prefecture
        ((treats("05620123456"),), "permit_confirmed"),
        ((treats("09920123456", prefecture="JP-14"),), "permit_confirmed"),
        # inside a certified plan none is needed
        ((permit("KOUDOKA_1", materials=()),), "permit_confirmed"),
        ((permit("KOUDOKA_3", materials=()),), "permit_missing"),
        # of several the best counts, and of bad ones the nearest is named
        ((treats(valid_until=date(2026, 1, 1)), treats(outcome=None)), "permit_declared"),
        ((treats(outcome=None), treats()), "permit_confirmed"),
        ((treats(valid_until=date(2026, 1, 1)), treats(TREATS_THERE, outcome=None, materials=())), "permit_expired"),
        ((treats(TREATS_THERE, materials=("plastics",)), treats(materials=("plastics",))), "permit_other_material"),
    ],
)
def test_what_the_owner_holds_decides(owner, code):
    assert of(*HOLDING, Held(owner=owner)) == code


@pytest.mark.parametrize(
    ("receiver", "treatment", "code"),
    [
        ((treats(TREATS_THERE),), None, "permit_confirmed"),
        # digit 3 is final disposal only
        ((treats("01330123456"),), None, "permit_without_treatment"),
        ((treats(TREATS_THERE, treatments=("NIR",)),), "NIR", "permit_confirmed"),
        ((treats(TREATS_THERE, treatments=("NIR",)),), "HOT_WASH", "permit_without_treatment"),
        ((treats(TREATS_THERE),), "HOT_WASH", "permit_confirmed"),
        ((collects(COLLECTS_THERE),), None, "permit_missing"),
        (None, None, "permit_not_known"),
    ],
)
def test_what_the_receiver_holds_decides_who_treats(receiver, treatment, code):
    rest = {"treatment": treatment} if treatment else {}
    assert of(*TREATING, Held(receiver=receiver), **rest) == code


def test_a_carrier_that_is_named_needs_a_permit_at_both_ends():
    found = stand(WASTE, Held(carrier=(collects(),)))
    assert [code for party, _, code in found if party == "carrier"] == ["permit_confirmed", "permit_other_place"]


def test_until_a_carrier_is_named_either_side_may_drive_and_nothing_blocks():
    either = Held(owner=(treats(), collects()), receiver=(treats(TREATS_THERE), collects(COLLECTS_THERE)))
    assert [code for _, _, code in stand(WASTE, either)] == ["permit_confirmed"] * 4
    neither = Held(owner=(treats(),), receiver=(treats(TREATS_THERE),))
    assert [code for party, _, code in stand(WASTE, neither) if party == "carrier"] == ["permit_carrier_open"] * 2


def test_a_possible_permit_that_lapsed_blocks_and_one_for_other_things_leaves_it_open():
    cars = lot(material="end_of_life_vehicle", legal_status=LegalStatus.WASTE, origin=Origin.INTERNAL)
    for held, code in (
        (permit("JIDOSHA_KAITAI", prefecture="JP-14", valid_until=date(2027, 1, 4)), "permit_expired"),
        (permit("JIDOSHA_KAITAI", prefecture="JP-14", materials=("plastics",)), "permit_may_be_needed"),
    ):
        assert of(Party.OWNER, Activity.OPERATE, Held(owner=(held,)), cars) == code


def test_a_rule_from_memory_says_so():
    flags = {s.permits[0]: s.from_memory for s in standings(Move(lot=WASTE, to="JP-13", day=DAY), COMPLETE, KNOWN)}
    assert flags == {"SANPAI_SHOBUN": True, "SANPAI_UNPAN": True}
    chiba = Move(lot=lot(legal_status=LegalStatus.VALUABLE, **IN_CHIBA), to="JP-13", day=DAY)
    assert [s.from_memory for s in standings(chiba, COMPLETE, KNOWN)] == [False]


def test_the_permit_that_fulfils_is_named_with_its_last_day():
    first = standings(Move(lot=WASTE, to="JP-13", day=DAY), COMPLETE, KNOWN)[0]
    assert (first.permit, first.valid_until, first.fulfilment) == ("01420123456", UNTIL, Fulfilment.CONFIRMED)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_standing_is_told_without_a_gap(language):
    lapsed = treats(valid_until=date(2026, 1, 1))
    helds = [COMPLETE, Held(), Held(owner=(), receiver=(), carrier=()), Held(owner=(lapsed,), carrier=(collects(),))]
    helds += [Held(owner=(treats(valid_from=date(2028, 1, 1)),)), Held(owner=(treats(outcome=Outcome.REFUSED),))]
    helds += [Held(owner=(collects(outcome=None),)), Held(owner=(treats(materials=("copper",)),))]
    for held in helds:
        for s in standings(Move(lot=WASTE, to="JP-13", day=DAY), held, KNOWN):
            reason = render(s.code, s.params, language, KNOWN)
            assert reason != s.code
            assert not {"?", "{", "None"} & {*reason, *reason.split()}
