"""/v1/deals: open, read, take up or decline, step back, open names, and the trail of what happened."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from market.deals.acting import Asking
from market.deals.machine import Status
from market.deals.structs import Deal, DealDraft, DealPage, DealTrail, Reason
from market.http import examples, walls
from market.http.call import Call
from market.http.listing_routes import PRIVATE, Cursor, Limit, written
from market.http.responses import conditional, worded
from market.http.wire import Link, Wire, act
from market.parties.structs import OrganisationKind as Kind
from specs.kit.tenancy import Work
from specs.kit.wire import encode

MANY = "deals"
PARTIES = frozenset({Kind.MANUFACTURER, Kind.RECYCLER, Kind.PROCESSOR})
OPENERS = PARTIES | {Kind.COORDINATOR}
NEXT = tuple(
    Link(operation=name)
    for name in ("get_deal", "take_up_deal", "decline_deal", "withdraw_deal", "open_names", "list_deal_events")
)
OfStatus = Annotated[Status | None, QueryParameter(description="Only in this status.")]
Overdue = Annotated[bool, QueryParameter(description="Only those in which something is overdue.")]


def asking(request: Call) -> Asking:
    """Who asks, in which language, on which version, and as which repeat."""
    return Asking(
        principal=request.principal,
        language=request.language,
        if_match=walls.if_match(request),
        once=request.once,
    )


def acting(example: Any = None, kinds: frozenset[str] = PARTIES, problems: tuple[int, ...] = (409,)) -> dict[str, Any]:
    """How every act on a deal is declared: the answer is the deal as it is then."""
    return act(Deal, "deals:write", frozenset(kinds), example, problems)


@post(
    "/deals",
    operation_id="open_deal",
    summary="Open a deal on a match, a near miss or a blend",
    description=(
        "On a spec and a lot that are matched, or on a proposed blend of your own spec; a coordinator opens one "
        "between two that it oversees. A near miss needs `relaxations`: which limits should give way. It is "
        "`proposed` until every other party has taken it up."
    ),
    tags=["Deals"],
    opt={
        "wire": Wire(
            answer=Deal,
            scope="deals:write",
            kinds=OPENERS,
            tagged=True,
            located=True,
            problems=(404, 409, 422),
            example=examples.DEAL,
            links=NEXT,
        )
    },
)
async def open_deal(data: JSONBody[DealDraft], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """The deal, waiting for the others."""
    return written(await request.parts.deals.open(work, asking(request), data), MANY)


@get(
    "/deals",
    operation_id="list_deals",
    summary="List your deals, the newest first",
    description="A coordinator lists those that it oversees; `overdue` finds the deals that are stuck.",
    tags=["Deals"],
    opt={"wire": Wire(answer=DealPage, scope="deals:read", tagged=True, problems=(304,))},
)
async def page(
    *,
    request: Call,
    work: NamedDependency[Work],
    status: OfStatus = None,
    overdue: Overdue = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Any]:
    """Without their lots."""
    found = await request.parts.deals.page(work, asking(request), limit, cursor, status, overdue=overdue)
    return conditional(request, encode(found), PRIVATE)


@get(
    "/deals/{id:uuid}",
    operation_id="get_deal",
    summary="Read a deal",
    description="`allowed` says what you may do now, `turn` who has to act next.",
    tags=["Deals"],
    opt={"wire": Wire(answer=Deal, scope="deals:read", tagged=True)},
)
async def read(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """For its parties, and for coordinators who oversee it."""
    answer = written(await request.parts.deals.read(work, asking(request), id), MANY)
    answer.headers.update(worded(request.language))
    return answer


@post(
    "/deals/{id:uuid}/take-up",
    operation_id="take_up_deal",
    summary="Take up a deal that another proposed",
    description="When every party has, it goes to review where a coordinator's policy asks for it.",
    tags=["Deals"],
    status_code=200,
    opt=acting(),
)
async def take_up(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """The deal as it is then."""
    return written(await request.parts.deals.take_up(work, asking(request), id), MANY)


@post(
    "/deals/{id:uuid}/decline",
    operation_id="decline_deal",
    summary="Decline a deal that another proposed",
    tags=["Deals"],
    status_code=200,
    opt=acting(examples.REASON),
)
async def decline(
    id: FromPath[UUID], data: JSONBody[Reason], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """It is over."""
    return written(await request.parts.deals.decline(work, asking(request), id, data), MANY)


@post(
    "/deals/{id:uuid}/withdraw",
    operation_id="withdraw_deal",
    summary="Step back before anything is agreed",
    description="Of a blend all legs end together: it is struck together or not at all.",
    tags=["Deals"],
    status_code=200,
    opt=acting(examples.REASON),
)
async def withdraw(
    id: FromPath[UUID], data: JSONBody[Reason], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """It is over."""
    return written(await request.parts.deals.withdraw(work, asking(request), id, data), MANY)


@post(
    "/deals/{id:uuid}/names",
    operation_id="open_names",
    summary="Let the other side see your name, once it lets you see its own",
    description="Names are shown when every party has opened its own, or when the deal is agreed.",
    tags=["Deals"],
    status_code=200,
    opt=acting(),
)
async def open_names(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """The deal as it is then."""
    return written(await request.parts.deals.open_names(work, asking(request), id), MANY)


@get(
    "/deals/{id:uuid}/events",
    operation_id="list_deal_events",
    summary="What happened to a deal, the newest first",
    description="Append-only, chained by digests; you read the events that concern you.",
    tags=["Deals"],
    opt={"wire": Wire(answer=DealTrail, scope="deals:read", tagged=True, problems=(304,))},
)
async def events(
    id: FromPath[UUID], work: NamedDependency[Work], request: Call, limit: Limit = 50, cursor: Cursor = None
) -> Response[Any]:
    """A timeline."""
    found = await request.parts.deals.events(work, asking(request), id, limit, cursor)
    return conditional(request, encode(found), PRIVATE)


handlers = [open_deal, page, read, take_up, decline, withdraw, open_names, events]
