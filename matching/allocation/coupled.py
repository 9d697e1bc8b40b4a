"""Specs that take blends, coupled by the lots that they share: one linear program with a cone for each limit.

maximise Σ w_ij x_ij  subject to  Σ_j x_ij <= available_i, Σ_i x_ij <= demand_j, Σ of a firm's lots <= its cap, and
h_jr(x_j) <= 0 for every side of every limit of spec j. h is convex and homogeneous, so that a tangent row at any blend
is valid for all, and any tonnage of a blend that conforms does.
"""

import math

import msgspec
import numpy as np
from numpy.typing import NDArray

from matching.allocation.market import NO_CAP, Market, Places
from matching.allocation.prices import Prices
from matching.solver import Vector

# a blend of less than this share of its spec's demand is the solvers' noise
LEAST_FILL = 5e-3


class Limits(msgspec.Struct, frozen=True):
    """Rows × lots of one spec, as in a `Recipe`; no rows for a spec of single pairings."""

    means: Vector
    spreads: Vector
    correlation: float

    def tangent(self, tonnes: Vector) -> Vector:
        """Rows that hold for every blend that conforms, and touch the limits at the blend `tonnes`."""
        own = self.spreads * tonnes
        common = own.sum(axis=1, keepdims=True)
        rho = self.correlation
        size = np.sqrt((1.0 - rho) * (own * own).sum(axis=1, keepdims=True) + rho * common * common)
        gradient = (1.0 - rho) * self.spreads * own + rho * common * self.spreads
        slope = np.divide(gradient, size, out=np.zeros_like(own), where=size > 0.0)
        return np.asarray(self.means + slope, dtype=np.float64)


class Coupled(msgspec.Struct, frozen=True):
    """A market in tonnes with the limits of its specs; the edges of spec j are `starts[j]:starts[j + 1]`."""

    market: Market
    limits: tuple[Limits, ...]
    starts: Places
    # the fewest tonnes that all specs together must get
    floor: float = 0.0

    @classmethod
    def of(cls, market: Market, limits: tuple[Limits, ...]) -> "Coupled":
        """Edges are in order of spec."""
        return cls(market, limits, np.searchsorted(market.spec, np.arange(len(limits) + 1)))

    def only(self, keep: NDArray[np.bool_]) -> "Coupled":
        """The problem with some of its pairs."""
        each = (keep[self.edges(j)] for j in range(len(self.limits)))
        limits = (Limits(x.means[:, k], x.spreads[:, k], x.correlation) for x, k in zip(self.limits, each, strict=True))
        return msgspec.structs.replace(Coupled.of(self.market.only(keep), tuple(limits)), floor=self.floor)

    @property
    def available(self) -> Vector:
        """Tonnes by lot."""
        return self.market.available / 1000.0

    @property
    def demand(self) -> Vector:
        """Tonnes by spec."""
        return self.market.demand / 1000.0

    @property
    def caps(self) -> Vector:
        """Tonnes by firm, infinite without a cap."""
        return np.where(self.market.caps < NO_CAP, self.market.caps / 1000.0, math.inf)

    def edges(self, spec: int) -> slice:
        """The edges of a spec."""
        return slice(int(self.starts[spec]), int(self.starts[spec + 1]))

    def over(self, tonnes: Vector) -> float:
        """By how much the worst of lots, specs, firms and limits is exceeded, as a share of it; 0 or less within."""
        market = self.market
        lots = np.bincount(market.lot, weights=tonnes, minlength=len(self.available))
        firms = np.bincount(market.owner, weights=lots, minlength=len(self.caps))
        specs = np.bincount(market.spec, weights=tonnes, minlength=len(self.demand))
        worst = -float(tonnes.min(initial=0.0))
        for used, most in ((lots, self.available), (firms, self.caps), (specs, self.demand)):
            worst = max(worst, float(np.max(used[used > 0.0] / most[used > 0.0] - 1.0, initial=-1.0)))
        for j, limits in enumerate(self.limits):
            mine = tonnes[self.edges(j)]
            if mine.any():
                worst = max(worst, float(np.max(limits.tangent(mine) @ mine, initial=-1.0)) / float(mine.sum()))
        return worst

    def worth(self, tonnes: Vector) -> float:
        """Of tonnes by edge."""
        return math.fsum(self.market.profit * tonnes)


class Reached(msgspec.Struct, frozen=True):
    """Tonnes by edge that keep every row, their proven bound, and the prices behind it."""

    tonnes: Vector
    bound: float
    prices: Prices
