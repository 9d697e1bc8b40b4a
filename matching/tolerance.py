"""A limit as an interval on the number line, and where a value or an interval stands to it (rules 3 and 4)."""

import math
from functools import cache
from statistics import NormalDist

import msgspec

from matching.results import Interval, Normal
from matching.units import close
from matching.values import Limit, Verdict

_STANDARD = NormalDist()
SIMPLE_ACCEPTANCE = 0.5
# p is a double: a probability this near to the confidence is the confidence
_EPSILON = 1e-12


@cache
def quantile(confidence: float) -> float:
    """z with Φ(z) = confidence; 0 at simple acceptance."""
    return _STANDARD.inv_cdf(confidence)


class Band(msgspec.Struct, frozen=True):
    """`low`..`high` in the limit's unit, infinite where unlimited; an exclusive end is not itself allowed."""

    low: float
    high: float
    low_exclusive: bool = False
    high_exclusive: bool = False

    def admits(self, value: float) -> bool:
        """Whether a value conforms, equality counted to nine digits."""
        over = value > self.high and not close(value, self.high)
        under = value < self.low and not close(value, self.low)
        at_high = self.high_exclusive and close(value, self.high)
        at_low = self.low_exclusive and close(value, self.low)
        return not (over or under or at_high or at_low)

    def probability(self, value: Normal) -> float:
        """P(true value conforms), both sides together."""
        return max(0.0, 1.0 - self.tail_over(value) - self.tail_under(value))

    def tail_over(self, value: Normal) -> float:
        """P(true value is over the upper end)."""
        return _tail(value.mean, self.high, value.u) if math.isfinite(self.high) else 0.0

    def tail_under(self, value: Normal) -> float:
        """P(true value is under the lower end)."""
        return _tail(-value.mean, -self.low, value.u) if math.isfinite(self.low) else 0.0

    def surely_over(self, known: Interval) -> bool:
        """Every value of the interval is over the upper end."""
        if close(known.lowest, self.high):
            return self.high_exclusive or known.low_open
        return known.lowest > self.high

    def surely_under(self, known: Interval) -> bool:
        """Every value of the interval is under the lower end."""
        if close(known.highest, self.low):
            return self.low_exclusive or known.high_open
        return known.highest < self.low

    def contains(self, known: Interval) -> bool:
        """Every value of the interval conforms."""
        at_top, at_bottom = close(known.highest, self.high), close(known.lowest, self.low)
        top = (not self.high_exclusive or known.high_open) if at_top else known.highest < self.high
        bottom = (not self.low_exclusive or known.low_open) if at_bottom else known.lowest > self.low
        return top and bottom


def _tail(mean: float, limit: float, u: float) -> float:
    """P(X > limit) for X ~ N(mean, u²); one half exactly at equality."""
    if close(mean, limit):
        return 0.5
    if u == 0.0:
        return 1.0 if mean > limit else 0.0
    return 0.5 * math.erfc((limit - mean) / (u * math.sqrt(2.0)))


def band(limit: Limit) -> Band:
    """The tightest of `min`, `exclusive_min` below and of `max`, `exclusive_max` above."""
    low = -math.inf if limit.min is None else float(limit.min)
    high = math.inf if limit.max is None else float(limit.max)
    low_exclusive = limit.exclusive_min is not None and limit.exclusive_min >= low
    high_exclusive = limit.exclusive_max is not None and limit.exclusive_max <= high
    if low_exclusive and limit.exclusive_min is not None:
        low = float(limit.exclusive_min)
    if high_exclusive and limit.exclusive_max is not None:
        high = float(limit.exclusive_max)
    return Band(low, high, low_exclusive, high_exclusive)


def judge_normal(known: Normal, limits: Band, confidence: float) -> tuple[Verdict, float]:
    """Verdict and p of a value with uncertainty; at confidence 0.5 the value itself decides (simple acceptance)."""
    p = limits.probability(known)
    if confidence <= SIMPLE_ACCEPTANCE:
        return (Verdict.IN if limits.admits(known.mean) else Verdict.OUT), p
    if p >= confidence - _EPSILON:
        return Verdict.IN, p
    return (Verdict.OUT if p <= 1.0 - confidence + _EPSILON else Verdict.CONDITIONAL), p


def judge_interval(known: Interval, limits: Band) -> tuple[Verdict, float | None]:
    """Wholly inside passes, wholly outside fails, straddling is not evaluated."""
    if limits.surely_over(known) or limits.surely_under(known):
        return Verdict.OUT, 0.0
    return (Verdict.IN, 1.0) if limits.contains(known) else (Verdict.NOT_EVALUATED, None)


def relax_over(known: Normal | Interval, limits: Band, confidence: float) -> float | None:
    """The upper limit at which the result would conform at `confidence`; None where no upper limit would do."""
    if isinstance(known, Interval):
        return outward(known.highest, strict=limits.high_exclusive and not known.high_open)
    if confidence <= SIMPLE_ACCEPTANCE:
        return outward(known.mean, strict=limits.high_exclusive)
    wanted = confidence + limits.tail_under(known)
    if wanted >= 1.0:
        return None
    return outward(known.mean + quantile(wanted) * known.u, never_under=True)


def relax_under(known: Normal | Interval, limits: Band, confidence: float) -> float | None:
    """The lower limit at which the result would conform: the mirror image of `relax_over`."""
    mirrored = Band(-limits.high, -limits.low, limits.high_exclusive, limits.low_exclusive)
    if isinstance(known, Interval):
        image: Normal | Interval = Interval(-known.highest, -known.lowest, known.high_open, known.low_open)
    else:
        image = Normal(-known.mean, known.u)
    value = relax_over(image, mirrored, confidence)
    return None if value is None else -value


_DIGITS = 6


def outward(value: float, *, strict: bool = False, never_under: bool = False) -> float | None:
    """Round up to six significant digits, so that the printed limit really is wide enough.

    A value that equals a number of six digits for every purpose of a limit is that number (`strict`: the next), but
    not where even a part in 10**9 counts (`never_under`: a probability follows it).
    """
    if not math.isfinite(value):
        return None
    if value == 0.0:
        return 1e-9 if strict else 0.0
    step = 10.0 ** (math.floor(math.log10(abs(value))) - _DIGITS + 1)
    steps = value / step
    up = round(steps) if not never_under and close(steps, round(steps)) else math.ceil(steps)
    if strict and close(float(up), steps):
        up += 1
    return float(f"{up * step:.12g}")
