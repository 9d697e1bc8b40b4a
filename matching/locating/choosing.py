"""Which sites to open when each has a price of its own: a knapsack the other way round.

minimise Σ worth_i y_i  subject to  Σ capacity_i y_i >= need, fewest <= Σ y_i <= most, y_i = 1 where settled open. The
capacity is priced (μ >= 0) and the rest is a matter of sorting, so that the answer is a lower bound that is exact but
for the integrality of one row; μ is found where two tangents of the concave value meet. Each try costs O(m log m).
"""

import msgspec
import numpy as np

from matching.locating.network import ROUNDING, Mask, Places
from matching.solver import Vector

_TRIES = 60


class Sites(msgspec.Struct, frozen=True):
    """What may still open: `open` and `free` sites, and how many in all."""

    capacity: Vector
    need: float
    open: Mask
    free: Mask
    fewest: int
    most: int


class Choice(msgspec.Struct, frozen=True):
    """The bound; how far each site is open in it; sites that surely cover the need.

    `flips` is by how much the bound rises where a free site is settled the other way round.
    """

    value: float
    opened: Vector
    covering: Mask
    flips: Vector


class _Cut(msgspec.Struct, frozen=True):
    """The best sites at one price of capacity: `taken` are the first of `order`."""

    price: float
    value: float
    slope: float
    worth: Vector
    order: Places
    count: int

    @property
    def taken(self) -> Places:
        return self.order[: self.count]


def chosen(sites: Sites, worth: Vector) -> Choice | None:
    """The cheapest choice at these worths (money by site); None where no choice covers the need."""
    return _Choosing(sites, worth).choice()


class _Choosing:
    def __init__(self, sites: Sites, worth: Vector) -> None:
        self._sites, self._worth = sites, worth
        self._free = np.flatnonzero(sites.free)
        self._capacity = sites.capacity[self._free]
        settled = int(sites.open.sum())
        self._low = max(0, sites.fewest - settled)
        self._high = min(len(self._free), sites.most - settled)
        self._base = float(worth[sites.open].sum())
        self._need = sites.need - float(sites.capacity[sites.open].sum())

    def choice(self) -> Choice | None:
        if self._low > self._high or not self._reachable():
            return None
        low = self._cut(0.0)
        if low.slope <= 0.0:
            return self._told(low, low, low)
        high = self._enough()
        best = max((low, high), key=lambda cut: cut.value)
        for _ in range(_TRIES):
            price = (high.value - low.value + low.slope * low.price - high.slope * high.price) / (
                low.slope - high.slope
            )
            between = self._cut(price)
            best = max((best, between), key=lambda cut: cut.value)
            if between.value >= low.value + low.slope * (price - low.price) - ROUNDING * (1.0 + abs(low.value)):
                break
            low, high = (between, high) if between.slope > 0.0 else (low, between)
        return self._told(low, high, best)

    def _reachable(self) -> bool:
        largest = np.sort(self._capacity)[::-1][: self._high]
        return self._need <= float(largest.sum()) + ROUNDING * abs(self._sites.need)

    def _cut(self, price: float) -> _Cut:
        worth = self._worth[self._free] - price * self._capacity
        order = np.argsort(worth, kind="stable")
        count = min(max(int((worth < 0.0).sum()), self._low), self._high)
        taken = order[:count]
        slope = self._need - float(self._capacity[taken].sum())
        if abs(slope) <= ROUNDING * self._sites.need:
            slope = 0.0
        value = float(worth[taken].sum()) + price * self._need
        return _Cut(price, value, slope, worth, order, count)

    def _enough(self) -> _Cut:
        """A price so high that what it opens covers the need."""
        price = float(np.max(np.abs(self._worth[self._free]) / self._capacity)) or 1.0
        cut = self._cut(price)
        while cut.slope > 0.0:
            price *= 2.0
            cut = self._cut(price)
        return cut

    def _told(self, low: _Cut, high: _Cut, best: _Cut) -> Choice:
        """Between one that is short and one that is not, mixed so that the need is just met."""
        share = 1.0 if low is high else -high.slope / (low.slope - high.slope)
        opened = self._sites.open.astype(np.float64)
        opened[self._free[low.taken]] += share
        if share < 1.0:
            opened[self._free[high.taken]] += 1.0 - share
        covering = self._sites.open.copy()
        covering[self._free[high.taken]] = True
        flips = np.zeros(len(opened))
        flips[self._free] = self._flips(best)
        return Choice(self._base + best.value, opened, covering, flips)

    def _flips(self, cut: _Cut) -> Vector:
        """Opening one that is closed may push out the worst that is open; closing one may bring in the next."""
        worth, count = cut.worth, cut.count
        worst = float(worth[cut.order[count - 1]]) if count else -np.inf
        following = float(worth[cut.order[count]]) if count < len(worth) else np.inf
        opening = worth - (max(0.0, worst) if count < self._high else worst)
        closing = (min(0.0, following) if count > self._low else following) - worth
        flips = opening
        flips[cut.taken] = closing[cut.taken]
        return np.asarray(flips)
