"""The answer put together: one material, and all of them."""

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from matching.allocation.answer import Allocation, Fairness, LotPrice, OwnerPrice, Part, Prices, SpecPrice
from matching.allocation.pairs import Pairs
from matching.allocation.pins import Pin
from matching.allocation.prices import NO_PRICES
from matching.allocation.shown import Judge, Shelf, assignments, mixtures, unmet, unsold
from matching.allocation.solution import Solution, digits, firms, fixed, objective
from matching.allocation.wish import Goal, Wish
from matching.evaluation import ENGINE
from matching.freight import rated
from matching.reference import Catalogue

_UNITS = {Goal.WELFARE: "JPY/t", Goal.TONNES: "t/t", Goal.CO2: "t/t"}


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """One material as it was solved."""

    pairs: Pairs
    best: Solution
    pinned: tuple[Pin, ...]
    fairness: Fairness | None


def told(shelf: Shelf, settled: Settled, wish: Wish, catalogue: Catalogue) -> Allocation:
    """The answer for one material."""
    found, best = settled.pairs, settled.best
    free, pinned = best.free, fixed(found, settled.pinned)
    amount = objective(wish.goal, best.amount)
    bound = None if best.bound is None else digits(best.amount if best.gap == 0.0 else best.bound)
    tonnes = digits(math.fsum(best.tonnes))
    most = None if best.most is None else max(tonnes, digits(best.most))
    part = Part(
        material=shelf.material,
        status=best.status,
        objective=amount,
        bound=bound,
        gap=best.gap,
        tonnes=tonnes,
        most_tonnes=most,
    )
    return Allocation(
        status=best.status,
        objective=amount,
        bound=bound,
        gap=best.gap,
        tonnes=tonnes,
        most_tonnes=most,
        materials=(part,),
        assignments=tuple(assignments(shelf, found, free, pinned, Judge(wish.accepted, catalogue))),
        blends=tuple(mixtures(shelf, found, free, catalogue)),
        unmet=tuple(unmet(shelf, found, best.tonnes)),
        unsold=tuple(unsold(shelf, found, best.tonnes)),
        prices=_prices(shelf, best, wish.goal),
        fairness=settled.fairness,
        engine=ENGINE,
        catalogue=catalogue.version,
        freight=rated((one.lot.location for one in shelf.lots), catalogue),
    )


def _prices(shelf: Shelf, best: Solution, goal: Goal) -> Prices:
    names = firms(shelf.lots)[1]
    lots = zip(shelf.lots, best.prices.lots.tolist(), strict=True)
    specs = zip(shelf.specs, best.prices.specs.tolist(), strict=True)
    owners = zip(names, best.prices.owners.tolist(), strict=True)
    return Prices(
        unit=_UNITS[goal],
        lots=tuple(LotPrice(lot=one.id, amount=digits(price)) for one, price in lots if price > 0.0),
        specs=tuple(SpecPrice(spec=one.id, amount=digits(price)) for one, price in specs if price > 0.0),
        owners=tuple(OwnerPrice(owner=name, amount=digits(price)) for name, price in owners if price > 0.0),
    )


def together(parts: Sequence[Allocation], goal: Goal, catalogue: Catalogue) -> Allocation:
    """Materials do not touch each other, so their amounts and bounds add up."""
    reached = math.fsum(one.objective.amount for one in parts)
    bounds = [one.bound for one in parts]
    bound = None if None in bounds else math.fsum(b for b in bounds if b is not None)
    total = Solution(np.empty(0), np.empty(0), reached, bound, NO_PRICES)
    optimal = all(one.status == "optimal" for one in parts)
    fair = [one.fairness for one in parts if one.fairness is not None]
    return Allocation(
        status="optimal" if optimal else "feasible",
        objective=objective(goal, reached),
        bound=None if bound is None else digits(bound),
        gap=total.gap,
        tonnes=digits(math.fsum(one.tonnes for one in parts)),
        most_tonnes=_total([one.most_tonnes for one in parts]),
        materials=tuple(part for one in parts for part in one.materials),
        assignments=tuple(a for one in parts for a in one.assignments),
        blends=tuple(b for one in parts for b in one.blends),
        unmet=tuple(u for one in parts for u in one.unmet),
        unsold=tuple(u for one in parts for u in one.unsold),
        prices=Prices(
            unit=_UNITS[goal],
            lots=tuple(p for one in parts for p in one.prices.lots),
            specs=tuple(p for one in parts for p in one.prices.specs),
            owners=tuple(p for one in parts for p in one.prices.owners),
        ),
        fairness=_summed(fair),
        engine=ENGINE,
        catalogue=catalogue.version,
        freight=tuple(sorted({stamp for one in parts for stamp in one.freight})),
    )


def _total(each: Sequence[float | None]) -> float | None:
    known = [one for one in each if one is not None]
    return digits(math.fsum(known)) if known else None


def _summed(fair: Sequence[Fairness]) -> Fairness | None:
    if not fair:
        return None
    served = [one.small_tonnes for one in fair if one.small_tonnes is not None]
    unserved = [one.small_tonnes_unfair for one in fair if one.small_tonnes_unfair is not None]
    return Fairness(
        unfair=digits(math.fsum(one.unfair for one in fair)),
        lost=digits(math.fsum(one.lost for one in fair)),
        small_tonnes=digits(math.fsum(served)) if served else None,
        small_tonnes_unfair=digits(math.fsum(unserved)) if unserved else None,
    )
