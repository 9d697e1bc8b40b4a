"""SQL of a desk: deals that are not over, under the reader's own policies."""

from datetime import datetime
from typing import Any, Final

from market.deals.queries import DEAL, NOT_OVER
from specs.kit.tenancy import Work

Row = Any
_COUNTS: Final = f"select d.status, count(*) as deals from deal d where {NOT_OVER} group by d.status"  # noqa: S608 - ours
# the turn of a deal with several legs is that of any of them: a few may wait for another recycler
_TURN: Final = f"""select {DEAL} from deal d where {NOT_OVER}
  and d.turn in (case when d.tenant_id = $2 then 'buyer' else 'seller' end, 'both')
order by d.deadline nulls last, d.id limit $1"""  # noqa: S608 - columns of ours
# a review has a deadline of its own, and a place in the queue of whoever decides it
_MOVED: Final = f"""select {DEAL} from deal d where {NOT_OVER} and ($2 or d.status <> 'in_review')
order by d.updated_at desc, d.id limit $1"""  # noqa: S608 - same
_STILL: Final = f"""select {DEAL} from deal d where {NOT_OVER} and d.status <> 'in_review' and d.updated_at < $2
order by d.updated_at, d.id limit $1"""  # noqa: S608 - same
_DISPUTED: Final = f"""select {DEAL} from deal d where d.status = 'disputed'
order by d.updated_at, d.id limit $1"""  # noqa: S608 - same


async def counts(work: Work) -> dict[str, int]:
    """By status."""
    return {row["status"]: row["deals"] for row in await work.connection.fetch(_COUNTS)}


async def in_turn(work: Work, limit: int) -> list[Row]:
    """Those in which the tenant's side has to act: the nearest deadline first."""
    rows: list[Row] = await work.connection.fetch(_TURN, limit, work.owner)
    return rows


async def moved(work: Work, limit: int, *, reviews: bool) -> list[Row]:
    """What changed last first; `reviews`: with those that wait for a coordinator."""
    rows: list[Row] = await work.connection.fetch(_MOVED, limit, reviews)
    return rows


async def still(work: Work, limit: int, since: datetime) -> list[Row]:
    """Nothing moved them after `since`: the longest first."""
    rows: list[Row] = await work.connection.fetch(_STILL, limit, since)
    return rows


async def disputed(work: Work, limit: int) -> list[Row]:
    """The oldest first."""
    rows: list[Row] = await work.connection.fetch(_DISPUTED, limit)
    return rows
