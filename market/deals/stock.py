"""What a deal has taken of both listings: booked as delivered portion by portion, and what is left given back.

What was agreed is `committed`. An accepted portion turns so much of it into `delivered`, on the lot and on the spec.
A rejected portion leaves it committed: the seller owes another one for it. When the deal ends, what is still committed
is `released`. Booked is never more than was committed: what a portion weighs beyond, within the contract's tolerance,
is paid, but it is the difference of two weighbridges and no stock.

Rows are taken in the order of the listings' ids, like in `market.deals.agreement`, and for the same reason.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from uuid import UUID

from market.deals.held import Held, HeldLeg
from market.deals.offers.queries import lock_listing
from specs.kit import clock, ids
from specs.kit.tenancy import Work
from specs.listing import reopening

_OF: Final = "tenant_id = $1 and leg = $2 and {table}_id = $3"
_COMMITTED: Final = {
    table: f"select id, kg from reservation where {_OF.format(table=table)} and state = 'committed'"  # noqa: S608
    for table in ("spec", "lot")
}
_TAKEN: Final = f"""select coalesce(sum(kg), 0)::bigint from reservation
where {_OF.format(table="lot")} and state in ('committed', 'delivered')"""  # noqa: S608 - constants of this file
_STILL: Final = """select coalesce(sum(kg), 0)::bigint from reservation
where leg = any ($1::uuid[]) and lot_id is not null and state = 'committed'"""
_DELIVERED: Final = "update reservation set state = 'delivered' where tenant_id = $1 and id = $2"
_SHRINK: Final = "update reservation set kg = kg - $3 where tenant_id = $1 and id = $2"
_ADD: Final = """insert into reservation (tenant_id, id, leg, spec_id, lot_id, kg, state)
select tenant_id, $3, leg, spec_id, lot_id, $4, 'delivered' from reservation where tenant_id = $1 and id = $2"""
_RELEASE: Final = {
    table: f"""update reservation set state = 'released'
where {_OF.format(table=table)} and state = 'committed'"""  # noqa: S608 - constants of this file
    for table in ("spec", "lot")
}


class _Side(NamedTuple):
    """A listing of which a leg has taken; in the order in which rows are locked."""

    listing: UUID
    table: str
    tenant: UUID
    leg: UUID


async def taken(work: Work, leg: HeldLeg, lot: UUID) -> int:
    """Kilograms of a lot that the leg has, delivered or not; as the engine."""
    kg: int = await work.connection.fetchval(_TAKEN, leg.seller_tenant, leg.id, lot)
    return kg


async def committed(work: Work, deal: Held) -> int:
    """Kilograms of all lots that are agreed and not delivered; as the engine."""
    kg: int = await work.connection.fetchval(_STILL, [leg.id for leg in deal.legs])
    return kg


async def book(work: Work, deal: Held, leg: HeldLeg, lot: UUID, kg: int) -> int:
    """Accepted kilograms are delivered, as far as they are still committed of the lot; returns how many.

    As the engine. The spec's side has at least as much committed: it is that of all lots of the leg.
    """
    found = {side: await _committed(work, side) for side in sorted(_sides(deal, leg, (lot,)))}
    booked = min(kg, *(0 if row is None else int(row["kg"]) for row in found.values()))
    for side, row in found.items():
        if booked:
            await _deliver(work, side.tenant, row, booked)
    return booked


async def _committed(work: Work, side: _Side) -> Any:
    return await work.connection.fetchrow(_COMMITTED[side.table], side.tenant, side.leg, side.listing)


async def _deliver(work: Work, tenant: UUID, row: Any, kg: int) -> None:
    if kg == row["kg"]:
        await work.connection.execute(_DELIVERED, tenant, row["id"])
    else:
        await work.connection.execute(_SHRINK, tenant, row["id"], kg)
        await work.connection.execute(_ADD, tenant, row["id"], ids.new_id(), kg)


async def release(work: Work, deal: Held) -> None:
    """What is still committed is free for others; a listing that was sold out is open again. As the engine."""
    sides = [side for leg in deal.legs for side in _sides(deal, leg, [lot.lot_id for lot in leg.lots])]
    for side in sorted(sides):
        await lock_listing(work, side.table, side.tenant, side.listing)
    for side in sorted(sides):
        await work.connection.execute(_RELEASE[side.table], side.tenant, side.leg, side.listing)
        await reopening.reopen(work, side.table, side.tenant, side.listing, clock.today(work.at))


def _sides(deal: Held, leg: HeldLeg, lots: Any) -> Iterator[_Side]:
    yield _Side(deal.spec_id, "spec", deal.buyer, leg.id)
    for lot in lots:
        yield _Side(lot, "lot", leg.seller_tenant, leg.id)
