"""Proof of the optimum: branch and bound on open and closed sites, with Lagrangian bounds.

Best bound first, on the site whose averaged choice is nearest to one half (Görtz, Klose, INFORMS Journal on Computing
24 (2012) 597). A node is closed when its bound reaches the best plan, or when its sites are settled and their
transportation is solved; the least bound of the nodes left and closed is proven for the whole problem. What few nodes
do not settle is left to branch and cut where it is small (`proving`), else to more nodes. Limits are counts of nodes
and of pairs looked at, so that the same input ends at the same answer.
"""

import heapq
import itertools
import math
from collections.abc import Callable, Iterator

import msgspec
import numpy as np

from matching.locating.ascent import Node, Pace, ascend, root, settled
from matching.locating.choosing import chosen
from matching.locating.incumbent import PROOF, Incumbent, Plan
from matching.locating.network import Mask, Network
from matching.locating.proving import proven
from matching.locating.trading import trade

_FIRST = Pace(iterations=60, step=1.0, trying=10)
_ROOT = Pace(iterations=400, step=0.5, trying=20)
_NODE = Pace(iterations=40, step=0.1)
# nodes before branch and cut is tried
FEW = 30


class Effort(msgspec.Struct, frozen=True, kw_only=True):
    """When to stop: at a gap that is good enough, after so many nodes, or so many pairs of site and customer."""

    gap: float = 0.0
    nodes: int = 10_000
    pairs: int = 800_000_000


class Located(msgspec.Struct, frozen=True):
    """The best plan, the proven bound, and the nodes that were branched on."""

    plan: Plan
    bound: float
    nodes: int

    @property
    def optimal(self) -> bool:
        """Whether no plan can be better."""
        return self.bound >= self.plan.amount


# the best amount, the proven bound and the nodes so far
Watch = Callable[[float, float, int], None]


def located(network: Network, effort: Effort, watch: Watch | None = None) -> Located | None:
    """The optimum, or the best found; None where no sites that may open cover the demand."""
    start = root(network)
    first = chosen(settled(network, start.open, start.free), network.fixed)
    if first is None:
        return None
    incumbent = Incumbent(network, first.covering, effort.gap)
    node = ascend(network, start, incumbent, _FIRST)
    if node is not None:
        trade(network, incumbent)
    return _Tree(network, incumbent, effort, watch).searched(node)


class _Tree:
    def __init__(self, network: Network, incumbent: Incumbent, effort: Effort, watch: Watch | None) -> None:
        self._network, self._incumbent, self._effort, self._watch = network, incumbent, effort, watch
        self._waiting: list[tuple[float, int, Node]] = []
        self._count = itertools.count()
        self._nodes = 0
        # nobody is served for less than at the cheapest site
        self._least = math.fsum(network.cost.min(axis=0))

    def searched(self, node: Node | None) -> Located:
        if node is not None:
            self._explore(node, _ROOT)
            trade(self._network, self._incumbent)
        top = self._waiting[0][2] if self._waiting else None
        self._tell()
        while self._undecided():
            if self._nodes == FEW and top is not None:
                self._least = max(self._least, proven(self._network, self._incumbent, top))
                if not self._undecided():
                    break
            self._branch(heapq.heappop(self._waiting)[2])
            self._tell()
        return Located(self._incumbent.plan, self._bound(), self._nodes)

    def _tell(self) -> None:
        if self._watch is not None:
            self._watch(self._incumbent.amount, self._bound(), self._nodes)

    def _undecided(self) -> bool:
        spent = self._nodes >= self._effort.nodes or self._incumbent.work >= self._effort.pairs
        return not spent and bool(self._waiting) and self._left() < self._incumbent.enough

    def _left(self) -> float:
        """A bound for what is neither closed nor solved."""
        return max(self._least, self._waiting[0][0]) if self._waiting else math.inf

    def _bound(self) -> float:
        amount = self._incumbent.amount
        bound = min(amount, self._left(), self._incumbent.closed)
        return amount if bound >= amount * (1.0 - PROOF) else bound

    def _branch(self, node: Node) -> None:
        self._nodes += 1
        for child in _children(self._network, node):
            self._explore(child, _NODE)

    def _explore(self, node: Node, pace: Pace) -> None:
        found = ascend(self._network, node, self._incumbent, pace)
        if found is None:
            return
        leaning: Mask = found.open | (found.free & (found.leaning > 0.5))
        if self._network.allows(leaning):
            self._incumbent.offer(leaning)
        if found.free.any():
            heapq.heappush(self._waiting, (found.bound, next(self._count), found))


def _children(network: Network, node: Node) -> Iterator[Node]:
    free = np.flatnonzero(node.free)
    site = free[np.argmin(np.abs(node.leaning[free] - 0.5))]
    for opened in (True, False):
        open_, left = node.open.copy(), node.free.copy()
        left[site] = False
        open_[site] = opened
        if network.covers(open_ | left) and open_.sum() <= network.most:
            yield msgspec.structs.replace(node, open=open_, free=left)
