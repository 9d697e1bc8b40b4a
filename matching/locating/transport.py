"""The cheapest flows from sites that are open: an exact transportation problem, sifted.

minimise Σ cost_ij x_ij  subject to  Σ_i x_ij = 1, Σ_j demand_j x_ij <= capacity_i. Prices λ_i >= 0 of the capacities
decide most customers: each goes where cost_ij + λ_i demand_j is least, and only those for whom two sites come close
enter a linear program (column sifting, Bixby et al., Operations Research 40 (1992) 885). Its duals are the next
prices; at the end they contradict no customer, inside or outside, which proves the optimum. Overloads are elastic,
at a price that rises until there are none. A pass over all customers costs O(sites × customers).
"""

import math

import msgspec
import numpy as np

from matching.locating.network import ROUNDING, Mask, Network, Places
from matching.solver import Program, SolverError, Vector

# customers that enter at first: so many, or that share of them
_ALL_AT_ONCE = 250
_CLOSE = 0.2
_SWEEPS = 8
_ROUNDS = 200
_TOLERANCE = 1e-9
# by which the price of an overload rises while there is one
_DEARER = 10.0
# a share that is rounding
_CRUMB = 1e-9
# the solver would drop what is smaller
_SMALLEST_LOAD = 1e-11
# and take what is larger for infinite
_DEAREST = 1e18


class Flows(msgspec.Struct, frozen=True):
    """Shares by (site, customer), their cost, and by site the price of a tonne of capacity (0 where closed).

    `doubt` is by how much the prices fail to prove the cost: the solver's rounding.
    """

    sites: Places
    customers: Places
    shares: Vector
    cost: float
    prices: Vector
    doubt: float


def transported(network: Network, sites: Mask, prices: Vector) -> Flows:
    """The optimum for open `sites`, which must cover the demand; `prices` are a first guess by site."""
    open_ = np.flatnonzero(sites)
    # nothing costs less than the dearest customer at its cheapest site: tolerances are in proportion to that
    unit = float(network.cost[open_].min(axis=0).max()) or float(network.cost[open_].max()) or 1.0
    flows = _Sifting(network, open_, prices, unit).flows()
    if flows.doubt > _TOLERANCE * flows.cost and flows.cost < unit:
        flows = _Sifting(network, open_, flows.prices, flows.cost).flows()
    return flows


class _Sifting:
    """The linear program over the customers in doubt, and all the others where they are cheapest."""

    def __init__(self, network: Network, sites: Places, prices: Vector, unit: float) -> None:
        self._sites, self._m = sites, len(network.capacity)
        self._cost, self._demand, self._capacity = network.cost[sites], network.demand, network.capacity[sites]
        self._prices = _balanced(self._cost, self._demand, self._capacity, prices[sites])
        priced = self._priced()
        self._home = priced.argmin(axis=0)
        self._unit = unit
        self._row = np.full(len(self._demand), -1)
        self._entered = np.zeros(self._cost.shape, dtype=bool)
        self._columns: list[tuple[Places, Places]] = []
        self._program = Program()
        self._dear = 0.0
        self._start(priced)

    @property
    def _everyone(self) -> Places:
        return np.arange(len(self._demand))

    def _priced(self) -> Vector:
        return np.asarray(self._cost + self._prices[:, None] * self._demand)

    def _start(self, priced: Vector) -> None:
        k = len(self._sites)
        self._program.add_empty_rows(np.full(k, -np.inf), np.ones(k))
        spread = float((self._cost / self._demand).max() - (self._cost / self._demand).min())
        self._dear = 2.0 * (spread or 1.0) / self._unit
        rows = np.arange(k, dtype=np.int32)
        self._program.add_sparse_columns(self._overload(), np.full(k, np.inf), rows, rows, np.full(k, -1.0))
        margin = (priced - priced.min(axis=0)) / self._demand
        second = np.partition(margin, 1, axis=0)[1] if k > 1 else np.full(len(self._demand), np.inf)
        asked = max(_ALL_AT_ONCE, int(_CLOSE * len(second)))
        reach = float(np.sort(second)[min(asked, len(second)) - 1])
        if not np.isfinite(reach):
            return
        self._enter(*np.nonzero((margin <= 2.0 * reach) & (second <= reach)))

    def _enter(self, sites: Places, customers: Places) -> None:
        """Columns for these pairs; a customer that was outside comes with a row, and with its home."""
        fresh = np.unique(customers[self._row[customers] < 0])
        k, known = len(self._sites), int((self._row >= 0).sum())
        self._row[fresh] = k + known + np.arange(len(fresh))
        self._program.add_empty_rows(np.ones(len(fresh)), np.ones(len(fresh)))
        pairs = np.zeros(self._cost.shape, dtype=bool)
        pairs[sites, customers] = True
        pairs[self._home[fresh], fresh] = True
        i, j = np.nonzero(pairs & ~self._entered)
        self._entered |= pairs
        self._columns.append((i, j))
        rows = np.column_stack((i, self._row[j])).astype(np.int32).ravel()
        loads = np.maximum(self._demand[j] / self._capacity[i], _SMALLEST_LOAD)
        values = np.column_stack((loads, np.ones(len(j)))).ravel()
        starts = 2 * np.arange(len(j), dtype=np.int32)
        cost = np.minimum(self._cost[i, j] / self._unit, _DEAREST)
        self._program.add_sparse_columns(cost, np.full(len(j), np.inf), starts, rows, values)
        outside = self._row < 0
        load = np.bincount(self._home[outside], weights=self._demand[outside], minlength=k)
        for site, left in enumerate(1.0 - load / self._capacity):
            self._program.set_row(site, -np.inf, float(left))

    def _overload(self) -> Vector:
        """The cost of one capacity too much."""
        return np.minimum(self._dear * self._capacity, _DEAREST)

    def flows(self) -> Flows:
        k = len(self._sites)
        for _ in range(_ROUNDS):
            found = self._program.solve()
            self._prices = np.maximum(-found.duals[:k], 0.0) * self._unit / self._capacity
            priced = self._priced()
            inside = self._row >= 0
            settled = priced[self._home, self._everyone]
            settled[inside] = found.duals[self._row[inside]] * self._unit
            best = priced.argmin(axis=0)
            wrong = np.flatnonzero(priced[best, self._everyone] < settled - _TOLERANCE * self._unit)
            wrong = wrong[~self._entered[best[wrong], wrong]]
            if len(wrong):
                self._enter(best[wrong], wrong)
            elif (found.columns[:k] * self._capacity).max() > ROUNDING * self._demand.sum():
                self._dear *= _DEARER
                self._program.set_some_costs(np.arange(k, dtype=np.int32), self._overload())
            else:
                return self._read(found.columns[k:])
        raise SolverError("transport: no end")

    def _read(self, values: Vector) -> Flows:
        outside = np.flatnonzero(self._row < 0)
        i = np.concatenate([self._home[outside], *(pair[0] for pair in self._columns)])
        j = np.concatenate([outside, *(pair[1] for pair in self._columns)])
        shares = np.concatenate([np.ones(len(outside)), values])
        kept = shares > _CRUMB
        i, j, shares = i[kept], j[kept], shares[kept]
        shares = shares / np.bincount(j, weights=shares)[j]
        prices = np.zeros(self._m)
        prices[self._sites] = self._prices
        cost = math.fsum(self._cost[i, j] * shares)
        proven = math.fsum(self._priced().min(axis=0)) - math.fsum(self._prices * self._capacity)
        proven = max(proven, math.fsum(self._cost.min(axis=0)))
        return Flows(self._sites[i], j, shares, cost, prices, cost - proven)


def _balanced(cost: Vector, demand: Vector, capacity: Vector, prices: Vector) -> Vector:
    """Prices at which most sites are not overloaded: each raises its own until enough customers would leave."""
    prices = prices.copy()
    if len(prices) == 1:
        return prices
    for _ in range(_SWEEPS):
        priced = cost + prices[:, None] * demand
        home = priced.argmin(axis=0)
        first, second = np.partition(priced, 1, axis=0)[:2]
        margin = (second - first) / demand
        load = np.bincount(home, weights=demand, minlength=len(prices))
        over = np.flatnonzero(load > capacity * (1.0 + ROUNDING))
        if not len(over):
            break
        for i in over:
            mine = np.flatnonzero(home == i)
            mine = mine[np.argsort(margin[mine], kind="stable")]
            leaving = int(np.searchsorted(np.cumsum(demand[mine]), load[i] - capacity[i]))
            prices[i] += margin[mine[min(leaving, len(mine) - 1)]]
    return prices
