"""From the tangent cuts' corner to the optimum of the cones themselves, by Newton on the optimality conditions.

Cuts find early which lots and which limits matter, but a curved optimum is no corner, and cutting down to it takes
thousands of tangents. With the lots between their bounds and the binding limits given, the conditions are equations:
c - μ + Σ π_r ∇h_r(w) = 0, h_r(w) = 0, Σw = 1 (Boyd and Vandenberghe, Convex Optimization, 10.2). The result counts
only if it proves itself over all lots: within bounds, every row held, π >= 0, and a Lagrangian bound that meets its
cost. The bound is rigorous for any π >= 0, because every row is convex and homogeneous.
"""

import math

import msgspec
import numpy as np
from numpy.typing import NDArray

from matching.blending.recipe import Recipe, guard
from matching.solver import Vector

_STEPS = 25
_HELD = 3e-10
_PROVEN = 1e-10
_INSIDE = 1e-7


class Polished(msgspec.Struct, frozen=True):
    """Shares, multipliers of rows and of the total, reduced costs, and the proven bound; costs in the given unit."""

    shares: Vector
    multipliers: Vector
    total: float
    reduced: Vector
    bound: float


def polished(
    recipe: Recipe, cost: Vector, bounds: tuple[Vector, Vector], near: tuple[Vector, Vector, float]
) -> Polished | None:
    """The optimum near `near` (shares, multipliers, the total's), or None where what binds was guessed wrongly."""
    lower, upper = bounds
    shares, multipliers, total = near
    free = np.flatnonzero((shares > lower + _INSIDE) & (shares < upper - _INSIDE))
    binding = np.flatnonzero(multipliers > 1e-9)
    if not len(binding) or len(free) < len(binding) + 1:
        return None
    w = np.where(shares <= lower + _INSIDE, lower, np.where(shares >= upper - _INSIDE, upper, shares))
    pi, mu = multipliers[binding].copy(), total
    for _ in range(_STEPS):
        values, slopes, curve = _rows(recipe, binding, free, w, pi)
        stationary = cost[free] - mu + slopes.T @ pi
        residual = np.concatenate((stationary, values, [w.sum() - 1.0]))
        if float(np.abs(residual).max()) < 1e-13:
            break
        step = _step(curve, slopes, residual)
        if step is None:
            return None
        n = len(free)
        w[free] += step[:n]
        pi, mu = pi + step[n:-1], mu + float(step[-1])
    return _proof(recipe, cost, bounds, w, (binding, pi, mu))


def _rows(
    recipe: Recipe, binding: NDArray[np.intp], free: NDArray[np.intp], w: Vector, pi: Vector
) -> tuple[Vector, Vector, Vector]:
    """Values of the binding rows, their gradients over the free lots, and the Hessian weighted by π."""
    values, slopes = np.zeros(len(binding)), np.zeros((len(binding), len(free)))
    curve = np.zeros((len(free), len(free)))
    rho = recipe.correlation
    for i, r in enumerate(binding):
        spread = recipe.spreads[r]
        size, gradient = guard(spread, w, rho)
        values[i] = float(recipe.means[r] @ w) + size
        slopes[i] = recipe.means[r][free] + gradient[free]
        if size > 0.0:
            s, g = spread[free], gradient[free]
            curve += pi[i] / size * ((1.0 - rho) * np.diag(s * s) + rho * np.outer(s, s) - np.outer(g, g))
    return values, slopes, curve


def _step(curve: Vector, slopes: Vector, residual: Vector) -> Vector | None:
    m, n = slopes.shape
    system = np.zeros((n + m + 1, n + m + 1))
    system[:n, :n] = curve
    system[:n, n : n + m], system[n : n + m, :n] = slopes.T, slopes
    system[:n, -1], system[-1, :n] = -1.0, 1.0
    try:
        step = np.asarray(np.linalg.solve(system, -residual), dtype=np.float64)
    except np.linalg.LinAlgError:
        return None
    return step if bool(np.isfinite(step).all()) else None


def _proof(
    recipe: Recipe,
    cost: Vector,
    bounds: tuple[Vector, Vector],
    w: Vector,
    found: tuple[NDArray[np.intp], Vector, float],
) -> Polished | None:
    lower, upper = bounds
    binding, pi, mu = found
    if (w < lower - 1e-12).any() or (w > upper + 1e-12).any() or (pi < 0.0).any() or abs(w.sum() - 1.0) > 1e-12:
        return None
    multipliers = np.zeros(len(recipe.sides))
    multipliers[binding] = pi
    reduced = cost - mu
    for r in range(len(recipe.sides)):
        size, gradient = guard(recipe.spreads[r], w, recipe.correlation)
        if float(recipe.means[r] @ w) + size > _HELD:
            return None
        reduced = reduced + multipliers[r] * (recipe.means[r] + gradient)
    ends = np.where(reduced < 0.0, upper, lower)
    bound = mu + math.fsum((reduced * ends).tolist())
    amount = float(cost @ w)
    if amount - bound > _PROVEN * max(1.0, abs(amount)):
        return None
    return Polished(w, multipliers, mu, reduced, bound)
