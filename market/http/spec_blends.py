"""Blends that are stored: /v1/specs/{id}/blends, /v1/blends/{id}, and one's own shares in /v1/lots/{id}/blends."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from market.blends.structs import LotShares, Proposal, ProposalAnswer, ProposalRequest, StoredBlend, StoredBlends
from market.http import examples
from market.http.blends import replied
from market.http.call import Call
from market.http.listing_routes import PRIVATE, Cursor, Limit
from market.http.responses import conditional, worded
from market.http.wire import Wire
from market.parties.rights import WRITERS
from market.runs.inquiries import Asked
from market.runs.structs import Job
from specs.kit.tenancy import Work
from specs.kit.wire import encode


@post(
    "/specs/{id:uuid}/blends",
    operation_id="propose_spec_blends",
    summary="Propose the best blend and a few different good ones",
    description=(
        "Of the lots that the spec may be matched with, without prices, as with `POST /v1/blends`. Each leaves out at "
        "least one lot of every better one, and costs at most 10 % more than the best. Lots may come by way of "
        "`offers` that you have from processors and, with `open_offers`, of what they offer to all. They stand until "
        "the next proposal for the spec. That no blend conforms is an answer too: `unmet` says what would help."
    ),
    tags=["Blends"],
    status_code=200,
    opt={
        "wire": Wire(
            answer=ProposalAnswer,
            accepted=Job,
            scope="blends:write",
            kinds=frozenset(WRITERS["spec"]),
            problems=(409, 422),
            example=examples.PROPOSAL,
        )
    },
)
async def propose(id: FromPath[UUID], data: JSONBody[ProposalRequest], request: Call) -> Response[Any]:
    """At once where it is small, else by a job."""
    asked = Asked(Proposal(id, data), request.language, request.once)
    return replied(request, await request.parts.proposing.propose(request.opened, request.principal, asked))


@get(
    "/specs/{id:uuid}/blends",
    operation_id="list_spec_blends",
    summary="What is proposed for a spec, best first",
    description="With its state as of now: `current`, `stale` or `impossible`.",
    tags=["Blends"],
    opt={"wire": Wire(answer=StoredBlends, scope="matches:read", tagged=True, problems=(304,))},
)
async def of_spec(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """Of one's own spec."""
    found = await request.parts.stored.of_spec(work, request.principal, id, request.language)
    return conditional(request, encode(found), PRIVATE | worded(request.language))


@get(
    "/blends/{id:uuid}",
    operation_id="get_blend",
    summary="Read a proposed blend, with its state as of now",
    tags=["Blends"],
    opt={"wire": Wire(answer=StoredBlend, scope="matches:read", tagged=True, problems=(304,))},
)
async def read(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """For the owner of its spec."""
    found = await request.parts.stored.read(work, request.principal, id, request.language)
    return conditional(request, encode(found), PRIVATE | worded(request.language))


@get(
    "/lots/{id:uuid}/blends",
    operation_id="list_lot_blends",
    summary="What proposed blends would take of your lot, newest first",
    description="Your own share only; the specs may be read redacted.",
    tags=["Blends"],
    opt={"wire": Wire(answer=LotShares, scope="matches:read", tagged=True, problems=(304,))},
)
async def of_lot(
    id: FromPath[UUID], work: NamedDependency[Work], request: Call, limit: Limit = 50, cursor: Cursor = None
) -> Response[Any]:
    """Of one's own lot."""
    return conditional(request, encode(await request.parts.stored.of_lot(work, id, limit, cursor)), PRIVATE)


handlers = [propose, of_spec, read, of_lot]
