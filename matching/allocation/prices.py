"""Prices of lots, specs and firms: the duals of an optimal flow, and the bound that they prove.

π_i + σ_f(i) + ρ_j >= w_ij for every edge, with equality where it is used; π_i = 0 where lot i is left over, ρ_j = 0
where demand j is unmet, σ_f = 0 where firm f is under its cap. They are shortest distances in the residual network
(Ahuja, Magnanti and Orlin, Network Flows, 1993, 9.4), by Bellman and Ford: O(arcs) for each arc of the longest path.
Whatever the prices, Σ a π + Σ d ρ + Σ caps σ (with every excess w - π - σ - ρ paid for) bounds what can be reached.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from matching.allocation.market import Market
from matching.flow import Network, Whole
from matching.solver import SolverError, Vector


class Prices(msgspec.Struct, frozen=True):
    """What one more tonne of each lot, of each spec's demand and of each firm's cap is worth to the goal."""

    lots: Vector
    specs: Vector
    owners: Vector


NO_PRICES = Prices(np.empty(0), np.empty(0), np.empty(0))


def distances(network: Network, flow: Whole, never_full: NDArray[np.bool_]) -> Whole:
    """Potentials y with y_head <= y_tail + cost on every residual arc; raises where the flow is not optimal."""
    tail, head, capacity, cost = network.all
    nodes = max(network.source, network.sink) + 1
    forward, backward = (flow < capacity) | never_full, flow > 0
    start = np.concatenate((tail[forward], head[backward]))
    end = np.concatenate((head[forward], tail[backward]))
    length = np.concatenate((cost[forward], -cost[backward]))
    potential = np.zeros(nodes, dtype=np.int64)
    for _ in range(nodes + 1):
        reached = potential[start] + length
        shorter = reached < potential[end]
        if not shorter.any():
            return potential
        np.minimum.at(potential, end[shorter], reached[shorter])
    raise SolverError("prices: the flow is not optimal")


def bound(market: Market, prices: Prices) -> float:
    """A proven bound on Σ profit · tonnes."""
    at = prices.lots[market.lot] + prices.owners[market.owner[market.lot]] + prices.specs[market.spec]
    excess = np.maximum(market.profit - at, 0.0)
    most = np.minimum(market.available[market.lot], market.demand[market.spec])
    # a firm without a cap could at most serve with all its lots, but its price is 0
    charged = float(prices.lots @ market.available + prices.specs @ market.demand + excess @ most)
    capped = prices.owners > 0.0
    return (charged + float(prices.owners[capped] @ market.caps[capped])) / 1000.0
