"""Lots shared out among specs that take blends: exactly where pairs are few, else to a certified gap.

Few pairs: one linear program where no limit carries an uncertainty (`whole`), an interior point where one does
(`conic`); least takes and counts of suppliers are then repaired, against the bound without them. Many pairs: prices
of lots by `descent`, blends that fit together by `sweeping`, the two bounds from the closed form and from every
spec's best blend at the prices. It ends at the gap that is asked for or after so many rounds, and tells how far it
came.
"""

import numpy as np

from matching.allocation.conic import conic
from matching.allocation.coupled import Coupled, Reached
from matching.allocation.descent import Descent
from matching.allocation.pairs import Told
from matching.allocation.prices import NO_PRICES
from matching.allocation.sweeping import Sweep
from matching.allocation.whole import whole
from matching.solver import SolverError

# pairs up to which it is exact: about two seconds
MOST_PAIRS = 1_500
# iterations of a round, and rounds after a try that fell short
_ITERATIONS = 200
_PAUSE = 2
_SWEEPS = 4
_CRUMB = 1e-7
# an exact way that ends so far from its bound was stopped by rounding
_FAR = 1e-4


def shared(problem: Coupled, gap: float, rounds: int, *, direct: int = MOST_PAIRS, told: Told | None = None) -> Reached:
    """The most worth, within `gap` of its bound where `rounds` suffice; up to `direct` pairs exactly."""
    if len(problem.market.lot) > direct:
        return decomposed(problem, gap, rounds, told)
    found = _exact(problem)
    if found is None or found.bound - problem.worth(found.tonnes) > _FAR * abs(found.bound):
        found = _better(problem, found, decomposed(problem, gap, rounds, told))
    return found if _kept(problem, found) else _repaired(problem, found)


def _exact(problem: Coupled) -> Reached | None:
    if any(limits.spreads.any() for limits in problem.limits):
        return conic(problem)
    try:
        return whole(problem)
    except SolverError:
        return None


def _better(problem: Coupled, found: Reached | None, other: Reached) -> Reached:
    """The tonnes that are worth more, under the lower of the bounds."""
    if found is None:
        return other
    best = max((found, other), key=lambda one: problem.worth(one.tonnes))
    return Reached(best.tonnes, min(found.bound, other.bound), best.prices)


def _kept(problem: Coupled, found: Reached) -> bool:
    """Whether least takes and counts of suppliers are kept."""
    kilograms = found.tonnes * 1000.0
    used = kilograms > _CRUMB
    small = used & (kilograms < problem.market.least * (1.0 - 1e-9))
    counts = np.bincount(problem.market.spec[used], minlength=len(problem.demand))
    return not small.any() and bool((counts <= problem.market.suppliers).all())


def _repaired(problem: Coupled, found: Reached) -> Reached:
    sweep = Sweep(problem)
    sweep.share(found.tonnes)
    _settle(sweep, problem)
    return Reached(sweep.tonnes, found.bound, found.prices)


def _settle(sweep: Sweep, problem: Coupled) -> float:
    free = np.zeros(len(problem.available))
    for _ in range(_SWEEPS):
        before = problem.worth(sweep.tonnes)
        if sweep.improve(free) <= 1e-4 * before:
            break
    return problem.worth(sweep.tonnes)


def decomposed(problem: Coupled, gap: float, rounds: int, told: Told | None = None) -> Reached:
    """By prices and sweeps."""
    descent, sweep = Descent(problem), Sweep(problem)
    best = Reached(np.zeros(len(problem.market.lot)), np.inf, NO_PRICES)
    curved = any(bool(limits.spreads.any()) for limits in problem.limits)
    wait = 0
    for turn in range(rounds):
        descent.run(_ITERATIONS)
        if told is not None:
            told("rounds", turn + 1, rounds)
        wait -= 1
        if (descent.merit > gap or wait > 0) and turn < rounds - 1:
            continue
        wait = _PAUSE
        near = descent.tonnes(descent.mean)
        prices = descent.prices(descent.mean)
        bound = min(best.bound, descent.proven)
        if not curved:
            # with cones the closed form is as good, and costs nothing
            bound = min(bound, sweep.bound(prices.lots, prices.owners))
        sweep.touch(near)
        sweep.share(near)
        reached = _settle(sweep, problem)
        if not np.isfinite(best.bound) or reached > problem.worth(best.tonnes):
            best = Reached(sweep.tonnes.copy(), bound, prices)
        best = Reached(best.tonnes, bound, best.prices)
        if bound - problem.worth(best.tonnes) <= gap * abs(problem.worth(best.tonnes)):
            break
    return best
