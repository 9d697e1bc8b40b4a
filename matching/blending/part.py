"""What one lot brings to one limit of a blend: its worst ends, its uncertainty and the mass that is weighed.

A lot's share of a limit is `weight · value`: dry mass for a limit on dry basis, wet mass otherwise. An interval
counts at its worst end; what is not measured bars the lot.
"""

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from matching.blending.mixing import Rule, onto, spread
from matching.composition import Composition, Unknown, View
from matching.evaluation import Params
from matching.reference import Catalogue
from matching.results import Interval, Normal, Result
from matching.solver import Vector
from matching.tolerance import Band, band
from matching.units import MASS_FRACTION, dimension
from matching.values import Basis, Limit

# An open or exclusive end is one that is not reached: this much inside, well over the nine digits of equality.
STRICTLY = 2e-8


class Bar(msgspec.Struct, frozen=True):
    """Why a lot cannot enter."""

    code: str
    params: Params


class Part(msgspec.Struct, frozen=True):
    """A lot's part in one limit, on the scale of its mixing rule; `low` and `high` are the worst ends."""

    low: float
    high: float
    # standard uncertainty by analyte; members of a sum are independent tests
    spreads: tuple[float, ...]
    weight: float


class Column(msgspec.Struct, frozen=True):
    """The parts of n lots in one limit as arrays of n; `spreads` is analytes × n, `u` all of them in quadrature."""

    low: Vector
    high: Vector
    weight: Vector
    spreads: Vector
    u: Vector

    @classmethod
    def of(cls, parts: Sequence[Part], analytes: int) -> "Column":
        """In the order of the lots."""
        low, high, weight = np.array([(p.low, p.high, p.weight) for p in parts]).reshape(-1, 3).T
        spreads = np.array([p.spreads for p in parts]).reshape(-1, analytes).T
        return cls(low, high, weight, spreads, np.sqrt((spreads * spreads).sum(axis=0)))


class Question(msgspec.Struct, frozen=True):
    """One limit of the spec on one basis; a limit without a basis may have to hold on both."""

    place: int
    limit: Limit
    basis: Basis | None
    rule: Rule

    @property
    def band(self) -> Band:
        """The limit as an interval."""
        return band(self.limit)


def part(question: Question, lot: Composition, catalogue: Catalogue) -> Part | Bar:
    """The lot's part in a limit, or why it has none."""
    limit = question.limit
    both = question.basis if limit.basis is not None or len(lot.bases(limit)) > 1 else None
    view = View(limit.unit, both, limit.conditions, limit.scope)
    known = [lot.measured(code, view) for code in limit.analytes]
    if len(known) > 1:
        known = [_bounded(lot, code, view, one) for code, one in zip(limit.analytes, known, strict=True)]
    for code, one in zip(limit.analytes, known, strict=True):
        if isinstance(one, Unknown):
            return Bar("unmeasured" if one.code == "not_measured" else "not_usable", {"analyte": code, "why": one.code})
    weight = _weight(question, lot, catalogue)
    if weight is None:
        return Bar("moisture_unknown", _named(limit))
    found = _part([one for one in known if not isinstance(one, Unknown)], question.rule, weight)
    limits = question.band
    worst = (found.low if math.isfinite(limits.low) else 0.0, found.high if math.isfinite(limits.high) else 0.0)
    return found if all(map(math.isfinite, worst)) else Bar("interval_open", _named(limit))


def _named(limit: Limit) -> Params:
    return {"analyte": "+".join(limit.analytes)}


def _bounded(lot: Composition, code: str, view: View, known: Result | Unknown) -> Result | Unknown:
    """A reported interval may be narrowed by what another result says of it; an unreported analyte stays unknown."""
    bound = lot.bounded(code, view, 0.0) if isinstance(known, Interval) else None
    return known.within(bound[0]) if bound and isinstance(known, Interval) else known


def _part(known: Sequence[Result], scale: Rule, weight: float) -> Part:
    low = math.fsum(_end(one, upper=False) for one in known)
    high = math.fsum(_end(one, upper=True) for one in known)
    normals = [one if isinstance(one, Normal) else Normal(0.0, 0.0) for one in known]
    spreads = tuple(spread(scale, n.mean, n.u) if n.u else 0.0 for n in normals)
    return Part(onto(scale, low), onto(scale, high), spreads, weight)


def _end(known: Result, *, upper: bool) -> float:
    if isinstance(known, Normal):
        return known.mean
    if upper:
        return known.highest * (1.0 - STRICTLY) if known.high_open else known.highest
    return known.lowest * (1.0 + STRICTLY) if known.low_open else known.lowest


def _weight(question: Question, lot: Composition, catalogue: Catalogue) -> float | None:
    """Tonnes weighed in a wet tonne; None where a dry limit cannot be weighed for want of the moisture."""
    if question.basis is not Basis.DRY or dimension(question.limit.unit, catalogue) != MASS_FRACTION:
        return 1.0
    if lot.moisture is not None:
        return 1.0 - lot.moisture
    return None if question.limit.basis is Basis.DRY else 1.0
