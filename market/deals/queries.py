"""SQL of deals. Reading is under the caller's own policies, writing the engine's."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from market.deals.held import Held
from market.deals.machine import Actor, Status
from specs.kit.tenancy import Work

Row = Any

DEAL: Final = """d.tenant_id, d.id, d.version, d.status, d.turn, d.opened_by, d.opened_as, d.origin, d.spec_id,
  d.spec_rev, d.material, d.kg, d.parties, d.prefectures, d.asked, d.blend, d.taken_up, d.names_opened, d.signed,
  d.cancelling, d.approved, d.risk, d.risk_level, d.deadline, d.overdue_since, d.created_at, d.updated_at"""
_READ: Final = f"select {DEAL} from deal d where d.id = $1"  # noqa: S608 - columns of ours
_LOCK: Final = f"{_READ} for update"
_OVER: Final = ", ".join(f"'{status}'" for status in Status if status.over)
NOT_OVER: Final = f"d.status not in ({_OVER})"
_LEGS: Final = """select id, seller_tenant, turn, kg, accepted_offer, approved from deal_leg
where tenant_id = $1 and deal_id = $2 order by id"""
_LEGS_OF: Final = """select deal_id, id, seller_tenant, turn, kg, accepted_offer, approved from deal_leg
where deal_id = any ($1::uuid[]) order by id"""
_LOTS: Final = """select leg_id, lot_id, lot_rev, kg, evaluation from deal_lot
where tenant_id = $1 and deal_id = $2 order by leg_id, lot_id"""
# $3 narrows to a status; the newest first, as ids are made in order of time
_PAGE: Final = f"""select {DEAL} from deal d where ($1::uuid is null or d.id < $1)
  and ($3::text is null or d.status = $3) and (not $4 or d.overdue_since is not null) order by d.id desc limit $2"""  # noqa: S608 - same
_ADD: Final = """insert into deal (tenant_id, id, version, status, turn, opened_by, opened_as, origin, spec_id,
  spec_rev, material, kg, parties, prefectures, asked, blend, taken_up, deadline, created_at, updated_at)
values ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18)"""
_ADD_LEG: Final = (
    "insert into deal_leg (tenant_id, id, deal_id, seller_tenant, turn, kg) values ($1, $2, $3, $4, $5, $6)"
)
_ADD_LOT: Final = """insert into deal_lot
  (tenant_id, leg_id, lot_id, deal_id, seller_tenant, lot_rev, kg, evaluation)
values ($1, $2, $3, $4, $5, $6, $7, $8)"""
_OPEN_GRANTS: Final = """insert into access_grant (viewer_tenant, object_kind, object_id, owner_tenant, why)
select $1, 'lot', lot_id, seller_tenant, 'deal' from deal_lot where tenant_id = $1 and deal_id = $2
union all
select seller_tenant, 'spec', $3, tenant_id, 'deal' from deal_leg where tenant_id = $1 and deal_id = $2
on conflict (viewer_tenant, object_kind, object_id, why) do nothing"""
_OPEN: Final = f"""select d.id from deal d join deal_lot l on l.tenant_id = d.tenant_id and l.deal_id = d.id
where d.tenant_id = $1 and d.spec_id = $2 and l.lot_id = any ($3::uuid[])
  and {NOT_OVER} limit 1"""  # noqa: S608 - same
_SAVE: Final = """update deal set version = version + 1, status = $3, turn = $4, kg = $5, taken_up = $6,
  names_opened = $7, signed = $8, cancelling = $9, approved = $10, risk = $11, risk_level = $12, deadline = $13,
  overdue_since = $14, updated_at = $15
where tenant_id = $1 and id = $2"""
_SAVE_LEG: Final = """update deal_leg set turn = $3, kg = $4, accepted_offer = $5, approved = $6
where tenant_id = $1 and id = $2"""
_END_OFFERS: Final = """update offer set state = 'ended', closed_at = $3
where tenant_id = $1 and deal_id = $2 and state = 'standing'"""
# coordinators whose jurisdiction these places or parties lie in
_OVERSEERS: Final = """select distinct j.tenant_id from jurisdiction j join organisation o on o.id = j.tenant_id
where o.kind = 'coordinator' and o.verified_at is not null
  and (j.everything or j.prefecture = any ($1::text[]) or j.member_id = any ($2::uuid[])) order by 1"""
_CONTRACTED: Final = """select at from chain_event where chain = $1 and action = 'deal.contract'
order by seq desc limit 1"""
_NAMES: Final = "select id, name from organisation where id = any ($1::uuid[])"

# what another transaction holds is changing just now, and comes with the next run
_EXPIRED: Final = """select id from deal
where status in ('proposed', 'returned', 'negotiating', 'agreed', 'sampling') and deadline <= $1
order by id limit $2 for update skip locked"""
# of what is on its way the next day of a schedule, or of a portion
_DUE: Final = """select id from deal where status in ('contracted', 'delivering') and deadline <= $1
order by id limit $2 for update skip locked"""
_SET_DUE: Final = "update deal set deadline = $3, overdue_since = $4 where tenant_id = $1 and id = $2"
_LATE_REVIEWS: Final = """select id from deal d
where status = 'in_review' and (
  deadline <= $1 and not exists (
    select from chain_event e where e.chain = d.id and e.action = 'deal.escalate' and e.at >= d.deadline)
  or not exists (
    select from jurisdiction j join organisation o on o.id = j.tenant_id
    where o.kind = 'coordinator' and o.verified_at is not null and o.id <> all (d.parties)
      and (j.everything or j.prefecture = any (d.prefectures) or j.member_id = any (d.parties)))
  and not exists (
    select from chain_event e where e.chain = d.id and e.action = 'deal.escalate' and e.at >= d.updated_at))
order by id limit $2 for update of d skip locked"""


async def read(work: Work, deal: UUID) -> Row | None:
    """As far as the current role may see it."""
    return await work.connection.fetchrow(_READ, deal)


async def lock(work: Work, deal: UUID) -> Row | None:
    """Held until the transaction ends; as the engine."""
    return await work.connection.fetchrow(_LOCK, deal)


async def contracted_at(work: Work, deal: UUID) -> datetime:
    """When the last signature was given, of a deal that was contracted; as the engine."""
    at: datetime = await work.connection.fetchval(_CONTRACTED, deal)
    return at


async def legs(work: Work, buyer: UUID, deal: UUID) -> tuple[list[Row], list[Row]]:
    """Legs and their lots, as far as the current role may see them."""
    return await work.connection.fetch(_LEGS, buyer, deal), await work.connection.fetch(_LOTS, buyer, deal)


async def legs_of(work: Work, deals: list[UUID]) -> dict[UUID, list[Row]]:
    """The legs of all of these by deal, as far as the current role may see them."""
    found: dict[UUID, list[Row]] = {}
    for leg in await work.connection.fetch(_LEGS_OF, deals):
        found.setdefault(leg["deal_id"], []).append(leg)
    return found


async def page(work: Work, after: UUID | None, limit: int, status: str | None, *, overdue: bool) -> list[Row]:
    """Deals that the current role may see, the newest first; with `overdue` those in which something is."""
    rows: list[Row] = await work.connection.fetch(_PAGE, after, limit, status, overdue)
    return rows


async def numbers_of(work: Work, party: UUID) -> dict[str, int]:
    """How many deals of a party stand how, as far as the current role may see them."""
    rows = await work.connection.fetch(
        "select status, count(*) as many from deal where parties @> array[$1::uuid] group by status order by status",
        party,
    )
    return {row["status"]: row["many"] for row in rows}


async def add(work: Work, deal: Held) -> None:
    """A new deal with its legs and lots, and what it opens to whom; as the engine."""
    await work.connection.execute(
        _ADD,
        deal.buyer,
        deal.id,
        deal.status.value,
        deal.turn.value,
        deal.opened_by,
        deal.opened_as.value,
        deal.origin,
        deal.spec_id,
        deal.spec_rev,
        deal.material,
        deal.kg,
        deal.parties,
        deal.prefectures,
        deal.asked,
        deal.blend,
        deal.taken_up,
        deal.deadline,
        deal.created_at,
    )
    for leg in deal.legs:
        await work.connection.execute(_ADD_LEG, deal.buyer, leg.id, deal.id, leg.seller_tenant, leg.turn.value, leg.kg)
        await work.connection.executemany(
            _ADD_LOT,
            [
                (deal.buyer, leg.id, lot.lot_id, deal.id, leg.seller_tenant, lot.lot_rev, lot.kg, lot.evaluation)
                for lot in leg.lots
            ],
        )
    await work.connection.execute(_OPEN_GRANTS, deal.buyer, deal.id, deal.spec_id)


async def open_on(work: Work, buyer: UUID, spec: UUID, lots: list[UUID]) -> UUID | None:
    """A deal on this spec and any of these lots that is not over."""
    found: UUID | None = await work.connection.fetchval(_OPEN, buyer, spec, lots)
    return found


async def save(work: Work, before: Held, after: Held) -> None:
    """What may change of a deal, and the legs that did; as the engine, the deal locked."""
    await work.connection.execute(
        _SAVE,
        after.buyer,
        after.id,
        after.status.value,
        after.turn.value,
        after.kg,
        after.taken_up,
        after.names_opened,
        after.signed,
        after.cancelling,
        after.approved,
        after.risk,
        after.risk_level,
        after.deadline,
        after.overdue_since,
        after.updated_at,
    )
    for was, leg in zip(before.legs, after.legs, strict=True):
        if leg != was:
            await work.connection.execute(
                _SAVE_LEG, after.buyer, leg.id, leg.turn.value, leg.kg, leg.accepted_offer, leg.approved
            )


async def end_offers(work: Work, deal: Held) -> None:
    """No offer stands any more; as the engine."""
    await work.connection.execute(_END_OFFERS, deal.buyer, deal.id, work.at)


async def expired(work: Work, limit: int) -> list[UUID]:
    """Deals that waited for a side beyond their deadline, locked, in the order of ids; as the engine."""
    return [row["id"] for row in await work.connection.fetch(_EXPIRED, work.at, limit)]


async def due(work: Work, limit: int) -> list[UUID]:
    """Deals of which something was due by now, locked, in the order of ids; as the engine."""
    return [row["id"] for row in await work.connection.fetch(_DUE, work.at, limit)]


async def set_due(work: Work, deal: Held, deadline: datetime | None, overdue_since: datetime | None) -> None:
    """What follows from its portions, and is no change of the deal's own; as the engine, the deal locked."""
    await work.connection.execute(_SET_DUE, deal.buyer, deal.id, deadline, overdue_since)


async def late_reviews(work: Work, limit: int) -> list[UUID]:
    """Deals in review that are late, or that nobody oversees any more, of which nobody was told yet; as the engine.

    Locked, in the order of ids.
    """
    return [row["id"] for row in await work.connection.fetch(_LATE_REVIEWS, work.at, limit)]


async def overseers(work: Work, prefectures: tuple[str, ...], parties: tuple[UUID, ...]) -> list[UUID]:
    """Verified coordinators with any of these in their jurisdiction; as the engine."""
    return [row["tenant_id"] for row in await work.connection.fetch(_OVERSEERS, prefectures, parties)]


async def names(work: Work, organisations: tuple[UUID, ...]) -> dict[UUID, str]:
    """By id; as the engine."""
    return {row["id"]: row["name"] for row in await work.connection.fetch(_NAMES, organisations)}


class Stamp(msgspec.Struct, frozen=True):
    """How often a deal was changed, and when last, as far as its reader may know."""

    version: int
    updated_at: datetime


_STAMPS: Final = """select chain, count(*) as version, max(at) as updated_at from chain_event
where chain = any ($1::uuid[]) and $2 = any (audience) group by chain"""


async def stamps(work: Work, deals: Sequence[Held]) -> dict[UUID, Stamp]:
    """Of deals of one caller, by deal.

    For a recycler among several, of the events that it reads: the deal's own numbers would tell of the others.
    """
    apart = [deal for deal in deals if deal.actor is Actor.SELLER and len(deal.sellers) > 1]
    rows = await work.connection.fetch(_STAMPS, [deal.id for deal in apart], apart[0].caller) if apart else []
    own = {deal.id: Stamp(deal.version, deal.updated_at) for deal in deals}
    return own | {row["chain"]: Stamp(row["version"], row["updated_at"]) for row in rows}


async def stamp(work: Work, deal: Held) -> Stamp:
    """Of one deal."""
    return (await stamps(work, [deal]))[deal.id]


class Pinned(msgspec.Struct, frozen=True):
    """A listing at one revision: its content, and how many firms stand behind its prefecture."""

    content: str
    firms: int


_PINNED: Final = """select r.id, r.rev, r.content,
  firms_in('{table}', r.content->>'material', r.content{where}->>'prefecture') as firms
from unnest($1::uuid[], $2::uuid[], $3::int[]) as wanted (tenant_id, id, rev)
join {table}_revision r using (tenant_id, id, rev)"""
_PINNED_SPECS: Final = _PINNED.format(table="spec", where="->'delivery'->'location'")
_PINNED_LOTS: Final = _PINNED.format(table="lot", where="->'location'")


async def pinned_spec(work: Work, deal: Held) -> Pinned:
    """The spec as it was when the deal was opened; as the engine."""
    return await spec_at(work, deal.buyer, deal.spec_id, deal.spec_rev)


async def spec_at(work: Work, buyer: UUID, spec: UUID, rev: int) -> Pinned:
    """A spec at a revision; as the engine."""
    row = await work.connection.fetchrow(_PINNED_SPECS, [buyer], [spec], [rev])
    return Pinned(row["content"], row["firms"])


async def pinned_lots(work: Work, lots: Sequence[tuple[UUID, UUID, int]]) -> dict[tuple[UUID, int], Pinned]:
    """By id and revision, of lots that are named by their sellers, ids and revisions; as the engine."""
    sellers, ids, revs = zip(*lots, strict=True) if lots else ((), (), ())
    rows = await work.connection.fetch(_PINNED_LOTS, sellers, ids, revs)
    return {(row["id"], row["rev"]): Pinned(row["content"], row["firms"]) for row in rows}
