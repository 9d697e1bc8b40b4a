"""The best plan found so far, and what has been proven about all others.

Open sites are tried by an exact transportation, each set once. A part of the search is closed at its lower bound when
no plan in it can be better by more than the gap that is good enough; the least of these bounds stays on record.
"""

import math

import msgspec
import numpy as np

from matching.locating.network import Mask, Network
from matching.locating.transport import Flows, transported
from matching.solver import Vector

# a plan this close to the bound, in proportion, is the optimum
PROOF = 1e-9
_SAME = 1e-12
_DOUBT = 1e-8


class ImprecisionError(Exception):
    """The numbers lie too far apart for an answer that can be stood by."""


class Plan(msgspec.Struct, frozen=True):
    """Open sites, the flows from them, and what both cost."""

    open: Mask
    flows: Flows
    amount: float


class Incumbent:
    """`work` counts the pairs of site and customer that were looked at; `closed` is the least bound of closed parts."""

    def __init__(self, network: Network, first: Mask, gap: float = 0.0) -> None:
        self.network = network
        self.plan = planned(network, first, np.zeros(len(network.capacity)))
        self.closed = math.inf
        self.work = 0
        self._gap = max(gap, PROOF)
        self._tried = {first.tobytes()}

    @property
    def amount(self) -> float:
        """What the best plan costs."""
        return self.plan.amount

    @property
    def enough(self) -> float:
        """A part of the search with a bound from here on can be closed."""
        return self.amount * (1.0 - self._gap)

    def close(self, bound: float) -> None:
        """Leave a part of the search behind, whose plans cost `bound` at least."""
        self.closed = min(self.closed, bound)

    def offer(self, sites: Mask) -> bool:
        """Try to open these, which cover the demand; True where that is the best so far."""
        key = sites.tobytes()
        if key in self._tried:
            return False
        self._tried.add(key)
        self.work += int(sites.sum()) * len(self.network.demand)
        plan = planned(self.network, sites, self.plan.flows.prices)
        if plan.amount >= self.amount - _SAME * self.amount:
            return False
        self.plan = plan
        return True


def planned(network: Network, sites: Mask, guess: Vector) -> Plan:
    """The cheapest flows; a site that serves no one stays open only where so many must.

    Raises `ImprecisionError` where the prices do not prove the flows.
    """
    flows = transported(network, sites, guess)
    if flows.doubt > _DOUBT * (flows.cost + math.fsum(network.fixed[sites])):
        raise ImprecisionError
    used = np.zeros(len(sites), dtype=bool)
    used[flows.sites] = True
    idle = np.flatnonzero(sites & ~used)
    spare = max(0, network.fewest - int(used.sum()))
    used[idle[np.argsort(network.fixed[idle], kind="stable")][:spare]] = True
    return Plan(used, flows, flows.cost + math.fsum(network.fixed[used]))
