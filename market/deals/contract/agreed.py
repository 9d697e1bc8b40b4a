"""What was agreed on a leg: the accepted offer, and the contract that it says or leaves at its defaults."""

from typing import Final
from uuid import UUID

import msgspec

from market.deals import revisions
from market.deals.contract.structs import ContractTerms
from market.deals.held import Held, HeldLeg
from market.deals.offers import queries
from market.deals.offers.structs import Terms
from market.deals.relaxing import relaxed
from matching.listings import Lot, Spec
from specs.kit.tenancy import Work

_TERMS: Final = msgspec.json.Decoder(Terms)


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """The offer that both sides accepted; `contract` is what it says about portions."""

    offer_id: UUID
    terms: Terms
    contract: ContractTerms


def struck(deal: Held) -> bool:
    """Whether something is agreed, or was before the deal was called off."""
    agreed = all(leg.accepted_offer for leg in deal.legs)
    return agreed and bool(deal.status.struck or deal.signed or deal.cancelling)


async def of_leg(work: Work, deal: Held, leg: HeldLeg) -> Agreed:
    """Of a deal that is struck; as the engine, or as one who may see the leg."""
    row = await queries.accepted(work, deal, leg.id)
    terms = _TERMS.decode(row["content"])
    return Agreed(offer_id=row["id"], terms=terms, contract=terms.contract or ContractTerms())


async def listings(work: Work, deal: Held, leg: HeldLeg, lot: UUID, agreed: Agreed) -> tuple[Spec, Lot]:
    """The pinned spec with the limits that gave way, and a lot of the leg at its pinned revision; as the engine."""
    spec = await revisions.spec(work, deal)
    rev = next(one.lot_rev for one in leg.lots if one.lot_id == lot)
    own = await revisions.lot_at(work, leg.seller_tenant, lot, rev)
    return relaxed(spec, agreed.terms.relaxations), own
