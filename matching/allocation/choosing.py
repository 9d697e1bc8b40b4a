"""Which pairs trade at all, where lots give no less than a least or specs take few suppliers: branch and bound.

The program of `whole` with a choice y in {0, 1} for each pair that has a least or whose spec counts suppliers:
least y <= x <= most y, and Σ y <= suppliers of a spec. Cones are cut at what was chosen and it is chosen anew (outer
approximation, Duran and Grossmann, Math. Programming 36 (1986) 307); for what is chosen, tonnes are solved exactly.
The bound is that of the branch and bound, proven whenever it ends: by optimality or by a count of nodes; or, of too
many choices, that with all of them in parts.
"""

import math

import numpy as np
from numpy.typing import NDArray

from matching.allocation.conic import INSIDE
from matching.allocation.coupled import LEAST_FILL, Coupled, Reached
from matching.allocation.interior import interior
from matching.allocation.market import Places
from matching.allocation.whole import Master
from matching.solver import Outcome, Vector

# choices that branch and bound takes on all together: of more, those that the program uses with choices in parts
MOST_CHOICES = 60
# nodes times choices, and turns of cutting and choosing anew; of more choices nodes and turns that end in seconds
_NODES, _TURNS = 4_000, 6
_FEW_NODES, _FEW_TURNS = 10, 2
_KEPT, _MET, _HALF = 1e-9, 1e-7, 0.5


def choices(problem: Coupled) -> Places:
    """The pairs to choose among."""
    market = problem.market
    many = np.bincount(market.spec, minlength=len(problem.demand)) > market.suppliers
    return np.flatnonzero((market.least > 0) | many[market.spec])


def chosen(problem: Coupled, relaxed: Reached) -> Reached:
    """The best found, under the lowest bound that was proven; worth nothing where nothing was found."""
    which = choices(problem)
    master = _master(problem, which)
    k = len(problem.market.lot)
    master.cut(relaxed.tonnes / np.maximum(master.weight, 1e-300), 0.0)
    bound, used = _counted(master, which)
    best, bound = np.zeros(k), min(relaxed.bound, bound)
    few = len(which) <= MOST_CHOICES
    if not few:
        shut = np.flatnonzero(~used).astype(np.int32)
        master.program.set_bounds(shut, np.zeros(len(shut)), np.zeros(len(shut)))
    nodes, turns = (_NODES // len(which), _TURNS) if few else (_FEW_NODES, _FEW_TURNS)
    for _ in range(turns):
        found = master.program.solve_integer(np.arange(k, k + len(which), dtype=np.int32), nodes)
        if found.outcome is Outcome.INFEASIBLE or not len(found.columns):
            break
        # with pairs shut out its bound is theirs, not that of all
        bound = min(bound, -found.bound * master.unit) if few else bound
        shares = np.clip(found.columns[:k], 0.0, 1.0)
        shares[which[found.columns[k:] < _HALF]] = 0.0
        tonnes = _exact(problem, shares * master.weight)
        if problem.worth(tonnes) > problem.worth(best):
            best = tonnes
        near = bound - problem.worth(best) <= _MET * abs(bound)
        if near or not master.cut(shares, LEAST_FILL):
            break
    return Reached(best, bound, relaxed.prices)


def _counted(master: Master, which: Places) -> tuple[float, NDArray[np.bool_]]:
    """The bound with choices in parts, and the columns that it uses."""
    k = len(master.weight)
    used, bound = np.zeros(k + len(which), dtype=bool), math.inf
    for _ in range(_TURNS):
        found = master.program.solve()
        if found.outcome is not Outcome.OPTIMAL:
            break
        bound = min(bound, -found.objective * master.unit)
        used |= found.columns > _KEPT
        if not master.cut(np.clip(found.columns[:k], 0.0, 1.0), LEAST_FILL):
            break
    return bound, used


def _master(problem: Coupled, which: Places) -> Master:
    master, market = Master(problem), problem.market
    k, count = len(market.lot), len(which)
    program = master.program
    program.add_columns(np.zeros(count), np.zeros(count), np.ones(count), np.zeros((program.rows, count)))
    master.further = count
    most = np.minimum(
        np.minimum(problem.available[market.lot], problem.demand[market.spec]), problem.caps[market.owner[market.lot]]
    )
    for c, pair in enumerate(which):
        weight = max(master.weight[pair], 1e-300)
        for end, sign in ((most[pair] / weight, 1.0), (market.least[pair] / 1000.0 / weight, -1.0)):
            row = np.zeros(k + count)
            row[pair], row[k + c] = sign, -sign * end
            program.add_row(-math.inf, 0.0, row)
    for j, few in enumerate(market.suppliers):
        mine = np.zeros(k + count)
        mine[k + np.flatnonzero(market.spec[which] == j)] = 1.0
        if mine.sum() > few:
            program.add_row(-math.inf, float(few), mine)
    return master


def _exact(problem: Coupled, near: Vector) -> Vector:
    """The best tonnes of the pairs that trade in `near`, each with its least; nothing where they break a row."""
    keep = near > 0.0
    nothing = np.zeros(len(keep))
    if not keep.any():
        return nothing
    least = np.where(keep, problem.market.least / 1000.0, 0.0)
    straight = not any(limits.spreads.any() for limits in problem.limits)
    tonnes = near
    if not straight:
        few = problem.only(keep)
        tonnes = nothing.copy()
        tonnes[keep] = interior(few, INSIDE, least=least[keep]).tonnes
    tonnes = np.where(keep, np.clip(tonnes, least, problem.available[problem.market.lot]), 0.0)
    return tonnes if problem.over(tonnes) <= _KEPT else nothing
