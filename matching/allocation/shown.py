"""What is told of an allocation's two sides; every assignment is judged again by all the rules of a single pair."""

from collections.abc import Sequence

import msgspec
import numpy as np

from matching.allocation.answer import Assignment, Unmet, Unsold
from matching.allocation.pairs import Pairs
from matching.allocation.pins import Pin
from matching.allocation.solution import digits
from matching.allocation.wish import Offered, Wanted
from matching.engine import evaluate
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


def assignments(shelf: Shelf, pairs: Pairs, tonnes: Vector, pinned: Sequence[Pin], judge: Judge) -> list[Assignment]:
    """In order of spec and lot; raises `SolverError` where a pair does not conform after all."""
    fixed = {(pin.lot, pin.spec) for pin in pinned}
    found: list[Assignment] = []
    for k in np.flatnonzero(tonnes > 0.0).tolist():
        i, j = int(pairs.lot[k]), int(pairs.spec[k])
        wanted, offered = shelf.specs[j], shelf.lots[i]
        again = evaluate(wanted.spec, offered.lot, judge.catalogue)
        if again.blockers or (not wanted.blends and again.verdict not in judge.accepted):
            raise SolverError(f"judged again: {offered.id} is {again.verdict} for {wanted.id}")
        delivered = float(pairs.delivered[k])
        found.append(
            Assignment(
                spec=wanted.id,
                lot=offered.id,
                tonnes=digits(float(tonnes[k])),
                delivered_cost=None if np.isnan(delivered) else digits(delivered),
                freight_co2=digits(float(pairs.co2[k])),
                verdict=again.verdict,
                blended=wanted.blends,
                pinned=(i, j) in fixed,
            )
        )
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
