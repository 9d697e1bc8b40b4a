"""What is told of an allocation's two sides; every assignment is judged again by all the rules of a single pair."""

import math

import msgspec
import numpy as np

from matching.allocation.answer import Assignment, Mixture, Unmet, Unsold
from matching.allocation.pairs import Pairs
from matching.allocation.solution import digits
from matching.allocation.wish import AllocationRefusedError, Offered, Pairing, Wanted, Wish
from matching.blending.candidates import Sense, candidates, recipe
from matching.blending.joint import joint_probability
from matching.blending.judging import judged
from matching.blending.recipe import Terms
from matching.composition import Composition
from matching.engine import evaluate, verdict
from matching.evaluation import Params
from matching.reference import Catalogue
from matching.solver import SolverError, Vector
from matching.values import Verdict

# under half a kilogram nothing is left
_LEAST = 0.0005


class Shelf(msgspec.Struct, frozen=True):
    """The specs and lots of one material, each in order of id."""

    material: str
    specs: tuple[Wanted, ...]
    lots: tuple[Offered, ...]

    @property
    def lot_places(self) -> dict[str, int]:
        """Place of each lot."""
        return {one.id: i for i, one in enumerate(self.lots)}

    @property
    def spec_places(self) -> dict[str, int]:
        """Place of each spec."""
        return {one.id: i for i, one in enumerate(self.specs)}


class Judge(msgspec.Struct, frozen=True):
    """The verdicts that may be shown, and what they are judged by."""

    accepted: tuple[Verdict, ...]
    catalogue: Catalogue


def check_alone(shelf: Shelf, pin: Pairing, wish: Wish, catalogue: Catalogue) -> None:
    """A pinned pairing stands by itself, also where the spec takes blends; raises `AllocationRefusedError`."""
    wanted, offered = shelf.specs[shelf.spec_places[pin.spec]], shelf.lots[shelf.lot_places[pin.lot]]
    found = evaluate(wanted.spec, offered.lot, catalogue)
    if found.blockers or found.verdict not in wish.accepted:
        raise AllocationRefusedError("pin_not_acceptable", {"lot": pin.lot, "spec": pin.spec})


def assignments(shelf: Shelf, pairs: Pairs, free: Vector, pinned: Vector, judge: Judge) -> list[Assignment]:
    """In order of spec and lot; raises `SolverError` where a pair does not conform after all.

    `free` and `pinned` are tonnes by pair: of a lot that is pinned and gives more, both are told.
    """
    found: list[Assignment] = []
    read: dict[int, Composition] = {}
    for k in np.flatnonzero((free > 0.0) | (pinned > 0.0)).tolist():
        wanted, offered = shelf.specs[int(pairs.spec[k])], shelf.lots[int(pairs.lot[k])]
        if int(pairs.lot[k]) not in read:
            read[int(pairs.lot[k])] = Composition(offered.lot, judge.catalogue)
        again, blocked = verdict(wanted.spec, offered.lot, read[int(pairs.lot[k])], judge.catalogue)
        alone = not wanted.mixes or pinned[k] > 0.0
        if blocked or (alone and again not in judge.accepted):
            raise SolverError(f"judged again: {offered.id} is {again} for {wanted.id}")
        delivered = float(pairs.delivered[k])
        found += [
            Assignment(
                spec=wanted.id,
                lot=offered.id,
                tonnes=digits(tonnes),
                delivered_cost=None if np.isnan(delivered) else digits(delivered),
                freight_co2=digits(float(pairs.co2[k])),
                verdict=again,
                blended=wanted.mixes and not is_pinned,
                pinned=is_pinned,
            )
            for tonnes, is_pinned in ((float(free[k]), False), (float(pinned[k]), True))
            if tonnes > 0.0
        ]
    return found


def mixtures(shelf: Shelf, pairs: Pairs, free: Vector, catalogue: Catalogue) -> list[Mixture]:
    """Every blend judged again from its lots alone; raises `SolverError` where one does not conform after all."""
    found: list[Mixture] = []
    for j, wanted in enumerate(shelf.specs):
        taken = np.flatnonzero((pairs.spec == j) & (free > 0.0))
        if not wanted.mixes or not len(taken):
            continue
        by_id = {shelf.lots[int(pairs.lot[k])].id: float(free[k]) for k in taken}
        total = math.fsum(by_id.values())
        lots = [(shelf.lots[int(pairs.lot[k])].id, shelf.lots[int(pairs.lot[k])].lot) for k in taken]
        asked, entered, barred = candidates(wanted.spec, lots, catalogue, Sense.CO2)
        if barred:
            raise SolverError(f"judged again: {barred[0].lot} may not enter a blend for {wanted.id}")
        problem = recipe(wanted.spec, asked, entered, Terms(wanted.spec.confidence), Sense.CO2)
        shares = np.array([by_id[one.id] / total for one in entered])
        limits = judged(problem, shares, wanted.spec.confidence)
        chance = joint_probability(problem, shares, 0.0)
        found.append(Mixture(spec=wanted.id, tonnes=digits(total), limits=limits, joint_probability=chance))
    return found


def unmet(shelf: Shelf, pairs: Pairs, tonnes: Vector) -> list[Unmet]:
    """Demand that is not served."""
    served = np.bincount(pairs.spec, weights=tonnes, minlength=len(shelf.specs))
    found: list[Unmet] = []
    for j, wanted in enumerate(shelf.specs):
        left = wanted.spec.quantity.tonnes - float(served[j])
        if left > _LEAST:
            params: Params = {"tonnes": digits(left), "wanted": wanted.spec.quantity.tonnes}
            code = pairs.why_spec[j] or "supply_short"
            found.append(Unmet(spec=wanted.id, tonnes=digits(left), code=code, params=params))
    return found


def unsold(shelf: Shelf, pairs: Pairs, tonnes: Vector) -> list[Unsold]:
    """What is left of the lots."""
    given = np.bincount(pairs.lot, weights=tonnes, minlength=len(shelf.lots))
    found: list[Unsold] = []
    for i, offered in enumerate(shelf.lots):
        left = offered.lot.quantity.tonnes - float(given[i])
        if left > _LEAST:
            params: Params = {"tonnes": digits(left), "offered": offered.lot.quantity.tonnes}
            if pairs.why_lot[i] == "currency_not_jpy" and offered.lot.ask_price is not None:
                params = {**params, "currency": offered.lot.ask_price.currency}
            code = pairs.why_lot[i] or "demand_short"
            found.append(Unsold(lot=offered.id, tonnes=digits(left), code=code, params=params))
    return found
