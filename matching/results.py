"""What is known of one analyte: a value with a normal uncertainty, or an interval without a distribution."""

import math
from collections.abc import Sequence

import msgspec

from matching.reference import Analyte
from matching.values import Assay, Operator, Statistic

# JCGM 106 needs a standard uncertainty for every value; where nothing better is known 2 % of the value is assumed.
ASSUMED_RELATIVE = 0.02


class Normal(msgspec.Struct, frozen=True):
    """Mean and standard uncertainty (k = 1); `assumed` where the floor was taken for the stated figure."""

    mean: float
    u: float
    assumed: bool = False

    def scaled(self, by: float) -> "Normal":
        """The same result in another unit or basis."""
        return Normal(self.mean * by, self.u * by, self.assumed)

    def low(self, z: float) -> float:
        """The value that the truth exceeds with confidence of the one-sided quantile `z`."""
        return self.mean - z * self.u

    def high(self, z: float) -> float:
        """The value that the truth stays below, likewise."""
        return self.mean + z * self.u


class Interval(msgspec.Struct, frozen=True):
    """All that is known is `lowest..highest`; an open end is not itself possible (`< 40`).

    `assumed` where an end comes from a value whose uncertainty is assumed.
    """

    lowest: float
    highest: float
    low_open: bool = False
    high_open: bool = False
    assumed: bool = False

    def scaled(self, by: float) -> "Interval":
        """The same interval in another unit or basis."""
        return Interval(self.lowest * by, self.highest * by, self.low_open, self.high_open, self.assumed)

    def low(self, _z: float) -> float:
        """An interval has no tail."""
        return self.lowest

    def high(self, _z: float) -> float:
        """An interval has no tail."""
        return self.highest

    def within(self, other: "Interval") -> "Interval":
        """Both are known to hold; contradicting intervals leave this one as it is."""
        low, low_open = max((self.lowest, self.low_open), (other.lowest, other.low_open))
        high, high_closed = min((self.highest, not self.high_open), (other.highest, not other.high_open))
        assumed = self.assumed or other.assumed
        return Interval(low, high, low_open, not high_closed, assumed) if low <= high else self


Result = Normal | Interval


def standard_uncertainty(assay: Assay, analyte: Analyte | None) -> tuple[float, bool]:
    """The effective u of a `=` value in the assay's unit: the stated one, never below the floor (rule 3)."""
    relative = ASSUMED_RELATIVE
    if assay.method and analyte:
        relative = next((f.relative for f in analyte.floors if _is_by(f.method, assay.method)), relative)
    floor = relative * abs(assay.value or 0.0)
    if assay.uncertainty is None or assay.uncertainty < floor:
        return floor, True
    return assay.uncertainty, False


def _is_by(method: str, given: str) -> bool:
    """Whether a method as given is the named one: "spark-OES (JIS G 1253)" is by spark-OES, "sparkless" is not."""
    named, given = method.casefold(), given.casefold().strip()
    return given.startswith(named) and not given[len(named) : len(named) + 1].isalnum()


_BY_STATISTIC = {Statistic.MEAN: 0, Statistic.MEASURED: 2, Statistic.TYPICAL: 4, Statistic.MEDIAN: 6}
_RANGE, _GUARANTEED, _DETECTION = 1, 3, 5


def standing(assay: Assay) -> int:
    """Order of trust (rule 7): mean, range, measured, guaranteed bound, typical, below detection, median."""
    if assay.value is not None and assay.operator is Operator.EQUAL:
        return _BY_STATISTIC[assay.statistic]
    if assay.value is None:
        form = _RANGE
    else:
        form = _GUARANTEED if assay.operator in (Operator.AT_MOST, Operator.AT_LEAST) else _DETECTION
    # a "typical" range or bound is no better than a typical value
    return max(form, _BY_STATISTIC[assay.statistic]) if assay.statistic is not Statistic.MEASURED else form


class Reading(msgspec.Struct, frozen=True):
    """One assay converted to the unit and basis of a limit: `by` has been applied to `result`."""

    assay: Assay
    result: Result


def reading(assay: Assay, by: float, floor: float, ceiling: float, analyte: Analyte | None) -> Reading:
    """Read an assay; `floor`..`ceiling` is what is physically possible, in the limit's unit."""
    if assay.value is None:
        low = floor if assay.low is None else assay.low * by
        high = ceiling if assay.high is None else assay.high * by
        return Reading(assay, Interval(low, high))
    value = assay.value * by
    match assay.operator:
        case Operator.EQUAL:
            u, assumed = standard_uncertainty(assay, analyte)
            return Reading(assay, Normal(value, u * by, assumed))
        case Operator.BELOW | Operator.AT_MOST:
            return Reading(assay, Interval(floor, value, high_open=assay.operator is Operator.BELOW))
        case Operator.ABOVE | Operator.AT_LEAST:
            return Reading(assay, Interval(value, ceiling, low_open=assay.operator is Operator.ABOVE))


def pooled(readings: Sequence[Reading]) -> Result:
    """One result from several (rule 7): only the most trusted kind counts, and a copy never helps.

    Repeats (one sample, one laboratory) average and keep the largest u; different samples pool by inverse
    variance with u at least the standard deviation between them. Of intervals the widest ends count.
    """
    if len(readings) == 1:
        return readings[0].result
    best = min(standing(r.assay) for r in readings)
    chosen = [r for r in readings if standing(r.assay) == best]
    normals = [r for r in chosen if isinstance(r.result, Normal)]
    if not normals:
        return _hull(chosen)
    groups: dict[tuple[str | None, str | None], list[Normal]] = {}
    for r in normals:
        if isinstance(r.result, Normal):
            groups.setdefault((r.assay.sample, r.assay.laboratory), []).append(r.result)
    return _weighted([_repeats(g) for g in groups.values()])


def _repeats(group: Sequence[Normal]) -> Normal:
    distinct: dict[tuple[str, str], Normal] = {}
    for n in sorted(group, key=lambda n: (n.mean, n.u, n.assumed)):
        # nine digits, so that a copy written in another unit is still a copy
        distinct.setdefault((f"{n.mean:.9g}", f"{n.u:.9g}"), n)
    mean = math.fsum(n.mean for n in distinct.values()) / len(distinct)
    return Normal(mean, max(n.u for n in distinct.values()), any(n.assumed for n in distinct.values()))


def _weighted(samples: Sequence[Normal]) -> Normal:
    if len(samples) == 1:
        return samples[0]
    ordered = sorted(samples, key=lambda n: (n.mean, n.u))
    certain = [n for n in ordered if n.u == 0]
    weights = [1.0] * len(certain) if certain else [n.u**-2 for n in ordered]
    used = certain or ordered
    total = math.fsum(weights)
    mean = math.fsum(w * n.mean for w, n in zip(weights, used, strict=True)) / total
    centre = math.fsum(n.mean for n in ordered) / len(ordered)
    spread = math.sqrt(math.fsum((n.mean - centre) ** 2 for n in ordered) / (len(ordered) - 1))
    return Normal(mean, max(0.0 if certain else total**-0.5, spread), any(n.assumed for n in ordered))


def _hull(chosen: Sequence[Reading]) -> Interval:
    """The weakest upper end and the weakest lower end that were stated: a second sheet never narrows the first."""
    down = (Operator.BELOW, Operator.AT_MOST)
    stated = [(r.result, r.assay.value is None, r.assay.operator in down) for r in chosen]
    ranges = [i for i, is_range, _ in stated if is_range and isinstance(i, Interval)]
    uppers = ranges + [i for i, is_range, is_upper in stated if not is_range and is_upper and isinstance(i, Interval)]
    lowers = ranges + [
        i for i, is_range, is_upper in stated if not is_range and not is_upper and isinstance(i, Interval)
    ]
    every = uppers + lowers
    high = max(uppers or every, key=lambda i: (i.highest, not i.high_open))
    low = min(lowers or every, key=lambda i: (i.lowest, i.low_open))
    if low.lowest > high.highest:  # the sheets contradict each other: nothing is known but the outer ends
        return Interval(min(i.lowest for i in every), max(i.highest for i in every))
    return Interval(low.lowest, high.highest, low.low_open, high.high_open)
