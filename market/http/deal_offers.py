"""/v1/deals/{id}/offers: offer, accept, take back, and the whole exchange side by side."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from market.deals.offers.structs import OfferDraft, Offers
from market.http import examples
from market.http.call import Call
from market.http.deals import MANY, acting, asking
from market.http.listing_routes import PRIVATE, written
from market.http.responses import conditional, worded
from market.http.wire import Wire
from specs.kit.tenancy import Work
from specs.kit.wire import encode


@post(
    "/deals/{id:uuid}/offers",
    operation_id="make_offer",
    summary="Offer price, tonnes, schedule, limits that give way, and steps",
    description=(
        "When it is your turn on that leg. The match is judged again at once, for both sides to see; the offer before "
        "no longer counts. The deal's spec and lots stay at the revisions that it was opened on."
    ),
    tags=["Deals"],
    status_code=200,
    opt=acting(examples.OFFER, problems=(409, 422)),
)
async def offer(
    id: FromPath[UUID], data: JSONBody[OfferDraft], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """The deal, with the turn on the other side."""
    return written(await request.parts.deals.offer(work, asking(request), id, data), MANY)


@get(
    "/deals/{id:uuid}/offers",
    operation_id="list_offers",
    summary="The whole exchange of offers: by leg, the newest first",
    description="With the verdict, probability and score under each offer's terms, and what changed since the last.",
    tags=["Deals"],
    opt={"wire": Wire(answer=Offers, scope="deals:read", tagged=True, problems=(304,))},
)
async def offers(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """A recycler sees those of its own leg."""
    found = await request.parts.deals.offers(work, asking(request), id)
    return conditional(request, encode(found), PRIVATE | worded(request.language))


@post(
    "/deals/{id:uuid}/offers/{offer_id:uuid}/accept",
    operation_id="accept_offer",
    summary="Accept the other side's newest offer",
    description=(
        "When every leg's offer is accepted the deal is agreed: stock is taken on both sides in one transaction, or, "
        "where some is gone, nothing happens and the answer is 409."
    ),
    tags=["Deals"],
    status_code=200,
    opt=acting(),
)
async def accept(
    id: FromPath[UUID], offer_id: FromPath[UUID], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """The deal as it is then."""
    return written(await request.parts.deals.accept(work, asking(request), id, offer_id), MANY)


@post(
    "/deals/{id:uuid}/offers/{offer_id:uuid}/retract",
    operation_id="retract_offer",
    summary="Take back your offer, or an acceptance while other legs are open",
    tags=["Deals"],
    status_code=200,
    opt=acting(),
)
async def retract(
    id: FromPath[UUID], offer_id: FromPath[UUID], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """Either side may offer again."""
    return written(await request.parts.deals.retract(work, asking(request), id, offer_id), MANY)


handlers = [offer, offers, accept, retract]
