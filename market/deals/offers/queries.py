"""SQL of offers and of what is left to be offered; as the engine, the deal locked, but for `of_deal`."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from market.deals.held import Held
from specs.kit import clock
from specs.kit.tenancy import Work
from specs.listing.statements import RESERVED

Row = Any

_COLUMNS: Final = """id, leg_id, no, side, state, content, evaluation, kg, valid_until, created_at, closed_at"""
_OF_DEAL: Final = f"""select {_COLUMNS} from offer where tenant_id = $1 and deal_id = $2
order by leg_id, no desc"""  # noqa: S608 - columns of ours
# `reader`: as which side the caller reads them
_OF_LEGS: Final = f"""select {_COLUMNS}, case when tenant_id = $2 then 'buyer' else 'seller' end as reader
from offer where leg_id = any ($1::uuid[]) order by leg_id, no desc"""  # noqa: S608 - same
_ACCEPTED: Final = "select id, content from offer where tenant_id = $1 and leg_id = $2 and state = 'accepted'"
_STANDING: Final = "select leg_id, side from offer where tenant_id = $1 and leg_id = any ($2) and state = 'standing'"
_ADD: Final = """insert into offer (tenant_id, id, deal_id, leg_id, seller_tenant, no, side, state, price, currency, kg,
  content, evaluation, valid_until, created_at)
select $1, $2, $3, $4, $5, coalesce(max(no), 0) + 1, $6, 'standing', $7, $8, $9, $10, $11, $12, $13
from offer where tenant_id = $1 and leg_id = $4 returning no"""
_CLOSE: Final = """update offer set state = $4, closed_at = $3
where tenant_id = $1 and leg_id = $2 and state = 'standing'"""
_REOPEN: Final = """update offer set state = 'ended', closed_at = $3
where tenant_id = $1 and leg_id = $2 and state = 'accepted'"""
# what another transaction holds is changing just now, and comes with the next run
_LAPSED: Final = """select o.deal_id, o.leg_id from offer o
join deal d on d.tenant_id = o.tenant_id and d.id = o.deal_id
where o.state = 'standing' and o.valid_until <= $1 and d.status = 'negotiating'
order by o.deal_id, o.leg_id limit $2 for update of d, o skip locked"""
_LEFT: Final = """select l.kg - {reserved} as kg from {table} l where l.tenant_id = $1 and l.id = $2
and l.status = 'active' and l.window_until >= $3"""
_LEFT_OF: Final = {
    table: _LEFT.format(table=table, reserved=RESERVED.format(l="l", table=table)) for table in ("spec", "lot")
}
_LOCK: Final = {table: f"select id from {table} where tenant_id = $1 and id = $2 for update" for table in _LEFT_OF}  # noqa: S608
_RESERVE: Final = """insert into reservation (tenant_id, id, leg, spec_id, lot_id, kg, state)
values ($1, $2, $3, $4, $5, $6, 'committed')"""


class NewOffer(msgspec.Struct, frozen=True, kw_only=True):
    """An offer to store; its number is the next of its leg."""

    id: UUID
    leg: UUID
    seller: UUID
    side: str
    price: Any
    currency: str
    kg: int
    content: str
    evaluation: str
    valid_until: datetime


async def of_deal(work: Work, buyer: UUID, deal: UUID) -> list[Row]:
    """As far as the current role may see them: by leg, the newest first."""
    rows: list[Row] = await work.connection.fetch(_OF_DEAL, buyer, deal)
    return rows


async def standing(work: Work, deal: Held) -> list[tuple[UUID, str]]:
    """The legs on which an offer stands, and whose it is."""
    rows = await work.connection.fetch(_STANDING, deal.buyer, [leg.id for leg in deal.legs])
    return [(row["leg_id"], row["side"]) for row in rows]


async def of_legs(work: Work, legs: list[UUID]) -> list[Row]:
    """All offers of these legs, as far as the current role may see them: by leg, the newest first."""
    rows: list[Row] = await work.connection.fetch(_OF_LEGS, legs, work.owner)
    return rows


async def accepted(work: Work, deal: Held, leg: UUID) -> Row:
    """The offer that was accepted on a leg of a deal that is struck; as far as the current role may see it."""
    return await work.connection.fetchrow(_ACCEPTED, deal.buyer, leg)


async def add(work: Work, deal: Held, offer: NewOffer) -> int:
    """In the place of the one that stood; returns its number."""
    await close(work, deal, offer.leg, "superseded")
    number: int = await work.connection.fetchval(
        _ADD,
        deal.buyer,
        offer.id,
        deal.id,
        offer.leg,
        offer.seller,
        offer.side,
        offer.price,
        offer.currency,
        offer.kg,
        offer.content,
        offer.evaluation,
        offer.valid_until,
        work.at,
    )
    return number


async def close(work: Work, deal: Held, leg: UUID, state: str) -> None:
    """The offer that stands on a leg stands no more."""
    await work.connection.execute(_CLOSE, deal.buyer, leg, work.at, state)


async def reopen(work: Work, deal: Held, leg: UUID) -> None:
    """The accepted offer of a leg is accepted no more."""
    await work.connection.execute(_REOPEN, deal.buyer, leg, work.at)


async def lapsed(work: Work, limit: int) -> list[Row]:
    """Offers that still stand though their last day has passed, locked with their deals, in the order of those."""
    rows: list[Row] = await work.connection.fetch(_LAPSED, work.at, limit)
    return rows


async def left(work: Work, table: str, tenant: UUID, listing: UUID) -> int:
    """Kilograms that are not reserved; 0 where it is not open, or its last day has passed in Japan."""
    kg: int | None = await work.connection.fetchval(_LEFT_OF[table], tenant, listing, clock.today(work.at))
    return kg or 0


async def lock_listing(work: Work, table: str, tenant: UUID, listing: UUID) -> None:
    """Nobody else takes of it until the transaction ends."""
    await work.connection.execute(_LOCK[table], tenant, listing)


async def reserve(  # noqa: PLR0917 - one row
    work: Work, table: str, tenant: UUID, reservation: UUID, leg: UUID, listing: UUID, kg: int
) -> None:
    """Take it, as agreed."""
    spec, lot = (listing, None) if table == "spec" else (None, listing)
    await work.connection.execute(_RESERVE, tenant, reservation, leg, spec, lot, kg)
