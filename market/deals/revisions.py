"""The listings of a deal or a tender at the revisions that are pinned; as the engine.

Only the content: how many firms stand behind a prefecture is counted over all open listings of a material, and is asked
for (`queries.pinned_spec`, `queries.pinned_lots`) where a listing is shown.
"""

from typing import Final
from uuid import UUID

from market.deals.held import Held, HeldLeg
from matching.listings import Lot, Spec
from specs.kit.tenancy import Work
from specs.lot.service import LOTS
from specs.spec.service import SPECS

_CONTENT: Final = "select content from {table}_revision where tenant_id = $1 and id = $2 and rev = $3"
_SPEC: Final = _CONTENT.format(table="spec")
_LOT: Final = _CONTENT.format(table="lot")


async def spec(work: Work, deal: Held) -> Spec:
    """The spec as it was when the deal was opened."""
    return await spec_at(work, deal.buyer, deal.spec_id, deal.spec_rev)


async def spec_at(work: Work, buyer: UUID, listing: UUID, rev: int) -> Spec:
    """A spec at a revision."""
    return SPECS.kind.decode(await work.connection.fetchval(_SPEC, buyer, listing, rev))


async def lot_at(work: Work, seller: UUID, listing: UUID, rev: int) -> Lot:
    """A lot at a revision."""
    return LOTS.kind.decode(await work.connection.fetchval(_LOT, seller, listing, rev))


async def lots(work: Work, leg: HeldLeg) -> tuple[Lot, ...]:
    """All lots of a leg, in its order."""
    return tuple([await lot_at(work, leg.seller_tenant, lot.lot_id, lot.lot_rev) for lot in leg.lots])
