"""/v1/deals/{id}/documents: what one side lays before the other."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from market.deals import papers
from market.deals.structs import DealDocuments, PaperDraft
from market.http import examples
from market.http.call import Call
from market.http.deals import PARTIES, asking
from market.http.listing_routes import PRIVATE
from market.http.responses import Reply, conditional
from market.http.wire import Wire
from specs.kit.tenancy import Work
from specs.kit.wire import encode


@post(
    "/deals/{id:uuid}/documents",
    operation_id="share_deal_document",
    summary="Lay a document of yours before the other side",
    description=(
        "It can be downloaded by whom it is laid before; of a blend, by the recycler of `leg_id` only, or by all. Its "
        "file name is told once names are open, and what is downloaded until then is a copy without metadata: where "
        "its `bare_sha256` is null, nothing is. What its text says is yours to think of. Laying it there again "
        "changes nothing."
    ),
    tags=["Deals"],
    status_code=200,
    opt={
        "wire": Wire(
            answer=DealDocuments,
            scope="deals:write",
            kinds=PARTIES,
            problems=(404, 409, 422),
            example=examples.DEAL_DOCUMENT,
        )
    },
)
async def share(
    id: FromPath[UUID], data: JSONBody[PaperDraft], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """All documents of the deal that concern the caller."""
    return Reply((await request.parts.deals.share(work, asking(request), id, data)).body)


@get(
    "/deals/{id:uuid}/documents",
    operation_id="list_deal_documents",
    summary="The documents of a deal that concern you",
    tags=["Deals"],
    opt={"wire": Wire(answer=DealDocuments, scope="deals:read", tagged=True, problems=(304,))},
)
async def documents(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """For its parties, and for coordinators who oversee it."""
    return conditional(request, encode(await papers.of_deal(work, request.principal, id)), PRIVATE)


handlers = [share, documents]
