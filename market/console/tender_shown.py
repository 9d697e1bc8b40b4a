"""What a page of a tender shows besides the tender: bids, as far as its reader may see them, and what could be bid."""

import msgspec

from market.console.visit import Visit
from market.http.deals import asking
from market.tenders.structs import Act, Bids, Comparison, Side, Tender
from specs.listing.structs import Filters, Status
from specs.lot.service import LOTS
from specs.lot.structs import LotListing, LotPage

# own lots to choose from; a recycler with more of one material bids by the API
_MOST = 200


async def bids_of(request: Visit, tender: Tender) -> Bids | Comparison | None:
    """One's own; for the buyer and coordinators all of them once they are opened, and nothing before."""
    if tender.side is not Side.SELLER and tender.opened_at is None:
        return None
    async with request.opened() as work:
        return await request.parts.tenders.bids(work, asking(request), tender.id)


async def own_lots(request: Visit, tender: Tender) -> tuple[LotListing, ...]:
    """Those that could be bid: active, of the material; of one who may bid now."""
    if tender.side is not Side.SELLER or Act.BID not in tender.allowed:
        return ()
    filters = Filters(material=tender.material, status=Status.ACTIVE)
    async with request.opened() as work:
        found = msgspec.json.decode(await LOTS.page(work, filters, _MOST), type=LotPage)
    return found.items
