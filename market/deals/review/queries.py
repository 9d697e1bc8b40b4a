"""SQL of reviews: what risk is worked out from, the history of a deal, the queue, and policies."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from market.deals.held import Held
from market.deals.machine import Status
from market.deals.queries import DEAL
from market.deals.review.structs import QueueFilters
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
_OFFERS: Final = """select distinct on (leg_id) leg_id, kg, content from offer
where tenant_id = $1 and deal_id = $2 and state in ('accepted', 'standing')
order by leg_id, state = 'accepted' desc, no desc"""
# the mean of the lower and the upper middle: an exact median, without a float
_LIKE_DEALS: Final = """select o.currency, count(*) as offers,
  (percentile_disc(0.5) within group (order by o.price) + percentile_disc(0.5) within group (order by o.price desc)) / 2
    as median
from offer o join deal d on d.tenant_id = o.tenant_id and d.id = o.deal_id
where o.state = 'accepted' and o.closed_at >= $2 and d.material = $1 and d.id <> $3 and d.status = any ($4::text[])
group by o.currency"""
_ADD: Final = """insert into review (tenant_id, id, deal_id, no, act, by_tenant, actor, reason_code, content, at)
select $1, $2, $3, coalesce(max(no), 0) + 1, $4, $5, $6, $7, $8, $9 from review where tenant_id = $1 and deal_id = $3"""
# an approval is void by whoever accepts last, and of its reasons each reader is shown those of its own legs
_HISTORY: Final = """select r.id, r.no, r.act, r.by_tenant, r.reason_code, r.content, r.at from review r
where r.tenant_id = $1 and r.deal_id = $2 and ($3::integer is null or r.no < $3)
  and (r.act = 'void' or r.by_tenant <> all ($5::uuid[]))
order by r.no desc limit $4"""
_LAST: Final = """select content from review where tenant_id = $1 and deal_id = $2 and act = $3
order by no desc limit 1"""

# keyset over the order of the queue: the highest risk first, of one risk the oldest; ids are made in order of time
_QUEUE: Final = f"""select {DEAL} from deal d where d.status = 'in_review' and $1 <> all (d.parties)
  and ($2::float8 is null or d.risk_level < $2 or (d.risk_level = $2 and d.id > $3))
  and ($4::text is null or d.material = $4) and ($5::text is null or $5 = any (d.prefectures))
  and ($6::jsonb is null or d.risk @> $6) and ($7::boolean is null or (d.deadline <= $8) = $7) and d.risk_level >= $9
order by d.risk_level desc, d.id limit $10"""  # noqa: S608 - columns of ours
_QUEUE_LEGS: Final = """select deal_id, id, seller_tenant, turn, kg, accepted_offer from deal_leg
where deal_id = any ($1::uuid[]) order by id"""
_COUNTS: Final = """with seen as (
  select status, deadline <= $2 as overdue, risk_level, risk from deal
  where status in ('in_review', 'returned') and $1 <> all (parties)
), waiting as (select * from seen where status = 'in_review')
select (select count(*) from waiting) as waiting, (select count(*) from waiting where overdue) as overdue,
  (select count(*) from waiting where risk_level >= $3) as high_risk,
  (select count(*) from seen where status = 'returned') as returned,
  (select coalesce(jsonb_object_agg(code, deals), '{}') from (
    select reason->>'code' as code, count(*) as deals
    from waiting, jsonb_array_elements(coalesce(risk->'reasons', '[]')) reason group by 1) reasons) as by_reason"""


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
    """Median price and number of struck deals' accepted offers in the same material, by currency; as the engine."""
    rows: list[Row] = await work.connection.fetch(_LIKE_DEALS, deal.material, since, deal.id, _STRUCK)
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


async def queue(work: Work, after: tuple[float, UUID] | None, limit: int, filters: QueueFilters) -> list[Row]:
    """Deals in review that are not the tenant's own, as a coordinator: the highest risk first, then the oldest."""
    level, deal = after or (None, None)
    reason = None if filters.reason is None else encode({"reasons": [{"code": filters.reason}]}).decode()
    rows: list[Row] = await work.connection.fetch(
        _QUEUE,
        work.owner,
        level,
        deal,
        filters.material,
        filters.prefecture,
        reason,
        filters.overdue,
        work.at,
        filters.min_risk,
        limit,
    )
    return rows


async def queue_legs(work: Work, deals: list[UUID]) -> list[Row]:
    """The legs of all of these, as a coordinator."""
    rows: list[Row] = await work.connection.fetch(_QUEUE_LEGS, deals)
    return rows


async def counts(work: Work, high_risk: float) -> Row:
    """Numbers of the queue, as a coordinator."""
    return await work.connection.fetchrow(_COUNTS, work.owner, work.at, high_risk)
