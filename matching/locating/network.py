"""A location problem as arrays: m sites that may open, n customers that must be served.

minimise Σ fixed_i y_i + Σ cost_ij x_ij  subject to  Σ_i x_ij = 1, Σ_j demand_j x_ij <= capacity_i y_i,
x_ij <= y_i, Σ capacity_i y_i >= Σ demand_j, fewest <= Σ y_i <= most, y binary, x >= 0: x_ij is the share of customer j
that site i serves. Capacities and demands are positive, costs and fixed costs not negative.
"""

import math

import msgspec
import numpy as np
from numpy.typing import NDArray

from matching.solver import Vector

Mask = NDArray[np.bool_]
Places = NDArray[np.intp]
# what sums of tonnes may be off by
ROUNDING = 1e-9


class Network(msgspec.Struct, frozen=True):
    """Tonnes and money; `cost` is sites × customers, for all of a customer's demand; `tonnes` is the sum of demand."""

    capacity: Vector
    fixed: Vector
    demand: Vector
    cost: Vector
    tonnes: float
    fewest: int
    most: int

    def covers(self, sites: Mask) -> bool:
        """Whether these sites together can serve everyone."""
        return math.fsum(self.capacity[sites]) >= self.tonnes * (1.0 - ROUNDING)

    def allows(self, sites: Mask) -> bool:
        """Whether these may be the ones that open."""
        return self.fewest <= int(sites.sum()) <= self.most and self.covers(sites)


def network(capacity: Vector, fixed: Vector, demand: Vector, cost: Vector, span: tuple[int, int]) -> Network:
    """With the capacities that are of use: no site needs to serve more than everyone. `span` is (fewest, most)."""
    tonnes = math.fsum(demand)
    return Network(np.minimum(capacity, tonnes), fixed, demand, np.ascontiguousarray(cost), tonnes, *span)


def fewest_covering(capacity: Vector, need: float) -> int:
    """How many of the largest capacities cover `need`; one more than there are where all do not."""
    if need <= 0.0:
        return 0
    return int(np.searchsorted(np.cumsum(np.sort(capacity)[::-1]), need) + 1)
