"""From the tangent cuts' corner to the optimum of the cones themselves, by Newton on the optimality conditions.

Cuts find early which lots and which limits matter, but a curved optimum is no corner, and cutting down to it takes
thousands of tangents. With the lots between their bounds and the binding limits given, the conditions are equations:
c - μ + Σ π_r ∇h_r(w) = 0, h_r(w) = 0, Σw = 1 (Boyd and Vandenberghe, Convex Optimization, 10.2). After each step the
lots and limits are sorted anew (a primal-dual active set, Hintermüller, Ito and Kunisch, SIAM J. Optim. 13 (2002)
865): a lot that left its bounds goes to the bound, one whose reduced cost has the wrong sign becomes free, and limits
likewise. The result counts only if it proves itself over all lots: within bounds, every row held, π >= 0, and a
Lagrangian bound that meets its cost. The bound is rigorous for any π >= 0, because every row is convex and
homogeneous. A step costs O(free lots³ + rows × lots).
"""

import math

import msgspec
import numpy as np
from numpy.typing import NDArray

from matching.blending.recipe import Recipe, guard
from matching.solver import Vector

_STEPS = 40
_HELD = 3e-10
_PROVEN = 1e-10
_INSIDE = 1e-7
_SETTLED = 1e-13
_WORTH = 1e-12
_EXACT = 1e-12

Places = NDArray[np.intp]
Bounds = tuple[Vector, Vector]


class Polished(msgspec.Struct, frozen=True):
    """Shares, multipliers of rows and of the total, reduced costs, and the proven bound; costs in the given unit."""

    shares: Vector
    multipliers: Vector
    total: float
    reduced: Vector
    bound: float


def polished(recipe: Recipe, cost: Vector, bounds: Bounds, near: tuple[Vector, Vector, float]) -> Polished | None:
    """The optimum near `near` (shares, multipliers, the total's), or None where the search did not settle."""
    point = _Point(recipe, cost, bounds, near)
    for _ in range(_STEPS):
        moved = point.step()
        if moved is None:
            return None
        if not point.sort() and moved < _SETTLED:
            break
    return _proof(point)


class _Point:
    """Where Newton stands: shares, multipliers, and which lots are free and which limits bind."""

    def __init__(self, recipe: Recipe, cost: Vector, bounds: Bounds, near: tuple[Vector, Vector, float]) -> None:
        shares, multipliers, self.total = near
        self.lower, self.upper = bounds
        self.recipe, self.cost = recipe, cost
        self.shares = np.clip(shares, self.lower, self.upper)
        self.free = (shares > self.lower + _INSIDE) & (shares < self.upper - _INSIDE)
        self.shares[~self.free] = np.where(shares > self.lower + _INSIDE, self.upper, self.lower)[~self.free]
        self.binding = multipliers > 1e-9
        self.multipliers = np.where(self.binding, multipliers, 0.0)
        self._look()

    def _look(self) -> None:
        """Rows, their gradients and the reduced costs, here."""
        self.size, bend = guard(self.recipe.spreads, self.shares, self.recipe.correlation)
        self.rows = self.recipe.means @ self.shares + self.size
        self.bend, self.slopes = bend, self.recipe.means + bend
        self.reduced = self.cost - self.total + self.multipliers @ self.slopes

    def step(self) -> float | None:
        """One step of Newton; the residual before it, or None where the equations have no solution."""
        free, binding = np.flatnonzero(self.free), np.flatnonzero(self.binding)
        n, m = len(free), len(binding)
        slopes = self.slopes[np.ix_(binding, free)]
        residual = np.concatenate((self.reduced[free], self.rows[binding], [self.shares.sum() - 1.0]))
        system = np.zeros((n + m + 1, n + m + 1))
        system[:n, :n] = self._curve(free)
        system[:n, n : n + m], system[n : n + m, :n] = slopes.T, slopes
        system[:n, -1], system[-1, :n] = -1.0, 1.0
        try:
            step = np.linalg.solve(system, -residual)
        except np.linalg.LinAlgError:
            return None
        if not np.isfinite(step).all():
            return None
        self.shares[free] += step[:n]
        self.multipliers[binding] += step[n:-1]
        self.total += float(step[-1])
        self._look()
        return float(np.abs(residual).max())

    def _curve(self, free: Places) -> Vector:
        """The Hessian of the Lagrangian over the free lots."""
        rho = self.recipe.correlation
        weight = np.divide(self.multipliers, self.size, out=np.zeros_like(self.size), where=self.size > 0.0)
        curved = np.flatnonzero(weight)
        spreads, bend = self.recipe.spreads[np.ix_(curved, free)], self.bend[np.ix_(curved, free)]
        weight = weight[curved]
        common = rho * (spreads.T * weight) @ spreads - (bend.T * weight) @ bend
        return np.asarray(np.diag((1.0 - rho) * (weight @ (spreads * spreads))) + common)

    def sort(self) -> bool:
        """Lots and limits on the side where they belong; True where one changed."""
        out = self.free & ((self.shares < self.lower) | (self.shares > self.upper))
        at_lower = self.shares <= self.lower
        into = (
            ~self.free & np.where(at_lower, self.reduced < -_WORTH, self.reduced > _WORTH) & (self.upper > self.lower)
        )
        slack = self.binding & (self.multipliers < 0.0)
        broken = ~self.binding & (self.rows > _HELD)
        if not (out.any() or into.any() or slack.any() or broken.any()):
            return False
        self.free = (self.free & ~out) | into
        self.binding = (self.binding & ~slack) | broken
        self.shares = np.clip(self.shares, self.lower, self.upper)
        self.multipliers[slack] = 0.0
        self._look()
        return True


def _proof(point: _Point) -> Polished | None:
    shares, pi = point.shares, point.multipliers
    outside = (shares < point.lower - _EXACT) | (shares > point.upper + _EXACT)
    if outside.any() or (pi < 0.0).any() or abs(shares.sum() - 1.0) > _EXACT or (point.rows > _HELD).any():
        return None
    ends = np.where(point.reduced < 0.0, point.upper, point.lower)
    bound = point.total + math.fsum((point.reduced * ends).tolist())
    amount = float(point.cost @ shares)
    if amount - bound > _PROVEN * max(1.0, abs(amount)):
        return None
    return Polished(shares, pi, point.total, point.reduced, bound)
