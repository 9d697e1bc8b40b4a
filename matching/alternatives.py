"""The best blend and a few different good ones: each leaves out at least one lot of every blend before it.

Of all blends whose lots include none of the accepted sets, the cheapest comes next. A blend misses a set if it does
without one of its lots, so the space splits into one part for each lot left out, and the parts are searched best
first (K. G. Murty, Operations Research 16 (1968) 682; E. L. Lawler, Management Science 18 (1972) 401). Exact up to
`SOLVES` solves: some |set| for each accepted blend, more where parts share their optimum.
"""

import heapq
from collections.abc import Sequence

import msgspec
import numpy as np

from matching.blend import Wish, best, blend_by
from matching.blending.answer import Blend
from matching.blending.candidates import Candidate, Sense, candidates, recipe
from matching.blending.judging import judged
from matching.blending.mixing import BlendRefusedError
from matching.blending.recipe import Recipe
from matching.blending.treating import Chosen
from matching.listings import Lot, Spec, Supply
from matching.reference import Catalogue
from matching.solver import SolverError, Vector
from matching.upgrading.offer import UpgradeOffer

MOST = 3
# an alternative that costs more than this share over the best is not a good one
WITHIN = 0.1
SOLVES = 60
_KG = 0.001
Lots = frozenset[int]


class _Part(msgspec.Struct, frozen=True, order=True):
    """Blends without `out`: their best cost per tonne, and the lots that it takes."""

    cost: float
    out: tuple[int, ...]
    taken: Lots = msgspec.field(default=frozenset())


def alternatives(
    spec: Spec,
    lots: Sequence[tuple[str, Lot]],
    catalogue: Catalogue,
    wish: Wish | None = None,
    offers: Sequence[UpgradeOffer] = (),
    *,
    most: int = MOST,
    within: float = WITHIN,
) -> tuple[Blend, ...]:
    """Up to `most` blends, cheapest first; the one infeasible answer where none conforms.

    Raises `BlendRefusedError` where a limit does not blend.
    """
    wish = wish or Wish()
    processors = wish.processors(spec, offers, catalogue)
    asked, entered, _ = candidates(spec, lots, catalogue, wish.sense, processors)
    problem = recipe(spec, asked, entered, wish.terms(spec), wish.sense)
    names = list(dict.fromkeys(one.id for one in entered))
    outs = [{names[i] for i in out} for out in different(problem, most, within)]
    return tuple(
        blend_by(spec, [one for one in lots if one[0] not in out], catalogue, wish, processors)
        for out in outs or [set[str]()]
    )


def different(problem: Recipe, most: int, within: float) -> list[Lots]:
    """For each accepted blend the lots that it is the best without; the first leaves out none."""
    accepted: list[_Part] = []
    seen: set[Lots] = set()
    queue: list[_Part] = []
    _enter(problem, frozenset(), queue, seen)
    while queue and len(accepted) < most and len(seen) <= SOLVES:
        part = heapq.heappop(queue)
        if accepted and part.cost - accepted[0].cost > within * abs(accepted[0].cost):
            break
        held = next((one.taken for one in accepted if one.taken <= part.taken), None)
        if held is None:
            accepted.append(part)
            held = part.taken
            if len(accepted) == most:
                break
        for lot in sorted(held):
            _enter(problem, frozenset(part.out) | {lot}, queue, seen)
    return [frozenset(part.out) for part in accepted]


def _enter(problem: Recipe, out: Lots, queue: list[_Part], seen: set[Lots]) -> None:
    """Solve the part and queue it, once."""
    if out in seen or len(seen) > SOLVES:
        return
    seen.add(out)
    left = np.ones(len(problem.available))
    left[sorted(out)] = 0.0
    without = msgspec.structs.replace(problem, available=problem.available * left, least=problem.least * left)
    try:
        found = best(without)
    except BlendRefusedError:
        # neither found nor ruled out within the search's nodes: nothing to show
        return
    if found is not None:
        taken = frozenset(np.flatnonzero(problem.given(found.shares)).tolist())
        heapq.heappush(queue, _Part(float(problem.cost @ found.shares), tuple(sorted(out)), taken))


class Taken(msgspec.Struct, frozen=True):
    """Tonnes of a lot that arrive, and the offers that they pass on the way, as they are now."""

    id: str
    lot: Lot
    tonnes: float
    offers: tuple[UpgradeOffer, ...] = ()

    @property
    def way(self) -> tuple[str, tuple[UpgradeOffer, ...]]:
        """Which column it is."""
        return self.id, self.offers


def holds(spec: Spec, takes: Sequence[Taken], catalogue: Catalogue, wish: Wish) -> bool:
    """Whether these tonnes of these lots still make a blend that conforms; what it costs does not matter."""
    lots = {take.id: take.lot for take in takes}
    # by CO2, for which a lot needs no price
    terms = wish.terms(spec)
    passed = {offer.id: offer for take in takes for offer in take.offers}
    ways = {id_: [take.offers for take in takes if take.id == id_ and take.offers] for id_ in lots}
    processors = Chosen(spec, list(passed.values()), terms, Sense.CO2, catalogue, ways) if passed else None
    try:
        asked, entered, _ = candidates(spec, list(lots.items()), catalogue, Sense.CO2, processors)
    except BlendRefusedError:
        return False
    tonnes = {take.way: take.tonnes for take in takes}
    columns = [one for one in entered if one.way in tonnes]
    if len(columns) < len(takes):
        return False
    problem = recipe(spec, asked, columns, terms, Sense.CO2)
    shares = np.array([tonnes[one.way] for one in columns])
    if not _given(problem, columns, shares):
        return False
    try:
        judged(problem, shares / shares.sum(), spec.confidence)
    except SolverError:
        return False
    return True


def _given(problem: Recipe, columns: Sequence[Candidate], tonnes: Vector) -> bool:
    """Whether lots have the tonnes and offers the capacity; stored tonnes are whole kilograms, so half is no matter."""
    supplies = {one.id: one.lot.quantity for one in columns}.values()
    lots = zip(supplies, problem.given(tonnes).tolist(), strict=True)
    if not all(_least(supply) - _KG / 2 <= given <= supply.tonnes + _KG / 2 for supply, given in lots):
        return False
    shared = problem.shared
    if shared is None:
        return True
    entering = np.bincount(shared.offer, weights=shared.entering * tonnes[shared.column])
    return bool((entering <= shared.capacity + _KG).all())


def _least(supply: Supply) -> float:
    return min(supply.min_take_tonnes or 0.0, supply.tonnes)
