"""What each site would earn at given prices of its customers: one continuous knapsack a site.

maximise Σ (price_j - cost_ij) x_ij  subject to  Σ demand_j x_ij <= capacity_i, 0 <= x_ij <= 1: customers by what they
bring for a tonne, until the site is full (Dantzig, Operations Research 5 (1957) 266). Each site holds only the
customers that it could win: prices are capped at the least cost that was left out, which keeps every bound valid.
Rows stay sorted from call to call, so that sorting them again is cheap.
"""

import numpy as np

from matching.locating.network import Network, Places
from matching.solver import Vector

_NEAREST = 8
_REACH = 1.5


class Offers:
    """Sites `sites` of a network, with the customers that are near at prices about `prices`."""

    def __init__(self, network: Network, sites: Places, prices: Vector) -> None:
        cost = network.cost[sites]
        m, n = cost.shape
        least = min(_NEAREST, m)
        reach = np.maximum(np.partition(cost, least - 1, axis=0)[least - 1], _REACH * prices)
        near = cost <= reach
        self.floor = cost.min(axis=0)
        self.cap = np.where(near, np.inf, cost).min(axis=0)
        width = max(1, int(near.sum(axis=1).max()))
        # the n-th customer is nobody: it fills the rows up
        customers = np.argsort(~near, axis=1, kind="stable")[:, :width]
        real = np.take_along_axis(near, customers, axis=1)
        self._customers = np.where(real, customers, n)
        self._cost = np.where(real, np.take_along_axis(cost, customers, axis=1), 0.0)
        self._demand = np.append(network.demand, 1.0)[self._customers]
        self._capacity = network.capacity[sites][:, None]
        self._rows = (np.arange(m) * width)[:, None]
        self._shares = np.zeros((m, width))
        self._n = n

    @property
    def size(self) -> int:
        """Pairs looked at in each call."""
        return self._shares.size

    def earned(self, prices: Vector) -> Vector:
        """Money by site; `served` then tells by whom each customer would be served."""
        gain = np.append(prices, -1.0)[self._customers] - self._cost
        order = np.argsort(-gain / self._demand, axis=1, kind="stable") + self._rows
        self._customers, self._cost = self._customers.ravel()[order], self._cost.ravel()[order]
        self._demand, gain = self._demand.ravel()[order], gain.ravel()[order]
        filled = np.cumsum(self._demand, axis=1)
        shares = np.clip((self._capacity - filled) / self._demand + 1.0, 0.0, 1.0)
        shares[gain <= 0.0] = 0.0
        self._shares = shares
        return np.asarray(np.einsum("ij,ij->i", gain, shares))

    def served(self, opened: Vector) -> Vector:
        """By customer, the sum of the shares that sites take which are `opened` so far."""
        on = np.flatnonzero(opened)
        weights = (opened[on, None] * self._shares[on]).ravel()
        sums = np.bincount(self._customers[on].ravel(), weights=weights, minlength=self._n + 1)
        return np.asarray(sums[:-1], dtype=np.float64)
