"""The coupled program with its cones by an interior-point method: exact where tangents would take thousands of cuts.

minimise c·x  subject to  G x + s = h, s in K;  its dual has  G'z + c = 0, z in K  (`rows`, `cones`). Mehrotra's
predictor and corrector (SIAM J. Optim. 2 (1992) 575) in the scaling of Nesterov and Todd, as Vandenberghe writes it
down (The CVXOPT linear and quadratic cone program solvers, 2010). A step costs O(pairs³); some twenty to forty suffice.
"""

from collections.abc import Callable

import msgspec
import numpy as np

from matching.allocation.arrow import Arrow
from matching.allocation.cones import Ray, Scaling
from matching.allocation.coupled import Coupled
from matching.allocation.rows import Rows
from matching.solver import Vector

# distance from the optimum and from the rows at which it ends, as shares of objective and rows
_NEAR = 1e-9
_STEPS = 80
# how far towards the boundary a step goes, and the shortest that is worth another
_BACK, _SHORT = 0.99, 1e-6
# so many steps that leave so large a share of the gap are rounding
_PATIENT, _STALLED = 8, 0.7


class Met(msgspec.Struct, frozen=True):
    """Tonnes by pair, nearly within the rows, and multipliers per tonne; `charged` is what limits charge each pair.

    `slack` is the multiplier of each pair's own x >= 0, as a share of the largest profit.
    """

    tonnes: Vector
    lots: Vector
    specs: Vector
    firms: Vector
    floor: float
    charged: Vector
    slack: Vector


class _At(msgspec.Struct, frozen=True):
    x: Vector
    s: Ray
    z: Ray


def interior(problem: Coupled, inside: float, *, loose: float = 0.0, least: Vector | None = None) -> Met:
    """The optimum as near as rounding lets; every pair carries `least` tonnes. There must be a pair.

    Limits are `inside` too tight in proportion to the blend, and `loose` in proportion to a demand: where nothing
    conforms there would be no interior else.
    """
    least = np.zeros(len(problem.market.lot)) if least is None else least
    return _Method(problem, inside, loose, least).run()


class _Method:
    def __init__(self, problem: Coupled, inside: float, loose: float, least: Vector) -> None:
        self._problem = problem
        self._mass = float(np.median(problem.demand[problem.market.spec])) or 1.0
        self._unit = float(np.abs(problem.market.profit).max(initial=0.0)) or 1.0
        self._cost = -problem.market.profit / self._unit
        self._rows = Rows(problem, self._mass, (inside, loose), least)
        self._cones = self._rows.cones
        self._one = self._cones.unit(len(self._rows.ends.line))
        self._degree = self._one.dot(self._one)

    def run(self) -> Met:
        """Steps until it is near, or until rounding lets it come no nearer."""
        at = self._start()
        gaps = [np.inf] * _PATIENT
        for _ in range(_STEPS):
            gaps.append(at.s.dot(at.z))
            if self._near(at) or gaps[-1] > _STALLED * gaps[-1 - _PATIENT]:
                break
            try:
                with np.errstate(all="raise", under="ignore"):
                    found = self._step(at)
            except (FloatingPointError, np.linalg.LinAlgError):
                break
            if found is None:
                break
            at = found
        return self._met(at)

    def _start(self) -> _At:
        rows, ends = self._rows, self._rows.ends
        scaling = Scaling(self._cones, self._one, self._one)
        x = rows.weighed(scaling).solve(rows.by_pair(ends) - self._cost, self._times(scaling))
        z = rows.of(x).plus(ends, -1.0)
        return _At(x, self._inside(z.times(-1.0)), self._inside(z))

    def _times(self, scaling: Scaling) -> Callable[[Vector], Vector]:
        return lambda x: self._rows.by_pair(scaling.divide(scaling.divide(self._rows.of(x))))

    def _inside(self, at: Ray) -> Ray:
        return at.plus(self._one, max(0.0, 1.0 - self._cones.least(at)))

    def _off(self, at: _At) -> tuple[Vector, Ray]:
        """What is missing in the dual and in the primal rows."""
        rows = self._rows
        return rows.by_pair(at.z) + self._cost, at.s.plus(rows.of(at.x)).plus(rows.ends, -1.0)

    def _near(self, at: _At) -> bool:
        short, off = self._off(at)
        worth = abs(float(self._cost @ at.x))
        met = at.s.dot(at.z) <= _NEAR * max(1e-3, worth)
        kept = off.size <= _NEAR * max(1.0, self._rows.ends.size)
        return met and kept and float(np.linalg.norm(short)) <= _NEAR * max(1.0, float(np.linalg.norm(self._cost)))

    def _step(self, at: _At) -> _At | None:
        cones, (short, off), gap = self._cones, self._off(at), at.s.dot(at.z)
        scaling = Scaling(cones, at.s, at.z)
        taken = self._rows.weighed(scaling)
        middle = scaling.times(at.z)
        wanted = cones.product(middle, middle).times(-1.0)
        _, ds, dz = self._direction(scaling, taken, cones.quotient(middle, wanted), short, off)
        still = 1.0 - min(1.0, cones.reach(middle, ds), cones.reach(middle, dz))
        centre = still**3
        wanted = wanted.plus(cones.product(ds, dz), -1.0).plus(self._one, centre * gap / self._degree)
        part = 1.0 - centre
        dx, ds, dz = self._direction(scaling, taken, cones.quotient(middle, wanted), part * short, off.times(part))
        far = min(1.0, _BACK * cones.reach(middle, ds), _BACK * cones.reach(middle, dz))
        if far < _SHORT:
            return None
        return _At(at.x + far * dx, at.s.plus(scaling.times(ds), far), at.z.plus(scaling.divide(dz), far))

    def _direction(self, scaling: Scaling, taken: Arrow, to: Ray, short: Vector, off: Ray) -> tuple[Vector, Ray, Ray]:
        """dx, and in the scaling ds and dz, where ds + dz = `to` and both sides' rows are met."""
        rows = self._rows
        right = scaling.divide(scaling.divide(off).plus(to))
        dx = taken.solve(-short - rows.by_pair(right), self._times(scaling))
        moved = rows.of(dx).plus(off)
        dz = scaling.divide(scaling.divide(moved).plus(to))
        # what rounding left over in the rows goes where it does least harm: into the pairs' own lines
        dz.line[: rows.pairs] += rows.by_pair(dz) + short
        return dx, scaling.divide(moved).times(-1.0), scaling.times(dz)

    def _met(self, at: _At) -> Met:
        lots, specs, capped, floor = self._rows.prices(at.z)
        firms = np.zeros(len(self._problem.caps))
        firms[self._rows.firms] = capped
        unit = self._unit
        return Met(
            at.x * self._mass,
            lots * unit,
            specs * unit,
            firms * unit,
            floor * unit,
            self._rows.true_limits(at.z) * unit,
            at.z.line[: self._rows.pairs],
        )
