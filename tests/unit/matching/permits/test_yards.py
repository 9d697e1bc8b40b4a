"""What a yard needs to deliver what is no waste, how it says that it needs nothing, and what nobody has read."""

from datetime import date
from typing import Any

import pytest

from matching.explain import render
from matching.listings import Lot
from matching.permits.faults import permit_faults
from matching.permits.gate import gate, judged
from matching.permits.needs import Move, beyond
from matching.permits.permit import Held, HeldPermit, Outcome, Permit
from matching.permits.standing import Fulfilment, standings
from matching.values import LegalStatus, Origin, Place
from matching.words import LANGUAGES
from specs.catalogue.loader import catalogue
from tests.support.pairs import limit, lot, spec
from tests.support.permits import UNTIL, permit

KNOWN = catalogue()
DAY = date(2027, 1, 5)
CHIBA, TOKYO, KANAGAWA = "JP-12", "JP-13", "JP-14"


def scrap(prefecture: str = CHIBA, **rest: Any) -> Lot:
    return lot(**{"legal_status": LegalStatus.VALUABLE, "location": Place(prefecture=prefecture)} | rest)


def move(one: Lot) -> Move:
    return Move(lot=one, to=TOKYO, day=DAY)


def stand(one: Lot, *owner: HeldPermit) -> list[tuple[str, tuple[str, ...], str]]:
    found = standings(move(one), Held(owner=owner, receiver=()), KNOWN)
    return [(s.code, s.permits, s.fulfilment.value) for s in found]


def yard(kind: str, **rest: Any) -> HeldPermit:
    return permit(kind, **{"prefecture": CHIBA, "materials": ()} | rest)


APPLIANCES = scrap(KANAGAWA, source="appliance")
MISSING = ("yard_permit_missing", ("CHIBA_PREF_YARD",), "blocked")


@pytest.mark.parametrize("status", [LegalStatus.VALUABLE, LegalStatus.EXEMPT_RECYCLABLE, None])
def test_a_yard_in_chiba_that_holds_nothing_cannot_deliver_whatever_it_says_of_the_legal_status(status):
    assert stand(scrap(legal_status=status)) == [MISSING]
    assert gate(move(scrap(legal_status=status)), Held(owner=()), KNOWN).blocked


@pytest.mark.parametrize("status", [LegalStatus.VALUABLE, None])
def test_used_appliances_are_delivered_by_a_yard_that_has_notified_them_anywhere_in_japan(status):
    one = scrap(KANAGAWA, source="appliance", legal_status=status)
    assert stand(one) == [("yard_permit_missing", ("YUUGAI_TODOKEDE",), "blocked")]
    notified = yard("YUUGAI_TODOKEDE", prefecture=KANAGAWA)
    assert stand(one, notified) == [("permit_confirmed", ("YUUGAI_TODOKEDE",), "confirmed")]


@pytest.mark.parametrize("origin", [Origin.POST_INDUSTRIAL, Origin.INTERNAL])
def test_what_a_maker_of_appliances_leaves_over_is_no_used_equipment(origin):
    assert stand(scrap(KANAGAWA, source="appliance", origin=origin)) == []


@pytest.mark.parametrize(
    ("changes", "status"), [({"material": "black_mass_ncm"}, LegalStatus.VALUABLE), ({}, LegalStatus.WASTE)]
)
def test_the_ordinance_asks_for_nothing_of_other_material_and_of_waste(changes, status):
    codes = [code for code, _, _ in stand(scrap(legal_status=status, **changes))]
    assert "yard_permit_missing" not in codes


@pytest.mark.parametrize(
    ("held", "code"),
    [
        (yard("CHIBA_PREF_YARD"), "permit_confirmed"),
        (yard("CHIBA_PREF_YARD", outcome=None), "permit_declared"),
        # of a city whose own ordinance stands for the prefecture's
        (yard("CHIBA_CITY_YARD"), "permit_confirmed"),
        (yard("SODEGAURA_CITY_YARD"), "permit_confirmed"),
        (yard("YARD_INDOORS"), "exemption_confirmed"),
        (yard("YARD_INDOORS", outcome=None), "exemption_declared"),
        (yard("YARD_WITHOUT_MACHINERY"), "exemption_confirmed"),
        (yard("YARD_SMALL_CHIBA_CITY"), "exemption_confirmed"),
    ],
)
def test_a_permit_or_a_declared_exemption_lets_a_yard_deliver(held, code):
    assert [c for c, _, _ in stand(scrap(), held)] == [code]


@pytest.mark.parametrize(
    ("held", "code"),
    [
        (yard("CHIBA_PREF_YARD", valid_until=date(2027, 1, 4)), "permit_expired"),
        (yard("CHIBA_PREF_YARD", outcome=Outcome.REFUSED), "permit_refused"),
        (yard("CHIBA_PREF_YARD", materials=("plastics",)), "permit_other_material"),
        (yard("CHIBA_PREF_YARD", prefecture=TOKYO), "permit_other_place"),
        (yard("YARD_INDOORS", valid_until=date(2027, 1, 4)), "permit_expired"),
        (yard("YARD_INDOORS", outcome=Outcome.REFUSED), "permit_refused"),
        (yard("YARD_INDOORS", prefecture=KANAGAWA), "permit_other_place"),
        # what is declared of used equipment says nothing of scrap
        (yard("YUUGAI_SMALL"), "yard_permit_missing"),
        (yard("YUUGAI_TODOKEDE"), "yard_permit_missing"),
    ],
)
def test_what_has_ended_was_refused_or_is_of_another_place_or_matter_lets_nothing_out(held, code):
    assert [(c, f) for c, _, f in stand(scrap(), held)] == [(code, "blocked")]


@pytest.mark.parametrize("kind", [k for k in KNOWN.permits.kinds if k.startswith("YUUGAI_") and k != "YUUGAI_TODOKEDE"])
def test_each_exemption_of_the_law_on_used_equipment_can_be_declared(kind):
    held = yard(kind, prefecture=KANAGAWA, outcome=None)
    assert stand(APPLIANCES, held) == [("exemption_declared", ("YUUGAI_TODOKEDE",), "declared")]


def test_of_a_yard_of_which_nothing_is_known_nothing_is_decided():
    found = standings(move(scrap()), Held(), KNOWN)
    assert [(s.code, s.fulfilment) for s in found] == [("permit_not_known", Fulfilment.OPEN)]


@pytest.mark.parametrize(
    ("one", "unknown"),
    [
        (scrap(), False),
        (scrap(KANAGAWA), True),
        (scrap(KANAGAWA, legal_status=None), True),
        (scrap(KANAGAWA, legal_status=LegalStatus.EXEMPT_RECYCLABLE), True),
        # other rules hold for waste and for what no ordinance on yards is about
        (scrap(KANAGAWA, legal_status=LegalStatus.WASTE), False),
        (scrap(KANAGAWA, material="black_mass_ncm"), False),
    ],
)
def test_where_no_ordinance_was_read_nothing_is_known_and_nothing_is_blocked(one, unknown):
    assert beyond(move(one), KNOWN) is unknown
    held = Held(owner=(), receiver=())
    told = judged(spec(limit("Cu", max=0.25)), one, held, KNOWN, banded=True)[1]
    named = [(f.code, f.params) for f in told if f.code == "yard_rules_unknown"]
    assert named == ([("yard_rules_unknown", {"party": "owner"})] if unknown else [])
    if unknown:
        assert not gate(move(one), held, KNOWN).blocked
        assert "yard_rules_unknown" in [f.code for f in gate(move(one), held, KNOWN).flags]


def test_an_exemption_that_nobody_checked_is_flagged_as_one_and_not_as_a_permit():
    held = Held(owner=(yard("YARD_INDOORS", outcome=None),), receiver=())
    flags = judged(spec(limit("Cu", max=0.25)), scrap(), held, KNOWN, banded=True)[1]
    assert [(f.code, f.params["permits"]) for f in flags] == [("exemption_unchecked", ["local_yard"])]


@pytest.mark.parametrize("language", LANGUAGES)
def test_across_parties_no_ordinance_is_named_for_it_would_tell_the_prefecture(language):
    wanted = spec(limit("Cu", max=0.25))
    for owner in ((), (yard("CHIBA_CITY_YARD", outcome=None, valid_until=DAY),), (yard("YARD_INDOORS", outcome=None),)):
        blockers, flags = judged(wanted, scrap(), Held(owner=owner, receiver=()), KNOWN, banded=True)
        assert blockers or flags
        for one in (*blockers, *flags):
            reason = render(one.code, one.params, language, KNOWN)
            assert not any(text in reason for text in ("Chiba", "CHIBA", "千葉", "local_yard"))


def test_a_declaration_says_why_where_and_until_when():
    bare = permit_faults(Permit(kind="YARD_INDOORS"), KNOWN)
    assert [(f.pointer, f.code) for f in bare] == [
        ("/prefecture", "permit_place_missing"),
        ("/statement", "permit_statement_missing"),
        ("/valid_until", "permit_end_missing"),
    ]
    whole = Permit(kind="YARD_INDOORS", prefecture=CHIBA, statement="One hall, walls and roof.", valid_until=UNTIL)
    assert permit_faults(whole, KNOWN) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_standing_of_a_yard_is_told_without_a_gap(language):
    helds = [(), (yard("YARD_INDOORS"),), (yard("YARD_INDOORS", outcome=None),), (yard("CHIBA_PREF_YARD"),)]
    helds += [
        (yard("YARD_INDOORS", outcome=Outcome.REFUSED),),
        (yard("CHIBA_CITY_YARD", valid_until=date(2026, 1, 1)),),
    ]
    for held in helds:
        for s in standings(move(scrap()), Held(owner=held), KNOWN):
            reason = render(s.code, s.params, language, KNOWN)
            assert reason != s.code
            assert not {"?", "{", "None", "unknown", "不明"} & {*reason, *reason.split()}
