"""The smallest change that makes an impossible blend possible: limits moved, or fewer tonnes.

First each single change by itself, as far as it must go with all the others held (an elastic program for each); of
those that do, the one that moves least in proportion. Where none does, the elastic program over all of them with the
least sum, thinned by leaving out one after the other as long as the rest suffices (a deletion filter: no change of
the set can be spared). The elastic programs do not see that lots go whole or that suppliers are few: where only that
is in the way, single limits are moved by trial, ever further. Every set is confirmed by solving the changed problem.
"""

import math
from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from matching.blending.answer import Relaxation
from matching.blending.joint import standing
from matching.blending.mixing import back
from matching.blending.recipe import Recipe, Terms, counted, rows
from matching.blending.sifting import Blended, Sieve
from matching.solver import Vector
from matching.tolerance import outward
from matching.values import Limit

_ROOM = (1e-6, 1e-4, 1e-2)
_LEAST_TONNES = 0.001
_PARTS = (1.0, 0.5, 0.25, 0.1)
# trials, in proportion to the limit, and how often the first that does is halved; each is a search over all lots
_TRIALS, _FURTHEST, _HALVINGS, _TRIED_LOTS = (0.01, 0.03, 0.1), 0.3, 4, 40

Feasible = Callable[[Recipe], bool]


class Eased(msgspec.Struct, frozen=True):
    """A confirmed set of changes and how far it goes in proportion, all together."""

    changes: tuple[Relaxation, ...]
    far: float


def relaxations(recipe: Recipe, terms: Terms, feasible: Feasible) -> tuple[Relaxation, ...]:
    """The changes that together suffice; empty where none was confirmed."""
    fewer = eased(recipe, terms, feasible, (len(recipe.sides),))
    supply = math.fsum(recipe.coming)
    if supply < recipe.tonnes * (1.0 - _ROOM[0]) and fewer is None:
        return _part(recipe, terms, feasible, supply)
    least = _limits(recipe, terms, feasible, fewer)
    return least.changes if least else ()


def _part(recipe: Recipe, terms: Terms, feasible: Feasible, supply: float) -> tuple[Relaxation, ...]:
    """More is wanted than there is, and no part of it conforms: a part of it, with the fewest limits moved."""
    found: list[tuple[int, float, tuple[Relaxation, ...]]] = []
    for share in _PARTS:
        tonnes = -(outward(-supply * share * (1.0 - _ROOM[0])) or 0.0)
        eased = _limits(msgspec.structs.replace(recipe, tonnes=tonnes), terms, feasible, None)
        if eased is not None:
            found.append((len(eased.changes), -share, (Relaxation(tonnes=tonnes), *eased.changes)))
    return min(found, key=lambda one: one[:2])[2] if found else ()


def _limits(recipe: Recipe, terms: Terms, feasible: Feasible, fewer: Eased | None) -> Eased | None:
    """The single change that goes least far, `fewer` tonnes among them, else the thinned set of limits."""
    sides = range(len(recipe.sides))
    singles = [fewer, *(eased(recipe, terms, feasible, (row,)) for row in sides)]
    confirmed = [one for one in singles if one is not None]
    if confirmed:
        return min(confirmed, key=lambda one: one.far)
    kept = list(sides)
    for row in reversed(sides):
        rest = [r for r in kept if r != row]
        if rest and _least(recipe, rest) is not None:
            kept = rest
    return eased(recipe, terms, feasible, kept) or _tried(recipe, terms, feasible)


def _tried(recipe: Recipe, terms: Terms, feasible: Feasible) -> Eased | None:
    """One limit moved by trial, where whole lots or few suppliers are all that is in the way."""
    if not recipe.integer or len(recipe.cost) > _TRIED_LOTS:
        return None
    rows = [r for r in range(len(recipe.sides)) if _by(recipe, r, _FURTHEST, terms, feasible) is not None]
    short = 0.0
    for far in (*_TRIALS, _FURTHEST):
        for row in rows:
            if far == _FURTHEST or _by(recipe, row, far, terms, feasible) is not None:
                return _halved(recipe, row, (short, far), terms, feasible)
        short = far
    return None


def _halved(recipe: Recipe, row: int, reach: tuple[float, float], terms: Terms, feasible: Feasible) -> Eased | None:
    low, high = reach
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if _by(recipe, row, middle, terms, feasible) is None else (low, middle)
    return _by(recipe, row, high, terms, feasible)


def _by(recipe: Recipe, row: int, far: float, terms: Terms, feasible: Feasible) -> Eased | None:
    """A limit moved by `far` of itself, where that makes a blend."""
    asked, upper = stated(recipe, row), recipe.sides[row].upper
    to = outward(asked + far * abs(asked)) if upper else outward(-(asked - far * abs(asked)))
    if to is None or asked == 0.0:
        return None
    to = to if upper else -to
    changed, place = moved(recipe, row, to, terms)
    return Eased((Relaxation(limit=place, to=to),), far) if feasible(changed) else None


def _least(recipe: Recipe, allowed: Sequence[int]) -> Blended | None:
    problem = counted(recipe)
    weights = np.zeros(len(problem.means) + 1)
    weights[[row if row < len(recipe.sides) else -1 for row in allowed]] = 1.0
    return Sieve(problem).least_excess(weights, weights)


def eased(recipe: Recipe, terms: Terms, feasible: Feasible, allowed: Sequence[int]) -> Eased | None:
    """The rows of `allowed` (last: the tonnes) moved as little as makes a blend, confirmed; None where it cannot be."""
    found = _least(recipe, allowed)
    if found is None or found.shares.sum() * recipe.tonnes < _LEAST_TONNES:
        return None
    for room in _ROOM:
        changed, changes, far = recipe, list[Relaxation](), 0.0
        for row in allowed:
            if row < len(recipe.sides):
                to = _end(recipe, row, found.shares, room)
                if to is None:
                    continue
                changed, place = moved(changed, row, to, terms)
                changes.append(Relaxation(limit=place, to=to))
                far += abs(to - stated(recipe, row)) / (abs(stated(recipe, row)) or 1.0)
            elif found.excess[-1] > 0.0:
                tonnes = -(outward(-recipe.tonnes * (1.0 - float(found.excess[-1])) * (1.0 - room)) or 0.0)
                changed = msgspec.structs.replace(changed, tonnes=tonnes)
                changes.append(Relaxation(tonnes=tonnes))
                far += 1.0 - tonnes / recipe.tonnes
        if changes and feasible(changed):
            return Eased(tuple(changes), far)
    return None


def stated(recipe: Recipe, row: int) -> float:
    """The end of the limit behind a row, in the unit of the limit."""
    side = recipe.sides[row]
    return back(recipe.questions[side.question].rule, side.end)


def _end(recipe: Recipe, row: int, shares: Vector, room: float) -> float | None:
    """Where the limit must lie for these shares, rounded outward; None where it need not move."""
    side = recipe.sides[row]
    known = standing(recipe, side.question, shares, recipe.correlation, upper=side.upper)
    guarded = known.mean + side.z * known.u if side.upper else known.mean - side.z * known.u
    value, asked = back(recipe.questions[side.question].rule, guarded), stated(recipe, row)
    if (value <= asked) if side.upper else (value >= asked):
        return None
    reach = room * max(abs(value), abs(asked))
    to = outward(value + reach) if side.upper else outward(-(value - reach))
    return to if side.upper or to is None else -to


def moved(recipe: Recipe, row: int, to: float, terms: Terms) -> tuple[Recipe, int]:
    """The recipe with the limit of a row moved, on every basis it is asked on."""
    side = recipe.sides[row]
    place = recipe.questions[side.question].place
    asked = tuple(
        msgspec.structs.replace(q, limit=_limit(q.limit, to, upper=side.upper)) if q.place == place else q
        for q in recipe.questions
    )
    sides, means, spreads = rows(asked, recipe.parts, terms)
    return msgspec.structs.replace(recipe, questions=asked, sides=sides, means=means, spreads=spreads), place


def _limit(limit: Limit, to: float, *, upper: bool) -> Limit:
    """An exclusive end stays exclusive; one that is already wider stays as it is."""
    names = ("max", "exclusive_max") if upper else ("min", "exclusive_min")
    ends = {name: getattr(limit, name) for name in names}
    pick = max if upper else min
    return msgspec.structs.replace(limit, **{n: pick(to, e) for n, e in ends.items() if e is not None})
