"""Limits that give way in a deal: a change names a limit of the pinned spec by its place and says where it moves to."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from matching.fault import Fault, fault
from matching.listings import Spec
from matching.measure_faults import implausible_ends
from matching.reference import Catalogue
from matching.values import Limit, Value

# the bounds of a limit, and which way each gives way
_UPPER: Final = ("max", "exclusive_max")
_LOWER: Final = ("min", "exclusive_min")


class Relaxation(Value, frozen=True, kw_only=True):
    """`limit` counts from 0 in the spec's own limits; `relax_to` is in that limit's unit."""

    limit: int
    relax_to: float


def relaxed(spec: Spec, relaxations: Sequence[Relaxation]) -> Spec:
    """The spec as it would be; what was asked for has no faults."""
    limits = list(spec.limits)
    for change in relaxations:
        limits[change.limit] = moved(limits[change.limit], change.relax_to) or limits[change.limit]
    return msgspec.structs.replace(spec, limits=tuple(limits))


def relaxation_faults(
    spec: Spec, relaxations: Sequence[Relaxation], pointer: str, catalogue: Catalogue
) -> Iterator[Fault]:
    """What is wrong with each: no such limit, named twice, not negotiable, nothing gives way, or to what cannot be."""
    seen: set[int] = set()
    for i, change in enumerate(relaxations):
        at = f"{pointer}/{i}"
        if not 0 <= change.limit < len(spec.limits):
            yield fault(f"{at}/limit", "no_such_limit", given=change.limit, limits=len(spec.limits))
            continue
        if change.limit in seen:
            yield fault(f"{at}/limit", "duplicate", given=str(change.limit))
        seen.add(change.limit)
        limit = spec.limits[change.limit]
        if not limit.negotiable:
            yield fault(f"{at}/limit", "limit_not_negotiable", analytes="+".join(limit.analytes))
        else:
            yield from _relax_to(f"{at}/relax_to", limit, change.relax_to, catalogue)


def _relax_to(pointer: str, limit: Limit, to: float, catalogue: Catalogue) -> Iterator[Fault]:
    after = moved(limit, to) if math.isfinite(to) else None
    if after is None:
        yield fault(pointer, "relaxes_nothing", given=to, unit=limit.unit)
        return
    was = {name for name, _ in implausible_ends(limit, catalogue)}
    yield from (
        Fault(pointer, "implausible_limit", told)
        for name, told in implausible_ends(after, catalogue)
        if name not in was
    )


def moved(limit: Limit, to: float) -> Limit | None:
    """With the bound that `to` lies beyond moved there; None where it lies inside all of them."""
    for name in _UPPER:
        bound = getattr(limit, name)
        if bound is not None and to > bound:
            return msgspec.structs.replace(limit, **{name: to})
    for name in _LOWER:
        bound = getattr(limit, name)
        if bound is not None and to < bound:
            return msgspec.structs.replace(limit, **{name: to})
    return None
