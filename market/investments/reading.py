"""A coordinator's own runs, read and listed."""

from typing import Any
from uuid import UUID

import msgspec

from market.allocations import queries
from market.investments.overseen import KIND
from market.investments.structs import (
    InvestmentOutcome,
    InvestmentRunHead,
    InvestmentRunPage,
    InvestmentTerms,
    OwnInvestmentRun,
    SeenInvestments,
)
from market.runs.structs import Trouble
from specs.kit import paging
from specs.kit.errors import NotFound
from specs.kit.tenancy import Work


class _Kept(msgspec.Struct, frozen=True):
    """What a job keeps beside that which its head tells."""

    investments: SeenInvestments


async def read(work: Work, run: UUID) -> tuple[OwnInvestmentRun, Trouble | None]:
    """One run, and why it failed if it did. Raises NotFound, also once it is forgotten."""
    row = await queries.run(work, KIND, run)
    if row is None:
        raise NotFound
    kept = None if row["result"] is None else msgspec.json.decode(row["result"], type=_Kept).investments
    trouble = None if row["problem"] is None else msgspec.json.decode(row["problem"], type=Trouble)
    return OwnInvestmentRun(**msgspec.structs.asdict(_head(row)), investments=kept), trouble


async def page(work: Work, limit: int, cursor: str | None = None) -> InvestmentRunPage:
    """Newest first. Raises InvalidCursor."""
    scope = ("investment", work.owner)
    after = paging.read(work.secret, scope, cursor, UUID) if cursor else None
    rows = await queries.page(work, KIND, after, limit + 1)
    more = paging.onward(work.secret, scope, rows, limit)
    return InvestmentRunPage(items=tuple(map(_head, rows[:limit])), next_cursor=more)


def _head(row: Any) -> InvestmentRunHead:
    told = {name: row[name] for name in InvestmentRunHead.__struct_fields__ if name not in ("asked", "outcome")}
    asked = None if row["asked"] is None else msgspec.json.decode(row["asked"], type=InvestmentTerms)
    outcome = None if row["outcome"] is None else msgspec.json.decode(row["outcome"], type=InvestmentOutcome)
    return msgspec.convert({**told, "asked": asked, "outcome": outcome}, InvestmentRunHead)
