"""Kilograms over the lots of a leg, and limits that give way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.deals.relaxing import Relaxation, relaxation_faults, relaxed
from market.deals.sharing import shared_out
from specs.catalogue.loader import catalogue
from tests.support.market import spec

PARTS = st.lists(st.integers(1, 10**9), min_size=1, max_size=8)


@given(st.integers(0, 10**9), PARTS)
def test_nothing_is_lost_and_no_share_is_a_kilogram_off(kg: int, parts: list[int]) -> None:
    shares = shared_out(kg, parts)

    assert sum(shares) == kg
    assert all(abs(share - kg * part / sum(parts)) < 1 for share, part in zip(shares, parts, strict=True))


@given(PARTS)
def test_the_whole_is_shared_as_it_was(parts: list[int]) -> None:
    assert shared_out(sum(parts), parts) == tuple(parts)


BAND = {"analytes": ["Fe"], "min": 0.6, "max": 1.0, "unit": "%", "negotiable": True}


@pytest.mark.parametrize(("to", "low", "high"), [(1.2, 0.6, 1.2), (0.5, 0.5, 1.0)])
def test_a_band_gives_way_on_the_side_that_the_value_lies_beyond(to: float, low: float, high: float) -> None:
    limit = relaxed(spec(limits=[BAND]), [Relaxation(limit=0, relax_to=to)]).limits[0]

    assert (limit.min, limit.max) == (low, high)


def test_an_exclusive_bound_stays_exclusive() -> None:
    limit = {"analytes": ["Cu"], "exclusive_max": 2.0, "unit": "%", "negotiable": True}

    assert relaxed(spec(limits=[limit]), [Relaxation(limit=0, relax_to=2.5)]).limits[0].exclusive_max == 2.5


@pytest.mark.parametrize("to", [0.6, 0.8, 1.0, float("inf"), float("nan")])
def test_what_relaxes_nothing_is_a_fault(to: float) -> None:
    faults = list(
        relaxation_faults(spec(limits=[BAND]), [Relaxation(limit=0, relax_to=to)], "/relaxations", catalogue())
    )

    assert [(fault.pointer, fault.code) for fault in faults] == [("/relaxations/0/relax_to", "relaxes_nothing")]


@pytest.mark.parametrize("to", [1e308, 101.0])
def test_a_limit_gives_way_to_what_can_be_only(to: float) -> None:
    faults = list(
        relaxation_faults(spec(limits=[BAND]), [Relaxation(limit=0, relax_to=to)], "/relaxations", catalogue())
    )

    assert [(fault.pointer, fault.code) for fault in faults] == [("/relaxations/0/relax_to", "implausible_limit")]
