"""Lots shared out among specs that take blends: exactly where pairs are few, else to a certified gap.

Few pairs: one linear program where no limit carries an uncertainty (`whole`), an interior point where one does
(`conic`); least takes and counts of suppliers are then repaired, against the bound without them. Many pairs: prices
of lots by `descent`, blends that fit together by `sweeping`, the two bounds from the closed form and from every
spec's best blend at the prices. It ends at the gap that is asked for or after so many rounds, and tells how far it
came.
"""

import numpy as np

from matching.allocation.choosing import chosen
from matching.allocation.conic import conic
from matching.allocation.coupled import Coupled, Reached
from matching.allocation.descent import Descent
from matching.allocation.pairs import Told
from matching.allocation.prices import NO_PRICES
from matching.allocation.sweeping import Sweep
from matching.allocation.whole import whole
from matching.solver import SolverError, Vector

# pairs up to which it is exact at once: about a second; and what is affordable where the other way falls short
MOST_PAIRS = 2_000
_MOST_WORK = 2e9
# iterations of a round, and rounds after a try that fell short
_ITERATIONS = 200
_PAUSE = 2
_SWEEPS = 4
_CRUMB = 1e-7
# an exact way that ends so far from its bound was stopped by rounding
_FAR = 1e-4
# of few pairs tangent cuts come to an end there
_CUT = 300


def shared(problem: Coupled, gap: float, rounds: int, *, direct: int = MOST_PAIRS, told: Told | None = None) -> Reached:
    """The most worth: up to `direct` pairs exactly, else within `gap` of its bound where `rounds` suffice.

    Where they do not, it is solved exactly after all if that takes no more than some twenty seconds.
    """
    few = len(problem.market.lot) <= direct
    found = _exact(problem) if few else decomposed(problem, gap, rounds, told)
    if found is None or _far(problem, found, _FAR if few else gap):
        other = decomposed(problem, gap, rounds, told) if few else _exact(problem) if _affordable(problem) else None
        found = _better(problem, found, other)
    return found


def _far(problem: Coupled, found: Reached, gap: float = _FAR) -> bool:
    return found.bound - problem.worth(found.tonnes) > gap * abs(found.bound)


def _affordable(problem: Coupled) -> bool:
    """By the multiplications of a step of `conic`."""
    pairs = np.diff(problem.starts).astype(np.float64)
    return float((pairs**3).sum()) + float(len(problem.available)) ** 3 <= _MOST_WORK


def _exact(problem: Coupled) -> Reached | None:
    """The optimum, repaired where least takes or counts of suppliers ask for it; None where there is no answer."""
    curved = any(limits.spreads.any() for limits in problem.limits)
    try:
        found = conic(problem) if curved else whole(problem)
        if curved and len(problem.market.lot) <= _CUT and _far(problem, found):
            found = _better(problem, found, whole(problem))
    except SolverError:
        return None
    if _kept(problem, found):
        return found
    try:
        best = chosen(problem, found)
    except SolverError:
        best = Reached(np.zeros(len(found.tonnes)), found.bound, found.prices)
    return best if best.tonnes.any() else _better(problem, best, _repaired(problem, found))


def _better(problem: Coupled, *found: Reached | None) -> Reached:
    """The tonnes that are worth most, under the lowest of the bounds."""
    known = [one for one in found if one is not None]
    best = max(known, key=lambda one: problem.worth(one.tonnes))
    return Reached(best.tonnes, min(one.bound for one in known), best.prices)


def _kept(problem: Coupled, found: Reached) -> bool:
    """Whether least takes and counts of suppliers are kept."""
    kilograms = found.tonnes * 1000.0
    used = kilograms > _CRUMB
    small = used & (kilograms < problem.market.least * (1.0 - 1e-9))
    counts = np.bincount(problem.market.spec[used], minlength=len(problem.demand))
    return not small.any() and bool((counts <= problem.market.suppliers).all())


def topped(problem: Coupled, tonnes: Vector) -> Vector:
    """At least as much worth, from what the tonnes leave over; every row is kept as they keep it."""
    sweep = Sweep(problem)
    sweep.tonnes[:] = tonnes
    _settle(sweep, problem)
    return sweep.tonnes


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
