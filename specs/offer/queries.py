"""SQL of processors' offers; the caller's transaction has set tenant and role."""

# ruff: noqa: S608 - the list of columns is a constant of this program; values are parameters

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from matching.upgrading.offer import OfferedStep
from specs.kit.tenancy import Work

Row = Any
_SEEN: Final = "id, version, status, content, created_at, updated_at"


async def create(work: Work, offer_id: UUID, offer: OfferedStep, content: str) -> Row:
    """Active at once."""
    return await work.connection.fetchrow(
        f"""insert into upgrade_offer
              (tenant_id, id, version, status, step, prefecture, content, created_at, updated_at)
            values ($1, $2, 1, 'active', $3, $4, $5::jsonb, $6, $6) returning {_SEEN}""",
        *(work.owner, offer_id, offer.step, offer.location.prefecture, content, work.at),
    )


async def read(work: Work, offer_id: UUID) -> Row | None:
    """The tenant's own."""
    return await work.connection.fetchrow(
        f"select {_SEEN} from upgrade_offer where tenant_id = $1 and id = $2", work.owner, offer_id
    )


async def lock(work: Work, offer_id: UUID) -> Row | None:
    """As `read`, held until the transaction ends."""
    return await work.connection.fetchrow(
        f"select {_SEEN} from upgrade_offer where tenant_id = $1 and id = $2 for update", work.owner, offer_id
    )


async def elsewhere(work: Work, offer_id: UUID) -> Row | None:
    """Another tenant's, as far as the current role may see it, with how many firms offer the step there."""
    return await work.connection.fetchrow(
        """select o.id, o.version, o.content, (select count(distinct x.tenant_id) from upgrade_offer x
             where x.step = o.step and x.prefecture = o.prefecture) as firms
           from upgrade_offer o where o.id = $1""",
        offer_id,
    )


async def open_ones(work: Work, steps: Sequence[str], most: int) -> list[Row]:
    """Of these steps, as far as the current role may see them, newest first, with how many firms offer each there."""
    rows: list[Row] = await work.connection.fetch(
        """with seen as materialized (
             select id, tenant_id, step, prefecture, content from upgrade_offer
             where step = any ($1::text[]) and status = 'active')
           select s.id::text, s.content, f.firms from seen s join (
             select step, prefecture, count(distinct tenant_id) as firms from seen group by step, prefecture
           ) f using (step, prefecture) order by s.id desc limit $2""",
        *(list(steps), most),
    )
    return rows


async def open_among(work: Work, offers: Sequence[UUID]) -> list[Row]:
    """Those of some offers that are open, as far as the current role may see them, as `open_ones` has them."""
    rows: list[Row] = await work.connection.fetch(
        """select o.id::text, o.content, (select count(distinct x.tenant_id) from upgrade_offer x
             where x.step = o.step and x.prefecture = o.prefecture and x.status = 'active') as firms
           from upgrade_offer o where o.id = any ($1::uuid[]) and o.status = 'active'""",
        list(offers),
    )
    return rows


async def page(work: Work, after: UUID | None, limit: int) -> list[Row]:
    """The tenant's own, newest first (ids are made in order of time)."""
    rows: list[Row] = await work.connection.fetch(
        f"""select {_SEEN} from upgrade_offer where tenant_id = $1 and ($2::uuid is null or id < $2)
            order by id desc limit $3""",
        *(work.owner, after, limit),
    )
    return rows


async def numbers(work: Work) -> dict[str, int]:
    """How many of the tenant's own are in each status."""
    rows = await work.connection.fetch(
        "select status, count(*) as many from upgrade_offer where tenant_id = $1 group by status", work.owner
    )
    return {row["status"]: row["many"] for row in rows}


async def patch(work: Work, offer_id: UUID, offer: OfferedStep, content: str) -> Row:
    """A new version of a locked offer."""
    return await work.connection.fetchrow(
        f"""update upgrade_offer set version = version + 1, step = $3, prefecture = $4, content = $5::jsonb,
              updated_at = $6
            where tenant_id = $1 and id = $2 returning {_SEEN}""",
        *(work.owner, offer_id, offer.step, offer.location.prefecture, content, work.at),
    )


async def withdraw(work: Work, offer_id: UUID) -> Row:
    """Close a locked offer."""
    return await work.connection.fetchrow(
        f"""update upgrade_offer set version = version + 1, status = 'cancelled', updated_at = $3
            where tenant_id = $1 and id = $2 returning {_SEEN}""",
        *(work.owner, offer_id, work.at),
    )
