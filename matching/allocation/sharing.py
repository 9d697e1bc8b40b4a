"""Lots shared out among specs that take blends: exactly where they are few, else to a certified gap.

Many pairs: prices of lots by `descent`, blends that fit together by `sweeping`, the two bounds from the closed form
and from every spec's best blend at the prices. It ends at the gap that is asked for or after so many rounds, and
tells how far it came.
"""

import numpy as np

from matching.allocation.coupled import Coupled, Reached
from matching.allocation.descent import Descent
from matching.allocation.pairs import Told
from matching.allocation.prices import NO_PRICES
from matching.allocation.sweeping import Sweep
from matching.allocation.whole import MOST_EDGES, whole
from matching.solver import SolverError

# iterations of a round, and rounds after a try that fell short
_ITERATIONS = 200
_PAUSE = 2
_SWEEPS = 4
_CRUMB = 1e-7


def shared(problem: Coupled, gap: float, rounds: int, *, direct: int = MOST_EDGES, told: Told | None = None) -> Reached:
    """The most worth, within `gap` of its bound where `rounds` suffice; up to `direct` pairs exactly."""
    if len(problem.market.lot) <= direct:
        try:
            found = whole(problem)
        except SolverError:
            found = decomposed(problem, gap, rounds, told)
        return found if _kept(problem, found) else _repaired(problem, found)
    return decomposed(problem, gap, rounds, told)


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
