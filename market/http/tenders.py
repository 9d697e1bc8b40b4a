"""/v1/tenders: invite, read, open, split, award, cancel."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from market.deals.structs import Reason
from market.http import examples
from market.http.blends import replied
from market.http.call import Call
from market.http.deals import asking
from market.http.listing_routes import PRIVATE, Cursor, Limit, written
from market.http.responses import conditional
from market.http.wire import Link, Wire, act
from market.parties.rights import WRITERS
from market.runs.structs import Job
from market.tenders.structs import AwardDraft, Split, Status, Tender, TenderDraft, TenderPage
from specs.kit.tenancy import Work
from specs.kit.wire import encode

MANY = "tenders"
BUYERS = frozenset(WRITERS["spec"])
NEXT = tuple(
    Link(operation=name)
    for name in ("get_tender", "list_bids", "place_bid", "open_tender", "split_tender", "award_tender", "cancel_tender")
)
OfStatus = Annotated[Status | None, QueryParameter(description="Only in this status.")]


def acting(example: Any = None, problems: tuple[int, ...] = (409,)) -> dict[str, Any]:
    """How every act of a buyer is declared: the answer is the tender as it is then."""
    return act(Tender, "tenders:write", BUYERS, example, problems)


@post(
    "/tenders",
    operation_id="invite_tender",
    summary="Invite recyclers to bid for one of your specs, sealed until a deadline",
    description=(
        "The spec stays at its revision of now. Without `lot_ids` the recyclers of all matching lots are invited, "
        "else those of the named lots, which must have been shown to you. `deadline` is the last day for bids in "
        "Japan, to its end. You are told how many are invited, not who."
    ),
    tags=["Tenders"],
    opt={
        "wire": Wire(
            answer=Tender,
            scope="tenders:write",
            kinds=BUYERS,
            tagged=True,
            located=True,
            problems=(404, 409, 422),
            example=examples.TENDER,
            links=NEXT,
        )
    },
)
async def invite(data: JSONBody[TenderDraft], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """The tender, open for bids."""
    return written(await request.parts.tenders.invite(work, asking(request), data), MANY)


@get(
    "/tenders",
    operation_id="list_tenders",
    summary="List your tenders and those that you are invited to, the newest first",
    description="A coordinator lists those that it oversees.",
    tags=["Tenders"],
    opt={"wire": Wire(answer=TenderPage, scope="tenders:read", tagged=True, problems=(304,))},
)
async def page(
    *,
    request: Call,
    work: NamedDependency[Work],
    status: OfStatus = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Any]:
    """Without their specs."""
    found = await request.parts.tenders.page(work, asking(request), limit, cursor, status)
    return conditional(request, encode(found), PRIVATE)


@get(
    "/tenders/{id:uuid}",
    operation_id="get_tender",
    summary="Read a tender",
    description=(
        "`allowed` says what you may do now. From the opening on `digest` is SHA-256 over `capillary.tender.2`, the 16 "
        "bytes of the tender's id, the number of `bid_digests` in 4 bytes (the highest first), and the 32 bytes of "
        "each of these and then of each of `closed_bid_digests`, both in ascending order. Whoever bid finds the digest "
        "of its bid among the former, and among the latter what it replaced or withdrew."
    ),
    tags=["Tenders"],
    opt={"wire": Wire(answer=Tender, scope="tenders:read", tagged=True)},
)
async def read(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """For its buyer, those who are invited, and coordinators who oversee it."""
    return written(await request.parts.tenders.read(work, asking(request), id), MANY)


@post(
    "/tenders/{id:uuid}/open",
    operation_id="open_tender",
    summary="Open all bids together, after the last day for bids",
    description="A worker does it within a minute of the deadline by itself. No bid is taken after it.",
    tags=["Tenders"],
    status_code=200,
    opt=acting(),
)
async def open_tender(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """With the digest of all bids."""
    return written(await request.parts.tenders.open(work, asking(request), id), MANY)


@post(
    "/tenders/{id:uuid}/split",
    operation_id="split_tender",
    summary="The best split of what is left over the opened bids",
    description=(
        "The lots of the bids that stand, at their prices and tonnes, blended for the spec at least delivered cost; "
        "freight runs between what is told of places. Up to 1,000 lots × limits are answered at once, more as a job "
        "(202, `Location`). Nothing is awarded by it."
    ),
    tags=["Tenders"],
    status_code=200,
    opt={
        "wire": Wire(
            answer=Split,
            accepted=Job,
            scope="tenders:write",
            kinds=BUYERS,
            problems=(409, 422),
        )
    },
)
async def split(id: FromPath[UUID], request: Call) -> Response[Any]:
    """Solved in a solver process, outside of any transaction."""
    return replied(request, await request.parts.tenders.split(request.opened, asking(request), id))


@post(
    "/tenders/{id:uuid}/award",
    operation_id="award_tender",
    summary="Award to one or several bids, all together or not at all",
    description=(
        "Each opens a deal with the bid as its accepted offer, which goes to review where a coordinator's policy asks "
        "for it, else is agreed, with stock taken on both sides. What is left may be awarded later to other bids."
    ),
    tags=["Tenders"],
    status_code=200,
    opt=acting(examples.AWARD, problems=(409, 422)),
)
async def award(
    id: FromPath[UUID], data: JSONBody[AwardDraft], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """The tender, with what was awarded."""
    return written(await request.parts.tenders.award(work, asking(request), id, data), MANY)


@post(
    "/tenders/{id:uuid}/cancel",
    operation_id="cancel_tender",
    summary="Cancel a tender before anything is awarded",
    description="Everyone who was invited is told. Bids that were not opened stay shut.",
    tags=["Tenders"],
    status_code=200,
    opt=acting(examples.REASON),
)
async def cancel(
    id: FromPath[UUID], data: JSONBody[Reason], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """It is over."""
    return written(await request.parts.tenders.cancel(work, asking(request), id, data), MANY)


handlers = [invite, page, read, open_tender, split, award, cancel]
