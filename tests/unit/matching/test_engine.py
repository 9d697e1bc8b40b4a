"""One lot against one spec: grades, the verdict over the limits, and what each side may learn (rules 8 to 13)."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import Disclosure
from matching.evaluation import Evaluation
from matching.listings import Lot, Spec
from matching.values import Assay, Basis, Incoterm, Place, Price, Statistic
from tests.support.cases import EVALUATIONS
from tests.support.pairs import assay, judged, limit, lot, spec

replace = msgspec.structs.replace
encode = msgspec.json.Encoder(decimal_format="number").encode
H2 = {"grades": ("JP.H2",)}
SIZES = (assay("thickness", 4, "mm"), assay("width_or_height", 400, "mm"), assay("length", 1, "m"))
WEIGHT = assay("piece_weight", 300, "kg")


@pytest.mark.parametrize(
    ("results", "verdict", "code"),
    [
        ((), "conditionally_acceptable", "by_grade_only"),
        (SIZES, "conditionally_acceptable", "by_grade_only"),
        ((*SIZES, WEIGHT), "in_specification", "grade_proven"),
        ((assay("thickness", 6, "mm"),), "out_of_specification", "limit_exceeded"),
        ((assay("thickness", 4_000_000, "mm"),), "conditionally_acceptable", "by_grade_only"),
        ((*SIZES, assay("piece_weight", 1.1, "t")), "out_of_specification", "limit_exceeded"),
    ],
)
def test_a_spec_with_grades_and_no_limits_goes_by_the_claim(
    results: tuple[Assay, ...], verdict: str, code: str
) -> None:
    evaluation = judged(spec(**H2), lot(*results, grade="JP.H2"))
    assert (evaluation.verdict, evaluation.code) == (verdict, code)
    assert {r.origin for r in evaluation.limits} <= {"grade"}


@pytest.mark.parametrize("claim", [None, "ISRI.205", "JP.SHRED_A"])
def test_without_an_accepted_claim_nothing_is_evaluated(claim: str | None) -> None:
    evaluation = judged(spec(**H2), lot(*SIZES, WEIGHT, grade=claim))
    assert (evaluation.verdict, evaluation.code) == ("not_evaluated", "grade_not_claimed")
    assert [b.gate for b in evaluation.blockers] == ["grade"]


def test_a_grade_without_limits_can_only_be_claimed() -> None:
    evaluation = judged(spec(grades=("JP.SHRED_A",)), lot(assay("Cu", 0.2), grade="JP.SHRED_A"))
    assert (evaluation.verdict, evaluation.completeness) == ("conditionally_acceptable", 0.0)


@pytest.mark.parametrize(("density", "verdict"), [(0.25, "in_specification"), (0.3, "conditionally_acceptable")])
def test_a_limit_for_some_of_a_grade_must_hold_to_prove_it_and_never_disproves_it(density: float, verdict: str) -> None:
    """Unflattened cans weigh 0.225 to 0.273 t/m3, flattened ones at most 0.353; no result says which these are."""
    cans = lot(assay("bale_volume", 1, "m3"), assay("bulk_density", density, "t/m3"), grade="ISRI.TALDON")
    assert judged(spec(grades=("ISRI.TALDON",)), cans).verdict == verdict


@pytest.mark.parametrize("regimes", [(), ("eu_weee_br",)])
def test_no_limits_and_no_grades_is_not_evaluated(regimes: tuple[str, ...]) -> None:
    evaluation = judged(spec(regimes=regimes), lot(assay("Br", 10, "ppm")))
    assert (evaluation.verdict, evaluation.code) == ("not_evaluated", "no_limits_and_no_grades")


def test_the_claimed_grade_adds_its_limits_where_there_are_results() -> None:
    wanted = spec(limit("Cu", max=0.25), **H2)
    plain = judged(wanted, lot(assay("Cu", 0.1), grade="JP.H2"))
    assert [(r.analytes, r.origin) for r in plain.limits] == [(("Cu",), "spec")]
    thick = judged(wanted, lot(assay("Cu", 0.1), assay("thickness", 8, "mm"), grade="JP.H2"))
    assert [r.origin for r in thick.limits] == ["spec", "grade", "grade"]
    assert (plain.verdict, thick.verdict) == ("in_specification", "out_of_specification")


def test_a_grade_limit_with_an_unusable_result_is_not_passed_over() -> None:
    odd = judged(spec(limit("Cu", max=0.25), **H2), lot(assay("Cu", 0.1), assay("length", 1.0, "kg"), grade="JP.H2"))
    assert [(r.analytes, r.code) for r in odd.limits][1:] == [(("length",), "other_unit")]
    assert odd.verdict == "not_evaluated"


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ((assay("Cu", 99.9),), "in_specification"),
        ((assay("Cu", 99.0),), "conditionally_acceptable"),
        ((assay("Cu", 99.0), assay("Pb", 1.6)), "out_of_specification"),
        ((assay("Cu", 97.0),), "out_of_specification"),
    ],
)
def test_a_grade_may_be_met_by_either_of_two_sets_of_limits(results: tuple[Assay, ...], verdict: str) -> None:
    copper = {"material": "cu_refined"}
    wanted = spec(grades=("HS.REFINED_CU",), **copper)
    assert judged(wanted, lot(*results, grade="HS.REFINED_CU", **copper)).verdict == verdict


def test_the_verdict_is_the_worst_over_the_limits() -> None:
    limits = (limit("Cu", max=0.25), limit("Sn", max=0.02), limit("Cr", max=0.1), limit("Ni", max=0.1))
    results = (assay("Cu", 0.1), assay("Sn", 0.0199), assay("Cr", 0.2))
    found = [judged(spec(*limits[:n], confidence=0.95), lot(*results)).verdict for n in range(1, 5)]
    unsettled = judged(spec(limits[0], limits[1], limits[3], confidence=0.95), lot(*results)).verdict
    assert found == ["in_specification", "conditionally_acceptable", "out_of_specification", "out_of_specification"]
    assert unsettled == "not_evaluated"


def test_the_probability_is_the_product_over_the_evaluated_limits() -> None:
    wanted = spec(limit("Cu", max=0.25), limit("Sn", max=0.02), limit("Ni", max=0.1), confidence=0.95)
    found = judged(wanted, lot(assay("Cu", 0.22, uncertainty=0.02), assay("Sn", 0.018, uncertainty=0.002)))
    assert found.conformance_probability == pytest.approx(0.9331928 * 0.8413447, abs=1e-6)
    assert found.completeness == pytest.approx(2 / 3, abs=1e-6)
    assert judged(wanted, lot()).conformance_probability is None


def test_a_near_miss_says_what_to_relax_or_remove_cheapest_first() -> None:
    wanted = spec(limit("Cu", max=0.2), limit("Sn", max=0.02), limit("length", max=1000, unit="mm"))
    near = judged(wanted, lot(assay("Cu", 0.4), assay("Sn", 0.022), assay("length", 1.2, "m"))).near_miss
    assert near is not None
    assert [(c.limit, c.relax_to, c.remove_percent) for c in near.changes] == [
        (1, 0.022, 9.1),
        (2, 1200.0, None),
        (0, 0.4, 50.0),
    ]


@given(st.floats(0.2601, 5), st.floats(0.001, 0.5), st.sampled_from((0.5, 0.8, 0.95, 0.9999)))
def test_removing_that_share_really_makes_the_limit_hold(value: float, u: float, confidence: float) -> None:
    wanted = spec(limit("Cu", max=0.25), confidence=confidence)
    near = judged(wanted, lot(assay("Cu", value, uncertainty=u))).near_miss
    if near is not None and near.changes[0].remove_percent is not None:
        left = 1 - near.changes[0].remove_percent / 100
        after = judged(wanted, lot(assay("Cu", value * left, uncertainty=max(u, 0.02 * value) * left)))
        assert after.verdict == "in_specification"


def test_nothing_is_removed_where_too_little_would_be_left() -> None:
    near = judged(spec(limit("Fe", min=0.6, max=0.62), confidence=0.95), lot(assay("Fe", low=0.63, high=0.9))).near_miss
    assert near is not None
    assert (near.changes[0].relax_to, near.changes[0].remove_percent) == (0.9, None)


def test_a_conditional_lot_is_no_near_miss() -> None:
    evaluation = judged(spec(limit("Cu", max=0.25), confidence=0.95), lot(assay("Cu", 0.25)))
    assert (evaluation.verdict, evaluation.near_miss) == ("conditionally_acceptable", None)
    assert evaluation.score > 0


PRICED = spec(limit("Cu", max=0.25), max_price=Price(amount=Decimal(52_000), incoterm=Incoterm.DAP))


def asking(amount: int) -> Lot:
    return lot(assay("Cu", 0.2), ask_price=Price(amount=Decimal(amount), incoterm=Incoterm.EXW))


def test_across_parties_two_prices_within_the_ceiling_look_the_same() -> None:
    seen = {encode(judged(PRICED, asking(n), Disclosure.BANDED)) for n in (1, 20_000, 40_000, 45_000)}
    over = {encode(judged(PRICED, asking(n), Disclosure.BANDED)) for n in (60_000, 90_000)}
    assert (len(seen), len(over)) == (1, 1)


def test_across_parties_moving_one_price_never_tells_the_other_within_five_per_cent() -> None:
    """Every ask, far under to far over, against two ceilings of one cell 4 % apart: bands turn at the same asks."""

    def bands(ceiling: int) -> list[str]:
        wanted = replace(PRICED, max_price=Price(amount=Decimal(ceiling), incoterm=Incoterm.DAP))
        every = (judged(wanted, asking(n), Disclosure.BANDED) for n in range(30_000, 80_000, 100))
        return [c.code for e in every for c in e.criteria if c.name == "price"]

    one, other = bands(49_500), bands(51_700)
    assert one == other
    assert list(dict.fromkeys(one)) == ["price_band_within", "price_band_near", "price_band_over"]
    assert one == sorted(one, key=list(dict.fromkeys(one)).index)


def test_across_parties_two_ceilings_over_the_price_look_the_same() -> None:
    ceilings = [Price(amount=Decimal(n), incoterm=Incoterm.DAP) for n in (52_000, 70_000, 999_999)]
    seen = {encode(judged(replace(PRICED, max_price=c), asking(45_000), Disclosure.BANDED)) for c in ceilings}
    assert len(seen) == 1


def test_across_parties_the_exact_place_leaves_no_trace() -> None:
    def at(spec_lat: float, lot_lat: float) -> bytes:
        place = Place(prefecture="JP-13", lat=spec_lat, lon=139.8)
        wanted = replace(PRICED, delivery=replace(PRICED.delivery, location=place))
        offered = replace(asking(45_000), location=Place(prefecture="JP-14", lat=lot_lat, lon=139.4))
        return encode(judged(wanted, offered, Disclosure.BANDED))

    assert at(35.6, 35.2) == at(35.7, 35.5)


@pytest.mark.parametrize("case", EVALUATIONS[::10], ids=lambda case: case.id)
def test_across_parties_no_number_comes_from_the_prices(case: object) -> None:
    def banded(amount: str) -> Evaluation:
        price = Price(amount=Decimal(amount), incoterm=Incoterm.DAP)
        ceiling = replace(price, amount=Decimal(987654321))
        wanted, offered = case.spec, case.lot  # type: ignore[attr-defined]
        return judged(replace(wanted, max_price=ceiling), replace(offered, ask_price=price), Disclosure.BANDED)

    told = encode(banded("123456.78"))
    assert told == encode(banded("1"))
    assert b"123456" not in told
    assert b"987654321" not in told
    assert banded("1").delivered_price is None


def test_five_hundred_results_are_judged() -> None:
    many = tuple(
        assay("Cu", 0.2 + i * 1e-5, uncertainty=0.01, sample=f"s{i}", sampled_on=date(2026, 12, 1)) for i in range(500)
    )
    found = judged(spec(limit("Cu", max=0.25), confidence=0.95), lot(*many)).limits[0]
    assert found.measured == pytest.approx(0.202495)
    assert found.verdict == "in_specification"


def test_nothing_posted_but_the_material_still_gives_a_whole_answer() -> None:
    evaluation = judged(spec(), lot())
    assert (evaluation.limits, evaluation.blockers, evaluation.near_miss) == ((), (), None)
    assert [c.name for c in evaluation.criteria] == ["quality", "quantity", "timing", "price", "distance", "evidence"]


def test_the_order_of_the_results_never_changes_a_byte() -> None:
    results = [
        assay("Cu", 0.2, sample="a"),
        assay("Cu", 2100, "ppm", sample="b"),
        assay("Cu", 0.19, statistic=Statistic.MEAN),
        assay("Cr", 0.1),
        assay("Br", 5, "ppm"),
    ]
    wanted: Spec = spec(limit("Cu", max=0.25), limit("Cr6", max=0.2), limit("Cr", "Ni", max=0.3), confidence=0.9)
    assert encode(judged(wanted, lot(*results))) == encode(judged(wanted, lot(*reversed(results))))


def test_hiding_what_disproves_a_claimed_grade_falls_back_on_the_claim() -> None:
    """Rule 12 is narrower here than its words: rule 8 adds a grade's limits only where the lot has results for them."""
    thick = judged(spec(**H2), lot(assay("thickness", 6, "mm"), grade="JP.H2"))
    silent = judged(spec(**H2), lot(grade="JP.H2"))
    assert (thick.verdict, silent.verdict) == ("out_of_specification", "conditionally_acceptable")


def test_hiding_the_moisture_leaves_a_result_as_it_is_reported() -> None:
    """Rule 12 is narrower here than its words: rule 2 judges both ways only where the moisture is known."""
    wanted, dry = spec(limit("Cu", min=20)), assay("Cu", 20.5, basis=Basis.DRY)
    assert judged(wanted, lot(dry, assay("moisture", 5))).verdict == "not_evaluated"
    assert judged(wanted, lot(dry)).verdict == "in_specification"


def test_hiding_a_result_that_another_contradicts_leaves_the_other() -> None:
    """Rule 12 is narrower here than its words: of a sheet that contradicts itself, what was measured counts first."""
    wanted, chrome = spec(limit("Cr6", max=0.1)), assay("Cr", 0.09)
    assert judged(wanted, lot(chrome, assay("Cr6", 0.11))).verdict == "out_of_specification"
    assert judged(wanted, lot(chrome)).verdict == "in_specification"


def test_a_window_across_a_change_of_law_meets_the_stricter_one() -> None:
    """Rule 12 is narrower here than its words: widening a window of delivery may bring it under a coming law."""
    narrow = spec(regimes=("eu_pop_pbde_recovered",), material="abs")
    wide = replace(narrow, delivery=replace(narrow.delivery, until=date(2028, 1, 31)))
    offered = lot(assay("PBDE", 300, "mg/kg"), material="abs")
    long = replace(offered, available=replace(offered.available, until=date(2028, 1, 31)))
    assert judged(narrow, long).blockers == ()
    assert [b.gate for b in judged(wide, long).blockers] == ["regime"]
