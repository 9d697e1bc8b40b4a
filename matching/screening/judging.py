"""One limit against many lots at once: verdict, probability and margin, as `matching.conformity.judge` finds them.

The arithmetic is that of `matching.tolerance`, an array at a time. Whatever lies so near to a bound that the last
digits decide is left to `judge` itself, as is all that `readings` calls odd. O(lots).
"""

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.composition import Composition
from matching.conformity import SEVERITY, judge
from matching.findings import Finding, relaxed, side
from matching.listings import Lot
from matching.near_miss import relative_move
from matching.reference import Catalogue
from matching.results import Interval, Normal, Result
from matching.score import margin
from matching.screening.readings import ABSENT, INTERVAL, NORMAL
from matching.tolerance import SIMPLE_ACCEPTANCE, Band, band
from matching.units import implausible_end
from matching.values import Limit, Verdict

Flags = NDArray[np.bool_]
Reals = NDArray[np.float64]
OUT, NOT_EVALUATED, CONDITIONAL, IN = (
    SEVERITY[v] for v in (Verdict.OUT, Verdict.NOT_EVALUATED, Verdict.CONDITIONAL, Verdict.IN)
)
# nearer than this to what decides, relative or in probability, and the exact judge is asked
_NEAR: Final = 1e-8
REGIME: Final = "regime"
_erfc = np.frompyfunc(math.erfc, 1, 1)
# probability (nan: none), margin, the relative move (nan: not asked), severity, and whether it was reported
JUDGED: Final = np.dtype(
    [("p", "f8"), ("margin", "f8"), ("move", "f8"), ("severity", "i1"), ("reported", "?")], align=True
)


def alone(limit: Limit, lot: Lot, confidence: float, origin: str, catalogue: Catalogue) -> tuple[Any, ...]:
    """One row of `JUDGED`, from the exact judge; infinite where no move of the limit would do."""
    composition = Composition(lot, catalogue)
    result = judge(limit, composition, confidence, origin)
    p = math.nan if result.probability is None else result.probability
    move = relative_move(result.params["limit"], result.relax_to) if result.verdict is Verdict.OUT else math.nan
    return (p, margin(result), move, SEVERITY[result.verdict], composition.reports(limit))


class LimitRows:
    """One limit and what is known of many lots: `members` are readings in its unit, one array for each analyte.

    `rows` are `JUDGED`; those at `odd` have still to be filled by `alone`.
    """

    def __init__(
        self, limit: Limit, confidence: float, origin: str, members: Sequence[NDArray[Any]], tested: Flags
    ) -> None:
        self.limit, self.confidence, self.origin = limit, confidence, origin
        self._members = members
        self._band = band(limit)
        self.rows = np.zeros(len(tested), JUDGED)
        self.rows["severity"], self.rows["p"], self.rows["move"] = NOT_EVALUATED, math.nan, math.nan
        kinds = np.stack([member["kind"] for member in members])
        self.rows["reported"] = (kinds != ABSENT).all(axis=0)
        values, spans = (kinds == NORMAL).all(axis=0), (kinds == INTERVAL).all(axis=0)
        self._moves: dict[Result, float] = {}
        self.odd: Flags = ~(values | spans | (kinds == ABSENT).all(axis=0))
        if len(members) > 1:
            # of a sum each member may be on a basis of its own
            self.odd |= np.any([member["basis"] != 0 for member in members], axis=0)
            if self._band.high <= 0.0:
                # and members that nobody measured are at least nothing, which is over
                self.odd |= (kinds == ABSENT).all(axis=0)
        self.odd[values] |= self._values(values)
        self.odd[spans] |= self._spans(spans)
        if math.isfinite(self._band.low):
            # closure to 100 % may show that there is too little
            self.odd |= (self.rows["severity"] == NOT_EVALUATED) & tested

    def moves(self, at: NDArray[np.intp], catalogue: Catalogue) -> Reals:
        """By how much of itself the limit must move for lots that break it; infinite where no move would do."""
        for entry in at[np.isnan(self.rows["move"][at])].tolist():
            known = self._known(entry)
            if known not in self._moves:
                self._moves[known] = self._move(known, catalogue)
            self.rows["move"][entry] = self._moves[known]
        found: Reals = self.rows["move"][at]
        return found

    def _move(self, known: Result, catalogue: Catalogue) -> float:
        broken = Finding(verdict=Verdict.OUT, code="", known=known)
        end = relaxed([broken], self._band, self.confidence) if self.origin != REGIME else None
        if end is None or implausible_end(end, self.limit, catalogue) is not None:
            return math.inf
        return relative_move(self._band.high if side(known, self._band) == "over" else self._band.low, end)

    def _known(self, entry: int) -> Result:
        own = [member[entry] for member in self._members]
        total = math.fsum(float(one["a"]) for one in own)
        if own[0]["kind"] == NORMAL:
            return Normal(total, math.hypot(*(float(one["b"]) for one in own)))
        opens = (any(one[end] for one in own) for end in ("low_open", "high_open"))
        return Interval(total, math.fsum(float(one["b"]) for one in own), *opens)

    def _values(self, here: Flags) -> Flags:
        mean = np.sum([member["a"][here] for member in self._members], axis=0)
        u = np.sqrt(np.sum([member["b"][here] ** 2 for member in self._members], axis=0))
        limits, confidence = self._band, self.confidence
        p = np.maximum(0.0, 1.0 - _tail(mean, limits.high, u) - _tail(-mean, -limits.low, u))
        odd = _near(mean, limits.high) | _near(mean, limits.low)
        if confidence <= SIMPLE_ACCEPTANCE:
            severity = np.where((mean > limits.high) | (mean < limits.low), OUT, IN)
        else:
            severity = np.where(p >= confidence, IN, np.where(p <= 1.0 - confidence, OUT, CONDITIONAL))
            odd |= (np.abs(p - confidence) < _NEAR) | (np.abs(p - 1.0 + confidence) < _NEAR)
        self._fill(here, severity, p, _margin(mean, mean, limits))
        return odd

    def _spans(self, here: Flags) -> Flags:
        low, high = (np.sum([member[end][here] for member in self._members], axis=0) for end in ("a", "b"))
        limits = self._band
        out = (low > limits.high) | (high < limits.low)
        top = (high < limits.high) | math.isinf(limits.high)
        within = top & ((low > limits.low) | math.isinf(limits.low))
        severity = np.where(out, OUT, np.where(within, IN, NOT_EVALUATED))
        self._fill(here, severity, np.where(out, 0.0, np.where(within, 1.0, math.nan)), _margin(low, high, limits))
        near: Flags = np.any([_near(end, at) for end in (low, high) for at in (limits.low, limits.high)], axis=0)
        return near

    def _fill(self, here: Flags, severity: NDArray[Any], p: Reals, margin: Reals) -> None:
        self.rows["severity"][here], self.rows["p"][here], self.rows["margin"][here] = severity, p, margin


def _tail(mean: Reals, end: float, u: Reals) -> Reals:
    """P(X > end) for X ~ N(mean, u²)."""
    if not math.isfinite(end):
        return np.zeros(len(mean))
    certain = u == 0.0
    away = (end - mean) / (np.where(certain, 1.0, u) * math.sqrt(2.0))
    return np.where(certain, mean > end, 0.5 * np.asarray(_erfc(away), np.float64))


def _near(values: Reals, end: float) -> Flags:
    if not math.isfinite(end):
        return np.zeros(len(values), np.bool_)
    return np.abs(values - end) <= _NEAR * np.maximum(np.abs(values), abs(end))


def _margin(low: Reals, high: Reals, limits: Band) -> Reals:
    """As `matching.score.margin`: to the nearer end; no margin where a result has no end on that side."""
    found = np.ones(len(high))
    if math.isfinite(limits.high):
        found = np.minimum(found, np.where(np.isfinite(high), _share(limits.high - high, limits.high), 0.0))
    if math.isfinite(limits.low):
        found = np.minimum(found, np.where(np.isfinite(low), _share(low - limits.low, limits.low), 0.0))
    return found


def _share(room: Reals, end: float) -> Reals:
    if end == 0.0:
        return (room >= 0.0).astype(np.float64)
    return np.clip(room / abs(end), 0.0, 1.0)
