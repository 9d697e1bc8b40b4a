"""The contract as its reader may see it: a recycler its own leg only."""

from uuid import UUID

from market.deals import queries
from market.deals.contract.agreed import of_leg, struck
from market.deals.contract.structs import Contract, ContractLeg
from market.deals.held import Held, HeldLeg
from market.deals.money import amount
from specs.kit.errors import NotFound
from specs.kit.tenancy import Work
from specs.listing.structs import KG


async def contract(work: Work, deal: Held) -> Contract:
    """As the engine. Raises NotFound where nothing is agreed."""
    if not struck(deal):
        raise NotFound
    return Contract(
        deal_id=deal.id,
        status=deal.status,
        buyer_signed=deal.buyer in deal.signed,
        legs=tuple([await _leg(work, deal, leg) for leg in deal.seen_legs]),
        updated_at=(await queries.stamp(work, deal)).updated_at,
    )


async def _leg(work: Work, deal: Held, leg: HeldLeg) -> ContractLeg:
    agreed = await of_leg(work, deal, leg)
    signed: tuple[UUID, ...] = deal.signed
    return ContractLeg(
        leg_id=leg.id,
        offer_id=agreed.offer_id,
        price=agreed.terms.price,
        tonnes=leg.kg / KG,
        schedule=agreed.terms.schedule,
        relaxations=agreed.terms.relaxations,
        steps=agreed.terms.steps,
        terms=agreed.contract,
        message=agreed.terms.message,
        amount=amount(agreed.terms.price, leg.kg, agreed.contract.tax),
        signed=leg.seller_tenant in signed,
    )
