"""SQL of claims. Reading is under the reader's own policies, writing the engine's, the deal locked."""

# ruff: noqa: S608 - the texts that are put together are constants of this program; values are parameters

from typing import Any, Final
from uuid import UUID

from market.deals.claims.held import HeldClaim
from market.deals.held import Held
from specs.kit.tenancy import Work
from specs.kit.wire import encode

Row = Any

_COLUMNS: Final = """id, leg_id, seller_tenant, delivery_id, no, version, by, state, kind, severity, amount, currency,
  content, created_at, updated_at, closed_at"""
_READ: Final = f"select {_COLUMNS} from claim where tenant_id = $1 and deal_id = $2 and id = $3"
_OF_DEAL: Final = f"select {_COLUMNS} from claim where tenant_id = $1 and deal_id = $2 order by id"
_PAGE: Final = f"""select {_COLUMNS} from claim where tenant_id = $1 and deal_id = $2
  and ($3::uuid is null or id < $3) order by id desc limit $4"""
_ADD: Final = """insert into claim (tenant_id, id, deal_id, leg_id, seller_tenant, delivery_id, no, version, by, state,
  kind, severity, amount, currency, content, created_at, updated_at)
select $1, $2, $3, $4, $5, $6, coalesce(max(no), 0) + 1, 1, $7, 'open', $8, $9, $10, $11, $12, $13, $13
from claim where tenant_id = $1 and leg_id = $4 returning no"""
_SAVE: Final = """update claim set version = version + 1, state = $3, content = $4, updated_at = $5, closed_at = $6
where tenant_id = $1 and id = $2"""


async def read(work: Work, deal: Held, claim: UUID) -> Row | None:
    """As far as the current role may see it."""
    return await work.connection.fetchrow(_READ, deal.buyer, deal.id, claim)


async def of_deal(work: Work, deal: Held) -> list[Row]:
    """All of them, in the order in which they were made; as far as the current role may see them."""
    rows: list[Row] = await work.connection.fetch(_OF_DEAL, deal.buyer, deal.id)
    return rows


async def page(work: Work, deal: Held, after: UUID | None, limit: int) -> list[Row]:
    """As far as the current role may see them, the newest first (ids are made in order of time)."""
    rows: list[Row] = await work.connection.fetch(_PAGE, deal.buyer, deal.id, after, limit)
    return rows


async def add(work: Work, deal: Held, new: HeldClaim) -> int:
    """Open; returns its number, the next of its leg."""
    number: int = await work.connection.fetchval(
        _ADD,
        *(deal.buyer, new.id, deal.id, new.leg_id, new.seller_tenant, new.delivery_id),
        *(new.by.value, new.kind.value, new.severity.value, new.amount, new.currency.value),
        *(encode(new.facts).decode(), new.created_at),
    )
    return number


async def save(work: Work, deal: Held, after: HeldClaim) -> None:
    """What may change of a claim."""
    await work.connection.execute(
        _SAVE, deal.buyer, after.id, after.state.value, encode(after.facts).decode(), work.at, after.closed_at
    )
