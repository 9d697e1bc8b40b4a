"""The last word on small problems: branch and cut over the sites that are left.

The strong formulation of `network` on the pairs of site and customer that are near. All farther sites of a customer
are one further column, as cheap as the nearest of them and without a capacity: the program is a relaxation, its bound
is proven for all pairs, and where nobody goes farther it is the problem itself.
"""

import math

import numpy as np

from matching.locating.ascent import Node
from matching.locating.incumbent import Incumbent
from matching.locating.linked import Flowing, Linked
from matching.locating.network import Network
from matching.solver import Outcome, Solution, Vector

_PAIRS = 4_000
_NODES = 2_000
_REACHES = (1.5, 3.0, math.inf)
_NEAREST = 4
_FARTHER = 1e-6
# the objective near this, as the solver's tolerances are absolute
_SCALE = 1000.0
_DEAREST = 1e9


def proven(network: Network, incumbent: Incumbent, node: Node) -> float:
    """A lower bound for all plans of the node, and its best plan offered; minus infinity where it is too large."""
    bound = -math.inf
    for reach in _REACHES:
        near = _Near(network, incumbent, node, reach)
        if near.pairs > _PAIRS or near.dearest > _DEAREST:
            break
        bound = max(bound, near.bound())
        if bound >= incumbent.enough or not near.farther:
            break
    return bound


class _Near:
    def __init__(self, network: Network, incumbent: Incumbent, node: Node, reach: float) -> None:
        self._network, self._incumbent = network, incumbent
        self._sites = np.flatnonzero(node.open | node.free)
        self._opened = node.open[self._sites].astype(np.float64)
        cost = network.cost[self._sites]
        least = min(_NEAREST, len(cost)) - 1
        near = cost <= np.maximum(reach * node.prices, np.partition(cost, least, axis=0)[least])
        far = np.where(near, math.inf, cost).min(axis=0)
        self._i, self._j = np.nonzero(near)
        self._far = np.flatnonzero(np.isfinite(far))
        self._unit = incumbent.amount / _SCALE or 1.0
        self._cost, self._far_cost = cost[self._i, self._j] / self._unit, far[self._far] / self._unit
        self.pairs, self.farther = len(self._i), False
        self.dearest = float(np.concatenate((self._cost, self._far_cost)).max())

    def bound(self) -> float:
        """Proven for the node."""
        found = self._program().solved(_NODES, self._start())
        if found.outcome is Outcome.INFEASIBLE:
            return math.inf
        if len(found.columns):
            self.farther = bool((found.columns[len(self._sites) + self.pairs :] > _FARTHER).any())
            self._offer(found)
        return found.bound * self._unit

    def _program(self) -> Linked:
        """Rows: customers, sites, the capacity and the number of all that are open."""
        network, k, n = self._network, len(self._sites), len(self._network.demand)
        capacity = network.capacity[self._sites]
        lower = np.concatenate((np.ones(n), np.full(k, -math.inf), [1.0, network.fewest]))
        upper = np.concatenate((np.ones(n), np.zeros(k), [math.inf, network.most]))
        openings = np.vstack((np.zeros((n, k)), -np.eye(k), capacity / network.tonnes, np.ones(k)))
        program = Linked(lower, upper, network.fixed[self._sites] / self._unit, self._opened, openings)
        loads = network.demand[self._j] / capacity[self._i]
        rows = ((self._j, np.ones(self.pairs)), (n + self._i, loads))
        nowhere = np.full(len(self._far), -1)
        farther = Flowing(self._far_cost, nowhere, ((self._far, np.ones(len(self._far))),))
        program.add_flows((Flowing(self._cost, self._i, rows), farther))
        return program

    def _start(self) -> Vector:
        """The best plan, as far as it is within the node and near."""
        plan, shares = self._incumbent.plan, np.zeros(self._network.cost.shape)
        shares[plan.flows.sites, plan.flows.customers] = plan.flows.shares
        near = shares[self._sites[self._i], self._j]
        return np.concatenate((plan.open[self._sites], near, np.zeros(len(self._far))))

    def _offer(self, found: Solution) -> None:
        sites = np.zeros(len(self._network.capacity), dtype=bool)
        sites[self._sites[found.columns[: len(self._sites)] > 0.5]] = True
        if self._network.allows(sites):
            self._incumbent.offer(sites)
