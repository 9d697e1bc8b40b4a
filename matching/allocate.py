"""All open lots to all open specs at once: the most welfare, tonnes, or tonnes at the least CO2 (design, Allocation).

maximise Σ w_ij x_ij  subject to what each lot has and each spec wants. Where every spec takes single lots it is a
minimum-cost flow (`allocation.single`); specs that take blends share the lots through a program with a cone for each
limit (`allocation.sharing`). Each material is a problem of its own. The answer carries its proven bound
and the prices (duals) that prove it, and every pair and blend in it has been judged again by the rules.
"""

from collections.abc import Sequence

import msgspec
import numpy as np

from matching.allocation.answer import Allocation, Fairness
from matching.allocation.market import Market
from matching.allocation.mixing import unblended
from matching.allocation.pairs import Pairs, Told, market, pairs
from matching.allocation.pins import Pin, check_names, less, pins
from matching.allocation.shown import Shelf, check_alone
from matching.allocation.solution import Solution, blended, digits, firms, small, solved
from matching.allocation.telling import Settled, together, told
from matching.allocation.wish import AllocationRefusedError, Goal, Offered, Wanted, Wish
from matching.reference import Catalogue
from matching.solver import Vector


def allocate(
    specs: Sequence[Wanted],
    lots: Sequence[Offered],
    catalogue: Catalogue,
    wish: Wish | None = None,
    hear: Told | None = None,
) -> Allocation:
    """The best allocation; raises `AllocationRefusedError` where what is asked contradicts itself.

    `hear(stage, done, of)` hears of progress. Codes must be in the catalogue (`matching.faults`).
    """
    wish = wish or Wish()
    if wish.small_firms is not None and wish.goal is not Goal.WELFARE:
        raise AllocationRefusedError("small_firms_need_welfare", {})
    check_names(specs, lots, wish)
    alone = {why.spec: why for one in specs if (why := unblended(one, catalogue)) is not None}
    specs = [msgspec.structs.replace(one, blends=one.blends and one.id not in alone) for one in specs]
    materials = sorted({one.spec.material for one in specs} | {one.lot.material for one in lots})
    shelves = [_shelf(material, specs, lots) for material in materials]
    found = together([_one(shelf, catalogue, wish, hear) for shelf in shelves], wish.goal, catalogue)
    return msgspec.structs.replace(found, unblended=tuple(alone[id_] for id_ in sorted(alone)))


def _shelf(material: str, specs: Sequence[Wanted], lots: Sequence[Offered]) -> Shelf:
    return Shelf(
        material,
        tuple(sorted((s for s in specs if s.spec.material == material), key=lambda s: s.id)),
        tuple(sorted((x for x in lots if x.lot.material == material), key=lambda x: x.id)),
    )


def _one(shelf: Shelf, catalogue: Catalogue, wish: Wish, hear: Told | None) -> Allocation:
    """One material."""
    found = pairs(shelf.specs, shelf.lots, catalogue, wish, hear)
    owner = firms(shelf.lots)[0]
    whole = market(shelf.specs, shelf.lots, found, owner)
    fair = _capped(whole, wish)
    places = shelf.lot_places
    mine = [pin for pin in wish.pinned if pin.lot in places]
    for pin in mine:
        check_alone(shelf, pin, wish, catalogue)
    pinned = pins(mine, fair, places, shelf.spec_places)
    bonus = small(shelf.lots, owner, wish.small_firms) * (wish.small_firms.bonus if wish.small_firms else 0.0)
    best = _solved(shelf, wish, found, less(fair, pinned), pinned, bonus=bonus, hear=hear)
    fairness = None
    if wish.most_share is not None or wish.small_firms is not None:
        unfair = _solved(shelf, wish, found, less(whole, pinned), pinned, bonus=0.0 * bonus, hear=hear)
        fairness = _fairness(shelf, found, best, unfair, wish)
    settled = Settled(pairs=found, best=best, pinned=tuple(pinned), fairness=fairness)
    return told(shelf, settled, wish, catalogue)


def _solved(
    shelf: Shelf, wish: Wish, found: Pairs, rest: Market, pinned: Sequence[Pin], *, bonus: Vector, hear: Told | None
) -> Solution:
    if any(one.mixes for one in shelf.specs):
        return blended(wish, found, rest, pinned, bonus, told=hear)
    return solved(wish.goal, found, rest, pinned, bonus)


def _capped(whole: Market, wish: Wish) -> Market:
    """With the most that one firm may serve, as a share of the material's open demand."""
    if wish.most_share is None:
        return whole
    most = int(wish.most_share * float(whole.demand.sum()) + 1e-6)
    return msgspec.structs.replace(whole, caps=np.full(len(whole.caps), most))


def _fairness(shelf: Shelf, found: Pairs, best: Solution, unfair: Solution, wish: Wish) -> Fairness:
    """What the fair answer loses against the unfair optimum."""
    served = unserved = None
    if wish.small_firms is not None:
        minor = small(shelf.lots, firms(shelf.lots)[0], wish.small_firms)[found.lot]
        served, unserved = digits(float(minor @ best.tonnes)), digits(float(minor @ unfair.tonnes))
    return Fairness(
        unfair=digits(unfair.amount),
        lost=digits(abs(unfair.amount - best.amount)),
        small_tonnes=served,
        small_tonnes_unfair=unserved,
    )
