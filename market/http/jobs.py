"""/v1/jobs: long work that the caller's organisation asked for."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from market.http import walls
from market.http.call import Call
from market.http.listing_routes import PRIVATE, Cursor, Limit
from market.http.messages import Language
from market.http.refusal import FieldError, Problem, problem
from market.http.responses import Reply, conditional, matches, worded
from market.http.wire import Version, Wire
from market.runs import service as runs
from market.runs.structs import Found, Job, JobState, Trouble
from specs.kit.tenancy import Work
from specs.kit.wire import encode

# seconds after which it is worth asking again
RETRY = "1"
OfState = Annotated[JobState | None, QueryParameter(name="state", description="Only in this state.")]


class JobFound(Job, frozen=True, kw_only=True):
    """A job with what came of it. `result` is what its operation would have answered at once; null until it is done.

    Reasons in it are in the language of the request that asked. The whole job is forgotten at `expires_at`.
    """

    result: msgspec.Raw
    problem: Problem | None


class JobPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of jobs, newest first, without results."""

    items: tuple[Job, ...]
    next_cursor: str | None


def shown(found: Found, language: Language) -> JobFound:
    """Its failure in the words of a problem."""
    return JobFound(
        **msgspec.structs.asdict(found.job),
        result=msgspec.Raw(found.result or b"null"),
        problem=told(found.trouble, language),
    )


def told(trouble: Trouble | None, language: Language) -> Problem | None:
    if trouble is None:
        return None
    errors = tuple(FieldError(pointer=f.pointer, code=f.code, params=dict(f.params)) for f in trouble.faults)
    return problem(trouble.code, dict(trouble.params), errors, language)


def replied(request: Call, found: Found) -> Response[Any]:
    """The job with its tag, and when to ask again while it is open; 304 where the caller has it."""
    headers = {**PRIVATE, **worded(request.language), "ETag": f'"{found.version}"'}
    if not found.job.state.ended:
        headers["Retry-After"] = RETRY
    if request.method == "GET" and matches(request.headers.get("if-none-match"), headers["ETag"]):
        return Reply(None, status_code=304, headers=headers)
    return Reply(encode(shown(found, request.language)), headers=headers, media_type="application/json")


@get(
    "/jobs",
    operation_id="list_jobs",
    summary="List your organisation's jobs, newest first",
    tags=["Jobs"],
    opt={"wire": Wire(answer=JobPage, scope="jobs:read", tagged=True, problems=(304,))},
)
async def page(
    request: Call, work: NamedDependency[Work], state_: OfState = None, limit: Limit = 50, cursor: Cursor = None
) -> Response[Any]:
    """Without results."""
    items, more = await runs.page(work, limit, cursor, state=state_)
    return conditional(request, encode(JobPage(items=items, next_cursor=more)), PRIVATE)


@get(
    "/jobs/{id:uuid}",
    operation_id="get_job",
    summary="Read a job, with its result once it is done",
    description="While it is open, `Retry-After` says when to look again. It is kept for seven days after its end.",
    tags=["Jobs"],
    opt={"wire": Wire(answer=JobFound, scope="jobs:read", tagged=True, problems=(304,))},
)
async def read(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """One job."""
    return replied(request, await runs.read(work, id))


@post(
    "/jobs/{id:uuid}/cancel",
    operation_id="cancel_job",
    summary="Cancel a job",
    description="A solve that runs is stopped within about a second. Cancelling again changes nothing.",
    tags=["Jobs"],
    status_code=200,
    opt={"wire": Wire(answer=JobFound, scope="jobs:write", version=Version.HONOURED, tagged=True, problems=(409,))},
)
async def cancel(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """The job as it is then."""
    return replied(request, await runs.cancel(work, id, walls.if_match(request)))


handlers = [page, read, cancel]
