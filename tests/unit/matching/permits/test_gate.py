"""The gate of permits in an evaluation: what blocks, what is flagged, and that it changes nothing where unknown."""

from datetime import date

import msgspec
import pytest

from matching.engine import Disclosure, evaluate
from matching.explain import explain
from matching.listings import Lot
from matching.permits.gate import gate, moving_day
from matching.permits.needs import Move
from matching.permits.permit import Held, HeldPermit, Outcome
from matching.values import LegalStatus, Window
from specs.catalogue.loader import catalogue
from tests.support.cases import EVALUATIONS
from tests.support.pairs import FIRST, LAST, assay, limit, lot, spec
from tests.support.permits import COMPLETE, TREATS_THERE, UNTIL, treats

KNOWN = catalogue()
WANTED = spec(limit("Cu", max=0.25))
WASTE = lot(assay("Cu", 0.1), legal_status=LegalStatus.WASTE)


def blocked(held: Held | None, one: Lot = WASTE, disclosure: Disclosure = Disclosure.FULL) -> list[tuple[str, str]]:
    found = evaluate(WANTED, one, KNOWN, held=held, disclosure=disclosure)
    return [(b.gate, b.code) for b in found.blockers]


def flagged(held: Held, one: Lot = WASTE) -> list[str]:
    return [f.code for f in evaluate(WANTED, one, KNOWN, held=held).flags if f.code != "uncertainty_assumed"]


def test_a_lot_with_all_its_permits_passes_and_says_what_was_not_read():
    assert blocked(COMPLETE) == []
    assert flagged(COMPLETE) == ["permit_rules_from_memory"]


def test_a_permit_that_is_missing_blocks_and_the_limits_are_judged_all_the_same():
    found = evaluate(WANTED, WASTE, KNOWN, held=msgspec.structs.replace(COMPLETE, owner=()))
    assert [(b.gate, b.code) for b in found.blockers] == [("permit", "permit_missing")]
    assert (found.score, found.verdict, found.limits[0].verdict) == (0, "in_specification", "in_specification")


@pytest.mark.parametrize(
    "bad", [treats(valid_until=date(2026, 12, 31)), treats(outcome=Outcome.REFUSED), treats(materials=("copper",))]
)
def test_a_permit_that_does_not_hold_blocks(bad):
    assert [gate for gate, _ in blocked(msgspec.structs.replace(COMPLETE, owner=(bad,)))] == ["permit"]


def test_a_permit_that_is_only_declared_does_not_block_and_is_flagged():
    declared = msgspec.structs.replace(COMPLETE, owner=(treats(outcome=None),))
    assert blocked(declared) == []
    assert "permit_unchecked" in flagged(declared)


def test_the_receiver_blocks_where_it_treats():
    assert blocked(msgspec.structs.replace(COMPLETE, receiver=())) == [("permit", "permit_missing")]


def test_a_side_of_which_nothing_is_known_does_not_block():
    assert blocked(Held(owner=(treats(),))) == []
    assert flagged(Held(owner=(treats(),))) == ["permit_carrier_open", "permit_not_known", "permit_rules_from_memory"]


def test_a_permit_that_ends_before_the_windows_do_is_flagged():
    short = msgspec.structs.replace(COMPLETE, owner=(treats(valid_until=date(2027, 2, 1)),))
    assert (blocked(short), "permit_ends_in_window" in flagged(short)) == ([], True)


def test_the_gate_looks_at_the_day_on_which_the_lot_can_first_move():
    later = lot(legal_status=LegalStatus.WASTE, available=Window(from_=date(2027, 2, 1), until=LAST))
    assert moving_day(WANTED, WASTE, None) == FIRST
    assert moving_day(WANTED, later, date(2027, 1, 15)) == date(2027, 2, 1)
    assert moving_day(WANTED, later, date(2027, 3, 1)) == date(2027, 3, 1)
    ends = msgspec.structs.replace(COMPLETE, owner=(treats(valid_until=date(2027, 1, 31)),))
    assert blocked(ends, later) == [("permit", "permit_expired")]
    today = msgspec.structs.replace(ends, day=date(2027, 2, 1))
    assert (blocked(ends), blocked(today)) == ([], [("permit", "permit_expired")])


@pytest.mark.parametrize("language", ["en", "ja"])
def test_across_parties_a_blocker_names_no_number_place_or_day(language):
    ended = msgspec.structs.replace(COMPLETE, owner=(treats(valid_until=date(2026, 12, 31)),))
    found = evaluate(WANTED, WASTE, KNOWN, held=ended, disclosure=Disclosure.BANDED)
    blocker = explain(found, language, KNOWN).blockers[0]
    assert (blocker.code, sorted(blocker.params)) == ("permit_not_valid", ["party", "permits"])
    assert not any(text in blocker.reason for text in ("0142", "2026", "Kanagawa", "神奈川"))


def test_a_lot_that_states_no_status_is_not_judged_and_a_move_of_it_says_so():
    silent = lot(assay("Cu", 0.1))
    unread = ["yard_rules_unknown"]
    assert (blocked(Held(owner=(), receiver=()), silent), flagged(Held(owner=()), silent)) == ([], unread)
    found = gate(Move(lot=silent, to="JP-13", day=FIRST), Held(owner=()), KNOWN)
    told = [f.code for f in found.flags]
    assert (found.standings, told, found.blocked) == ((), [*unread, "legal_status_not_stated"], False)


def test_a_move_is_blocked_by_one_need_that_is_not_met():
    move = Move(lot=WASTE, to="JP-13", day=FIRST)
    assert not gate(move, COMPLETE, KNOWN).blocked
    assert gate(move, msgspec.structs.replace(COMPLETE, carrier=()), KNOWN).blocked


def test_a_move_without_a_carrier_is_not_blocked_and_not_settled():
    found = gate(Move(lot=WASTE, to="JP-13", day=FIRST), msgspec.structs.replace(COMPLETE, carrier=None), KNOWN)
    assert (found.blocked, [s.code for s in found.unsettled]) == (False, ["permit_carrier_open"] * 2)
    assert gate(Move(lot=WASTE, to="JP-13", day=FIRST), COMPLETE, KNOWN).unsettled == ()


def test_an_exemption_claimed_for_what_is_none_of_the_four_kinds_is_doubted():
    plastic = lot(material="pp", legal_status=LegalStatus.EXEMPT_RECYCLABLE)
    assert "exemption_doubtful" in flagged(Held(owner=()), plastic)
    assert "exemption_doubtful" not in flagged(Held(owner=()), lot(legal_status=LegalStatus.EXEMPT_RECYCLABLE))


def test_no_shared_case_is_judged_otherwise_by_what_its_parties_hold():
    permits = (treats(), treats(TREATS_THERE), HeldPermit(kind="KOUIKI", valid_until=UNTIL))
    for case in EVALUATIONS:
        plain = evaluate(case.spec, case.lot, KNOWN)
        held = evaluate(case.spec, case.lot, KNOWN, held=Held(owner=permits, receiver=permits))
        assert msgspec.structs.replace(held, flags=plain.flags) == plain
