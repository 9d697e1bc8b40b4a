"""SQL of reviews: what risk is worked out from, the history of a deal, the queue, and policies."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from market.deals.held import Held
from market.deals.machine import Status
from market.deals.queries import DEAL
from market.deals.review.structs import QueueFilters
from specs.kit import ids
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
# $11: the rows of one void approval, one a leg, share their number
_ADD: Final = """insert into review
  (tenant_id, id, deal_id, no, act, by_tenant, actor, reason_code, content, at, audience)
select $1, $2, $3, coalesce(max(no), 0) + $11, $4, $5, $6, $7, $8, $9, $10
from review where tenant_id = $1 and deal_id = $3"""
# numbered as its reader counts them, for gaps would tell of what others said
_HISTORY: Final = """with heard as (
  select *, dense_rank() over (order by no) as nth from review where tenant_id = $1 and deal_id = $2
)
select nth::integer as no, act, min(by_tenant::text)::uuid as by_tenant, min(reason_code) as reason_code, at,
  array_agg(content order by audience) as contents
from heard where $3::integer is null or nth < $3
group by nth, act, at order by nth desc limit $4"""
_LAST: Final = """select content from review where tenant_id = $1 and deal_id = $2 and act = $3
order by no desc limit 1"""

# keyset over the order of the queue: the highest risk first, of one risk the oldest; ids are made in order of time
_QUEUE: Final = f"""select {DEAL} from deal d where d.status = 'in_review' and $1 <> all (d.parties)
  and ($2::float8 is null or d.risk_level < $2 or (d.risk_level = $2 and d.id > $3))
  and ($4::text is null or d.material = $4) and ($5::text is null or $5 = any (d.prefectures))
  and ($6::jsonb is null or d.risk @> $6) and ($7::boolean is null or (d.deadline <= $8) = $7)
  and d.risk_level >= $9 and ($10::float8 is null or d.risk_level < $10)
order by d.risk_level desc, d.id limit $11"""  # noqa: S608 - columns of ours
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


async def add(
    work: Work, deal: Held, act: str, content: object, audience: tuple[UUID, ...], *, reason_code: str | None = None
) -> None:
    """The next of the deal, which is locked, read by the coordinators and these parties; as the engine."""
    by = work.owner, work.actor
    text = encode(content).decode()
    await work.connection.execute(
        _ADD, deal.buyer, ids.new_id(), deal.id, act, *by, reason_code, text, work.at, audience, 1
    )


async def add_void(work: Work, deal: Held, content: object, seller: UUID, *, first: bool) -> None:
    """That the approval of the locked deal is void, for one of its recyclers, who is not told which other accepted
    last; as the engine."""
    by = (work.owner, work.actor) if work.owner in (deal.buyer, seller) else (None, None)
    text, audience = encode(content).decode(), (deal.buyer, seller)
    await work.connection.execute(
        _ADD, deal.buyer, ids.new_id(), deal.id, "void", *by, None, text, work.at, audience, int(first)
    )


async def history(work: Work, deal: Held, after: int | None, limit: int) -> list[Row]:
    """What the current role may read, the newest first; `contents` are the parts of one."""
    rows: list[Row] = await work.connection.fetch(_HISTORY, deal.buyer, deal.id, after, limit)
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
        filters.below_risk,
        limit,
    )
    return rows


async def counts(work: Work, high_risk: float) -> Row:
    """Numbers of the queue, as a coordinator."""
    return await work.connection.fetchrow(_COUNTS, work.owner, work.at, high_risk)
