"""What one lot brings to one limit of a blend: its worst ends, its uncertainty and the mass that is weighed.

A lot's share of a limit is `weight · value`: dry mass for a limit on dry basis, wet mass otherwise. An interval
counts at its worst end; what is not measured bars the lot. A lot as it would be after a processor's steps has two
ends, each with spreads of its own, and what the claims add to them.
"""

import math
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

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


class Expected(msgspec.Struct, frozen=True):
    """What a lot as it would be has besides: `spreads` are its own at the low end (`Part.spreads` at the high one).

    `high` and `low` are what each offer passed adds by analyte. `heavy` is the most mass that may be weighed.
    """

    spreads: tuple[float, ...]
    high: tuple[tuple[float, ...], ...]
    low: tuple[tuple[float, ...], ...]
    heavy: float


class Part(msgspec.Struct, frozen=True):
    """A lot's part in one limit, on the scale of its mixing rule; `low` and `high` are the worst ends."""

    low: float
    high: float
    # standard uncertainty by analyte; members of a sum are independent tests
    spreads: tuple[float, ...]
    weight: float
    expected: Expected | None = None


class Ends(msgspec.Struct, frozen=True):
    """Where lots as they would be are among the parts: spreads at each end, analytes × errors (`shared.Shared`).

    `heavy` is the most mass that each column may weigh; `carrier` the column of each error.
    """

    high: Vector
    low: Vector
    heavy: Vector
    carrier: NDArray[np.intp]

    @classmethod
    def of(cls, parts: Sequence[Part], analytes: int) -> "Ends":
        """Each part's own spreads, then those of the passages in the order of the parts."""
        known = [p.expected for p in parts]
        high = [p.spreads for p in parts] + [s for e in known if e is not None for s in e.high]
        low = [p.spreads if e is None else e.spreads for p, e in zip(parts, known, strict=True)]
        low += [s for e in known if e is not None for s in e.low]
        passed = [i for i, e in enumerate(known) if e is not None for _ in e.high]
        return cls(
            high=np.array(high).reshape(-1, analytes).T,
            low=np.array(low).reshape(-1, analytes).T,
            heavy=np.array([p.weight if p.expected is None else p.expected.heavy for p in parts]),
            carrier=np.array([*range(len(parts)), *passed], dtype=np.intp),
        )


class Column(msgspec.Struct, frozen=True):
    """The parts of n lots in one limit as arrays of n; `spreads` is analytes × n, `u` all of them in quadrature."""

    low: Vector
    high: Vector
    weight: Vector
    spreads: Vector
    u: Vector
    ends: Ends | None = None

    @classmethod
    def of(cls, parts: Sequence[Part], analytes: int) -> "Column":
        """In the order of the lots."""
        low, high, weight = np.array([(p.low, p.high, p.weight) for p in parts]).reshape(-1, 3).T
        spreads = np.array([p.spreads for p in parts]).reshape(-1, analytes).T
        ends = Ends.of(parts, analytes) if any(p.expected is not None for p in parts) else None
        return cls(low, high, weight, spreads, np.sqrt((spreads * spreads).sum(axis=0)), ends)

    def weighed(self, over: Vector) -> Vector:
        """The mass of each column: where that is not known, what is worse for a limit that it is `over` by so much."""
        return self.weight if self.ends is None else np.where(over > 0.0, self.ends.heavy, self.weight)

    def errors(self, z: float, *, upper: bool) -> Vector:
        """z standard uncertainties of mass, by error, at the end that a maximum (`upper`) or a minimum looks at."""
        if self.ends is None:
            return z * self.weight * self.u
        spreads = self.ends.high if upper else self.ends.low
        return np.asarray(z * self.ends.heavy[self.ends.carrier] * np.sqrt((spreads * spreads).sum(axis=0)))


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


class Known(msgspec.Struct, frozen=True):
    """What is known of each analyte of a limit, and the mass that is weighed."""

    results: tuple[Result, ...]
    weight: float


def part(question: Question, lot: Composition, catalogue: Catalogue) -> Part | Bar:
    """The lot's part in a limit, or why it has none."""
    known = knowledge(question, lot, catalogue)
    if isinstance(known, Bar):
        return known
    found = _part(known.results, question.rule, known.weight)
    return found if ended(question, found) else Bar("interval_open", _named(question.limit))


def ended(question: Question, found: Part) -> bool:
    """Whether both ends that the limit looks at are known."""
    limits = question.band
    worst = (found.low if math.isfinite(limits.low) else 0.0, found.high if math.isfinite(limits.high) else 0.0)
    return all(map(math.isfinite, worst))


def knowledge(question: Question, lot: Composition, catalogue: Catalogue) -> Known | Bar:
    """The results that a limit asks for, or why one is missing."""
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
    return Known(tuple(one for one in known if not isinstance(one, Unknown)), weight)


def _named(limit: Limit) -> Params:
    return {"analyte": "+".join(limit.analytes)}


def _bounded(lot: Composition, code: str, view: View, known: Result | Unknown) -> Result | Unknown:
    """A reported interval may be narrowed by what another result says of it; an unreported analyte stays unknown."""
    bound = lot.bounded(code, view, 0.0) if isinstance(known, Interval) else None
    return known.within(bound[0]) if bound and isinstance(known, Interval) else known


def _part(known: Sequence[Result], scale: Rule, weight: float) -> Part:
    return Part(total(known, scale, upper=False), total(known, scale, upper=True), scattered(known, scale), weight)


def total(known: Sequence[Result], scale: Rule, *, upper: bool) -> float:
    """The worse end of the sum, on the scale of the rule."""
    return onto(scale, math.fsum(_end(one, upper=upper) for one in known))


def scattered(known: Sequence[Result], scale: Rule) -> tuple[float, ...]:
    """The standard uncertainty of each on the scale; an interval has none."""
    normals = [one if isinstance(one, Normal) else Normal(0.0, 0.0) for one in known]
    return tuple(spread(scale, n.mean, n.u) if n.u else 0.0 for n in normals)


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
