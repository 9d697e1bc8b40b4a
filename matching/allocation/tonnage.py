"""Tonnes first, then the least cost or CO2 of as many, where specs take blends.

First  T = max Σ x,  then  min Σ c x  subject to  Σ x >= T (1 - a millionth), both over the rows of `coupled`; the
second as  max Σ (w - c) x  with w over every c, so that it fills up by itself. No other x of at least as many tonnes
as the T' that are shown has less than  w T' - bound. Beyond what is solved exactly no floor is held: the first then
counts cost a thousandth of a tonne at most, and stands where the second ends with fewer tonnes.
"""

import math

import msgspec
import numpy as np

from matching.allocation.coupled import Coupled
from matching.allocation.pairs import TIE, Told
from matching.allocation.prices import Prices
from matching.allocation.sharing import shared, topped
from matching.allocation.wish import Goal, Wish
from matching.solver import Vector

# pairs up to which both are solved exactly: some ten seconds
_MOST_PAIRS = 6_000
# what may be missing of the most tonnes, and of that what rounding may take
_MISSING, _ROUNDING = 1e-6, 1e-7
# the worth of a tonne beside the largest cost of one
_OVER = 2.0


class Laden(msgspec.Struct, frozen=True):
    """Tonnes by pair; `most` tonnes that none exceed, and the cost that no as many tonnes go below."""

    tonnes: Vector
    most: float
    cost: float
    least: float
    prices: Prices
    # how large costs could be: the scale of what is too little to matter
    scale: float


def laden(problem: Coupled, costs: Vector, wish: Wish, told: Told | None) -> Laden:
    """The most tonnes at the least cost; `costs` >= 0 are per tonne by pair, and profits count them but a little."""
    exact = len(costs) <= _MOST_PAIRS
    direct = _MOST_PAIRS if exact else 0
    tonnes_only = _worth(problem, np.ones(len(costs)))
    first = shared(tonnes_only if exact else problem, wish.gap, wish.rounds, direct=direct, told=_half(told, 0))
    most = first.bound if exact else first.bound / (1.0 - TIE)
    most = min(most, math.fsum(problem.demand), math.fsum(problem.available))
    reached = math.fsum(first.tonnes)
    if wish.goal is Goal.TONNES and not exact:
        cost = math.fsum(costs * first.tonnes)
        return Laden(first.tonnes, max(most, reached), cost, 0.0, first.prices, cost)
    weight = _OVER * (float(costs.max(initial=0.0)) or 1.0)
    floor = reached * (1.0 - _MISSING)
    after = msgspec.structs.replace(_worth(problem, weight - costs), floor=floor)
    second = shared(after, wish.gap, wish.rounds, direct=direct, told=_half(told, 1))
    tonnes = second.tonnes
    if math.fsum(tonnes) < floor * (1.0 - _ROUNDING):
        # what was chosen for its cost may leave room; if that is not enough, the first stands
        tonnes = max((first.tonnes, topped(problem, tonnes)), key=math.fsum)
    least = max(0.0, weight * math.fsum(tonnes) - second.bound)
    cost = math.fsum(costs * tonnes)
    return Laden(tonnes, max(most, math.fsum(tonnes)), cost, min(least, cost), first.prices, weight * reached)


def _worth(problem: Coupled, profit: Vector) -> Coupled:
    return msgspec.structs.replace(problem, market=msgspec.structs.replace(problem.market, profit=profit))


def _half(told: Told | None, part: int) -> Told | None:
    """Progress of the first or the second of two."""
    return None if told is None else lambda stage, done, of: told(stage, part * of + done, 2 * of)
