"""One lot serves one spec, or several with a part each: the most profitable flow of whole kilograms.

maximise Σ w_ij x_ij  subject to  Σ_j x_ij <= available_i, Σ_i x_ij <= demand_j, Σ of a firm's lots <= its cap.
source → firm → lot → spec → sink as a minimum-cost flow, with an arc past them all for what is not sold. Least takes
and few suppliers are no flow: pairings that break them are struck out and the flow is solved again, against the bound
of the first flow, until none is left; the status then says `feasible` unless the two meet.
"""

import math

import msgspec
import numpy as np

from matching.allocation.market import NO_CAP, Market, Places
from matching.allocation.prices import Prices, bound, distances
from matching.flow import Network, Whole

# a millionth of a JPY, and what the solver's own scaling by the number of nodes leaves room for
_FINE, _MOST_COST = 1e6, 1e18
_MET = 1e-9
# rounds in which only the worst offenders are struck out
_PATIENT = 12


class Flowed(msgspec.Struct, frozen=True):
    """Kilograms by edge, what they are worth, the proven bound of it, and the prices behind the bound.

    `relaxed` are the kilograms of the best flow without least takes and counts of suppliers.
    """

    kilograms: Whole
    relaxed: Whole
    worth: float
    bound: float
    prices: Prices


def flowed(market: Market) -> Flowed:
    """The best flow, without least takes and counts of suppliers."""
    fine = _unit(market)
    n, m = len(market.available), len(market.demand)
    lots, specs = np.arange(n), n + np.arange(m)
    firms, node = _capped(market)
    source, sink = n + m + len(firms), n + m + len(firms) + 1
    supply = int(market.available.sum()) + 1
    network = Network(source, sink)
    # sorted by lot, and with no more room than an edge can use, the solver is some four times as fast
    order = np.lexsort((market.spec, market.lot))
    room = np.minimum(market.available[market.lot], market.demand[market.spec])
    costs = -np.rint(market.profit * fine).astype(np.int64)
    network.arcs(market.lot[order], n + market.spec[order], room[order], costs[order])
    network.arcs(np.where(node < 0, source, node)[market.owner], lots, market.available, _free(n))
    network.arcs(specs, np.full(m, sink), market.demand, _free(m))
    network.arcs(np.full(len(firms), source), node[firms], market.caps[firms], _free(len(firms)))
    network.arcs(np.array([source]), np.array([sink]), np.array([supply]), _free(1))
    flow = network.cheapest(supply)
    # an edge is never full by itself, so another tonne of lot or demand could always take it
    never_full = np.arange(len(flow)) < len(order)
    prices = _prices(market, distances(network, flow, never_full), fine)
    kilograms = np.empty(len(order), dtype=np.int64)
    kilograms[order] = flow[: len(order)]
    worth = math.fsum(market.profit * kilograms) / 1000.0
    return Flowed(kilograms, kilograms, worth, max(worth, bound(market, prices)), prices)


def _free(length: int) -> Whole:
    return np.zeros(length, dtype=np.int64)


def _capped(market: Market) -> tuple[Places, Places]:
    """The firms that have a cap, and the node of each firm (-1 without one)."""
    firms = np.flatnonzero(market.caps < NO_CAP)
    node = np.full(len(market.caps), -1)
    node[firms] = len(market.available) + len(market.demand) + np.arange(len(firms))
    return firms, node


def _prices(market: Market, potential: Whole, fine: float) -> Prices:
    """Potentials as prices per tonne; a lot of a capped firm starts from the firm's."""
    n, m = len(market.available), len(market.demand)
    source, sink = potential[-2], potential[-1]
    node = _capped(market)[1]
    firms = np.where(node < 0, source, potential[node])
    return Prices(
        np.maximum(potential[:n] - firms[market.owner], 0) / fine,
        np.maximum(sink - potential[n : n + m], 0) / fine,
        np.maximum(firms - source, 0) / fine,
    )


def _unit(market: Market) -> float:
    """How many whole numbers of cost stand for one JPY per tonne (or unit of the goal): the solver scales by nodes."""
    nodes = len(market.available) + len(market.demand) + len(market.caps) + 3
    largest = float(np.abs(market.profit).max(initial=0.0)) or 1.0
    return min(_FINE, _MOST_COST / (largest * nodes))


def paired(market: Market) -> Flowed:
    """The best pairings that keep least takes and counts of suppliers; `bound` is that of all flows."""
    best = first = flowed(market)
    keep = np.ones(len(market.lot), dtype=bool)
    for turn in range(len(market.lot) + 1):
        kilograms = np.zeros(len(market.lot), dtype=np.int64)
        kilograms[keep] = best.kilograms
        struck = _broken(market, kilograms, patient=turn < _PATIENT)
        if not len(struck):
            break
        if turn >= _PATIENT:
            keep &= kilograms > 0
        keep[struck] = False
        best = flowed(market.only(keep))
    # what was struck out may have cost nothing
    met = first.bound - best.worth <= _MET * abs(first.bound)
    return Flowed(kilograms, first.kilograms, best.worth, best.worth if met else first.bound, first.prices)


def _broken(market: Market, kilograms: Whole, *, patient: bool) -> Whole:
    """Edges to strike out: for each lot the smallest of its takes that is too small, and suppliers too many."""
    used = np.flatnonzero(kilograms)
    small = used[kilograms[used] < market.least[used]]
    if patient and len(small):
        order = small[np.lexsort((small, kilograms[small]))]
        _, first = np.unique(market.lot[order], return_index=True)
        small = order[first]
    # the spec keeps the suppliers that are worth most to it
    counted = used[np.lexsort((used, -market.profit[used] * kilograms[used], market.spec[used]))]
    starts = np.searchsorted(market.spec[counted], market.spec[counted], side="left")
    many = counted[np.arange(len(counted)) - starts >= market.suppliers[market.spec[counted]]]
    return np.unique(np.concatenate((small, many)))
