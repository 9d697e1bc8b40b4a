"""What was agreed on a sample's leg: the accepted terms, the pinned spec and lots, and the splitting limits."""

from decimal import Decimal
from typing import Final
from uuid import UUID

import msgspec

from market.deals import queries as deals
from market.deals.held import Held, HeldLeg
from market.deals.offers import queries
from market.deals.offers.structs import Terms
from matching.listings import Lot, Spec
from specs.kit.tenancy import Work
from specs.lot.service import LOTS
from specs.spec.service import SPECS


class SplittingTerm(msgspec.Struct, frozen=True, kw_only=True):
    """How far two laboratories may differ by the contract, in `unit`."""

    analyte: str
    limit: Decimal
    unit: str


class _Contract(msgspec.Struct, frozen=True, kw_only=True):
    splitting: tuple[SplittingTerm, ...] = ()


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    contract: _Contract | None = None


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """Of a leg; `lots` are the pinned ones, in the order of the leg's."""

    terms: Terms
    splitting: tuple[SplittingTerm, ...]
    spec: Spec
    lots: dict[UUID, Lot]


_TERMS: Final = msgspec.json.Decoder(Terms)
_SAID: Final = msgspec.json.Decoder(_Said)


async def of_leg(work: Work, deal: Held, leg: HeldLeg) -> Agreed:
    """Of a deal that is struck; as the engine."""
    row = await queries.accepted(work, deal, leg.id)
    spec = await deals.pinned_spec(work, deal)
    lots = {}
    for lot in leg.lots:
        pinned = await deals.pinned_lot(work, leg.seller_tenant, lot.lot_id, lot.lot_rev)
        lots[lot.lot_id] = LOTS.kind.decode(pinned.content)
    said = _SAID.decode(row["content"]).contract
    return Agreed(
        terms=_TERMS.decode(row["content"]),
        splitting=() if said is None else said.splitting,
        spec=SPECS.kind.decode(spec.content),
        lots=lots,
    )
