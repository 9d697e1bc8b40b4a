"""Which listings of a deal a coordinator may look into: those of its jurisdiction, which need not be all."""

from uuid import UUID

from market.console.visit import Visit
from market.deals.machine import Actor
from market.deals.structs import Deal
from market.parties import listings
from specs.lot.service import LOTS
from specs.spec.service import SPECS


async def overseen(visit: Visit, deal: Deal) -> frozenset[UUID]:
    """None for the deal's own sides: they have their lists."""
    if deal.side is not Actor.COORDINATOR:
        return frozenset()
    lots = [one.lot.id for leg in deal.legs for one in leg.lots]
    async with visit.opened() as work:
        return await listings.overseen(work, SPECS, [deal.spec.id]) | await listings.overseen(work, LOTS, lots)
