"""The gate of permits for a deal: whether a lot may go from a seller to a buyer, by what each of them has declared.

A permit that a coordinator confirmed fulfils; a declared one does so conditionally (`declared`); one that has expired,
was refused, or is for another place or material blocks. Nothing is raised: the caller decides by `Gate.blocked` what
it does not let happen. As long as no carrier is named its permits stay open, and are no reason to block.
"""

from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from market.permits import queries
from matching.listings import Lot
from matching.permits.gate import Gate
from matching.permits.gate import gate as judged
from matching.permits.needs import Move
from matching.permits.permit import Held, HeldPermit
from specs.catalogue.loader import catalogue
from specs.kit.tenancy import Work

DECODER: Final = msgspec.json.Decoder(tuple[HeldPermit, ...])


async def gate(
    work: Work,
    buyer_tenant: UUID,
    seller_tenant: UUID,
    lot: Lot,
    day: date,
    *,
    to: str,
    carrier_tenant: UUID | None = None,
    treatment: str | None = None,
) -> Gate:
    """What the move asks for and how each of it is met, on a JST day. The work is under role engine.

    `to` is the prefecture of the delivery (ISO code), `treatment` the step of the catalogue that was agreed, if any.
    """
    named = [t for t in (seller_tenant, buyer_tenant, carrier_tenant) if t is not None]
    found = {tenant: DECODER.decode(permits) for tenant, permits in (await queries.held(work, named)).items()}
    held = Held(
        owner=found.get(seller_tenant, ()),
        receiver=found.get(buyer_tenant, ()),
        carrier=None if carrier_tenant is None else found.get(carrier_tenant, ()),
        day=day,
    )
    return judged(Move(lot=lot, to=to, day=day, treatment=treatment), held, catalogue())
