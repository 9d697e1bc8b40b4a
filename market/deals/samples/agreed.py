"""What was agreed on a sample's leg: the accepted terms, the splitting limits, the pinned spec and lots."""

from uuid import UUID

import msgspec

from market.deals import queries as deals
from market.deals.contract import agreed as contracts
from market.deals.contract.structs import Splitting
from market.deals.held import Held, HeldLeg
from market.deals.offers.structs import Terms
from matching.listings import Lot, Spec
from specs.kit.tenancy import Work
from specs.lot.service import LOTS
from specs.spec.service import SPECS


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """Of a leg; `lots` are the pinned ones."""

    terms: Terms
    splitting: tuple[Splitting, ...]
    spec: Spec
    lots: dict[UUID, Lot]


async def of_leg(work: Work, deal: Held, leg: HeldLeg) -> Agreed:
    """Of a deal that is struck; as the engine."""
    found = await contracts.of_leg(work, deal, leg)
    spec = await deals.pinned_spec(work, deal)
    lots = {}
    for lot in leg.lots:
        pinned = await deals.pinned_lot(work, leg.seller_tenant, lot.lot_id, lot.lot_rev)
        lots[lot.lot_id] = LOTS.kind.decode(pinned.content)
    return Agreed(
        terms=found.terms,
        splitting=found.contract.splitting,
        spec=SPECS.kind.decode(spec.content),
        lots=lots,
    )
