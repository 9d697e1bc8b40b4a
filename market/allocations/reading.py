"""A coordinator's own runs, read and listed."""

from typing import Any
from uuid import UUID

import msgspec

from market.allocations import queries
from market.allocations.overseen import KIND
from market.allocations.structs import (
    AllocationOutcome,
    AllocationRunHead,
    AllocationRunPage,
    AllocationTerms,
    ComparedRun,
    Run,
)
from market.runs.structs import Trouble
from matching.allocation.answer import Allocation
from specs.kit import paging
from specs.kit.errors import NotFound
from specs.kit.tenancy import Work


class _Kept(msgspec.Struct, frozen=True):
    """What a job keeps beside that which its head tells."""

    allocation: Allocation | None = None
    compared: ComparedRun | None = None


async def read(work: Work, run: UUID) -> tuple[Run, Trouble | None]:
    """One run, and why it failed if it did. Raises NotFound, also once it is forgotten."""
    row = await queries.run(work, KIND, run)
    if row is None:
        raise NotFound
    kept = _Kept() if row["result"] is None else msgspec.json.decode(row["result"], type=_Kept)
    trouble = None if row["problem"] is None else msgspec.json.decode(row["problem"], type=Trouble)
    found = Run(**msgspec.structs.asdict(_head(row)), allocation=kept.allocation, compared=kept.compared)
    return found, trouble


async def page(work: Work, limit: int, cursor: str | None = None) -> AllocationRunPage:
    """Newest first. Raises InvalidCursor."""
    scope = ("allocation", work.owner)
    after = paging.read(work.secret, scope, cursor, UUID) if cursor else None
    rows = await queries.page(work, KIND, after, limit + 1)
    more = paging.onward(work.secret, scope, rows, limit)
    return AllocationRunPage(items=tuple(map(_head, rows[:limit])), next_cursor=more)


def _head(row: Any) -> AllocationRunHead:
    told = {name: row[name] for name in AllocationRunHead.__struct_fields__ if name not in ("asked", "outcome")}
    asked = None if row["asked"] is None else msgspec.json.decode(row["asked"], type=AllocationTerms)
    outcome = None if row["outcome"] is None else msgspec.json.decode(row["outcome"], type=AllocationOutcome)
    return msgspec.convert({**told, "asked": asked, "outcome": outcome}, AllocationRunHead)
