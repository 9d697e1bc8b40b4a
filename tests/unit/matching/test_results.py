"""Several results for one analyte (rule 7) and the floor under an uncertainty (rule 3)."""

from itertools import permutations

import pytest

from matching.results import Interval, Normal, pooled, reading, standard_uncertainty, standing
from matching.values import Operator, Statistic
from specs.catalogue.loader import catalogue
from tests.support.pairs import assay, limit, only


def read(**fields: object) -> object:
    return reading(assay("Cu", **fields), 1.0, 0.0, 100.0, catalogue().analytes["Cu"])


def test_trust_falls_from_mean_to_median() -> None:
    in_order = [
        assay("Cu", 1, statistic=Statistic.MEAN),
        assay("Cu", low=1, high=2),
        assay("Cu", 1),
        assay("Cu", 1, operator=Operator.AT_MOST),
        assay("Cu", 1, statistic=Statistic.TYPICAL),
        assay("Cu", 1, operator=Operator.BELOW),
        assay("Cu", 1, statistic=Statistic.MEDIAN),
    ]
    assert [standing(a) for a in in_order] == sorted({standing(a) for a in in_order})


def test_the_mass_follows_the_mean_and_not_the_median() -> None:
    result = only(
        limit("PBDE", max=1000, unit="mg/kg"),
        assay("PBDE", 50, "mg/kg", statistic=Statistic.MEDIAN),
        assay("PBDE", 5200, "mg/kg", statistic=Statistic.MEAN),
    )
    assert (result.measured, result.verdict) == (5200, "out_of_specification")


@pytest.mark.parametrize(
    ("uncertainty", "method", "expected", "assumed"),
    [
        (None, None, 0.02, True),
        (0.0, None, 0.02, True),
        (0.019, None, 0.02, True),
        (0.02, None, 0.02, False),
        (0.3, None, 0.3, False),
        (None, "Instrumental", 0.015, True),
        (None, "classical wet assay", 0.0064, True),
        (0.0064, "classical wet assay", 0.0064, False),
        (None, "classical wet assay at 23 %", 0.0064, True),
        (None, "instrumentalist's guess", 0.02, True),
        (None, "OES", 0.02, True),
    ],
)
def test_leaving_the_uncertainty_out_never_pays(
    uncertainty: float | None, method: str | None, expected: float, *, assumed: bool
) -> None:
    given = assay("Cu", 1.0, uncertainty=uncertainty, method=method)
    assert standard_uncertainty(given, catalogue().analytes["Cu"]) == (pytest.approx(expected), assumed)


def test_repeats_of_one_sample_average_and_keep_the_largest_uncertainty() -> None:
    repeats = [
        read(value=0.2, uncertainty=0.02, sample="a", laboratory="x"),
        read(value=0.3, uncertainty=0.01, sample="a", laboratory="x"),
    ]
    assert pooled(repeats) == Normal(0.25, 0.02)


def test_different_samples_pool_by_inverse_variance() -> None:
    samples = [read(value=0.20, uncertainty=0.01, sample="a"), read(value=0.20, uncertainty=0.01, sample="b")]
    result = pooled(samples)
    assert isinstance(result, Normal)
    assert (result.mean, result.u) == (pytest.approx(0.2), pytest.approx(0.01 / 2**0.5))


def test_samples_far_apart_are_as_uncertain_as_their_spread() -> None:
    result = pooled([read(value=0.1, uncertainty=0.01, sample="a"), read(value=0.3, uncertainty=0.01, sample="b")])
    assert isinstance(result, Normal)
    assert (result.mean, result.u) == (pytest.approx(0.2), pytest.approx(0.2 / 2**0.5))


def test_a_copy_in_another_unit_is_still_a_copy() -> None:
    lab = {"sample": "a", "laboratory": "x"}
    once = only(limit("Cu", max=0.25), assay("Cu", 0.11, **lab), assay("Cu", 0.33, **lab))
    twice = only(
        limit("Cu", max=0.25), assay("Cu", 0.11, **lab), assay("Cu", 0.33, **lab), assay("Cu", 1100, "ppm", **lab)
    )
    assert twice.measured == pytest.approx(once.measured)


def test_the_order_of_results_never_matters() -> None:
    readings = [
        read(value=0.21, uncertainty=0.011, sample="a"),
        read(value=0.25, uncertainty=0.02, sample="a"),
        read(value=0.23, uncertainty=0.013, sample="b", laboratory="y"),
        read(value=0.24, uncertainty=0.0, sample="c"),
    ]
    assert len({repr(pooled(order)) for order in permutations(readings)}) == 1


def test_of_two_bounds_the_weaker_counts_and_two_sides_make_a_range() -> None:
    at_most = [read(value=v, operator=Operator.AT_MOST) for v in (0.1, 0.2)]
    assert pooled(at_most) == Interval(0.0, 0.2)
    assert pooled([*at_most, read(value=0.05, operator=Operator.AT_LEAST)]) == Interval(0.05, 0.2)


def test_bounds_that_contradict_each_other_leave_only_the_outer_ends() -> None:
    found = pooled([read(value=0.1, operator=Operator.AT_MOST), read(value=0.3, operator=Operator.AT_LEAST)])
    assert found == Interval(0.0, 100.0)
