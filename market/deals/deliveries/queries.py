"""SQL of portions. Reading is under the reader's own policies, writing the engine's, the deal locked."""

# ruff: noqa: S608 - the texts that are put together are constants of this program; values are parameters

from typing import Any, Final
from uuid import UUID

from market.deals.deliveries.portion import HeldPortion
from market.deals.held import Held
from specs.kit.tenancy import Work
from specs.kit.wire import encode

Row = Any

_COLUMNS: Final = """id, leg_id, seller_tenant, lot_id, no, version, state, outcome, planned_kg, declared_kg,
  measured_kg, accepted_kg, booked_kg, dispatched_on, received_on, net, currency, content, created_at, updated_at"""
_READ: Final = f"select {_COLUMNS} from delivery where tenant_id = $1 and deal_id = $2 and id = $3"
_OF_DEAL: Final = f"select {_COLUMNS} from delivery where tenant_id = $1 and deal_id = $2 order by id"
_PAGE: Final = f"""select {_COLUMNS} from delivery where tenant_id = $1 and deal_id = $2
  and ($3::uuid is null or id < $3) order by id desc limit $4"""
_ADD: Final = """insert into delivery (tenant_id, id, deal_id, leg_id, seller_tenant, lot_id, no, version, state,
  planned_kg, content, created_at, updated_at)
select $1, $2, $3, $4, $5, $6, coalesce(max(no), 0) + 1, 1, 'planned', $7, $8, $9, $9
from delivery where tenant_id = $1 and leg_id = $4 returning no"""
_SAVE: Final = """update delivery set version = version + 1, state = $3, outcome = $4, declared_kg = $5,
  measured_kg = $6, accepted_kg = $7, booked_kg = $8, dispatched_on = $9, received_on = $10, net = $11, currency = $12,
  content = $13, updated_at = $14
where tenant_id = $1 and id = $2"""
_CALL_OFF: Final = """update delivery set version = version + 1, state = 'called_off', updated_at = $3
where tenant_id = $1 and deal_id = $2 and state = 'planned'"""


async def read(work: Work, deal: Held, delivery: UUID) -> Row | None:
    """As far as the current role may see it."""
    return await work.connection.fetchrow(_READ, deal.buyer, deal.id, delivery)


async def of_deal(work: Work, deal: Held) -> list[Row]:
    """All of them, in the order in which they were planned; as far as the current role may see them."""
    rows: list[Row] = await work.connection.fetch(_OF_DEAL, deal.buyer, deal.id)
    return rows


async def page(work: Work, deal: Held, after: UUID | None, limit: int) -> list[Row]:
    """As far as the current role may see them, the newest first (ids are made in order of time)."""
    rows: list[Row] = await work.connection.fetch(_PAGE, deal.buyer, deal.id, after, limit)
    return rows


async def add(work: Work, deal: Held, new: HeldPortion) -> int:
    """Planned; returns its number, the next of its leg."""
    number: int = await work.connection.fetchval(
        _ADD,
        *(deal.buyer, new.id, deal.id, new.leg_id, new.seller_tenant, new.lot_id),
        *(new.planned_kg, encode(new.facts).decode(), new.created_at),
    )
    return number


async def save(work: Work, deal: Held, after: HeldPortion) -> None:
    """What may change of a portion."""
    await work.connection.execute(
        _SAVE,
        *(deal.buyer, after.id, after.state.value, after.outcome and after.outcome.value),
        *(after.declared_kg, after.measured_kg, after.accepted_kg, after.booked_kg),
        *(after.dispatched_on, after.received_on, after.net, after.currency),
        *(encode(after.facts).decode(), work.at),
    )


async def call_off_planned(work: Work, deal: Held) -> None:
    """What was only planned will not come."""
    await work.connection.execute(_CALL_OFF, deal.buyer, deal.id, work.at)
