"""The coupled program as one linear program with tangent cuts: where no limit carries an uncertainty, one solve.

Kelley's cutting planes (SIAM J. 8 (1960) 703) on the program of `coupled`, in shares of each spec's demand. With
uncertainty the optimum is no corner, and cuts may take thousands: `conic` is then the way, and this its check.
Limits are `_INSIDE` too tight, so that what the solver's own tolerance lets pass conforms all the same; the bound
pays for it.
"""

import math

import numpy as np

from matching.allocation.coupled import LEAST_FILL, Coupled, Reached
from matching.allocation.prices import Prices
from matching.solver import Outcome, Program, SolverError, Vector

_INSIDE = 2e-8
_ROUNDS = 200
# rounds in which even the solver's noise is cut, for it points the way where nothing conforms
_NOISY = 30


class Master:
    """The program in shares of each spec's demand; `unit` of the goal is 1 in it, and `weight` tonnes of a pair."""

    def __init__(self, problem: Coupled) -> None:
        market, demand = problem.market, problem.demand
        self.problem = problem
        self.mass = float(demand.max(initial=0.0)) or 1.0
        self.unit = (float(np.abs(market.profit).max(initial=0.0)) or 1.0) * self.mass
        self.weight = weight = demand[market.spec]
        self.program = program = Program()
        k, mass = len(market.lot), self.mass
        program.add_columns(-market.profit * weight / self.unit, np.zeros(k), np.ones(k), np.zeros((0, k)))
        for i, most in enumerate(problem.available):
            program.add_row(-math.inf, most / mass, (market.lot == i) * weight / mass)
        for j in range(len(demand)):
            program.add_row(-math.inf, 1.0, (market.spec == j).astype(np.float64))
        for firm in np.flatnonzero(np.isfinite(problem.caps)):
            used = market.owner[market.lot] == firm
            program.add_row(-math.inf, problem.caps[firm] / mass, used * weight / mass)
        if problem.floor > 0.0:
            program.add_row(problem.floor / mass, math.inf, weight / mass)
        # columns that others add after those of the pairs
        self.further = 0
        for j, limits in enumerate(problem.limits):
            # the first tangents at equal shares: without uncertainty they are the limits themselves
            for row in limits.tangent(np.ones(limits.means.shape[1])):
                self._limit(j, row)

    def _limit(self, spec: int, row: Vector) -> None:
        coefficients = np.zeros(len(self.problem.market.lot) + self.further)
        coefficients[self.problem.edges(spec)] = row + _INSIDE
        self.program.add_row(-math.inf, 0.0, coefficients)

    def cut(self, shares: Vector, least: float) -> bool:
        """Add the tangents of limits that blends of at least that share of a demand break; True where there was one."""
        broken = False
        for j, limits in enumerate(self.problem.limits):
            x = shares[self.problem.edges(j)]
            if not limits.spreads.any() or not float(x.sum()) > least:
                continue
            rows = limits.tangent(x)
            for r in np.flatnonzero(rows @ x > 0.0):
                self._limit(j, rows[r])
                broken = True
        return broken


def whole(problem: Coupled) -> Reached:
    """The optimum; raises `SolverError` where the cuts do not come to an end."""
    market, master = problem.market, Master(problem)
    for turn in range(_ROUNDS):
        found = master.program.solve()
        if found.outcome is not Outcome.OPTIMAL:
            raise SolverError(f"whole: {found.outcome}")
        shares = np.clip(found.columns, 0.0, 1.0)
        if not master.cut(shares, LEAST_FILL if turn >= _NOISY else 0.0):
            break
    else:
        raise SolverError("whole: no end of cuts")
    filled = np.bincount(market.spec, weights=shares, minlength=len(problem.demand))
    shares[filled[market.spec] < LEAST_FILL] = 0.0
    return _reached(problem, shares * master.weight, -found.duals * master.unit, -found.objective * master.unit)


def _reached(problem: Coupled, tonnes: Vector, duals: Vector, objective: float) -> Reached:
    """Duals are by row, in the goal's unit for what a row was divided by."""
    lots, specs = len(problem.available), len(problem.demand)
    mass = float(problem.demand.max(initial=0.0)) or 1.0
    capped = np.flatnonzero(np.isfinite(problem.caps))
    rows = lots + specs + len(capped) + (1 if problem.floor > 0.0 else 0)
    duals = np.maximum(duals, 0.0)
    owners = np.zeros(len(problem.caps))
    owners[capped] = duals[lots + specs : lots + specs + len(capped)] / mass
    # a spec fills no more than its demand, so a row's slack costs no more than its dual
    bound = objective + _INSIDE * float(duals[rows:].sum())
    filled = np.divide(duals[lots : lots + specs], problem.demand, out=np.zeros(specs), where=problem.demand > 0.0)
    return Reached(tonnes, bound, Prices(duals[:lots] / mass, filled, owners))
