"""Long work as it goes on: a page that looks again by itself until the job has ended."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from market.console import rendering
from market.console.screen import Screen
from market.console.sending import once
from market.console.visit import Visit
from market.http.jobs import told
from market.runs import service as runs
from market.runs.structs import Found
from specs.kit.tenancy import Work

HERE = "/console/jobs/{id}"


@get("/jobs/{id:uuid}", opt={"screen": Screen(scope="jobs:read")})
async def job(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """htmx gets the progress alone."""
    async with request.opened() as work:
        found = await runs.read(work, id)
    return _shown(request, found)


@post("/jobs/{id:uuid}/cancel", opt={"screen": Screen(scope="jobs:write")})
async def cancel(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """And the job as it is then."""

    async def stop(work: Work) -> str:
        await runs.cancel(work, id)
        return HERE.format(id=id)

    return await once(request, stop)


def _shown(request: Visit, found: Found) -> Response[Any]:
    template = "jobs/progress.html" if request.partial else "jobs/job.html"
    problem = told(found.trouble, request.language)
    return rendering.page(request, template, job=found.job, problem=problem, done=found.result is not None)


handlers = [job, cancel]
