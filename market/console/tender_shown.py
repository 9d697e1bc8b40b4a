"""What a page of a tender shows besides the tender: bids, as far as its reader may see them, and what could be bid."""

from typing import Any
from uuid import UUID

import msgspec

from market.console.reading import decoded, offered
from market.console.terms import starting
from market.console.terms.shown import holes
from market.console.terms.told import Line, Speaker
from market.console.typed import Typed
from market.console.visit import Visit
from market.deals.contract.structs import ContractTerms
from market.http.deals import asking
from market.tenders.structs import Act, Bids, Comparison, Side, Tender
from specs.listing.structs import Filters, Status
from specs.lot.service import LOTS
from specs.lot.structs import LotListing, LotPage

# own lots to choose from; a recycler with more of one material bids by the API
_MOST = 200


async def stored(request: Visit, id: UUID) -> tuple[Tender, int]:
    """As its reader may see it and act on it, and its version. Raises NotFound."""
    async with request.opened() as work:
        answer = await request.parts.tenders.read(work, asking(request), id)
    return offered(request, "tenders:write", decoded(answer, Tender)), answer.version


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


async def shown(request: Visit, tender: Tender, typed: Typed | None = None, focus: str = "") -> dict[str, Any]:
    """The holes of the page; `typed` is a bid that is being written."""
    bids = await bids_of(request, tender)
    speaker = Speaker(request.language, tender.spec.limits)
    return {
        "tender": tender,
        "bids": bids,
        "asked": _asked(speaker, bids),
        "terms": speaker.contract(tender.wanted.contract or ContractTerms(), tender.wanted.currency),
        "lots": await own_lots(request, tender),
        **holes(typed or starting.of_bid(tender), tender.material, request.language, focus),
    }


def _asked(speaker: Speaker, bids: Bids | Comparison | None) -> dict[UUID, tuple[Line, ...]]:
    """Of each bid which limits it wants to give way, and which steps it promises."""
    items = bids.items if bids else ()
    lines = {bid.id: speaker.material(bid.terms.relaxations, bid.terms.steps) for bid in items}
    return {bid: tuple(line for line in told if line.said) for bid, told in lines.items()}
