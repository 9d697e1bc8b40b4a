"""Better plans next to the best one: a site more, a site less, or one for another.

At the prices of a plan every neighbour has a lower bound (a point of its Lagrangian dual), which costs one round of
offers for each open site. Neighbours whose bound is not below the best plan cannot be better; of the others the most
promising are tried by an exact transportation.
"""

import numpy as np

from matching.locating.incumbent import Incumbent
from matching.locating.network import ROUNDING, Mask, Network, Places
from matching.locating.offers import Offers
from matching.solver import Vector

_TRIALS = 12
_MOVES = 30


def trade(network: Network, incumbent: Incumbent) -> None:
    """Move to better neighbours until none of the most promising is better."""
    for _ in range(_MOVES):
        if not any(incumbent.offer(sites) for sites in _promising(network, incumbent)):
            return


def _promising(network: Network, incumbent: Incumbent) -> list[Mask]:
    """The allowed neighbours of least bound, as what they open."""
    open_ = incumbent.plan.open
    gone, come, bound = _neighbours(network, incumbent)
    found: list[Mask] = []
    for one in np.argsort(bound, kind="stable")[:_TRIALS]:
        if bound[one] >= incumbent.enough:
            break
        sites = open_.copy()
        sites[gone[one] : gone[one] + 1] = False
        sites[come[one] : come[one] + 1] = True
        found.append(sites)
    return found


def _neighbours(network: Network, incumbent: Incumbent) -> tuple[Places, Places, Vector]:
    """Which site goes and which comes (m: none), and the bound of the plan; infinite where it is not allowed."""
    plan, m = incumbent.plan, len(network.capacity)
    open_ = np.flatnonzero(plan.open)
    priced = network.cost[open_] + plan.flows.prices[open_, None] * network.demand
    home, best = open_[priced.argmin(axis=0)], priced.min(axis=0)
    second = np.partition(priced, 1, axis=0)[1] if len(open_) > 1 else best
    rent = plan.flows.prices * network.capacity - network.fixed
    base = float(best.sum()) - float(rent[open_].sum())
    offers = Offers(network, np.arange(m), np.maximum(best, second))
    bounds = []
    for i in (*open_.tolist(), m):
        raised = np.where(home == i, second, best)
        worth = network.fixed - offers.earned(np.clip(raised, offers.floor, offers.cap))
        incumbent.work += offers.size
        without = base + float((raised - best).sum()) + (float(rent[i]) if i < m else 0.0)
        bounds.append(np.where(_allowed(network, plan.open, i), without + np.append(worth, 0.0), np.inf))
    gone = np.repeat(np.append(open_, m), m + 1)
    return gone, np.tile(np.arange(m + 1), len(bounds)), np.concatenate(bounds)


def _allowed(network: Network, open_: Mask, gone: int) -> Mask:
    """For each site that comes, and none, whether the plan without `gone` may be."""
    left, capacity = open_.copy(), np.append(network.capacity, 0.0)
    left[gone : gone + 1] = False
    count = int(left.sum()) + np.append(np.ones(len(open_), dtype=int), 0)
    enough = float(network.capacity[left].sum()) + capacity >= network.tonnes * (1.0 - ROUNDING)
    few = (count >= network.fewest) & (count <= network.most)
    return np.asarray(enough & few & np.append(~open_, gone < len(open_)), dtype=np.bool_)
