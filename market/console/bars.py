"""A limit as a bar: where the allowed range, the measured value and its uncertainty lie on one axis.

Lengths are shares of the bar's width in [0, 100], so a template draws them without arithmetic.
"""

import math
from typing import Any

import msgspec

# how much wider than its farthest mark an axis is
_MARGIN = 1.15
# the expanded uncertainty that is drawn: about 95 % of a normal distribution
COVERAGE = 2.0


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """`allowed` and `spread` are (start, width), `value` a position; None where there is nothing to draw."""

    allowed: tuple[float, float]
    value: float | None
    spread: tuple[float, float] | None
    low: float
    high: float


def bar(limit: Any) -> Bar:
    """`limit` is a LimitResult; what is measured in the limit's unit and basis, k = 2 around it."""
    floor = _first(limit.min, limit.exclusive_min)
    ceiling = _first(limit.max, limit.exclusive_max)
    ends = _known(limit)
    marks = [m for m in (floor, ceiling, *ends) if m is not None and math.isfinite(m)]
    low = min([0.0, *marks])
    high = max([0.0, *marks])
    high = low + (high - low) * _MARGIN if high > low else low + 1.0
    start = _at(floor if floor is not None else low, low, high)
    stop = _at(ceiling if ceiling is not None else high, low, high)
    spread = (_at(ends[0], low, high), _at(ends[1], low, high)) if ends else None
    return Bar(
        allowed=(start, max(0.0, stop - start)),
        value=None if limit.measured is None else _at(limit.measured, low, high),
        spread=None if spread is None else (spread[0], max(0.0, spread[1] - spread[0])),
        low=low,
        high=high,
    )


def _known(limit: Any) -> tuple[float, float] | tuple[()]:
    """The interval in which the true value is believed to lie."""
    if limit.measured is not None:
        reach = COVERAGE * (limit.uncertainty or 0.0)
        return max(0.0, limit.measured - reach), limit.measured + reach
    if limit.low is None and limit.high is None:
        return ()
    low = limit.low if limit.low is not None else 0.0
    return low, limit.high if limit.high is not None else low


def _at(value: float, low: float, high: float) -> float:
    return round(min(100.0, max(0.0, (value - low) / (high - low) * 100)), 2)


def _first(*values: float | None) -> float | None:
    return next((v for v in values if v is not None), None)
