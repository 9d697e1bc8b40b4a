"""From nearly feasible tonnes to blends that conform and share what there is: spec by spec, each time no worse.

First every spec gets its share of each lot, in proportion to what it took of it, and makes the best of it (`block`);
the shares add up to what there is, so the blends fit together. Then one spec after another chooses again from what
the others leave, which never lowers the total. Least takes and counts of suppliers are kept by leaving out the
smallest take that breaks them and choosing again.
"""

import numpy as np

from matching.allocation.block import Block
from matching.allocation.coupled import Coupled
from matching.solver import Vector

_TRIES = 200
# a bound needs no blend that conforms
_FEW = 3


class Sweep:
    """What each spec takes, and what is left of lots and firms."""

    def __init__(self, problem: Coupled) -> None:
        self._problem = problem
        self._specs = [j for j in range(len(problem.limits)) if problem.starts[j] < problem.starts[j + 1]]
        self._specs = [j for j in self._specs if problem.demand[j] > 0.0]
        self.blocks = {j: Block(problem, j) for j in self._specs}
        self.tonnes = np.zeros(len(problem.market.lot))

    def bound(self, prices: Vector, firms: Vector) -> float:
        """A proven bound at prices of lots and firms: every spec at its best, and every price paid."""
        problem = self._problem
        capped = firms > 0.0
        total = float(prices @ problem.available) + float(firms[capped] @ problem.caps[capped])
        charged = prices + firms[problem.market.owner]
        return total + sum(block.best(charged[block.lots], cuts=_FEW).bound for block in self.blocks.values())

    def share(self, near: Vector) -> None:
        """Every spec the best of its share, by what it took in `near`."""
        problem = self._problem
        lot, owner = problem.market.lot, problem.market.owner
        taken = np.bincount(lot, weights=near, minlength=len(problem.available))
        part = np.divide(near, taken[lot], out=np.zeros_like(near), where=taken[lot] > 0.0)
        given = part * problem.available[lot]
        by_firm = np.bincount(owner[lot], weights=given, minlength=len(problem.caps))
        scale = np.minimum(1.0, problem.caps / np.maximum(by_firm, 1e-300))
        given *= scale[owner[lot]]
        for j, block in self.blocks.items():
            edges = problem.edges(j)
            self.tonnes[edges] = self._kept(j, block, given[edges], np.zeros(edges.stop - edges.start))

    def touch(self, near: Vector) -> None:
        """Tell the blocks of blends near those to be found."""
        for j, block in self.blocks.items():
            block.touch(near[self._problem.edges(j)])

    def improve(self, prices: Vector) -> float:
        """One round of choosing again at `prices` of lots; what was gained at them."""
        problem = self._problem
        lot, owner = problem.market.lot, problem.market.owner
        used = np.bincount(lot, weights=self.tonnes, minlength=len(problem.available))
        firms = np.bincount(owner, weights=used, minlength=len(problem.caps))
        gained = 0.0
        for j, block in self.blocks.items():
            edges, mine = problem.edges(j), self.tonnes[problem.edges(j)]
            np.subtract.at(used, block.lots, mine)
            np.subtract.at(firms, owner[block.lots], mine)
            more = np.maximum(problem.available[block.lots] - used[block.lots] - mine, 0.0)
            room = mine + more * self._fits(block, mine, more, problem.caps - firms)
            worth = block.profit - prices[block.lots]
            best = self._kept(j, block, room, prices[block.lots])
            gain = float(worth @ best) - float(worth @ mine)
            if gain > 0.0:
                self.tonnes[edges] = mine = best
                gained += gain
            np.add.at(used, block.lots, mine)
            np.add.at(firms, owner[block.lots], mine)
        return gained

    def _fits(self, block: Block, mine: Vector, more: Vector, left: Vector) -> Vector:
        """Shares of what could be had on top of `mine` that keep every firm within its cap whatever is taken."""
        owner = self._problem.market.owner[block.lots]
        held = np.bincount(owner, weights=mine, minlength=len(left))
        wanted = np.bincount(owner, weights=more, minlength=len(left))
        return np.minimum(1.0, np.maximum(left - held, 0.0)[owner] / np.maximum(wanted[owner], 1e-300))

    def _kept(self, spec: int, block: Block, most: Vector, prices: Vector) -> Vector:
        """The best blend within `most` that keeps least takes and the count of suppliers."""
        market = self._problem.market
        least = market.least[self._problem.edges(spec)] / 1000.0
        few = int(market.suppliers[spec])
        most = np.where(most < least, 0.0, most)
        for _ in range(_TRIES):
            tonnes = block.best(prices, most).tonnes
            used = np.flatnonzero(tonnes)
            small = used[tonnes[used] < least[used] * (1.0 - 1e-9)]
            if not len(small) and len(used) <= few:
                return tonnes
            worst = small if len(small) else used
            most = np.where(tonnes > 0.0, most, 0.0) if len(used) > few or len(small) else most
            most[worst[np.argmin(tonnes[worst])]] = 0.0
        return np.zeros(len(most))
