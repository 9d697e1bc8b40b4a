"""Deals in a list: with their legs and without their lots, in as many queries for many as for one."""

from collections.abc import Sequence
from typing import Any

from market.deals import queries, seen
from market.deals.held import Held, held
from market.deals.own import own
from market.deals.structs import DealSummary
from specs.kit.tenancy import Work


async def deals(work: Work, rows: Sequence[Any]) -> list[Held]:
    """Of rows, as the tenant sees them; its own legs only where it is a recycler."""
    legs = await queries.legs_of(work, [row["id"] for row in rows])
    return [held(row, legs.get(row["id"], []), [], work.owner) for row in rows]


async def summaries(work: Work, found: Sequence[Held], language: str) -> tuple[DealSummary, ...]:
    """What a list shows of each."""
    stamps = await queries.stamps(work, found)
    mine = await own(work, found)
    return tuple(seen.summary(deal, stamps[deal.id], mine.get(deal.id, ()), language) for deal in found)
