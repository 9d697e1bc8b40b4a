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

from matching.blend import Wish, best, blend
from matching.blending.answer import Blend
from matching.blending.candidates import Sense, candidates, recipe
from matching.blending.judging import judged
from matching.blending.mixing import BlendRefusedError
from matching.blending.recipe import Recipe, Terms
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from matching.solver import SolverError

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
    *,
    most: int = MOST,
    within: float = WITHIN,
) -> tuple[Blend, ...]:
    """Up to `most` blends, cheapest first; the one infeasible answer where none conforms.

    Raises `BlendRefusedError` where a limit does not blend.
    """
    wish = wish or Wish()
    asked, entered, _ = candidates(spec, lots, catalogue, wish.sense)
    problem = recipe(spec, asked, entered, Terms(spec.confidence, wish.joint, wish.lab_correlation), wish.sense)
    names = [one.id for one in entered]
    outs = [{names[i] for i in out} for out in different(problem, most, within)]
    return tuple(blend(spec, [one for one in lots if one[0] not in out], catalogue, wish) for out in outs or [set()])


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
    left = np.ones(len(problem.cost))
    left[sorted(out)] = 0.0
    without = msgspec.structs.replace(problem, available=problem.available * left, least=problem.least * left)
    try:
        found = best(without)
    except BlendRefusedError:
        # neither found nor ruled out within the search's nodes: nothing to show
        return
    if found is not None:
        taken = frozenset(np.flatnonzero(found.shares).tolist())
        heapq.heappush(queue, _Part(float(problem.cost @ found.shares), tuple(sorted(out)), taken))


def holds(spec: Spec, takes: Sequence[tuple[str, Lot, float]], catalogue: Catalogue, wish: Wish) -> bool:
    """Whether these tonnes of these lots still make a blend that conforms; what it costs does not matter."""
    lots = [(name, lot) for name, lot, _ in takes]
    try:
        # by CO2, for which a lot needs no price
        asked, entered, barred = candidates(spec, lots, catalogue, Sense.CO2)
    except BlendRefusedError:
        return False
    tonnes = {name: taken for name, _, taken in takes}
    if barred or not all(_gives(one.lot, tonnes[one.id]) for one in entered):
        return False
    terms = Terms(spec.confidence, wish.joint, wish.lab_correlation)
    shares = np.array([tonnes[one.id] for one in entered])
    try:
        judged(recipe(spec, asked, entered, terms, Sense.CO2), shares / shares.sum(), spec.confidence)
    except SolverError:
        return False
    return True


def _gives(lot: Lot, tonnes: float) -> bool:
    """Stored tonnes are whole kilograms, so half of one is no difference."""
    supply = lot.quantity
    least = min(supply.min_take_tonnes or 0.0, supply.tonnes)
    return least - _KG / 2 <= tonnes <= supply.tonnes + _KG / 2
