"""A coordinator's run: all open listings of a material that its policies open to it, allocated at once."""

import math
from collections import defaultdict
from typing import Any, Final
from uuid import UUID

import msgspec

from market.allocations import queries
from market.allocations.structs import (
    AllocationOutcome,
    AllocationTerms,
    ChangedAssignment,
    ComparedRun,
    Kept,
    OpenListings,
    Shift,
)
from market.matches.current import Current
from market.oversight.gathering import overseen
from market.runs.structs import Claimed, Prepared
from specs.kit.tenancy import Work
from specs.kit.wire import encode

KIND: Final = "allocation_run"
# under half a kilogram an assignment has not changed
_LEAST: Final = 0.0005
_TERMS: Final = msgspec.json.Decoder(AllocationTerms)


class _Assigned(msgspec.Struct, frozen=True):
    spec: UUID
    lot: UUID
    tonnes: float


class _Allocated(AllocationOutcome, frozen=True, kw_only=True):
    """What is read of an allocation here."""

    assignments: tuple[_Assigned, ...]


class _KeptBefore(msgspec.Struct, frozen=True):
    allocation: _Allocated


async def prepare(work: Work, current: Current, job: Claimed) -> Prepared:
    """The listings as they are when the job runs. Goes on as role engine. Raises TooManyListings."""
    terms = _TERMS.decode(job.input)
    listings = OpenListings(terms, await overseen(work, current, job, terms.material))
    return Prepared(KIND, msgspec.msgpack.encode(listings))


async def conclude(work: Work, _current: Current, job: Claimed, result: bytes) -> bytes:
    """The allocation with how it was asked for, what it comes to, and what changed since the run before."""
    terms = _TERMS.decode(job.input)
    found = msgspec.json.decode(result, type=_Allocated)
    row = await queries.before(work.connection, work.owner, KIND, terms.material or "", terms.objective.value)
    kept = Kept(
        asked=terms,
        outcome=msgspec.convert(found, AllocationOutcome, from_attributes=True),
        compared=None if row is None else _compared(row, found),
        allocation=msgspec.Raw(result),
    )
    return encode(kept)


def _compared(row: Any, found: _Allocated) -> ComparedRun:
    earlier = msgspec.json.decode(row["result"], type=_KeptBefore).allocation
    old, new = _tonnes(earlier), _tonnes(found)
    changed = (
        ChangedAssignment(spec=spec, lot=lot, before=math.fsum(old[spec, lot]), after=math.fsum(new[spec, lot]))
        for spec, lot in sorted(old.keys() | new.keys())
    )
    return ComparedRun(
        id=row["id"],
        objective=Shift(before=earlier.objective.amount, after=found.objective.amount),
        tonnes=Shift(before=earlier.tonnes, after=found.tonnes),
        changed=tuple(one for one in changed if abs(one.after - one.before) > _LEAST),
    )


def _tonnes(found: _Allocated) -> defaultdict[tuple[UUID, UUID], list[float]]:
    """By pair: what is pinned and what a lot gives beyond that are told apart."""
    tonnes: defaultdict[tuple[UUID, UUID], list[float]] = defaultdict(list)
    for one in found.assignments:
        tonnes[one.spec, one.lot].append(one.tonnes)
    return tonnes
