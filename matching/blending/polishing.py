"""From the tangent cuts' corner to the optimum of the cones themselves, by Newton on the optimality conditions.

Cuts find early which lots and which limits matter, but a curved optimum is no corner, and cutting down to it takes
thousands of tangents. With the lots between their bounds and the binding limits given, the conditions are equations:
c - μ + Σ π_r ∇h_r(w) = 0, h_r(w) = 0, Σw = 1 (Boyd and Vandenberghe, Convex Optimization, 10.2). After each step the
lots and limits are sorted anew (a primal-dual active set, Hintermüller, Ito and Kunisch, SIAM J. Optim. 13 (2002)
865): a lot that left its bounds goes to the bound, one whose reduced cost has the wrong sign becomes free, and limits
likewise; rows of what columns share take part as they are, with a price of either sign by the end that they are held
at. The result counts only if it proves itself over all lots: within bounds, every row held, π >= 0, and a
Lagrangian bound that meets its cost. The bound is rigorous for any π >= 0, because every row is convex and
homogeneous. A step costs O(free lots³ + rows × lots).
"""

import math

import msgspec
import numpy as np
from numpy.typing import NDArray

from matching.blending.bounds import Bounds
from matching.blending.recipe import Recipe, guard
from matching.solver import Vector

_STEPS = 40
_HELD = 3e-10
_PROVEN = 1e-10
_INSIDE = 1e-7
_SETTLED = 1e-13
_PRICED = 1e-9
_WORTH = 1e-12
_EXACT = 1e-12

Places = NDArray[np.intp]


class Near(msgspec.Struct, frozen=True):
    """A point to begin at: shares, multipliers of rows and of the total, prices of what columns share."""

    shares: Vector
    multipliers: Vector
    total: float
    prices: Vector


class Polished(msgspec.Struct, frozen=True):
    """As `Near`, with reduced costs and the proven bound; costs in the given unit."""

    shares: Vector
    multipliers: Vector
    total: float
    reduced: Vector
    bound: float
    prices: Vector


def polished(recipe: Recipe, cost: Vector, bounds: Bounds, near: Near) -> Polished | None:
    """The optimum near `near`, or None where the search did not settle."""
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

    def __init__(self, recipe: Recipe, cost: Vector, bounds: Bounds, near: Near) -> None:
        shares, multipliers, self.total = near.shares, near.multipliers, near.total
        self.bounds, self.lower, self.upper = bounds, bounds.lower, bounds.upper
        self.recipe, self.cost, self.links = recipe, cost, recipe.links
        self.shares = np.clip(shares, self.lower, self.upper)
        self.free = (shares > self.lower + _INSIDE) & (shares < self.upper - _INSIDE)
        self.shares[~self.free] = np.where(shares > self.lower + _INSIDE, self.upper, self.lower)[~self.free]
        self.binding = multipliers > 1e-9
        self.multipliers = np.where(self.binding, multipliers, 0.0)
        # +1 where a shared row is held at its most, -1 at its least; one whose ends meet is always held
        self.always = bounds.least >= bounds.most
        self.held = np.where(self.always, 1, np.where(np.abs(near.prices) > _PRICED, np.sign(near.prices), 0))
        self.prices = np.where(self.held != 0, near.prices, 0.0)
        self._look()

    def _look(self) -> None:
        """Rows, their gradients and the reduced costs, here."""
        self.size, bend = guard(self.recipe.spreads, self.shares, self.recipe.correlation, self.recipe.shared)
        self.rows = self.recipe.means @ self.shares + self.size
        self.bend, self.slopes = bend, self.recipe.means + bend
        self.reduced = self.cost - self.total + self.multipliers @ self.slopes
        if self.links.count:
            self.loads = self.links.loads(self.shares)
            self.reduced = self.reduced + self.links.pull(self.prices)

    @property
    def over(self) -> Vector:
        """By how much each shared row lies over the end that it is held at."""
        return self.loads - np.where(self.held > 0, self.bounds.most, self.bounds.least)

    def step(self) -> float | None:
        """One step of Newton; the residual before it, or None where the equations have no solution."""
        free, binding = np.flatnonzero(self.free), np.flatnonzero(self.binding)
        n, m = len(free), len(binding)
        slopes, rows = self.slopes[np.ix_(binding, free)], self.rows[binding]
        held, coefficients = self._held(free)
        if len(held):
            m += len(held)
            slopes, rows = np.vstack((slopes, coefficients)), np.append(rows, self.over[held])
        residual = np.concatenate((self.reduced[free], rows, [self.shares.sum() - 1.0]))
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
        self.multipliers[binding] += step[n : n + len(binding)]
        self.prices[held] += step[n + len(binding) : -1]
        self.total += float(step[-1])
        self._look()
        return float(np.abs(residual).max())

    def _held(self, free: Places) -> tuple[Places, Vector]:
        """The shared rows that are held, over the free columns; one without any is let go, for nothing moves it."""
        if not self.held.any():
            return np.flatnonzero(self.held), np.zeros((0, len(free)))
        coefficients = self.links.dense(free)
        idle = (self.held != 0) & ~coefficients.any(axis=1)
        self.held[idle], self.prices[idle] = 0, 0.0
        held = np.flatnonzero(self.held)
        return held, coefficients[held]

    def _curve(self, free: Places) -> Vector:
        """The Hessian of the Lagrangian over the free lots."""
        rho = self.recipe.correlation
        weight = np.divide(self.multipliers, self.size, out=np.zeros_like(self.size), where=self.size > 0.0)
        curved = np.flatnonzero(weight)
        bend, weight, shared = self.bend[np.ix_(curved, free)], weight[curved], self.recipe.shared
        if shared is not None:
            return shared.curve(self.recipe.spreads[curved], weight, free, rho) - (bend.T * weight) @ bend
        spreads = self.recipe.spreads[np.ix_(curved, free)]
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
        regrouped = self._regrouped()
        if not (out.any() or into.any() or slack.any() or broken.any() or regrouped):
            return False
        self.free = (self.free & ~out) | into
        self.binding = (self.binding & ~slack) | broken
        self.shares = np.clip(self.shares, self.lower, self.upper)
        self.multipliers[slack] = 0.0
        self._look()
        return True

    def _regrouped(self) -> bool:
        """Shared rows let go where their price has the wrong sign, and held where they are broken."""
        if not self.links.count:
            return False
        wrong = (self.held * self.prices < 0.0) & ~self.always
        above = (self.held == 0) & (self.loads > self.bounds.most + _EXACT)
        below = (self.held == 0) & (self.loads < self.bounds.least - _EXACT)
        self.held = np.where(wrong, 0, self.held + above - below.astype(int))
        self.prices[wrong] = 0.0
        return bool((wrong | above | below).any())


def _proof(point: _Point) -> Polished | None:
    shares, pi = point.shares, point.multipliers
    outside = (shares < point.lower - _EXACT) | (shares > point.upper + _EXACT)
    if outside.any() or (pi < 0.0).any() or abs(shares.sum() - 1.0) > _EXACT or (point.rows > _HELD).any():
        return None
    ends = np.where(point.reduced < 0.0, point.upper, point.lower)
    bound = point.total + math.fsum((point.reduced * ends).tolist())
    prices = point.prices
    if point.links.count:
        limits = point.bounds
        if ((point.loads > limits.most + _EXACT) | (point.loads < limits.least - _EXACT)).any():
            return None
        bound -= math.fsum((prices * np.where(prices > 0.0, limits.most, limits.least)).tolist())
    amount = float(point.cost @ shares)
    if amount - bound > _PROVEN * max(1.0, abs(amount)):
        return None
    return Polished(shares, pi, point.total, point.reduced, bound, prices)
