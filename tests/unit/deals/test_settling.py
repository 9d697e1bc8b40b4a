"""What two results come to: a table of cases, each worked out by hand."""

import math
from decimal import Decimal

import pytest

from market.deals.samples.settling import Payer, Ruling, Settling, agreed, critical_difference, gap, umpired, within
from matching.results import Interval, Normal

LIMIT = Decimal("0.05")


def value(mean: float, u: float = 0.0) -> Normal:
    return Normal(mean, u)


def below(end: float) -> Interval:
    return Interval(0.0, end, high_open=True)


@pytest.mark.parametrize(
    ("one", "two", "apart"),
    [
        (value(0.30), value(0.25), "0.05"),
        (value(0.25), value(0.30), "-0.05"),
        (value(0.25), value(0.25), "0"),
        (value(0.02), below(0.01), "0.01"),
        (value(0.005), below(0.01), "0"),
        (below(0.01), Interval(0.02, 0.03), "-0.01"),
    ],
)
def test_a_gap_is_measured_between_the_nearest_points(one, two, apart):
    assert gap(one, two) == Decimal(apart)


def test_a_difference_of_exactly_the_limit_is_within_it():
    # 0.30 - 0.25 is 0.04999999999999999 in binary, and 0.35 - 0.30 is 0.04999999999999999 too
    assert within(value(0.30), value(0.25), LIMIT)
    assert within(value(1.15), value(1.10), LIMIT)
    assert within(value(100.05), value(100.0), LIMIT)


def test_a_difference_beyond_the_limit_by_one_digit_is_not():
    assert not within(value(0.3001), value(0.25), LIMIT)


def test_a_value_that_a_bound_allows_does_not_differ_from_it():
    assert within(value(0.009), below(0.01), Decimal(0))


def test_two_bounds_that_exclude_each_other_are_apart_whatever_the_limit():
    assert not within(below(0.01), Interval(0.02, math.inf), Decimal(1))


def test_within_the_limit_the_mean_is_final_and_its_uncertainty_does_not_shrink():
    assert agreed(value(0.25, 0.01), value(0.26, 0.02)) == Normal(0.255, 0.02)


def test_the_uncertainty_of_a_mean_is_at_least_the_spread():
    assert agreed(value(0.20), value(0.30)).u == pytest.approx(0.1 / math.sqrt(2))


def test_a_value_inside_of_a_bound_stands():
    assert agreed(below(0.01), value(0.004, 0.001)) == Normal(0.004, 0.001)


def test_a_value_outside_of_a_bound_is_split_with_its_end():
    assert agreed(value(0.014), below(0.010)).mean == 0.012


def test_of_two_bounds_the_weaker_is_final():
    assert agreed(below(0.01), below(0.02)) == below(0.02)
    assert agreed(Interval(0.0, 0.02), below(0.02)) == Interval(0.0, 0.02)


def test_the_default_limit_is_twice_the_combined_uncertainty_of_the_catalogue():
    assert critical_difference(value(0.3, 0.003), value(0.4, 0.004)) == Decimal("0.01")


@pytest.mark.parametrize(
    ("umpire", "final", "how", "payer"),
    [
        # between: with the nearer one
        (0.29, 0.30, Settling.UMPIRE_MEAN, Payer.SELLER),
        (0.22, 0.215, Settling.UMPIRE_MEAN, Payer.BUYER),
        # it is one of them
        (0.31, 0.31, Settling.UMPIRE_MEAN, Payer.SELLER),
        # outside: the middle one of the three
        (0.40, 0.31, Settling.NEARER, Payer.SELLER),
        (0.10, 0.21, Settling.NEARER, Payer.BUYER),
        # in the middle
        (0.26, 0.26, Settling.UMPIRE, Payer.SHARED),
    ],
)
def test_an_umpire_decides(umpire, final, how, payer):
    ruling = umpired(value(0.31), value(0.21), value(umpire))
    assert isinstance(ruling.result, Normal)
    assert (ruling.result.mean, ruling.how, ruling.payer) == (final, how, payer)


@pytest.mark.parametrize(
    ("buyer", "seller", "umpire", "ruling"),
    [
        # the umpire confirms the bound: the value that contradicts it pays
        (value(0.05), below(0.01), below(0.02), Ruling(below(0.02), Settling.UMPIRE_MEAN, Payer.BUYER)),
        # the umpire's value is allowed by the bound
        (value(0.05), below(0.01), value(0.005), Ruling(value(0.005), Settling.UMPIRE_MEAN, Payer.BUYER)),
        # an umpire that says nothing of either
        (value(0.05), below(0.01), below(0.1), Ruling(below(0.1), Settling.UMPIRE, Payer.SHARED)),
        # outside of both: the nearer side's result as it was filed
        (value(0.05), below(0.01), value(0.08), Ruling(value(0.05), Settling.NEARER, Payer.SELLER)),
    ],
)
def test_an_umpire_decides_on_bounds(buyer, seller, umpire, ruling):
    assert umpired(buyer, seller, umpire) == ruling
