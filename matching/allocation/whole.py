"""The coupled program as one linear program with tangent cuts: exact, for as many pairs as simplex takes in seconds.

Kelley's cutting planes (SIAM J. 8 (1960) 703) on the program of `coupled`. Curved rows are cut `_INSIDE` too tight, so
that what passes conforms; the bound pays for it, and is met to a few parts in a hundred million.
"""

import math

import numpy as np

from matching.allocation.coupled import Coupled, Reached
from matching.allocation.prices import Prices
from matching.solver import Outcome, Program, SolverError, Vector

MOST_EDGES = 1_500
_INSIDE = 1e-8
_ROUNDS = 400


def whole(problem: Coupled) -> Reached:
    """The optimum; raises `SolverError` where the cuts do not come to an end."""
    market = problem.market
    unit = float(np.abs(market.profit).max(initial=0.0)) or 1.0
    mass = float(problem.demand.max(initial=0.0)) or 1.0
    program = Program()
    n, k = len(problem.demand), len(market.lot)
    capped = np.flatnonzero(np.isfinite(problem.caps))
    program.add_columns(-market.profit / unit, np.zeros(k), np.full(k, math.inf), np.zeros((0, k)))
    for i, most in enumerate(problem.available):
        program.add_row(-math.inf, most / mass, (market.lot == i).astype(np.float64))
    for j, most in enumerate(problem.demand):
        program.add_row(-math.inf, most / mass, (market.spec == j).astype(np.float64))
    for firm in capped:
        used = market.owner[market.lot] == firm
        program.add_row(-math.inf, problem.caps[firm] / mass, used.astype(np.float64))
    limited = [j for j in range(n) for _ in problem.limits[j].means]
    for j in range(n):
        for row in problem.limits[j].means:
            _limit(program, problem, j, row)
    for _ in range(_ROUNDS):
        found = program.solve()
        if found.outcome is not Outcome.OPTIMAL:
            raise SolverError(f"whole: {found.outcome}")
        shares = np.maximum(found.columns, 0.0)
        more = _cuts(program, problem, shares)
        if not more:
            break
        limited += more
    else:
        raise SolverError("whole: no end of cuts")
    return _reached(problem, shares * mass, -found.duals * unit, limited, -found.objective * unit * mass)


def _limit(program: Program, problem: Coupled, spec: int, row: Vector) -> None:
    coefficients = np.zeros(len(problem.market.lot))
    coefficients[problem.edges(spec)] = row + (_INSIDE if problem.limits[spec].spreads.any() else 0.0)
    program.add_row(-math.inf, 0.0, coefficients)


def _cuts(program: Program, problem: Coupled, shares: Vector) -> list[int]:
    """Add the tangents of broken limits; the spec of each."""
    added: list[int] = []
    for j, limits in enumerate(problem.limits):
        x = shares[problem.edges(j)]
        if not limits.spreads.any() or float(x.sum()) <= 1e-9:
            continue
        rows = limits.tangent(x)
        for r in np.flatnonzero(rows @ x > 0.0):
            _limit(program, problem, j, rows[r])
            added.append(j)
    return added


def _reached(problem: Coupled, tonnes: Vector, duals: Vector, limited: list[int], reached: float) -> Reached:
    lots, specs = len(problem.available), len(problem.demand)
    capped = np.flatnonzero(np.isfinite(problem.caps))
    owners = np.zeros(len(problem.caps))
    owners[capped] = np.maximum(duals[lots + specs : lots + specs + len(capped)], 0.0)
    rows = np.maximum(duals[lots + specs + len(capped) :], 0.0)
    curved = np.array([problem.limits[j].spreads.any() for j in limited], dtype=bool)
    paid = rows * problem.demand[limited] if len(limited) else np.zeros(0)
    bound = reached + _INSIDE * float(paid[curved].sum())
    return Reached(
        tonnes, bound, Prices(np.maximum(duals[:lots], 0.0), np.maximum(duals[lots : lots + specs], 0.0), owners)
    )
