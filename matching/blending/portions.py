"""Few suppliers, least takes and lots that go whole: branch and bound over the relaxation of all lots.

x_i = 0 or least_i <= x_i <= available_i, of at most K lots. A node says of some lots that they give and of others
that they do not; its bound is the cone program within those bounds, where what is undecided counts as
Σ x_i / available_i <= K less those that give. It is solved from its parent's optimum, over all lots. Nodes are taken
best bound first, each followed down its giving children, so that blends are found early (A. H. Land and A. G. Doig,
Econometrica 28 (1960) 497). For the lots of a node the cone program is solved exactly, and at the root lots are
swapped one by one, which gives the upper bound. After `NODES` nodes the best blend is told with the bound that is
left. A node costs some pricing passes, O(rows × lots) each.
"""

import heapq
import math
from itertools import islice

import msgspec
import numpy as np

from matching.blending.recipe import Recipe, counted
from matching.blending.sifting import Blended, Sieve
from matching.solver import Vector

NODES = 1_000
# the lots that are tried in place of one of an incumbent
_SWAPS = 40
_PROVEN = 1e-8
_SLIGHT = 1e-9

Lots = tuple[int, ...]


class Portioned(msgspec.Struct, frozen=True):
    """Shares (None: no blend was found), the bound of the cost per tonne, and whether the two are proven to meet."""

    shares: Vector | None
    bound: float
    proven: bool


class _Node(msgspec.Struct, frozen=True, order=True):
    """Lots that give and lots that do not; `bound` is that of its parent. `number` breaks ties by age."""

    bound: float
    number: int
    ins: Lots
    outs: Lots
    parent: Blended | None


def portioned(recipe: Recipe) -> Portioned:
    """The best blend with integers."""
    return _Tree(recipe).run()


class _Tree:
    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.most = recipe.entering
        self.least = np.minimum(recipe.least, recipe.available) / recipe.tonnes
        self._coming = np.minimum(recipe.coming / recipe.tonnes, 1.0)
        self._remaining = recipe.remaining / recipe.tonnes
        self.suppliers = recipe.max_suppliers if recipe.max_suppliers is not None else len(recipe.available)
        self.best: Vector | None = None
        self.cost = math.inf
        self._tried: set[Lots] = set()
        self._open: list[_Node] = []
        self._made = 0

    def run(self) -> Portioned:
        heapq.heappush(self._open, self._node(-math.inf, (), (), None))
        nodes = 0
        while self._open and nodes < NODES:
            node: _Node | None = heapq.heappop(self._open)
            while node is not None and nodes < NODES and self._worth(node.bound):
                nodes += 1
                node = self._down(node)
            if node is not None and self._worth(node.bound):
                heapq.heappush(self._open, node)
        bound = min([self.cost, *(node.bound for node in self._open if self._worth(node.bound))])
        return Portioned(self.best, bound, not self._open or not self._worth(min(self._open).bound))

    def _worth(self, bound: float) -> bool:
        return bound < self.cost - _PROVEN * abs(self.cost) if math.isfinite(self.cost) else True

    def _node(self, bound: float, ins: Lots, outs: Lots, parent: Blended | None) -> _Node:
        self._made += 1
        return _Node(bound, self._made, ins, outs, parent)

    def _relaxed(self, node: _Node) -> Blended | None:
        lower, upper = np.zeros_like(self.most), self.most.copy()
        lower[list(node.ins)] = self.least[list(node.ins)]
        upper[list(node.outs)] = 0.0
        return Sieve(counted(self.recipe, node.ins), lower=lower, upper=upper, near=node.parent).cheapest()

    def _down(self, node: _Node) -> _Node | None:
        """Solve a node; queue the child without its deciding lot, and return the one with it."""
        found = self._relaxed(node)
        if found is None or not self._worth(found.bound):
            return None
        self._try(self._largest(found, node.ins))
        if node.parent is None:
            near = map(self.recipe.lot_of, np.argsort(found.reduced, kind="stable").tolist())
            self._swap(list(islice(dict.fromkeys(near), _SWAPS)))
        lot = self._deciding(self.recipe.given(found.shares), node.ins)
        if lot is None:
            return None
        heapq.heappush(self._open, self._node(found.bound, node.ins, (*node.outs, lot), found))
        return self._node(found.bound, (*node.ins, lot), node.outs, found)

    def _deciding(self, shares: Vector, ins: Lots) -> int | None:
        """The undecided lot that is most in between; None where the shares are a blend as they are."""
        taken = shares > _SLIGHT
        open_ = taken.copy()
        open_[list(ins)] = False
        short = open_ & (shares < self.least - _SLIGHT)
        if not short.any() and int(taken.sum()) <= self.suppliers:
            return None
        part = np.divide(shares, self.most, out=np.zeros_like(shares), where=self.most > 0.0)
        doubt = np.where(short if not (open_ & (part < 1.0 - _SLIGHT)).any() else open_, part * (1.0 - part), -1.0)
        doubt[short & (doubt <= 0.0)] = _SLIGHT
        return int(np.argmax(doubt))

    def _largest(self, found: Blended, ins: Lots) -> Lots:
        """The lots that give, and of the others those that give most, as many as may."""
        given = self.recipe.given(found.shares)
        others = np.argsort(-given, kind="stable")
        chosen = [*ins, *(i for i in others.tolist() if given[i] > _SLIGHT and i not in ins)]
        return tuple(sorted(chosen[: self.suppliers]))

    def _try(self, lots: Lots | None) -> bool:
        """The exact optimum over these lots, each giving its least; True where it is the best so far."""
        if not lots or lots in self._tried:
            return False
        self._tried.add(lots)
        which = list(lots)
        if math.fsum(self._coming[which]) < 1.0 - _SLIGHT or math.fsum(self._remaining[which]) > 1.0 + _SLIGHT:
            return False
        small = self.recipe.only(which)
        found = Sieve(small, lower=self.least[which], upper=self.most[which]).cheapest()
        cost = math.inf if found is None else float(small.cost @ found.shares)
        if found is None or cost >= self.cost:
            return False
        self.best = np.zeros(len(self.recipe.cost))
        self.best[self.recipe.columns_of(which)] = np.where(found.shares < _SLIGHT, 0.0, found.shares)
        self.cost = cost
        return True

    def _swap(self, near: list[int]) -> None:
        """One lot of the incumbent for another, as long as that is better."""
        better = self.best is not None
        while better and self.best is not None:
            lots = tuple(np.flatnonzero(self.recipe.given(self.best)).tolist())
            better = max(map(self._try, _swapped(lots, near)), default=False)


def _swapped(lots: Lots, near: list[int]) -> list[Lots]:
    """One lot for another of those `near`, each way there is."""
    return [tuple(sorted({*lots, new} - {old})) for old in lots for new in near if new not in lots]
