"""All lots of a material against one spec: columns answer what most pairs fail, the rules themselves the rest.

A limit is decided in columns only where every result is a value with an uncertainty and the lot stands clear of the
thresholds; on and near them, and wherever there is an interval, a bound or a doubtful basis, `conformity.judge`
decides. A spec with grades or regimes is judged by `engine.evaluate` on the lots that are left. Every pair that is
shown in an answer has been through `engine.evaluate` as well.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.allocation.market import Places
from matching.composition import Composition, View
from matching.conformity import judge
from matching.engine import evaluate
from matching.gates import blockers
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from matching.results import Normal
from matching.solver import Vector
from matching.tolerance import SIMPLE_ACCEPTANCE, band, quantile
from matching.values import Limit, Verdict, Window

# how far from a threshold, in standard uncertainties or as a share of the limit, columns may decide
_CLEAR = 1e-6
_Key = tuple[object, ...]
Mask = NDArray[np.bool_]


class Screen:
    """The lots of one material; `passing` may be asked for spec after spec."""

    def __init__(self, lots: Sequence[Lot], catalogue: Catalogue, *, conditional: bool) -> None:
        self._lots = lots
        self._catalogue = catalogue
        self.accepted = (Verdict.IN, Verdict.CONDITIONAL) if conditional else (Verdict.IN,)
        self._compositions: list[Composition | None] = [None] * len(lots)
        self._columns: dict[_Key, tuple[Vector, Vector]] = {}
        self._first = np.array([lot.available.from_.toordinal() for lot in lots], dtype=np.int64)
        self._last = np.array([lot.available.until.toordinal() for lot in lots], dtype=np.int64)
        self._profile, self._alike = _profiles(lots)

    def composition(self, place: int) -> Composition:
        """The assays of a lot, read once."""
        known = self._compositions[place]
        if known is None:
            known = self._compositions[place] = Composition(self._lots[place], self._catalogue)
        return known

    def admitted(self, spec: Spec) -> Places:
        """The lots that pass every gate besides composition."""
        window = Window(from_=spec.delivery.from_, until=spec.delivery.until)
        open_to = np.zeros(len(self._alike), dtype=bool)
        for i, lot in enumerate(self._alike):
            open_to[i] = not blockers(spec, _within(lot, window), self._catalogue)
        first, last = window.from_.toordinal(), window.until.toordinal()
        meets = (np.maximum(self._first, first) <= np.minimum(self._last, last)) & open_to[self._profile]
        return np.flatnonzero(meets)

    def passing(self, spec: Spec, places: Places) -> Places:
        """Of the lots at `places`, which pass the gates, those whose verdict is accepted."""
        for limit in spec.limits:
            places = self._holding(limit, spec.confidence, places)
        if spec.limits and not spec.grades and not spec.regimes:
            return places
        kept = [i for i in places.tolist() if self.verdict(spec, i) in self.accepted]
        return np.array(kept, dtype=np.int64)

    def verdict(self, spec: Spec, place: int) -> Verdict:
        """By all the rules; a lot that a gate blocks is out."""
        found = evaluate(spec, self._lots[place], self._catalogue)
        return Verdict.OUT if found.blockers else found.verdict

    def _holding(self, limit: Limit, confidence: float, places: Places) -> Places:
        means, spreads = self._column(limit)
        inside, outside = _clear(limit, confidence, means[places], spreads[places])
        if confidence > SIMPLE_ACCEPTANCE and not self._bounded(limit):
            between = ~inside & _close(limit, confidence, means[places], spreads[places])
            inside |= between & (Verdict.CONDITIONAL in self.accepted)
            outside |= between & (Verdict.CONDITIONAL not in self.accepted)
        asked = np.flatnonzero(~inside & ~outside)
        for i in asked.tolist():
            inside[i] = self._judged(limit, confidence, int(places[i])) in self.accepted
        return places[inside]

    def _bounded(self, limit: Limit) -> bool:
        """Whether another result may settle what is close to the limit."""
        return len(limit.analytes) == 1 and any(b.analyte == limit.analytes[0] for b in self._catalogue.bounds)

    def _judged(self, limit: Limit, confidence: float, place: int) -> Verdict:
        return judge(limit, self.composition(place), confidence, "spec").verdict

    def _column(self, limit: Limit) -> tuple[Vector, Vector]:
        """Mean and u by lot in the limit's unit; NaN where columns cannot decide."""
        conditions = tuple(sorted((limit.conditions or {}).items()))
        key = (limit.analytes, limit.unit, limit.basis, conditions, limit.scope)
        if key not in self._columns:
            found = [self._value(limit, i) for i in range(len(self._lots))]
            means, spreads = np.array(found, dtype=np.float64).reshape(-1, 2).T
            self._columns[key] = (means, spreads)
        return self._columns[key]

    def _value(self, limit: Limit, place: int) -> tuple[float, float]:
        lot = self.composition(place)
        bases = lot.bases(limit)
        if len(bases) > 1:
            return math.nan, math.nan
        view = View(limit.unit, bases[0], limit.conditions, limit.scope)
        known = [lot.measured(code, view) for code in limit.analytes]
        values = [one for one in known if isinstance(one, Normal)]
        if len(values) < len(known):
            return math.nan, math.nan
        return math.fsum(v.mean for v in values), math.hypot(*(v.u for v in values))


def _clear(limit: Limit, confidence: float, means: Vector, spreads: Vector) -> tuple[Mask, Mask]:
    """Where the limit surely holds, and where it surely does not; between the two the rules must be asked."""
    limits = band(limit)
    room = np.minimum(limits.high - means, means - limits.low)
    ends = [abs(end) for end in (limits.low, limits.high) if math.isfinite(end)]
    near = _CLEAR * np.maximum(np.abs(means), max(ends, default=0.0))
    if confidence <= SIMPLE_ACCEPTANCE:
        return room > near, room < -near
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.where(np.abs(room) > near, room / spreads, math.nan)
    sides = max(1, len(ends))
    return apart > quantile(1.0 - (1.0 - confidence) / sides) + _CLEAR, apart < -quantile(confidence) - _CLEAR


def _close(limit: Limit, confidence: float, means: Vector, spreads: Vector) -> Mask:
    """Where a limit with one end surely neither holds nor fails: conditionally acceptable."""
    limits = band(limit)
    if math.isfinite(limits.low) and math.isfinite(limits.high):
        return np.zeros(len(means), dtype=bool)
    end = limits.high if math.isfinite(limits.high) else limits.low
    room = np.minimum(limits.high - means, means - limits.low)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.where(np.abs(room) > _CLEAR * np.maximum(np.abs(means), abs(end)), room / spreads, math.nan)
    return np.asarray(np.abs(apart) < quantile(confidence) - _CLEAR, dtype=np.bool_)


def _profiles(lots: Sequence[Lot]) -> tuple[Places, list[Lot]]:
    """Lots that every gate but the window treats alike: the number of each lot's kind, and one lot of each."""
    kinds: dict[_Key, int] = {}
    alike: list[Lot] = []
    numbers = np.zeros(len(lots), dtype=np.int64)
    for i, lot in enumerate(lots):
        key = (
            lot.material,
            lot.grade,
            lot.form,
            lot.origin,
            lot.custody_model,
            lot.legal_status,
            lot.hazards,
            lot.documents,
        )
        if key not in kinds:
            kinds[key] = len(alike)
            alike.append(lot)
        numbers[i] = kinds[key]
    return numbers, alike


def _within(lot: Lot, window: Window) -> Lot:
    return Lot(
        material=lot.material,
        quantity=lot.quantity,
        location=lot.location,
        available=window,
        grade=lot.grade,
        form=lot.form,
        origin=lot.origin,
        custody_model=lot.custody_model,
        legal_status=lot.legal_status,
        hazards=lot.hazards,
        documents=lot.documents,
    )
