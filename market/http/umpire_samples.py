"""/v1/samples: what a laboratory was asked to decide, without what the two sides have found."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from market.deals.samples.structs import ResultDraft, UmpireSample, UmpireSamplePage
from market.http import examples
from market.http.call import Call
from market.http.deals import asking
from market.http.listing_routes import PRIVATE, Cursor, Limit, written
from market.http.responses import conditional
from market.http.wire import Wire, act
from market.parties.structs import OrganisationKind as Kind
from specs.kit.tenancy import Work
from specs.kit.wire import encode

MANY = "samples"
LABORATORIES = frozenset({Kind.LABORATORY})


@get(
    "/samples",
    operation_id="list_umpire_samples",
    summary="Samples on which your laboratory was asked to decide, the newest first",
    tags=["Samples"],
    opt={"wire": Wire(answer=UmpireSamplePage, scope="deals:read", kinds=LABORATORIES, tagged=True, problems=(304,))},
)
async def page(work: NamedDependency[Work], request: Call, limit: Limit = 50, cursor: Cursor = None) -> Response[Any]:
    """Open ones and those that it decided."""
    return conditional(request, encode(await request.parts.samples.asked_page(work, limit, cursor)), PRIVATE)


@get(
    "/samples/{id:uuid}",
    operation_id="get_umpire_sample",
    summary="Read a sample on which your laboratory was asked to decide",
    description="What to measure and how it was sealed; names where both sides have opened theirs by themselves.",
    tags=["Samples"],
    opt={"wire": Wire(answer=UmpireSample, scope="deals:read", kinds=LABORATORIES, tagged=True)},
)
async def read(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """Never with the results of the two sides."""
    return written(await request.parts.samples.asked(work, id), MANY)


@post(
    "/samples/{id:uuid}/results",
    operation_id="file_umpire_results",
    summary="File what your laboratory found of the analytes in dispute",
    description="It decides: between the two results at the mean with the nearer one, outside of them at the nearer.",
    tags=["Samples"],
    status_code=200,
    opt=act(UmpireSample, "samples:write", LABORATORIES, examples.RESULT, (409, 422)),
)
async def decide(
    id: FromPath[UUID], data: JSONBody[ResultDraft], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """Everything is settled then."""
    return written(await request.parts.samples.decide(work, asking(request), id, data), MANY)


handlers = [page, read, decide]
