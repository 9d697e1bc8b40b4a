"""/v1/review-policy: which deals a coordinator wants to review, and within how many days."""

from typing import Any

from litestar import Response, get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from market.deals.review import policies
from market.deals.review.policy import ReviewPolicy, ReviewPolicyDraft
from market.http import examples, walls
from market.http.call import Call
from market.http.listing_routes import written
from market.http.reviews import COORDINATORS
from market.http.wire import Version, Wire
from specs.kit.tenancy import Work

MANY = "review-policy"


@get(
    "/review-policy",
    operation_id="get_review_policy",
    summary="Which deals you want to review",
    description="Version 0 holds until you set one: every deal, within three days, a price band of 10 %.",
    tags=["Reviews"],
    opt={"wire": Wire(answer=ReviewPolicy, scope="deals:read", kinds=COORDINATORS, tagged=True)},
)
async def read(work: NamedDependency[Work]) -> Response[Any]:
    """Your own."""
    return written(await policies.read(work), MANY)


@put(
    "/review-policy",
    operation_id="put_review_policy",
    summary="Set which deals you want to review",
    description=(
        "The first rule of which all conditions hold decides; where none does, a deal is reviewed. It is reviewed "
        "where any coordinator who oversees it wants to. Deals in review already stay there."
    ),
    tags=["Reviews"],
    opt={
        "wire": Wire(
            answer=ReviewPolicy,
            scope="deals:write",
            kinds=COORDINATORS,
            version=Version.REQUIRED,
            tagged=True,
            problems=(422,),
            example=examples.REVIEW_POLICY,
        )
    },
)
async def replace(data: JSONBody[ReviewPolicyDraft], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """The policy as it is then."""
    return written(await policies.put(work, data, walls.if_match(request), request.parts.catalogue), MANY)


handlers = [read, replace]
