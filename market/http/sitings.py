"""POST /v1/sitings: where to open hubs, for a posted instance."""

from typing import Any

from litestar import Response, post

from market.http import examples
from market.http.blends import MAX_BYTES, replied
from market.http.body import shallow
from market.http.call import Call
from market.http.wire import Wire
from market.runs.posted import Asked
from market.runs.structs import Job
from market.sitings.structs import Outline, SitingRequest
from matching.locating.answer import Siting


@post(
    "/sitings",
    operation_id="site",
    summary="Choose sites for hubs",
    description=(
        "A stateless what-if of the caller's own figures: which sites to open, and who is served from which, at least "
        "cost, with a proven bound. `suppliers` make it two echelons (collect, hub, mill). Costs are given, or follow "
        "from places. Up to 3,000 pairs of a site with a customer or supplier are answered at once (a seventh of that "
        "with `changes`), more as a job (202, `Location`), and so is what takes longer than ten seconds. A body may "
        "have 16,000,000 bytes. That the capacities cannot serve everyone is an answer, with what is missing."
    ),
    tags=["Sitings"],
    status_code=200,
    request_max_body_size=MAX_BYTES,
    opt={
        "wire": Wire(
            answer=Siting,
            accepted=Job,
            body=SitingRequest,
            scope="sitings:write",
            problems=(422,),
            example=examples.SITING,
            links=(),
        )
    },
)
async def site(request: Call) -> Response[Any]:
    """Only the outline of the body is read here: a solver process reads, checks and solves the rest."""
    body = await request.body()
    asked = Asked(shallow(body, Outline), body, request.language, request.once)
    return replied(request, await request.parts.sitings.answer(request.opened, asked))


handlers = [site]
