"""Prices of customers that raise the lower bound: the Lagrangian dual of the location problem at a node.

maximise over prices u  L(u) = Σ u_j + min { Σ (fixed_i - earned_i(u)) y_i : y a choice of sites }: the assignment of
customers is relaxed, so that every L(u) is a proven bound, as strong as the linear program with all x_ij <= y_i
(Cornuejols, Sridharan, Thizy, European Journal of Operational Research 50 (1991) 280). Subgradient steps, deflected
and aimed at the best plan (Held, Wolfe, Crowder, Mathematical Programming 6 (1974) 62); the choices, averaged, guess
the fractional optimum to branch on (Barahona, Anbil, Mathematical Programming 87 (2000) 385). A site whose other
state would lift the bound over the best plan is settled for good. An iteration costs O(pairs of sites and customers).
"""

import math

import msgspec
import numpy as np

from matching.locating.choosing import Choice, Sites, chosen
from matching.locating.incumbent import Incumbent
from matching.locating.network import Mask, Network, Places, fewest_covering
from matching.locating.offers import Offers
from matching.solver import Vector

# iterations after which the offers are made anew, about the prices of then
_REFRESH = 25
# without a rise of that share for so many iterations, the steps shrink; the ascent ends with the smallest
_RISE, _PATIENCE, _SHRINK, _SMALLEST_STEP = 1e-7, 8, 0.7, 2e-3
# how much of the last direction and of the average of the choices is kept
_DEFLECTION, _MEMORY = 0.7, 0.9
# how far over the bound to aim while the best plan is farther
_AHEAD = 0.02
_NOTHING = 1e-14
# what sums may be off by, so that a bound stays one
_SUMS = 1e-13


class Node(msgspec.Struct, frozen=True):
    """Sites settled open, sites still free, prices by customer, the bound, and how far each site tends to be open."""

    open: Mask
    free: Mask
    prices: Vector
    bound: float
    leaning: Vector


class Pace(msgspec.Struct, frozen=True):
    """How far an ascent goes: iterations, the first step, and after how many a plan is tried (0: never)."""

    iterations: int
    step: float
    trying: int = 0


def root(network: Network) -> Node:
    """Everything free that has a price, and customers pay what it costs them when their site is full."""
    m = len(network.capacity)
    share = network.demand / network.capacity[:, None]
    prices = (network.cost + network.fixed[:, None] * share).min(axis=0)
    # what costs nothing is open, if no more than so many may be
    gratis = (network.fixed == 0.0) & (network.most >= m)
    return Node(gratis, ~gratis, prices, -math.inf, np.full(m, 0.5))


def settled(network: Network, open_: Mask, free: Mask) -> Sites:
    """What is left to choose; the capacities say how many sites it takes at least."""
    need = network.tonnes
    left = need - math.fsum(network.capacity[open_])
    least = int(open_.sum()) + fewest_covering(network.capacity[free], left * (1.0 - 1e-9))
    return Sites(network.capacity, need, open_, free, max(least, network.fewest), network.most)


def ascend(network: Network, start: Node, incumbent: Incumbent, pace: Pace) -> Node | None:
    """The node with better prices and more sites settled; None where it holds no plan better than the best."""
    return _Ascent(network, start, incumbent, pace).climb()


class _Ascent:
    def __init__(self, network: Network, start: Node, incumbent: Incumbent, pace: Pace) -> None:
        self._network, self._incumbent, self._pace = network, incumbent, pace
        self._open, self._free = start.open.copy(), start.free.copy()
        self._prices, self._best, self._bound = start.prices, start.prices, start.bound
        self._top = -math.inf
        self._leaning = start.leaning
        self._direction = np.zeros(len(network.demand))
        self._step, self._idle = pace.step, 0
        self._sites = settled(network, self._open, self._free)
        self._active: Places = np.empty(0, dtype=np.intp)
        self._offers: Offers | None = None

    def climb(self) -> Node | None:
        for turn in range(self._pace.iterations):
            offers = self._refreshed(turn)
            self._prices = np.clip(self._prices, offers.floor, offers.cap)
            worth = np.zeros(len(self._network.capacity))
            worth[self._active] = self._network.fixed[self._active] - offers.earned(self._prices)
            self._incumbent.work += offers.size
            choice = chosen(self._sites, worth)
            if choice is None:
                return None
            value = choice.value + math.fsum(self._prices)
            value -= _SUMS * (math.fsum(np.abs(self._prices)) + float(np.abs(worth) @ choice.opened))
            self._note(value, choice)
            if self._bound >= self._incumbent.enough:
                self._incumbent.close(self._bound)
                return None
            self._settle(choice, value)
            if self._pace.trying and turn % self._pace.trying == self._pace.trying - 1:
                self._incumbent.offer(choice.covering)
            if not self._free.any() or not self._move(value, 1.0 - offers.served(choice.opened[self._active])):
                break
        return Node(self._open, self._free, self._best, self._bound, self._leaning)

    def _refreshed(self, turn: int) -> Offers:
        """The offers of sites that may be open, at prices about the present ones."""
        active = int((self._open | self._free).sum())
        if self._offers is None or turn % _REFRESH == 0 or active < 0.8 * len(self._active):
            self._active = np.flatnonzero(self._open | self._free)
            self._offers = Offers(self._network, self._active, np.maximum(self._prices, self._best))
        return self._offers

    def _note(self, value: float, choice: Choice) -> None:
        self._leaning = _MEMORY * self._leaning + (1.0 - _MEMORY) * choice.opened
        rises = value - self._top > _RISE * abs(value)
        if value > self._top:
            self._top, self._best = value, self._prices
        self._bound = max(self._bound, value)
        self._idle = 0 if rises else self._idle + 1
        if self._idle >= _PATIENCE:
            self._step, self._idle, self._prices = self._step * _SHRINK, 0, self._best

    def _settle(self, choice: Choice, value: float) -> None:
        """Sites that cannot change their state in any better plan."""
        room = self._incumbent.enough - value
        decided = (choice.opened == 0.0) | (choice.opened == 1.0)
        sure = self._free & decided & (choice.flips >= room)
        if sure.any():
            self._incumbent.close(value + float(choice.flips[sure].min()))
            self._open |= sure & (choice.opened == 1.0)
            self._free &= ~sure
            self._sites = settled(self._network, self._open, self._free)

    def _move(self, value: float, unserved: Vector) -> bool:
        """One step towards the best plan, or a little over the bound; False where nothing is left to gain."""
        self._direction = _DEFLECTION * self._direction + unserved
        size = float(self._direction @ self._direction)
        best = self._incumbent.amount
        if size <= _NOTHING or self._step < _SMALLEST_STEP:
            return False
        target = min(best, self._top + _AHEAD * best)
        self._prices = self._prices + self._step * (target - value) / size * self._direction
        return True
