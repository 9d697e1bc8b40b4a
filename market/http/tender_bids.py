"""/v1/tenders/{id}/bids: bid, withdraw, read one's own, and compare all once they are opened."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from market.http import examples
from market.http.call import Call
from market.http.deals import asking
from market.http.listing_routes import PRIVATE
from market.http.responses import Reply, conditional, worded
from market.http.wire import Wire
from market.parties.rights import WRITERS
from market.tenders.structs import Bid, BidDraft, Bids, Comparison
from specs.kit.tenancy import Work
from specs.kit.wire import encode

SELLERS = frozenset(WRITERS["lot"])


@post(
    "/tenders/{id:uuid}/bids",
    operation_id="place_bid",
    summary="Bid in a tender that you are invited to, sealed until the opening",
    description=(
        "For one of your active lots, at its revision of now; it takes the place of your bid for that lot. Nobody but "
        "you knows of it before the opening, not even that there is one. `digest` is SHA-256 over the bytes of `salt` "
        "and then of `sealed`: keep all three, to find your bid among the `bid_digests` of the opened tender."
    ),
    tags=["Tenders"],
    opt={
        "wire": Wire(
            answer=Bid,
            scope="tenders:write",
            kinds=SELLERS,
            problems=(409, 422),
            example=examples.BID,
        )
    },
)
async def bid(
    id: FromPath[UUID], data: JSONBody[BidDraft], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """With its salt and its digest."""
    answer = await request.parts.tenders.bid(work, asking(request), id, data)
    return Reply(answer.body, status_code=answer.status, headers=worded(request.language))


@get(
    "/tenders/{id:uuid}/bids",
    operation_id="list_bids",
    summary="Your own bids; for the buyer and coordinators, all bids side by side once they are opened",
    description=(
        "Compared by verdict at the tender's limits, then delivered price, probability and lead time. Before the "
        "opening a buyer or coordinator is answered 409, whether there are bids or not."
    ),
    tags=["Tenders"],
    opt={"wire": Wire(answer=(Bids, Comparison), scope="tenders:read", tagged=True, problems=(304, 409))},
)
async def bids(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """Never more than one page."""
    found = await request.parts.tenders.bids(work, asking(request), id)
    return conditional(request, encode(found), PRIVATE | worded(request.language))


@post(
    "/tenders/{id:uuid}/bids/{bid_id:uuid}/withdraw",
    operation_id="withdraw_bid",
    summary="Take back a bid before the deadline",
    tags=["Tenders"],
    status_code=200,
    opt={"wire": Wire(answer=Bid, scope="tenders:write", kinds=SELLERS, problems=(409,))},
)
async def withdraw(
    id: FromPath[UUID], bid_id: FromPath[UUID], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """It counts no more."""
    answer = await request.parts.tenders.withdraw_bid(work, asking(request), id, bid_id)
    return Reply(answer.body, headers=worded(request.language))


handlers = [bid, bids, withdraw]
