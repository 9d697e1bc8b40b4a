"""The list of deals, and one deal with everything that its reader may see and do."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from market.console import rendering
from market.console.deals.acting import asking
from market.console.deals.agreed import agreed
from market.console.deals.drawing import mapped
from market.console.deals.overseen import overseen
from market.console.deals.waits import why
from market.console.deals.whole import whole
from market.console.screen import Screen
from market.console.terms import changes
from market.console.visit import Visit
from market.deals.claims.structs import Finding, Kind, Outcome, Remedy, Severity
from market.deals.deliveries.structs import PortionFate
from market.deals.machine import Status
from market.documents.structs import DocumentKind
from market.http.listing_routes import Cursor
from specs.kit import clock

PAGE = 25
OfStatus = Annotated[str | None, QueryParameter(name="status", max_length=20)]
CHOICES = {
    "kinds": [one.value for one in Kind if not one.of_lateness],
    "fates": [one.value for one in PortionFate],
    "severities": [one.value for one in Severity],
    "remedies": [one.value for one in Remedy],
    "findings": [one.value for one in Finding],
    "documents": [one.value for one in DocumentKind if one is not DocumentKind.CLAIM_EVIDENCE],
    "outcomes": [one.value for one in Outcome],
}


@get("/deals", opt={"screen": Screen(scope="deals:read")})
async def many(request: Visit, wanted: OfStatus = None, cursor: Cursor = None) -> Response[Any]:
    """The newest first; a status that there is not is no filter."""
    status = next((known for known in Status if known.value == wanted), None)
    async with request.opened() as work:
        found = await request.parts.deals.page(work, asking(request), PAGE, cursor, status)
    here = f"/console/deals?status={status.value}" if status else "/console/deals"
    return rendering.page(
        request, "deals/many.html", page=found, chosen=status.value if status else "", statuses=list(Status), here=here
    )


@get("/deals/{id:uuid}", opt={"screen": Screen(scope="deals:read")})
async def one(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """Its parts are what its state has brought about so far."""
    found = await whole(request, id)
    return rendering.page(
        request,
        "deals/one.html",
        whole=found,
        deal=found.deal,
        overseen=await overseen(request, found.deal),
        choices=CHOICES,
        exchanges=changes.exchanges(found.deal, found.offers, request.language),
        moves=changes.told_by(found.deal, found.offers, request.language),
        agreed=agreed(found, request.language),
        why=why(found.deal, may_act=request.may("deals:write")),
        map=mapped(found.deal, request.parts.catalogue, request.language),
        now=clock.now(),
    )


handlers = [many, one]
