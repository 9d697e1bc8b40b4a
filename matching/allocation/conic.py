"""The coupled program with its cones solved exactly: a proven bound, and blends without crumbs that keep every row.

The interior point over all pairs gives multipliers, and from any of them a bound in closed form; and it tells which
pairs trade, for of a pair's tonnes and its multiplier one is next to nothing. A second run over those pairs alone
leaves no crumb of the others behind.
"""

import msgspec
import numpy as np

from matching.allocation.coupled import LEAST_FILL, Coupled, Reached
from matching.allocation.interior import Met, interior
from matching.allocation.prices import NO_PRICES, Prices
from matching.solver import Vector

# limits are as much too tight, so that what rounding leaves over conforms all the same; the bound does not pay for it
INSIDE = 2e-8
# in the first run, as a share of a demand: what conforms only thanks to it is less than a blend (`LEAST_FILL`)
_LOOSE = 1e-7
# a share of a demand that is no crumb, whatever its multiplier
_PLAINLY = 1e-5
# a price of less than this share of the largest profit is what the method left over
_NOTHING = 1e-8


def conic(problem: Coupled) -> Reached:
    """The optimum; where rounding stops it short of that, its bound and tonnes are apart and say so."""
    if not len(problem.market.lot) or not problem.demand.any():
        return Reached(np.zeros(len(problem.market.lot)), 0.0, NO_PRICES)
    first = _plain(interior(problem, INSIDE, loose=_LOOSE), problem)
    unit = float(np.median(problem.demand[problem.market.spec])) or 1.0
    keep = first.tonnes > np.minimum(first.slack, _PLAINLY) * unit
    filled = np.bincount(problem.market.spec, weights=first.tonnes * keep, minlength=len(problem.demand))
    keep &= (filled >= LEAST_FILL * problem.demand)[problem.market.spec]
    tonnes = np.zeros(len(keep))
    if keep.any():
        few = problem.only(keep)
        tonnes[keep] = within(few, interior(few, INSIDE).tonnes)
    return Reached(tonnes, proven(problem, first, tonnes), Prices(first.lots, first.specs, first.firms))


def _plain(met: Met, problem: Coupled) -> Met:
    """Prices that are next to nothing are nothing; the bound is proven for any prices."""
    least = _NOTHING * float(np.abs(problem.market.profit).max(initial=0.0))
    lots, specs, firms = (np.where(one > least, one, 0.0) for one in (met.lots, met.specs, met.firms))
    return msgspec.structs.replace(met, lots=lots, specs=specs, firms=firms)


def within(problem: Coupled, tonnes: Vector) -> Vector:
    """The tonnes with what rounding left outside of the rows taken back; a blend that breaks a limit is left out."""
    tonnes = np.maximum(tonnes, 0.0)
    for j, limits in enumerate(problem.limits):
        mine = tonnes[problem.edges(j)]
        if mine.sum() < LEAST_FILL * problem.demand[j] or (limits.tangent(mine) @ mine > 0.0).any():
            tonnes[problem.edges(j)] = 0.0
    market = problem.market
    lots = np.bincount(market.lot, weights=tonnes, minlength=len(problem.available))
    firms = np.bincount(market.owner, weights=lots, minlength=len(problem.caps))
    specs = np.bincount(market.spec, weights=tonnes, minlength=len(problem.demand))
    room = 1.0
    for used, most in ((lots, problem.available), (firms, problem.caps), (specs, problem.demand)):
        room = min(room, float(np.min(most[used > 0.0] / used[used > 0.0], initial=1.0)))
    return np.asarray(tonnes * room, dtype=np.float64)


def proven(problem: Coupled, met: Met, tonnes: Vector) -> float:
    """What no tonnes are worth more than that keep the rows and the floor (`tonnes`, where these fall short of it).

    Every price and multiplier is paid for; what then is still worth something fills demand, the best lots first.
    """
    market = problem.market
    capped = met.firms > 0.0
    left = market.profit + met.floor - met.lots[market.lot] - met.firms[market.owner[market.lot]] - met.charged
    total = float(met.lots @ problem.available + met.firms[capped] @ problem.caps[capped])
    total -= met.floor * min(problem.floor, float(tonnes.sum()))
    most = np.minimum(problem.available[market.lot], problem.demand[market.spec])
    for j, demand in enumerate(problem.demand):
        edges = problem.edges(j)
        best = np.argsort(-left[edges], kind="stable")
        room = most[edges][best]
        before = np.cumsum(room) - room
        total += float(np.maximum(left[edges][best], 0.0) @ np.clip(demand - before, 0.0, room))
    return float(total)
