"""A posted location problem as arrays, without what plays no part: sites without capacity, customers without demand."""

import math

import msgspec
import numpy as np

from matching.locating.hauls import Hauls, hauls
from matching.locating.instance import Instance
from matching.locating.network import Mask, Places
from matching.reference import Catalogue
from matching.solver import Vector


class Problem(msgspec.Struct, frozen=True):
    """`sites`, `customers` and `suppliers` are places in the instance; `cost` and `inbound` are (site, other).

    `capacity` is what a site takes in, `yields` the share of it that leaves again.
    """

    sites: Places
    customers: Places
    suppliers: Places
    capacity: Vector
    yields: Vector
    fixed: Vector
    demand: Vector
    supply: Vector
    cost: Vector
    inbound: Vector
    # by place in the instance; None where costs are given
    outward: Hauls | None
    inward: Hauls | None
    # whether hubs must draw what they deliver from suppliers
    collected: bool
    fewest: int
    most: int

    @property
    def tonnes(self) -> float:
        """All that is demanded."""
        return math.fsum(self.demand)


class Placement(msgspec.Struct, frozen=True):
    """A solution of a problem: what opens, shares of customers and suppliers by (site, other), and the proof."""

    open: Mask
    served: tuple[Places, Places, Vector]
    drawn: tuple[Places, Places, Vector]
    amount: float
    bound: float
    nodes: int

    @property
    def optimal(self) -> bool:
        """Whether nothing can be cheaper."""
        return self.bound >= self.amount


def posed(instance: Instance, catalogue: Catalogue) -> Problem:
    """The problem of an instance without faults."""
    capacity = np.array([s.capacity for s in instance.sites], dtype=np.float64)
    demand = np.array([c.demand for c in instance.customers], dtype=np.float64)
    supply = np.array([s.supply for s in instance.suppliers], dtype=np.float64)
    yields = np.array([s.yield_ for s in instance.sites]) if instance.suppliers else np.ones(len(capacity))
    sites, customers, suppliers = (np.flatnonzero(tonnes > 0.0) for tonnes in (capacity, demand, supply))
    outward = inward = None
    if instance.cost is None:
        outward = hauls(instance, instance.customers, instance.sites, catalogue, outward=True)
        inward = hauls(instance, instance.suppliers, instance.sites, catalogue, outward=False)
        cost, inbound = outward.rate * demand[:, None], inward.rate * supply[:, None]
    else:
        cost = np.array(instance.cost, dtype=np.float64).reshape(len(demand), len(capacity))
        inbound = np.array(instance.inbound_cost or (), dtype=np.float64).reshape(len(supply), len(capacity))
    fixed = np.array([s.fixed_cost for s in instance.sites], dtype=np.float64)
    most = len(sites) if instance.max_open is None else min(instance.max_open, len(sites))
    return Problem(
        sites=sites,
        customers=customers,
        suppliers=suppliers,
        capacity=capacity[sites],
        yields=yields[sites],
        fixed=fixed[sites],
        demand=demand[customers],
        supply=supply[suppliers],
        cost=np.ascontiguousarray(cost[np.ix_(customers, sites)].T),
        inbound=np.ascontiguousarray(inbound[np.ix_(suppliers, sites)].T),
        outward=outward,
        inward=inward,
        collected=bool(instance.suppliers),
        fewest=0,
        most=most,
    )
