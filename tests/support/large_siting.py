"""A location problem in the manner of OR-Library's capa (Beasley 1988), drawn by seed, and its strong formulation.

Sites and customers lie in a square of 1000 × 1000; a tonne costs the distance times 1 to 1.25 to bring, demands are 1
to 100 tonnes, all sites have one capacity, and fixed costs are about what serving a site's customers costs.
"""

import math

import highspy
import numpy as np

from matching.locating.instance import Customer, Instance, Site


def instance(seed: int, *, sites: int, customers: int, capacity: float, fixed: tuple[float, float]) -> Instance:
    """Costs are given; `fixed` are the least and the most that a site costs."""
    draw = np.random.default_rng(seed)
    here, there = draw.uniform(0, 1000, (customers, 2)), draw.uniform(0, 1000, (sites, 2))
    demand = draw.integers(1, 100, customers, endpoint=True)
    far = np.hypot(*(here[:, None, :] - there[None, :, :]).transpose(2, 0, 1))
    cost = far * draw.uniform(1.0, 1.25, far.shape) * demand[:, None]
    prices = draw.uniform(*fixed, sites).tolist()
    return Instance(
        sites=tuple(Site(id=f"s{i:03}", capacity=capacity, fixed_cost=price) for i, price in enumerate(prices)),
        customers=tuple(Customer(id=f"c{j:04}", demand=float(tonnes)) for j, tonnes in enumerate(demand)),
        cost=tuple(map(tuple, cost.tolist())),
    )


def strong(problem: Instance) -> highspy.HighsLp:
    """All x_ij <= y_i and the sum of the capacities that open, as the design asks; columns y, then x by customer."""
    m, n = len(problem.sites), len(problem.customers)
    capacity, fixed = (np.array([getattr(s, name) for s in problem.sites]) for name in ("capacity", "fixed_cost"))
    demand = np.array([c.demand for c in problem.customers])
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = m + n * m, n + m + 1 + n * m
    model.col_cost_ = np.concatenate((fixed, np.array(problem.cost).ravel()))
    model.col_lower_, model.col_upper_ = np.zeros(m + n * m), np.ones(m + n * m)
    model.row_lower_ = np.concatenate((np.ones(n), np.full(m, -math.inf), [demand.sum()], np.full(n * m, -math.inf)))
    model.row_upper_ = np.concatenate((np.ones(n), np.zeros(m), [math.inf], np.zeros(n * m)))
    served = m + np.arange(n * m).reshape(n, m)
    of_sites = np.column_stack((np.arange(m), served.T))
    links = np.column_stack((np.tile(np.arange(m), n), served.ravel()))
    lengths = np.concatenate((np.full(n, m), np.full(m, n + 1), [m], np.full(n * m, 2)))
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
    model.a_matrix_.index_ = np.concatenate((served.ravel(), of_sites.ravel(), np.arange(m), links.ravel())).astype(
        np.int32
    )
    loads = np.column_stack((-capacity, np.tile(demand, (m, 1))))
    model.a_matrix_.value_ = np.concatenate((np.ones(n * m), loads.ravel(), capacity, np.tile((-1.0, 1.0), n * m)))
    whole, parts = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    model.integrality_ = [whole] * m + [parts] * (n * m)
    return model
