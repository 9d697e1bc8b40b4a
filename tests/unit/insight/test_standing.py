"""How a pair stands in the market's balance, judged by the real engine."""

from decimal import Decimal

import pytest

from market.insight.standing import Cause, Lever, Standing, standing
from matching.listings import Demand, Lot, Spec, Supply
from matching.values import Incoterm, Place, Price, Window
from specs.catalogue.loader import catalogue
from tests.support.pairs import LAST, assay, judged, limit, lot, spec

CU = limit("Cu", max=0.25)
GOOD, BAD = assay("Cu", 0.2), assay("Cu", 0.3)


def stands(one: Spec, other: Lot) -> Standing:
    return standing(one, other, judged(one, other))


def price(amount: int, incoterm: Incoterm = Incoterm.EXW) -> Price:
    return Price(amount=Decimal(amount), incoterm=incoterm)


def test_what_conforms_fails_by_nothing():
    assert stands(spec(CU), lot(GOOD)) == Standing(())


def test_what_conforms_only_perhaps_matches_too():
    close = spec(CU, confidence=0.95)
    assert stands(close, lot(assay("Cu", 0.245))).rank == 0


def test_a_limit_that_is_missed_can_be_moved_or_met_after_a_step():
    found = stands(spec(CU), lot(BAD))
    assert found.why == ((Cause.LIMIT, "Cu"),)
    assert (Lever.RELAX, "Cu") in found.by
    steps = {code for lever, code in found.by if lever is Lever.STEP}
    assert steps
    assert all("Cu" in catalogue().steps[code].removes for code in steps)


def test_a_missing_result_is_a_test():
    assert stands(spec(CU), lot()) == Standing(((Cause.TEST, "Cu"),), ((Lever.TEST, "Cu"),))


def test_of_a_sum_the_missing_member_is_to_be_tested():
    found = stands(spec(limit("Cr", "Ni", max=0.2)), lot(assay("Cr", 0.1)))
    assert found.by == ((Lever.TEST, "Ni"),)


def test_two_missing_results_need_more_than_one_change():
    found = stands(spec(CU, limit("Sn", max=0.1)), lot())
    assert set(found.why) == {(Cause.TEST, "Cu"), (Cause.TEST, "Sn")}
    assert (found.rank, found.by) == (1, ())


def test_a_missed_limit_beside_a_missing_result_is_not_met_by_moving_it():
    found = stands(spec(CU, limit("Sn", max=0.1)), lot(BAD))
    assert set(found.why) == {(Cause.LIMIT, "Cu"), (Cause.TEST, "Sn")}
    assert found.by == ()


@pytest.mark.parametrize(
    ("ceiling", "ask", "cause", "lever"),
    [(40_000, 50_000, Cause.PRICE, Lever.PRICE), (40_000, 39_900, Cause.DISTANCE, Lever.FREIGHT)],
)
def test_a_price_over_the_ceiling_is_the_lots_own_or_the_freights(ceiling: int, ask: int, cause: Cause, lever: Lever):
    far = Place(prefecture="JP-40")
    wanted = spec(CU, max_price=price(ceiling, Incoterm.DAP))
    assert stands(wanted, lot(GOOD, ask_price=price(ask), location=far)) == Standing(((cause, ""),), ((lever, ""),))


def test_windows_that_do_not_meet_can_be_moved():
    late = Window(from_=LAST.replace(year=2028), until=LAST.replace(year=2029))
    assert stands(spec(CU), lot(GOOD, available=late)) == Standing(((Cause.WINDOW, ""),), ((Lever.WINDOW, ""),))


def test_another_grade_is_beyond_any_change():
    found = stands(spec(CU, grades=("JP.SHRED_A",)), lot(GOOD, grade="JP.H2"))
    assert found.why == ((Cause.GATE, "grade"),)
    assert (found.rank, found.by) == (2, ())


def test_a_missing_paper_can_be_brought():
    found = stands(spec(CU, required_documents=("assay_report",)), lot(GOOD))
    assert (found.why, found.rank) == (((Cause.GATE, "documents"),), 1)


def test_a_lot_below_the_least_amount_does_not_match():
    wanted = spec(CU, quantity=Demand(tonnes=100, min_lot_tonnes=50))
    assert stands(wanted, lot(GOOD, quantity=Supply(tonnes=20))).why == ((Cause.AMOUNT, ""),)


def test_what_says_nothing_of_itself_has_nothing_to_be_judged_by():
    assert stands(spec(), lot(GOOD)).why == ((Cause.TEST, ""),)
