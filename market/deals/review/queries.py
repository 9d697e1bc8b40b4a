"""SQL of reviews: what risk is worked out from, the history of a deal, the queue, and policies."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from market.deals.held import Held
from market.deals.machine import Status
from specs.kit.tenancy import Work
from specs.kit.wire import encode

Row = Any
_STRUCK: Final = tuple(status.value for status in Status if status.struck)
# the pinned spec, and how many parties have never struck a deal
_FACTS: Final = """select r.content as spec,
  (select count(*) from unnest($4::uuid[]) p where not exists
     (select from deal d where d.parties @> array[p] and d.status = any ($5::text[]) and d.id <> $6)) as newcomers
from spec_revision r where r.tenant_id = $1 and r.id = $2 and r.rev = $3"""
_LOTS: Final = """select l.lot_id, r.content from deal_lot l
join lot_revision r on r.tenant_id = l.seller_tenant and r.id = l.lot_id and r.rev = l.lot_rev
where l.tenant_id = $1 and l.deal_id = $2 order by l.lot_id"""
# of each leg the accepted one, else the one that stands
_OFFERS: Final = """select distinct on (leg_id) leg_id, price, currency, content from offer
where tenant_id = $1 and deal_id = $2 and state in ('accepted', 'standing')
order by leg_id, state = 'accepted' desc, no desc"""
# the mean of the lower and the upper middle: an exact median, without a float
_LIKE_DEALS: Final = """select o.currency, count(*) as offers,
  (percentile_disc(0.5) within group (order by o.price) + percentile_disc(0.5) within group (order by o.price desc)) / 2
    as median
from offer o join deal d on d.tenant_id = o.tenant_id and d.id = o.deal_id
where o.state = 'accepted' and o.closed_at >= $2 and d.material = $1 and d.id <> $3 group by o.currency"""
_ADD: Final = """insert into review (tenant_id, id, deal_id, no, act, by_tenant, actor, reason_code, content, at)
select $1, $2, $3, coalesce(max(no), 0) + 1, $4, $5, $6, $7, $8, $9 from review where tenant_id = $1 and deal_id = $3"""
_HISTORY: Final = """select r.id, r.no, r.act, r.by_tenant, r.reason_code, r.content, r.at from review r
where r.tenant_id = $1 and r.deal_id = $2 and ($3::integer is null or r.no < $3) and r.by_tenant <> all ($5::uuid[])
order by r.no desc limit $4"""
_LAST: Final = """select content from review where tenant_id = $1 and deal_id = $2 and act = $3
order by no desc limit 1"""


async def facts(work: Work, deal: Held) -> Row:
    """The content of the pinned spec, and how many parties are new; as the engine."""
    return await work.connection.fetchrow(
        _FACTS, deal.buyer, deal.spec_id, deal.spec_rev, deal.parties, _STRUCK, deal.id
    )


async def lots(work: Work, deal: Held) -> list[Row]:
    """The pinned lots with their contents; as the engine."""
    rows: list[Row] = await work.connection.fetch(_LOTS, deal.buyer, deal.id)
    return rows


async def offers(work: Work, deal: Held) -> list[Row]:
    """One for each leg that has one: accepted, else standing; as the engine."""
    rows: list[Row] = await work.connection.fetch(_OFFERS, deal.buyer, deal.id)
    return rows


async def like_deals(work: Work, deal: Held, since: datetime) -> list[Row]:
    """Median price and number of accepted offers of the same material by currency; as the engine."""
    rows: list[Row] = await work.connection.fetch(_LIKE_DEALS, deal.material, since, deal.id)
    return rows


async def add(  # noqa: PLR0917 - what a review is
    work: Work, deal: Held, review: UUID, act: str, reason_code: str | None, content: object
) -> None:
    """The next of the deal, which is locked; as the engine."""
    await work.connection.execute(
        _ADD,
        deal.buyer,
        review,
        deal.id,
        act,
        work.owner,
        work.actor,
        reason_code,
        encode(content).decode(),
        work.at,
    )


async def history(work: Work, deal: Held, after: int | None, limit: int, hidden: list[UUID]) -> list[Row]:
    """The newest first, without what these tenants did; as the engine."""
    rows: list[Row] = await work.connection.fetch(_HISTORY, deal.buyer, deal.id, after, limit, hidden)
    return rows


async def last(work: Work, deal: Held, act: str) -> str | None:
    """The content of the newest with this act; as the engine."""
    found: str | None = await work.connection.fetchval(_LAST, deal.buyer, deal.id, act)
    return found
