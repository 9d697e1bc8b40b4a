"""How many tonnes conform to a spec, and at what cost: the best blend, or lot by lot where a limit does not blend.

A lot over the ceiling is no supply. The most that a blend can reach is a linear program with the missing tonnes as
its only elastic row, confirmed by solving the blend itself; with least takes or few suppliers that is the relaxation,
and smaller volumes are tried until one is confirmed.
"""

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from matching.blend import Found, best
from matching.blending.candidates import Candidate, Sense, candidates, delivered_cost, haul, recipe
from matching.blending.mixing import BlendRefusedError
from matching.blending.part import Question
from matching.blending.recipe import Recipe, Terms
from matching.blending.sifting import Sieve
from matching.engine import evaluate
from matching.evaluation import Evaluation
from matching.listings import Delivery, Lot, Spec
from matching.ranking import is_near_miss
from matching.reference import Catalogue
from matching.values import Currency, Verdict

# wet tonnes are kept to the kilogram
_KILOGRAMS = 1000.0
_SHARES = (1.0, 1.0 - 1e-6, 1.0 - 1e-4, 0.99)
_INTEGER_SHARES = (1.0, 0.99, 0.95, 0.9, 0.8, 0.65, 0.5, 0.35, 0.2, 0.1)


class Supply(msgspec.Struct, frozen=True):
    """Tonnes that conform, their delivered cost in all (None where none is priced), by lot in `taken`."""

    tonnes: float
    cost: float | None
    taken: dict[str, float] = {}


class Supplier:
    """The lots of one spec; what is known of them is kept for each window and place."""

    def __init__(self, spec: Spec, lots: Sequence[tuple[str, Lot]], catalogue: Catalogue) -> None:
        self.lots = tuple(sorted(lots, key=lambda one: one[0]))
        self.catalogue = catalogue
        self.terms = Terms(spec.confidence)
        priced = any(lot.ask_price and lot.ask_price.currency is Currency.JPY for _, lot in lots)
        self.sense = Sense.COST if priced else Sense.CO2
        self._known: dict[Delivery, tuple[tuple[Question, ...], list[Candidate]]] = {}
        self._solved: dict[bytes, Supply] = {}
        self._reached: dict[bytes, float] = {}
        try:
            self._candidates(spec)
        except BlendRefusedError:
            self.method = "lots"
        else:
            self.method = "blend"

    def most(self, spec: Spec) -> Supply:
        """What conforms, up to the tonnes that are wanted."""
        key = _key(spec)
        if key not in self._solved:
            self._solved[key] = self._blended(spec) if self.method == "blend" else self._by_lot(spec)
        return self._solved[key]

    def tonnes(self, spec: Spec) -> float:
        """The tonnes of `most`, without the blend itself where a linear program tells them."""
        if self.method != "blend":
            return self.most(spec).tonnes
        key = _key(spec)
        if key not in self._reached:
            problem, ids = self.recipe(spec)
            if not ids or problem.integer:
                return self.most(spec).tonnes
            reached = _reach(problem)
            self._reached[key] = whole(problem.tonnes if reached is None else reached)
        return self._reached[key]

    def recipe(self, spec: Spec) -> tuple[Recipe, list[str]]:
        """The blend problem of a spec whose limits ask for the same as the first one's, wherever they lie."""
        asked, entered = self._candidates(spec)
        within = [one for one in entered if _affordable(one.delivered, spec)]
        moved = tuple(msgspec.structs.replace(q, limit=spec.limits[q.place]) for q in asked)
        return recipe(spec, moved, within, self.terms, self.sense), [one.id for one in within]

    def prices(self, spec: Spec) -> list[float]:
        """Delivered cost of each lot that would be supply but for its price or its limits."""
        if self.method == "blend":
            return [one.delivered for one in self._candidates(spec)[1] if one.delivered is not None]
        found = (self._delivered(lot, spec) for _, lot in self.lots)
        return [cost for cost in found if cost is not None]

    def evaluations(self, spec: Spec) -> list[Evaluation]:
        """Every lot judged by itself."""
        return [evaluate(spec, lot, self.catalogue) for _, lot in self.lots]

    def _candidates(self, spec: Spec) -> tuple[tuple[Question, ...], list[Candidate]]:
        if spec.delivery not in self._known:
            asked, entered, _ = candidates(spec, self.lots, self.catalogue, self.sense)
            self._known[spec.delivery] = (asked, entered)
        return self._known[spec.delivery]

    def _blended(self, spec: Spec) -> Supply:
        problem, ids = self.recipe(spec)
        if not ids:
            return Supply(0.0, self._cost(0.0))
        reached = _reach(problem)
        for share in _INTEGER_SHARES if problem.integer else _SHARES:
            tonnes = problem.tonnes if reached is None else whole(reached * share)
            found = solved(msgspec.structs.replace(problem, tonnes=tonnes)) if tonnes > 0.0 else None
            if found is not None:
                taken = {i: tonnes * part for i, part in zip(ids, found.shares.tolist(), strict=True) if part > 0.0}
                return Supply(tonnes, self._cost(float(problem.cost @ found.shares) * tonnes), taken)
            reached = tonnes if reached is None else reached
        return Supply(0.0, self._cost(0.0))

    def _cost(self, amount: float) -> float | None:
        return amount if self.sense is Sense.COST else None

    def _by_lot(self, spec: Spec) -> Supply:
        """The cheapest lots that conform, or the largest where suppliers are few."""
        able: list[tuple[float, float, str, Lot]] = []
        for (id_, lot), evaluation in zip(self.lots, self.evaluations(spec), strict=True):
            cost = self._delivered(lot, spec)
            sold = cost is not None or self.sense is Sense.CO2
            conforms = not is_near_miss(evaluation) and evaluation.verdict is Verdict.IN
            if sold and conforms and _affordable(cost, spec):
                able.append((cost or 0.0, -lot.quantity.tonnes, id_, lot))
        few = spec.quantity.max_suppliers
        chosen = sorted(able, key=lambda one: one[1])[:few] if few is not None else able
        left, amount, taken = spec.quantity.tonnes, 0.0, dict[str, float]()
        for cost, _, id_, lot in sorted(chosen, key=lambda one: one[:3]):
            tonnes = min(left, lot.quantity.tonnes)
            if tonnes > 0.0 and tonnes >= (lot.quantity.min_take_tonnes or 0.0):
                left, amount = left - tonnes, amount + cost * tonnes
                taken[id_] = tonnes
        return Supply(spec.quantity.tonnes - left, self._cost(amount), taken)

    def _delivered(self, lot: Lot, spec: Spec) -> float | None:
        return delivered_cost(lot, haul(lot.location, spec.delivery.location, self.catalogue))


def _key(spec: Spec) -> bytes:
    """All that a lever can change."""
    return msgspec.json.encode((spec.limits, spec.delivery, spec.max_price))


def _affordable(cost: float | None, spec: Spec) -> bool:
    ceiling = spec.max_price
    if ceiling is None or ceiling.currency is not Currency.JPY or cost is None:
        return True
    return cost <= float(ceiling.amount)


def solved(problem: Recipe) -> Found | None:
    """The best blend; none was found where the search for one with few suppliers ran into its limit."""
    try:
        return best(problem)
    except BlendRefusedError:
        return None


def _reach(problem: Recipe) -> float | None:
    """The most that conforms where that is less than is wanted; None where all of it may."""
    weights = np.zeros(len(problem.sides) + 1)
    weights[-1] = 1.0
    found = Sieve(problem).least_excess(weights, weights)
    if found is None:
        return 0.0
    reached = math.fsum(found.shares) * problem.tonnes
    return None if reached >= problem.tonnes * (1.0 - 1e-9) else reached


def whole(tonnes: float) -> float:
    """Rounded down to the kilogram."""
    return math.floor(tonnes * _KILOGRAMS + 1e-6) / _KILOGRAMS
