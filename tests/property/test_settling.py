"""Laws of settling: nobody gains by filing first, and nothing comes out that nobody found."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from market.deals.samples.settling import Payer, agreed, critical_difference, gap, umpired, within
from matching.results import Interval, Normal, Result

numbers = st.integers(0, 10_000).map(lambda n: n / 1000)
values = st.builds(Normal, numbers, st.integers(0, 100).map(lambda n: n / 1000))
ranges = st.tuples(numbers, numbers, st.booleans()).map(lambda t: Interval(min(t[:2]), max(t[:2]), False, t[2]))
results = st.one_of(values, ranges)
OTHER = {Payer.BUYER: Payer.SELLER, Payer.SELLER: Payer.BUYER, Payer.SHARED: Payer.SHARED}


def ends(*found: Result) -> tuple[float, float]:
    lows = [r.mean if isinstance(r, Normal) else r.lowest for r in found]
    highs = [r.mean if isinstance(r, Normal) else r.highest for r in found]
    return min(lows), max(highs)


def inside(final: Result, *found: Result) -> bool:
    (low, high), (least, most) = ends(final), ends(*found)
    return least - 1e-9 <= low <= high <= most + 1e-9


@given(results, results)
def test_who_files_first_changes_nothing_of_an_agreement(one, two):
    assert agreed(one, two) == agreed(two, one)
    assert gap(one, two) == -gap(two, one)
    assert critical_difference(one, two) == critical_difference(two, one)


@given(results, results, st.integers(0, 10_000).map(lambda n: Decimal(n) / 1000))
def test_being_within_the_limit_is_mutual_and_a_wider_limit_keeps_it(one, two, limit):
    assert within(one, two, limit) == within(two, one, limit)
    assert not within(one, two, limit) or within(one, two, limit + 1)


@given(results, results, results)
def test_before_an_umpire_the_sides_are_alike_and_only_the_payer_changes_with_them(buyer, seller, umpire):
    ruling, other = umpired(buyer, seller, umpire), umpired(seller, buyer, umpire)
    assert (ruling.result, ruling.how) == (other.result, other.how)
    assert ruling.payer is not None
    assert other.payer is OTHER[ruling.payer]


@given(results, results)
def test_what_is_agreed_lies_within_what_was_found(one, two):
    assert inside(agreed(one, two), one, two)


@given(results, results, results)
def test_what_an_umpire_settles_lies_within_what_was_found(buyer, seller, umpire):
    assert inside(umpired(buyer, seller, umpire).result, buyer, seller, umpire)


@given(values, values, values)
def test_with_three_values_what_is_final_lies_between_the_two_sides(buyer, seller, umpire):
    assert inside(umpired(buyer, seller, umpire).result, buyer, seller)
