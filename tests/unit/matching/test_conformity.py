"""Sums, bands and the codes of reasons (rules 3 to 6)."""

import pytest

from matching.values import Assay, Operator
from tests.support.pairs import assay, limit, only

RESIDUALS = ("Cr", "Ni", "Mo")


def below(code: str, value: float) -> Assay:
    return assay(code, value, operator=Operator.BELOW)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((0.11, 0.09, 0.05), "in_specification"),
        ((0.11, 0.09, 0.0501), "out_of_specification"),
        ((0.11, 0.09, None), "not_evaluated"),
        ((0.15, 0.12, None), "out_of_specification"),
    ],
)
def test_a_missing_member_is_harmless_only_where_it_cannot_decide(
    given: tuple[float | None, ...], expected: str
) -> None:
    results = [assay(code, value) for code, value in zip(RESIDUALS, given, strict=True) if value is not None]
    assert only(limit(*RESIDUALS, max=0.25), *results).verdict == expected


def test_one_member_over_a_minimum_settles_it() -> None:
    assert only(limit("Ni", "Co", min=35), assay("Co", 60.22)).verdict == "in_specification"
    assert only(limit("Ni", "Co", min=35), assay("Co", low=5, high=20)).verdict == "not_evaluated"
    assert only(limit("Ni", "Co", min=35), assay("Co", low=35, high=40)).verdict == "in_specification"
    assert only(limit("Ni", "Co", min=35, max=50), assay("Co", 60.22)).verdict == "out_of_specification"
    assert only(limit("Ni", "Co", min=35, max=70), assay("Co", 60.22)).verdict == "not_evaluated"


def test_uncertainties_of_a_sum_add_in_quadrature() -> None:
    result = only(limit("Cr", "Ni", max=0.25), assay("Cr", 0.1, uncertainty=0.003), assay("Ni", 0.1, uncertainty=0.004))
    assert (result.measured, result.uncertainty) == (pytest.approx(0.2), pytest.approx(0.005))


@pytest.mark.parametrize(
    ("molybdenum", "expected"),
    [
        (assay("Mo", low=0.0, high=0.05), "in_specification"),
        (assay("Mo", low=0.04, high=0.06), "not_evaluated"),
        (assay("Mo", low=0.06, high=0.09), "out_of_specification"),
        (below("Mo", 0.05), "in_specification"),
        (below("Mo", 0.06), "not_evaluated"),
    ],
)
def test_a_member_known_as_a_range_is_judged_at_both_ends(molybdenum: Assay, expected: str) -> None:
    assert only(limit(*RESIDUALS, max=0.25), assay("Cr", 0.11), assay("Ni", 0.09), molybdenum).verdict == expected


def test_an_open_end_does_not_reach_an_exclusive_limit() -> None:
    known = (assay("Cr", 0.11), assay("Ni", 0.09))
    assert only(limit(*RESIDUALS, exclusive_max=0.25), *known, below("Mo", 0.05)).verdict == "in_specification"
    at_most = assay("Mo", 0.05, operator=Operator.AT_MOST)
    assert only(limit(*RESIDUALS, exclusive_max=0.25), *known, at_most).verdict == "not_evaluated"


def test_both_ends_of_a_sum_are_judged_at_the_confidence_of_the_spec() -> None:
    results = (assay("Cr", 0.2, uncertainty=0.02), assay("Mo", low=0.0, high=0.01))
    assert only(limit("Cr", "Mo", max=0.22), *results, confidence=0.95).verdict == "conditionally_acceptable"
    assert only(limit("Cr", "Mo", max=0.25), *results, confidence=0.95).verdict == "in_specification"
    assert only(limit("Cr", "Mo", max=0.15), *results, confidence=0.95).verdict == "out_of_specification"
    again = only(limit("Cr", "Mo", max=0.22), *results, confidence=0.95)
    assert again.relax_to is not None
    assert only(limit("Cr", "Mo", max=again.relax_to), *results, confidence=0.95).verdict == "in_specification"


def test_both_ends_fail_a_band_on_two_sides_only_where_nothing_between_them_would_do() -> None:
    wanted = limit("Ni", "Co", min=35, max=36)
    sure, unsure = assay("Co", 30, uncertainty=0.1), assay("Co", 30, uncertainty=20)
    assert only(wanted, assay("Ni", low=1, high=9), sure, confidence=0.9).verdict == "not_evaluated"
    assert only(wanted, assay("Ni", low=1, high=9), unsure, confidence=0.9).verdict == "out_of_specification"


def test_a_member_may_be_bounded_by_another_result() -> None:
    heavy = limit("Pb", "Cd", "Hg", "Cr6", max=100, unit="mg/kg")
    known = [assay(code, 10, "ppm") for code in ("Pb", "Cd", "Hg")]
    assert only(heavy, *known, assay("Cr", 50, "ppm")).verdict == "in_specification"
    assert only(heavy, *known, assay("Cr", 90, "ppm")).verdict == "not_evaluated"
    assert only(heavy, *known, assay("Cr", 90, "ppm")).params["missing"] == ["Cr6"]


def test_one_unbelievable_member_stops_the_sum() -> None:
    result = only(limit(*RESIDUALS, max=0.25), assay("Cr", 5), assay("Ni", 5), assay("Mo", 250))
    assert (result.verdict, result.code) == ("not_evaluated", "implausible_value")


@pytest.mark.parametrize(
    ("given", "confidence", "code", "verdict"),
    [
        (assay("Cu", 0.2, uncertainty=0.01), 0.95, "conforms", "in_specification"),
        (assay("Cu", 0.24, uncertainty=0.01), 0.95, "close_to_limit", "conditionally_acceptable"),
        (assay("Cu", 0.25, uncertainty=0.01), 0.95, "close_to_limit", "conditionally_acceptable"),
        (assay("Cu", 0.26, uncertainty=0.01), 0.95, "over_within_uncertainty", "conditionally_acceptable"),
        (assay("Cu", 0.31, uncertainty=0.01), 0.95, "over_limit", "out_of_specification"),
        (assay("Cu", low=0.26, high=0.56), 0.95, "range_over", "out_of_specification"),
        (assay("Cu", 0.3, operator=Operator.ABOVE), 0.95, "range_over", "out_of_specification"),
        (assay("Cu", 0.3, operator=Operator.BELOW), 0.95, "straddles", "not_evaluated"),
    ],
)
def test_the_code_says_how_the_result_stands_to_the_limit(
    given: Assay, confidence: float, code: str, verdict: str
) -> None:
    result = only(limit("Cu", max=0.25), given, confidence=confidence)
    assert (result.code, result.verdict) == (code, verdict)


def test_a_sum_that_fails_without_an_upper_end_says_so() -> None:
    result = only(limit(*RESIDUALS, max=0.25), assay("Cr", 0.3))
    assert (result.code, result.relax_to) == ("range_over_open", None)


@pytest.mark.parametrize("result", [assay("Cu", 0.25, operator=Operator.AT_MOST), assay("Cu", 0.2, uncertainty=0.2)])
def test_no_limit_under_zero_is_offered(result: Assay) -> None:
    assert only(limit("Cu", exclusive_min=0.25), result, confidence=0.95).relax_to is None


def test_no_limit_over_the_whole_is_offered() -> None:
    assert only(limit("Fe", max=99), assay("Fe", 99.9, uncertainty=2), confidence=0.95).relax_to is None


def test_an_exclusive_limit_is_not_said_to_be_exceeded_by_its_equal() -> None:
    result = only(limit("PVC", exclusive_max=40, unit="ppm"), assay("PVC", 40, "ppm"))
    assert (result.code, result.verdict, result.relax_to) == ("equals_exclusive_limit", "out_of_specification", 40.0001)


@pytest.mark.parametrize(
    ("u", "verdict"),
    [(0.008, "conditionally_acceptable"), (0.02, "conditionally_acceptable"), (0.3, "out_of_specification")],
)
def test_a_value_inside_its_band_may_be_too_uncertain_for_it(u: float, verdict: str) -> None:
    result = only(limit("Cu", min=0.9, max=0.92), assay("Cu", 0.91, uncertainty=u), confidence=0.95)
    assert (result.code, result.verdict, result.relax_to) == ("wider_than_band", verdict, None)


def test_a_band_fails_from_below_too() -> None:
    result = only(limit("Fe", min=0.6, max=1.0), assay("Fe", 0.5))
    assert (result.code, result.params["side"], result.relax_to) == ("under_limit", "under", 0.5)


@pytest.mark.parametrize("value", [0.0, 5e-324, 1e-12, 99.9999])
def test_tiny_and_huge_numbers_are_judged_like_others(value: float) -> None:
    result = only(limit("Cu", max=0.25), assay("Cu", value), confidence=0.9999)
    assert result.verdict == ("in_specification" if value < 0.25 else "out_of_specification")


def test_a_limit_of_zero_is_met_by_zero_only() -> None:
    assert only(limit("Cu", max=0), assay("Cu", 0)).verdict == "in_specification"
    assert only(limit("Cu", exclusive_max=0), assay("Cu", 0)).verdict == "out_of_specification"
    assert only(limit("Cu", max=0), assay("Cu", 1e-9)).verdict == "out_of_specification"
