"""SQL of bids: an author's under its own policies, all of an opened tender's as the engine."""

from typing import Any, Final
from uuid import UUID

import msgspec

from market.tenders.held import Held
from specs.kit.tenancy import Work

Row = Any

_COLUMNS: Final = """b.id, b.tender_id, b.seller_tenant, b.lot_id, b.lot_rev, b.no, b.state, b.kg, b.min_kg, b.salt,
  b.sealed, b.digest, b.evaluation, b.awarded_kg, b.deal_id, b.created_at, b.closed_at"""
_ALONE: Final = "select pg_advisory_xact_lock(7312, hashtext($1))"
_NEXT: Final = """select coalesce(max(no), 0) + 1 from bid
where tenant_id = $1 and tender_id = $2 and seller_tenant = $3"""
_CLOSE_BEFORE: Final = """update bid set state = 'superseded', closed_at = $5
where tenant_id = $1 and tender_id = $2 and seller_tenant = $3 and lot_id = $4 and state = 'standing'"""
_ADD: Final = """insert into bid (tenant_id, id, tender_id, seller_tenant, lot_id, lot_rev, no, state, price, kg,
  min_kg, salt, sealed, digest, evaluation, created_at)
values ($1, $2, $3, $4, $5, $6, $7, 'standing', $8, $9, $10, $11, $12, $13, $14, $15)"""
_WITHDRAW: Final = """update bid set state = 'withdrawn', closed_at = $4
where tenant_id = $1 and id = $2 and seller_tenant = $3 and state = 'standing'"""
_OF_AUTHOR: Final = f"""select {_COLUMNS} from bid b
where b.tenant_id = $1 and b.tender_id = $2 and b.seller_tenant = $3 order by b.no desc"""  # noqa: S608 - columns of ours
_OPENED: Final = f"""select {_COLUMNS} from bid b
where b.tenant_id = $1 and b.tender_id = $2 and b.state in ('standing', 'awarded') order by b.id"""  # noqa: S608 - same
_CLOSED: Final = """select b.digest from bid b
where b.tenant_id = $1 and b.tender_id = $2 and b.state in ('superseded', 'withdrawn') order by b.digest"""
_AWARD: Final = """update bid set state = 'awarded', closed_at = $3, awarded_kg = $4, deal_id = $5
where tenant_id = $1 and id = $2"""


class NewBid(msgspec.Struct, frozen=True, kw_only=True):
    """A bid to store."""

    id: UUID
    lot_id: UUID
    lot_rev: int
    no: int
    price: Any
    kg: int
    min_kg: int
    salt: bytes
    sealed: str
    digest: bytes
    evaluation: str


async def alone(work: Work, tender: Held) -> int:
    """Nobody else of the caller's organisation bids until the transaction ends; the number of its next bid."""
    await work.connection.execute(_ALONE, f"{tender.id}{work.owner}")
    number: int = await work.connection.fetchval(_NEXT, tender.buyer, tender.id, work.owner)
    return number


async def add(work: Work, tender: Held, bid: NewBid) -> None:
    """In the place of the one that stood for the lot; as its author."""
    await work.connection.execute(_CLOSE_BEFORE, tender.buyer, tender.id, work.owner, bid.lot_id, work.at)
    await work.connection.execute(
        _ADD,
        tender.buyer,
        bid.id,
        tender.id,
        work.owner,
        bid.lot_id,
        bid.lot_rev,
        bid.no,
        bid.price,
        bid.kg,
        bid.min_kg,
        bid.salt,
        bid.sealed,
        bid.digest,
        bid.evaluation,
        work.at,
    )


async def withdraw(work: Work, tender: Held, bid: UUID) -> bool:
    """Whether it stood; as its author."""
    done: str = await work.connection.execute(_WITHDRAW, tender.buyer, bid, work.owner, work.at)
    return done == "UPDATE 1"


async def of_author(work: Work, tender: Held) -> list[Row]:
    """The caller's own, the newest first; as its author."""
    rows: list[Row] = await work.connection.fetch(_OF_AUTHOR, tender.buyer, tender.id, work.owner)
    return rows


async def opened(work: Work, tender: Held) -> list[Row]:
    """All that stood at the opening, by id; none before. As the engine."""
    rows: list[Row] = await work.connection.fetch(_OPENED, tender.buyer, tender.id)
    return rows


async def closed(work: Work, tender: Held) -> tuple[bytes, ...]:
    """Digests of those that were replaced or withdrawn before the opening, ascending; none before it. As the engine."""
    return tuple(row["digest"] for row in await work.connection.fetch(_CLOSED, tender.buyer, tender.id))


async def award(work: Work, tender: Held, bid: UUID, kg: int, deal: UUID) -> None:
    """So much of it, as a deal; as the engine."""
    await work.connection.execute(_AWARD, tender.buyer, bid, work.at, kg, deal)
