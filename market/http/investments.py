"""/v1/investments: which step, where, would unlock the most, of posted documents; and a coordinator's runs."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from market.http import examples
from market.http.allocations import OVERSEERS
from market.http.blends import MAX_BYTES, replied
from market.http.body import shallow
from market.http.call import Call
from market.http.jobs import told
from market.http.listing_routes import PRIVATE, Cursor, Limit
from market.http.refusal import Problem
from market.http.responses import conditional, worded
from market.http.wire import Wire
from market.investments.overseen import KIND
from market.investments.structs import (
    InvestmentRequest,
    InvestmentRunHead,
    InvestmentRunPage,
    Outline,
    OwnInvestmentRun,
)
from market.oversight import reading
from market.runs.posted import Asked
from market.runs.structs import Job
from matching.investing.answer import Investments
from specs.kit.tenancy import Work
from specs.kit.wire import encode


class InvestmentRun(OwnInvestmentRun, frozen=True, kw_only=True):
    """A run, and where it failed the reason."""

    problem: Problem | None


@post(
    "/investments",
    operation_id="invest",
    summary="Say which step, where and how large, would unlock the most value",
    description=(
        "Plants like processors' `offers`, or as published of the steps of the catalogue, or as `assumed`: what more "
        "would be within specs through each, and what that is worth. Steps that lack a figure are named in "
        "`left_out`. With `specs` and `lots`: a stateless what-if of the caller's own figures; up to 1,000 pairs × "
        "plants are answered at once, more as a job (202, `Location`), and so is what takes longer than ten seconds. "
        "Without, for coordinators: a job over all open listings in the jurisdiction, or those of `material`. "
        "`GET /v1/investments/{id}` has it under the id of the job. What fewer than five firms would use is told by "
        "region only."
    ),
    tags=["Investments"],
    status_code=200,
    request_max_body_size=MAX_BYTES,
    opt={
        "wire": Wire(
            answer=Investments,
            accepted=Job,
            body=InvestmentRequest,
            scope="investments:write",
            problems=(422,),
            example=examples.INVESTMENT,
            links=(),
        )
    },
)
async def invest(request: Call) -> Response[Any]:
    """Only the outline of the body is read here: a solver process reads, checks and solves the rest."""
    body = await request.body()
    asked = Asked(shallow(body, Outline), body, request.language, request.once)
    return replied(request, await request.parts.investing.answer(request.opened, request.principal, asked))


@get(
    "/investments",
    operation_id="list_investments",
    summary="List your runs over what you oversee, newest first",
    description="Without plants. A run is kept for seven days after its end.",
    tags=["Investments"],
    opt={
        "wire": Wire(answer=InvestmentRunPage, scope="investments:read", kinds=OVERSEERS, tagged=True, problems=(304,))
    },
)
async def page(request: Call, work: NamedDependency[Work], limit: Limit = 50, cursor: Cursor = None) -> Response[Any]:
    """A coordinator's own."""
    items, more = await reading.page(work, KIND, InvestmentRunHead, limit, cursor)
    return conditional(request, encode(InvestmentRunPage(items=items, next_cursor=more)), PRIVATE)


@get(
    "/investments/{id:uuid}",
    operation_id="get_investment",
    summary="Read a run, with its plants once it is done",
    description="It is kept until `expires_at`. `POST /v1/jobs/{id}/cancel` stops it.",
    tags=["Investments"],
    opt={"wire": Wire(answer=InvestmentRun, scope="investments:read", kinds=OVERSEERS, tagged=True, problems=(304,))},
)
async def read(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """A coordinator's own."""
    found, trouble = await reading.read(work, KIND, id, OwnInvestmentRun)
    run = InvestmentRun(**msgspec.structs.asdict(found), problem=told(trouble, request.language))
    return conditional(request, encode(run), PRIVATE | worded(request.language))


handlers = [invest, page, read]
