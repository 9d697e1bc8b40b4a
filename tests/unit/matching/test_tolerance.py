"""Limits on the number line: exclusive ends, equality, bands, and the relaxed limit (rules 3, 4 and 13)."""

import math
from statistics import NormalDist

import pytest

from matching.results import Interval, Normal
from matching.tolerance import Band, band, judge_interval, judge_normal, quantile, relax_over, relax_under
from matching.values import Verdict
from tests.support.pairs import limit

MAX, BELOW = Band(-math.inf, 0.25), Band(-math.inf, 0.25, high_exclusive=True)
MIN = Band(0.25, math.inf)
OPEN = {"low_open": True, "high_open": True}


def test_the_tightest_end_counts_and_an_exclusive_one_wins_a_tie() -> None:
    assert band(limit("Cu", max=1, exclusive_max=1)) == Band(-math.inf, 1, high_exclusive=True)
    assert band(limit("Cu", max=0.9, exclusive_max=1)) == Band(-math.inf, 0.9)
    assert band(limit("Cu", min=0.1, exclusive_min=0.2)) == Band(0.2, math.inf, low_exclusive=True)
    assert band(limit("Cu", min=0.2, exclusive_min=0.1)) == Band(0.2, math.inf)


@pytest.mark.parametrize(
    ("limits", "known", "expected"),
    [
        (MAX, Interval(0.26, 0.56), Verdict.OUT),
        (MAX, Interval(0.2, 0.25), Verdict.IN),
        (MAX, Interval(0.25, 0.3), Verdict.NOT_EVALUATED),
        (MAX, Interval(0.25, 0.3, low_open=True), Verdict.OUT),
        (BELOW, Interval(0.25, 0.3), Verdict.OUT),
        (BELOW, Interval(0.0, 0.25), Verdict.NOT_EVALUATED),
        (BELOW, Interval(0.0, 0.25, high_open=True), Verdict.IN),
        (MIN, Interval(0.25, math.inf), Verdict.IN),
        (MIN, Interval(0.0, 0.25, high_open=True), Verdict.OUT),
        (MIN, Interval(0.0, 0.25), Verdict.NOT_EVALUATED),
        (Band(-math.inf, 0.01), Interval(0.0, 0.02, high_open=True), Verdict.NOT_EVALUATED),
        (Band(0.6, 1.0), Interval(0.6, 1.0), Verdict.IN),
        (Band(0.6, 1.0, low_exclusive=True, high_exclusive=True), Interval(0.6, 1.0, **OPEN), Verdict.IN),
    ],
)
def test_an_interval_is_decided_only_where_all_of_it_agrees(limits: Band, known: Interval, expected: Verdict) -> None:
    verdict, p = judge_interval(known, limits)
    assert (verdict, p) == (expected, {Verdict.IN: 1.0, Verdict.OUT: 0.0}.get(expected))


@pytest.mark.parametrize(("limits", "expected"), [(MAX, Verdict.IN), (BELOW, Verdict.OUT), (MIN, Verdict.IN)])
def test_a_value_equal_to_a_limit_has_p_one_half_and_conforms_if_inclusive(limits: Band, expected: Verdict) -> None:
    assert judge_normal(Normal(0.25, 0.01), limits, 0.5) == (expected, 0.5)
    assert judge_normal(Normal(0.11 + 0.09 + 0.05, 0.01), limits, 0.5) == (expected, 0.5)


def test_probability_is_the_normal_tail_and_both_tails_of_a_band() -> None:
    gauss = NormalDist(0.22, 0.02)
    assert MAX.probability(Normal(0.22, 0.02)) == pytest.approx(gauss.cdf(0.25), abs=1e-12)
    assert Band(0.2, 0.25).probability(Normal(0.22, 0.02)) == pytest.approx(gauss.cdf(0.25) - gauss.cdf(0.2), abs=1e-12)


@pytest.mark.parametrize(
    ("confidence", "mean", "expected"),
    [
        (0.95, 0.25 - 1.6449 * 0.01, Verdict.IN),
        (0.95, 0.25 - 1.6448 * 0.01, Verdict.CONDITIONAL),
        (0.95, 0.25 + 1.6448 * 0.01, Verdict.CONDITIONAL),
        (0.95, 0.25 + 1.6449 * 0.01, Verdict.OUT),
        (0.9999, 0.25 - 3.70 * 0.01, Verdict.CONDITIONAL),
        (0.9999, 0.25 - 3.72 * 0.01, Verdict.IN),
        (0.9999, 0.25 + 3.72 * 0.01, Verdict.OUT),
        (0.5, 0.2499999, Verdict.IN),
        (0.5, 0.2500001, Verdict.OUT),
    ],
)
def test_the_verdict_follows_the_confidence(confidence: float, mean: float, expected: Verdict) -> None:
    assert judge_normal(Normal(mean, 0.01), MAX, confidence)[0] is expected


def test_simple_acceptance_looks_at_the_value_and_not_at_the_width_of_the_band() -> None:
    verdict, p = judge_normal(Normal(0.91, 0.0182), Band(0.9, 0.92), 0.5)
    assert verdict is Verdict.IN
    assert p < 0.5


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95, 0.9999])
@pytest.mark.parametrize("known", [Normal(0.31, 0.02), Normal(-4.2, 0.3), Normal(0.0, 0.1), Interval(0.26, 0.56)])
def test_the_relaxed_limit_is_the_nearest_that_conforms(known: Normal | Interval, confidence: float) -> None:
    over, under = Band(-math.inf, -9.0), Band(9.0, math.inf)
    upper, lower = relax_over(known, over, confidence), relax_under(known, under, confidence)
    assert upper is not None
    assert lower is not None

    def verdict(limits: Band) -> Verdict:
        judged = judge_normal(known, limits, confidence) if isinstance(known, Normal) else judge_interval(known, limits)
        return judged[0]

    width = max(abs(upper), abs(lower), 0.1) * 3e-5
    assert verdict(Band(-math.inf, upper)) is Verdict.IN
    assert verdict(Band(lower, math.inf)) is Verdict.IN
    assert verdict(Band(-math.inf, upper - width)) is not Verdict.IN
    assert verdict(Band(lower + width, math.inf)) is not Verdict.IN


def test_the_relaxed_limit_of_the_design_is_its_figure() -> None:
    assert relax_over(Normal(0.22, 0.02), MAX, 0.95) == pytest.approx(0.2529, abs=5e-5)


def test_no_single_end_helps_a_value_too_uncertain_for_its_band() -> None:
    assert relax_over(Normal(0.95, 0.05), Band(0.9, 0.92), 0.95) is None


def test_an_exclusive_limit_relaxes_past_the_value() -> None:
    moved = relax_over(Normal(40.0, 0.8), Band(-math.inf, 40.0, high_exclusive=True), 0.5)
    assert moved == 40.0001


def test_the_limit_to_relax_to_never_falls_short_of_the_confidence_by_its_rounding() -> None:
    # the exact quantile lies a few parts in 10**10 over a number of six digits
    u = 0.02
    known = Normal(1.0 + 4e-10 - quantile(0.95) * u, u)
    to = relax_over(known, Band(-math.inf, 0.5), 0.95)
    assert to is not None
    assert judge_normal(known, Band(-math.inf, to), 0.95)[0] is Verdict.IN
