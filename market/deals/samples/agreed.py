"""What was agreed on a sample's leg: the accepted terms, the splitting limits, the pinned spec and lots."""

from uuid import UUID

import msgspec

from market.deals import revisions
from market.deals.contract import agreed as contracts
from market.deals.contract.structs import Splitting
from market.deals.held import Held, HeldLeg
from market.deals.offers.structs import Terms
from matching.listings import Lot, Spec
from specs.kit.tenancy import Work


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """Of a leg; `lots` are the pinned ones."""

    terms: Terms
    splitting: tuple[Splitting, ...]
    spec: Spec
    lots: dict[UUID, Lot]


async def of_leg(work: Work, deal: Held, leg: HeldLeg) -> Agreed:
    """Of a deal that is struck; as the engine."""
    found = await contracts.of_leg(work, deal, leg)
    lots = await revisions.lots(work, leg)
    return Agreed(
        terms=found.terms,
        splitting=found.contract.splitting,
        spec=await revisions.spec(work, deal),
        lots={one.lot_id: lot for one, lot in zip(leg.lots, lots, strict=True)},
    )
