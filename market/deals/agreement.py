"""The moment at which a deal is agreed: stock is taken on both sides of every leg in one transaction, or of none.

Rows are locked in the order of their ids, so that two deals on the same listings wait for each other and never for
each other's second.
"""

from datetime import timedelta
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from market.deals import revisions
from market.deals.errors import BlendOutdated, StockTaken
from market.deals.held import Held, HeldLeg
from market.deals.machine import Status, Turn
from market.deals.offers import queries
from market.deals.sharing import shared_out
from market.deals.taking import refuse_takes
from specs.kit import clock, ids
from specs.kit.tenancy import Work
from specs.listing.structs import KG

# days that the sides have to sample and to sign: stock does not wait for ever
SIGNING: Final = timedelta(days=60)


class _Taken(NamedTuple):
    """Some kilograms of a listing for a leg; in the order in which rows are locked."""

    listing: UUID
    table: str
    tenant: UUID
    leg: UUID
    kg: int


async def strike(work: Work, deal: Held) -> Held:
    """The deal as it is then, not yet saved; as the engine, every leg's offer accepted.

    Raises WindowPassed, TooManySuppliers, StockTaken, and BlendOutdated where it is another recycler's.
    """
    taken = sorted(one for leg in deal.legs for one in _of_leg(deal, leg))
    for one in taken:
        await queries.lock_listing(work, one.table, one.tenant, one.listing)
    # under the lock of the spec: two who agree at once are counted one after the other
    lots = [lot for leg in deal.legs for lot in await revisions.lots(work, leg)]
    await refuse_takes(work, deal.buyer, deal.spec_id, await revisions.spec(work, deal), lots, deal.sellers)
    for one in taken:
        left = await queries.left(work, one.table, one.tenant, one.listing)
        if one.kg > left:
            if deal.leg_of(deal.caller) not in (None, next(leg for leg in deal.legs if leg.id == one.leg)):
                # what another recycler has left, or sells, is nothing to this one
                raise BlendOutdated
            raise StockTaken({"side": one.table, "tonnes": one.kg / KG, "left": left / KG})
        await queries.reserve(work, one.table, one.tenant, ids.new_id(), one.leg, one.listing, one.kg)
    deadline = clock.end_of(clock.today(work.at) + SIGNING)
    return msgspec.structs.replace(deal, status=Status.AGREED, turn=Turn.BOTH, deadline=deadline)


def _of_leg(deal: Held, leg: HeldLeg) -> list[_Taken]:
    shares = shared_out(leg.kg, [lot.kg for lot in leg.lots])
    lots = [
        _Taken(lot.lot_id, "lot", leg.seller_tenant, leg.id, kg) for lot, kg in zip(leg.lots, shares, strict=True) if kg
    ]
    return [_Taken(deal.spec_id, "spec", deal.buyer, leg.id, leg.kg), *lots]
