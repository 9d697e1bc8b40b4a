"""Reviews: the coordinator's queue and decisions, the sides' answers, and the history of a deal."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from market.deals.review import deciding, history, queue
from market.deals.review.structs import Answers, QueueFilters, ReviewCounts, ReviewDraft, ReviewPage, ReviewQueue
from market.deals.structs import RiskCode
from market.http import examples
from market.http.call import Call
from market.http.deals import MANY, acting, asking
from market.http.listing_routes import PRIVATE, Code, Cursor, Limit, OfPrefecture, written
from market.http.responses import conditional, worded
from market.http.wire import Wire
from market.parties.structs import OrganisationKind as Kind
from specs.kit.tenancy import Work
from specs.kit.wire import encode

COORDINATORS = frozenset({Kind.COORDINATOR})
OfReason = Annotated[RiskCode | None, QueryParameter(description="Only where this speaks for a closer look.")]
Overdue = Annotated[bool | None, QueryParameter(description="Only those past their deadline, or only the others.")]
MinRisk = Annotated[float, QueryParameter(ge=0, le=1, description="Only with a risk level of at least this.")]
BelowRisk = Annotated[float | None, QueryParameter(ge=0, le=1, description="Only with a risk level lower than this.")]


@post(
    "/deals/{id:uuid}/review",
    operation_id="review_deal",
    summary="Approve a deal, return it with questions, or reject it",
    description=(
        "By a coordinator who oversees it, never on a deal of its own organisation. What was approved is kept: terms "
        "that leave it behind (a price beyond the band, a limit relaxed further, another lot) bring the deal back."
    ),
    tags=["Reviews"],
    status_code=200,
    opt=acting(examples.REVIEW, COORDINATORS, (409, 422)),
)
async def decide(
    id: FromPath[UUID], data: JSONBody[ReviewDraft], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """The deal as it is then."""
    change = await request.parts.deals.change(
        work, asking(request), id, lambda work, deal: deciding.decide(work, deal, data)
    )
    return written(change, MANY)


@post(
    "/deals/{id:uuid}/resubmit",
    operation_id="resubmit_deal",
    summary="Answer the questions with which a deal was returned",
    description=(
        "By any of its parties; its risk is worked out again. The answers are read by the coordinators, the buyer and "
        "the recycler who gives them; those of the buyer by the coordinators alone, unless they are `for_all`."
    ),
    tags=["Reviews"],
    status_code=200,
    opt=acting(examples.ANSWERS, problems=(409, 422)),
)
async def resubmit(
    id: FromPath[UUID], data: JSONBody[Answers], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """The deal, in review again."""
    change = await request.parts.deals.change(
        work, asking(request), id, lambda work, deal: deciding.resubmit(work, deal, data)
    )
    return written(change, MANY)


@get(
    "/deals/{id:uuid}/reviews",
    operation_id="list_deal_reviews",
    summary="What was decided, asked and answered in a deal's reviews, the newest first",
    description=(
        "For its parties and for coordinators who oversee it; of other recyclers nothing is shown, and `no` counts "
        "what the reader may read."
    ),
    tags=["Reviews"],
    opt={"wire": Wire(answer=ReviewPage, scope="deals:read", tagged=True, problems=(304,))},
)
async def reviews(
    id: FromPath[UUID], work: NamedDependency[Work], request: Call, limit: Limit = 50, cursor: Cursor = None
) -> Response[Any]:
    """In the caller's language."""
    found = await history.page(work, request.principal, id, request.language, limit, cursor)
    return conditional(request, encode(found), PRIVATE | worded(request.language))


@get(
    "/reviews",
    operation_id="list_reviews",
    summary="Deals that wait for review: the highest risk first, then the oldest",
    description="Those that you oversee, with what speaks for a closer look at each.",
    tags=["Reviews"],
    opt={"wire": Wire(answer=ReviewQueue, scope="deals:read", kinds=COORDINATORS, tagged=True, problems=(304,))},
)
async def page(
    *,
    request: Call,
    work: NamedDependency[Work],
    material: Code = None,
    prefecture: OfPrefecture = None,
    reason: OfReason = None,
    overdue: Overdue = None,
    min_risk: MinRisk = 0.0,
    below_risk: BelowRisk = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Any]:
    """In the caller's language."""
    filters = QueueFilters(
        material=material,
        prefecture=prefecture,
        reason=reason,
        overdue=overdue,
        min_risk=min_risk,
        below_risk=below_risk,
    )
    found = await queue.page(work, request.language, limit, cursor, filters)
    return conditional(request, encode(found), PRIVATE | worded(request.language))


@get(
    "/reviews/counts",
    operation_id="count_reviews",
    summary="How many deals wait for review, are overdue, of high risk, or returned",
    tags=["Reviews"],
    opt={"wire": Wire(answer=ReviewCounts, scope="deals:read", kinds=COORDINATORS, tagged=True, problems=(304,))},
)
async def counts(work: NamedDependency[Work], request: Call) -> Response[Any]:
    """Of those that you oversee."""
    return conditional(request, encode(await queue.counts(work)), PRIVATE)


handlers = [decide, resubmit, reviews, page, counts]
