"""Two echelons: from collection points through hubs, which lose a part of what they take in, to mills.

minimise Σ fixed_i y_i + Σ cost_ij x_ij + Σ inbound_ip z_ip  subject to  Σ_i x_ij = 1, Σ_i z_ip <= 1,
Σ_j demand_j x_ij = yield_i Σ_p supply_p z_ip, Σ_p supply_p z_ip <= capacity_i y_i, x_ij <= y_i,
z_ip <= min(1, capacity_i / supply_p) y_i, and the capacities that open deliver the demand: branch and cut (HiGHS),
for some hundred hubs at most. The flows of the sites that it opens are solved again as a linear program.
"""

import math

import numpy as np

from matching.locating.linked import Flowing, Linked
from matching.locating.network import ROUNDING, Mask, Places
from matching.locating.problem import Placement, Problem
from matching.solver import Outcome, Solution, Vector

_NODES = 5_000
_SCALE = 1000.0
_CRUMB = 1e-9
PROOF = 1e-7


class UndecidedError(Exception):
    """No plan was found within the limit of nodes, and none was proven impossible."""


def through_hubs(problem: Problem) -> Placement | None:
    """The optimum, or the best within the limit of nodes; None where no choice of hubs serves everyone (proven)."""
    model = _Model(problem)
    found = model.solved(None)
    if found.outcome is Outcome.INFEASIBLE:
        return None
    if not math.isfinite(found.objective) or not len(found.columns):
        raise UndecidedError
    open_ = found.columns[: len(problem.sites)] > 0.5
    flows = model.solved(open_)
    if flows.outcome is not Outcome.OPTIMAL:
        raise UndecidedError
    return _placed(problem, model, flows, found.bound * model.unit)


def deliverable(problem: Problem) -> float:
    """The most tonnes that as many hubs as may open can deliver of all that is collected."""
    hubs, supply = problem.yields * problem.capacity, math.fsum(problem.supply)
    if not problem.collected:
        return math.fsum(np.sort(hubs)[::-1][: problem.most])
    if not len(hubs) or supply == 0.0:
        return 0.0
    m, everything = len(hubs), math.fsum(hubs)
    openings = np.vstack((np.zeros(m), np.ones(m)))
    program = Linked(np.full(2, -math.inf), np.array([1.0, problem.most]), np.zeros(m), np.zeros(m), openings)
    # in units of what a hub can take of all that there is
    share = np.minimum(problem.capacity / supply, 1.0)
    delivered = problem.yields * share * supply / everything
    program.add_flows((Flowing(-delivered, np.arange(m), ((np.zeros(m, dtype=np.intp), share),)),))
    return -program.solved(_NODES).objective * everything


class _Model:
    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        m = len(problem.sites)
        self.out = tuple(axis.ravel() for axis in np.indices((m, len(problem.demand))))
        self.into = tuple(axis.ravel() for axis in np.indices((m, len(problem.supply))))
        largest = math.fsum(problem.cost.min(axis=0)) + float(problem.fixed.max(initial=0.0))
        self.unit = largest / _SCALE or 1.0

    def solved(self, settled: Mask | None) -> Solution:
        """With the openings free, or settled."""
        p, m, n = self._problem, len(self._problem.sites), len(self._problem.demand)
        q = len(p.supply)
        # rows: customers, balances, capacities, suppliers, what opens delivers enough, how many open
        ends = np.concatenate((np.ones(n), np.zeros(m), np.zeros(m), np.ones(q), [math.inf, p.most]))
        lower = np.concatenate((np.ones(n), np.zeros(m), np.full(m + q, -math.inf), [1.0, p.fewest]))
        openings = np.zeros((len(ends), m))
        openings[n + m : n + 2 * m] = -np.eye(m)
        openings[-2] = np.minimum(p.yields * p.capacity / p.tonnes, 1.0)
        openings[-1] = 1.0
        if settled is not None:
            lower[-1] = ends[-1] = float(settled.sum())
        opened = np.zeros(m) if settled is None else settled.astype(np.float64)
        program = Linked(lower, ends, p.fixed / self.unit, opened, openings)
        program.add_flows((self._outward(), self._inward(n, m)))
        return program.solved(_NODES)

    def _outward(self) -> Flowing:
        p, (i, j) = self._problem, self.out
        loads = p.demand[j] / p.capacity[i]
        rows = ((j, np.ones(len(i))), (len(p.demand) + i, loads))
        return Flowing(p.cost[i, j] / self.unit, i, rows)

    def _inward(self, n: int, m: int) -> Flowing:
        """In units of what the site can take of a supplier, so that each is at most its opening."""
        p, (i, s) = self._problem, self.into
        whole = np.minimum(1.0, p.capacity[i] / p.supply[s])
        loads = whole * p.supply[s] / p.capacity[i]
        rows = ((n + i, -p.yields[i] * loads), (n + m + i, loads), (n + 2 * m + s, whole))
        return Flowing(whole * p.inbound[i, s] / self.unit, i, rows)


def _placed(problem: Problem, model: _Model, flows: Solution, bound: float) -> Placement:
    m, n = len(problem.sites), len(model.out[0])
    i, s = model.into
    served = _kept(model.out, flows.columns[m : m + n])
    drawn = _kept((i, s), flows.columns[m + n :] * np.minimum(1.0, problem.capacity[i] / problem.supply[s]))
    open_ = flows.columns[:m] > 0.5
    idle = open_.copy()
    idle[drawn[0]] = False
    spare = np.flatnonzero(idle)[np.argsort(problem.fixed[idle], kind="stable")]
    open_[spare[max(0, problem.fewest - int((open_ & ~idle).sum())) :]] = False
    cost = math.fsum(problem.cost[served[0], served[1]] * served[2])
    cost += math.fsum(problem.inbound[drawn[0], drawn[1]] * drawn[2])
    amount = cost + math.fsum(problem.fixed[open_])
    proven = amount if bound >= amount * (1.0 - PROOF) - ROUNDING * model.unit else bound
    return Placement(open_, served, drawn, amount, proven, 0)


def _kept(pairs: tuple[Places, ...], shares: Vector) -> tuple[Places, Places, Vector]:
    kept = np.flatnonzero(shares > _CRUMB)
    return pairs[0][kept], pairs[1][kept], shares[kept]
