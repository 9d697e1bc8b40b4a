"""/v1/allocations: all lots to all specs at once, of posted documents; and a coordinator's runs over the market."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from market.allocations.overseen import KIND
from market.allocations.structs import AllocationRequest, AllocationRunHead, AllocationRunPage, Outline, Run
from market.http import examples
from market.http.blends import MAX_BYTES, replied
from market.http.body import shallow
from market.http.call import Call
from market.http.jobs import told
from market.http.listing_routes import PRIVATE, Cursor, Limit
from market.http.refusal import Problem
from market.http.responses import conditional, worded
from market.http.wire import Wire
from market.oversight import reading
from market.parties.structs import OrganisationKind
from market.runs.posted import Asked
from market.runs.structs import Job
from matching.allocation.answer import Allocation
from specs.kit.tenancy import Work
from specs.kit.wire import encode

OVERSEERS = frozenset({OrganisationKind.COORDINATOR})


class AllocationRun(Run, frozen=True, kw_only=True):
    """A run, and where it failed the reason."""

    problem: Problem | None


@post(
    "/allocations",
    operation_id="allocate",
    summary="Allocate all lots to all specs at once",
    description=(
        "With `specs` and `lots`: a stateless what-if of the caller's own figures, with a proven bound and prices. Up "
        "to 20,000 pairs (with `blends` 100) are answered at once, more as a job (202, `Location`), and so is what "
        "takes longer than ten seconds. A body may have 16,000,000 bytes, 1,000 specs and 10,000 lots. "
        "With `material`, for coordinators: a job over all open listings of the material in the jurisdiction, called "
        "by their ids in `pinned` and `forbidden`. `GET /v1/allocations/{id}` has it under the id of the job, beside "
        "what changed since the run before; it is forgotten seven days after its end."
    ),
    tags=["Allocations"],
    status_code=200,
    request_max_body_size=MAX_BYTES,
    opt={
        "wire": Wire(
            answer=Allocation,
            accepted=Job,
            body=AllocationRequest,
            scope="allocations:write",
            problems=(422,),
            example=examples.ALLOCATION,
            links=(),
        )
    },
)
async def allocate(request: Call) -> Response[Any]:
    """Only the outline of the body is read here: a solver process reads, checks and solves the rest."""
    body = await request.body()
    asked = Asked(shallow(body, Outline), body, request.language, request.once)
    return replied(request, await request.parts.allocations.answer(request.opened, request.principal, asked))


@get(
    "/allocations",
    operation_id="list_allocations",
    summary="List your runs over what you oversee, newest first",
    description="Without assignments. A run is kept for seven days after its end.",
    tags=["Allocations"],
    opt={
        "wire": Wire(answer=AllocationRunPage, scope="allocations:read", kinds=OVERSEERS, tagged=True, problems=(304,))
    },
)
async def page(request: Call, work: NamedDependency[Work], limit: Limit = 50, cursor: Cursor = None) -> Response[Any]:
    """A coordinator's own."""
    items, more = await reading.page(work, KIND, AllocationRunHead, limit, cursor)
    return conditional(request, encode(AllocationRunPage(items=items, next_cursor=more)), PRIVATE)


@get(
    "/allocations/{id:uuid}",
    operation_id="get_allocation",
    summary="Read a run, with its allocation once it is done",
    description=(
        "`compared` tells what changed since the run of the same material and objective that was done before. It is "
        "kept until `expires_at`. `POST /v1/jobs/{id}/cancel` stops it."
    ),
    tags=["Allocations"],
    opt={"wire": Wire(answer=AllocationRun, scope="allocations:read", kinds=OVERSEERS, tagged=True, problems=(304,))},
)
async def read(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """A coordinator's own."""
    found, trouble = await reading.read(work, KIND, id, Run)
    run = AllocationRun(**msgspec.structs.asdict(found), problem=told(trouble, request.language))
    return conditional(request, encode(run), PRIVATE | worded(request.language))


handlers = [allocate, page, read]
