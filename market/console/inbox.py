"""The offers inbox: what waits for an answer, across deals, and invitations to bid; made for one thumb."""

from typing import Any

from litestar import Response, get

from market.console import rendering
from market.console.deals.acting import asking
from market.console.screen import Screen
from market.console.terms.told import Line, Speaker
from market.console.visit import Visit
from market.deals.desk import service as desks
from market.deals.machine import Status as DealStatus
from market.deals.offers.structs import Offer
from market.parties.structs import OrganisationKind as Kind
from market.tenders.structs import Act, Status
from specs.kit import clock
from specs.kit.tenancy import Role

TRADERS = frozenset({Kind.MANUFACTURER, Kind.RECYCLER, Kind.PROCESSOR})
SHOWN = 30


@get("/offers", opt={"screen": Screen(kinds=TRADERS, scope="deals:read")})
async def inbox(request: Visit) -> Response[Any]:
    """The next to lapse first; then deals that wait for something else, and tenders that are open."""
    who, parts = asking(request), request.parts
    async with request.opened() as work:
        offers = await parts.deals.waiting(work, who, SHOWN)
        await work.as_role(Role.TENANT)
        desk = await desks.desk(work, who)
        await work.as_role(Role.TENANT)
        tenders = await parts.tenders.page(work, who, SHOWN, None, Status.OPEN)
    speaker = Speaker(request.language)
    others = tuple(deal for deal in desk.waiting if deal.status is not DealStatus.NEGOTIATING)
    return rendering.page(
        request,
        "inbox/page.html",
        offers=offers,
        said={one.offer.id: _said(speaker, one.offer) for one in offers},
        others=others,
        tenders=[one for one in tenders.items if Act.BID in one.allowed],
        now=clock.now(),
    )


def _said(speaker: Speaker, offer: Offer) -> tuple[Line, ...]:
    """What nobody may overlook who answers from here: steps that are promised, and terms that are not as usual."""
    terms = offer.terms
    told = (*speaker.material((), terms.steps), *speaker.unusual(terms.contract, terms.price.currency))
    return tuple(line for line in told if line.said)


handlers = [inbox]
