"""Where a limit's range, value and uncertainty lie on its bar."""

import msgspec
import pytest

from market.console.bars import bar
from matching.evaluation import LimitResult
from matching.values import Verdict


def _limit(**fields: object) -> LimitResult:
    told = {"measured": None, "uncertainty": None, "probability": None, "origin": "spec", "code": "c", "params": {}}
    return msgspec.convert(
        {"analytes": ["Cu"], "unit": "%", "verdict": Verdict.NOT_EVALUATED} | told | fields, LimitResult
    )


def test_a_maximum_allows_from_zero_to_itself() -> None:
    drawn = bar(_limit(max=0.25, measured=0.10, uncertainty=0.01))
    assert drawn.allowed[0] == 0
    assert drawn.allowed[1] == pytest.approx(0.25 / drawn.high * 100, abs=0.01)
    assert drawn.value == pytest.approx(0.10 / drawn.high * 100, abs=0.01)


def test_a_band_starts_at_its_minimum() -> None:
    drawn = bar(_limit(min=0.6, max=1.0, measured=0.5))
    assert drawn.value is not None
    assert drawn.value < drawn.allowed[0]


def test_the_spread_covers_two_standard_uncertainties_on_both_sides() -> None:
    drawn = bar(_limit(max=10, measured=5, uncertainty=1))
    assert drawn.spread is not None
    assert drawn.spread[1] == pytest.approx(4 / drawn.high * 100, abs=0.02)


def test_an_interval_has_a_spread_and_no_value() -> None:
    drawn = bar(_limit(max=0.01, low=0.0, high=0.02))
    assert drawn.value is None
    assert drawn.spread is not None
    assert drawn.spread[0] + drawn.spread[1] > drawn.allowed[1]


def test_nothing_measured_draws_the_range_alone() -> None:
    drawn = bar(_limit(min=90))
    assert (drawn.value, drawn.spread) == (None, None)
    assert drawn.allowed[1] > 0


def test_everything_stays_on_the_bar_whatever_the_numbers() -> None:
    for fields in ({"max": 0.0}, {"max": 1e-9, "measured": 50.0}, {"min": -5.0, "measured": -20.0, "uncertainty": 1.0}):
        drawn = bar(_limit(**fields))
        assert 0 <= drawn.allowed[0] <= drawn.allowed[0] + drawn.allowed[1] <= 100.01
        assert drawn.value is None or 0 <= drawn.value <= 100
