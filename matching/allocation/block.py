"""The best blend of one spec at given prices of lots: the pricing problem of column generation.

maximise Σ (w_i - π_i) x_i  subject to  h_r(x) <= 0 for every side of every limit, Σ x_i <= demand, 0 <= x_i <= a_i,
where h_r(x) = means_r·x + guard is convex and homogeneous, so that any tonnage of a blend that conforms does. A linear
program with tangent cuts on a warm basis: from one round to the next only costs change. Cuts are somewhat tighter
than the cone, so that what passes them to that much conforms; the bound pays for it.
"""

import math

import msgspec
import numpy as np

from matching.allocation.coupled import LEAST_FILL, Coupled
from matching.solver import Outcome, Program, SolverError, Vector

# shares of a limit: curved rows are cut as much too tight, so that few cuts are needed; straight ones hardly
_CURVED, _STRAIGHT = 2e-4, 1e-7
_CUTS = 60
_CRUMB = 1e-12


class Priced(msgspec.Struct, frozen=True):
    """Tonnes by lot of the best blend (all 0: nothing is worth it), and what no blend of the spec can be worth more."""

    tonnes: Vector
    worth: float
    bound: float


class Block:
    """One spec over its lots; `best` may be asked at prices after prices."""

    def __init__(self, problem: Coupled, spec: int) -> None:
        edges = problem.edges(spec)
        self.lots = problem.market.lot[edges]
        self.profit = problem.market.profit[edges]
        self._demand = float(problem.demand[spec])
        self._limits = problem.limits[spec]
        self._unit = float(np.abs(self.profit).max(initial=0.0)) or 1.0
        self._curved = bool(self._limits.spreads.any())
        self._inside = _CURVED if self._curved else _STRAIGHT
        self._most = np.minimum(problem.available[self.lots] / self._demand, 1.0)
        self._all = np.arange(len(self.lots), dtype=np.int32)
        self._program = Program()
        self._program.add_row(-math.inf, 1.0, np.empty(0))
        zero = np.zeros(len(self.lots))
        self._program.add_columns(zero, zero, self._most, np.ones((1, len(self.lots))))
        for row in self._limits.means:
            self._program.add_row(-math.inf, 0.0, row + self._inside)

    def best(self, prices: Vector, most: Vector | None = None, cuts: int = _CUTS) -> Priced:
        """At `prices` per tonne of its lots, with at most so many tonnes of each."""
        worth = self.profit - prices
        self._program.set_costs(-worth / self._unit)
        upper = self._most if most is None else np.minimum(self._most, most / self._demand)
        self._program.set_bounds(self._all, np.zeros(len(upper)), upper)
        for _ in range(cuts):
            found = self._program.solve()
            if found.outcome is not Outcome.OPTIMAL:
                raise SolverError(f"block: {found.outcome}")
            shares = np.clip(found.columns, 0.0, upper)
            shares[shares < _CRUMB] = 0.0
            if float(shares.sum()) < LEAST_FILL:
                shares = np.zeros(len(upper))
            if not self._cut(shares):
                break
        else:
            # what still breaks a limit is no blend
            shares = np.zeros(len(upper))
        slack = self._inside * float(np.abs(found.duals[1:]).sum())
        tonnes = shares * self._demand
        bound = (slack - found.objective) * self._unit * self._demand
        return Priced(tonnes, float(worth @ tonnes), max(0.0, bound))

    def touch(self, tonnes: Vector) -> None:
        """The tangents at a blend near those that will be asked for: few cuts are then left to find."""
        if self._curved and tonnes.any():
            for row in self._limits.tangent(tonnes / self._demand):
                self._program.add_row(-math.inf, 0.0, row + self._inside)

    def _cut(self, shares: Vector) -> bool:
        """Add the tangent of every limit that is broken; True where there was one."""
        rows = self._limits.tangent(shares) if self._curved else self._limits.means
        broken = np.flatnonzero(rows @ shares > 0.0)
        if self._curved:
            for r in broken:
                self._program.add_row(-math.inf, 0.0, rows[r] + self._inside)
        return self._curved and len(broken) > 0
