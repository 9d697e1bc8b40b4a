"""How far levers must go: opened wide they show what they unlock, then each is set to the mildest value that does.

A value that another lot stands behind is found by bisection, for supply never falls as a lever opens; the end of a
limit that a blend needs is exact, from the elastic program of `blending.relaxing`, all limits of a set at once with
the least sum of moves in proportion. What is found is solved again before it is shown. A set of levers costs one
solve to open, log₂(values) for each lever that has values, and one to confirm.
"""

from collections.abc import Sequence
from datetime import date

import msgspec

from matching.advising.levers import Lever, LimitLever
from matching.advising.supplying import Supplier, Supply, solved, whole
from matching.blending.relaxing import eased
from matching.listings import Demand, Spec

# less than this is not worth a negotiation, and may be the solver's noise
LEAST_TONNES = 0.01
# share of the most that is let go, for at the very most no limit has any play
_ROOM = 1e-5


class Settled(msgspec.Struct, frozen=True):
    """A changed spec and what conforms to it."""

    levers: tuple[Lever, ...]
    spec: Spec
    supply: Supply


def widest(spec: Spec, levers: Sequence[Lever], supplier: Supplier) -> float:
    """Tonnes that conform with the levers wide open."""
    return supplier.tonnes(_opened(spec, levers))


def _opened(spec: Spec, levers: Sequence[Lever]) -> Spec:
    for lever in levers:
        spec = lever.open(spec)
    return spec


def settled(spec: Spec, levers: Sequence[Lever], target: float, supplier: Supplier) -> Settled | None:
    """The levers set as mildly as reaches `target` tonnes; None where that was not confirmed."""
    blended = [lever for lever in levers if isinstance(lever, LimitLever)] if supplier.method == "blend" else []
    changed = spec
    for i, lever in enumerate(levers):
        if lever in blended:
            continue
        rest = [*blended, *(one for one in levers[i + 1 :] if one not in blended)]
        changed = _mildest(changed, lever, rest, target, supplier)
    if blended:
        changed = _eased(changed, blended, target, supplier) or _stepwise(changed, blended, target, supplier)
    supply = supplier.most(changed)
    return Settled(tuple(levers), changed, supply) if _reaches(supply.tonnes, target) else None


def _reaches(tonnes: float, target: float) -> bool:
    return tonnes >= target * (1.0 - 2.0 * _ROOM) - LEAST_TONNES


def _mildest(spec: Spec, lever: Lever, rest: Sequence[Lever], target: float, supplier: Supplier) -> Spec:
    """The first value of a lever that reaches the target while the rest is open, by bisection."""

    def reaches(value: float | date | str) -> bool:
        return _reaches(supplier.tonnes(_opened(lever.at(spec, value), rest)), target)

    values = lever.values
    low, high = 0, len(values) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(values[middle]) else (middle + 1, high)
    return lever.at(spec, values[low]) if values else lever.open(spec)


def _eased(spec: Spec, levers: Sequence[LimitLever], target: float, supplier: Supplier) -> Spec | None:
    """The limits where the blend of so many tonnes needs them."""
    problem, ids = supplier.recipe(spec)
    if not ids:
        return None
    problem = msgspec.structs.replace(problem, tonnes=whole(target * (1.0 - _ROOM)))
    ends = {(lever.place, lever.upper) for lever in levers}
    rows = [r for r, s in enumerate(problem.sides) if (problem.questions[s.question].place, s.upper) in ends]
    found = eased(problem, supplier.terms, lambda changed: solved(changed) is not None, rows)
    if found is None:
        return None
    for lever in levers:
        ends_to = [c.to for c in found.changes if c.limit == lever.place and c.to is not None]
        if ends_to:
            to = max(ends_to) if lever.upper else min(ends_to)
            spec = lever.at(spec, to)
    return spec


def _stepwise(spec: Spec, levers: Sequence[LimitLever], target: float, supplier: Supplier) -> Spec:
    """Where the elastic program was not confirmed: the values at which lots conform by themselves."""
    for i, lever in enumerate(levers):
        spec = _mildest(spec, lever, levers[i + 1 :], target, supplier)
    return spec


def first(spec: Spec, lever: Lever, base: Supply, supplier: Supplier) -> Settled | None:
    """The mildest value of a lever, where it unlocks something by itself."""
    if not lever.values:
        return None
    changed = lever.at(spec, lever.values[0])
    supply = supplier.most(changed)
    return Settled((lever,), changed, supply) if supply.tonnes > base.tonnes + LEAST_TONNES else None


def wanted(spec: Spec) -> float:
    """What the spec asks for."""
    quantity: Demand = spec.quantity
    return whole(quantity.tonnes)
