"""/v1/deals/{id}/claims: made, answered, settled, withdrawn, or given to a coordinator."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from market.deals.claims.structs import Claim, ClaimAnswer, ClaimDraft, ClaimEvidence, ClaimPage
from market.http import examples
from market.http.call import Call
from market.http.deals import PARTIES, asking
from market.http.listing_routes import PRIVATE, Cursor, Limit, written
from market.http.responses import conditional
from market.http.wire import Wire, act
from specs.kit.tenancy import Work
from specs.kit.wire import encode


def many(deal: UUID) -> str:
    """Where the claims of a deal are."""
    return f"deals/{deal}/claims"


def moving(example: Any = None, problems: tuple[int, ...] = (409,)) -> dict[str, Any]:
    """How every act on a claim is declared: the answer is the claim as it is then."""
    return act(Claim, "deals:write", PARTIES, example, problems)


@post(
    "/deals/{id:uuid}/claims",
    operation_id="make_claim",
    summary="Claim that a portion is not as it should be",
    description="Until the last day of the contract's time for claims after the receipt, in Japan. Either side may.",
    tags=["Claims"],
    opt={
        "wire": Wire(
            answer=Claim,
            scope="deals:write",
            kinds=PARTIES,
            tagged=True,
            located=True,
            problems=(404, 409, 422),
            example=examples.CLAIM,
        )
    },
)
async def make(
    id: FromPath[UUID], data: JSONBody[ClaimDraft], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """Open, and the other side's turn."""
    return written(await request.parts.claims.make(work, asking(request), id, data), many(id))


@get(
    "/deals/{id:uuid}/claims",
    operation_id="list_claims",
    summary="The claims of a deal, the newest first",
    tags=["Claims"],
    opt={"wire": Wire(answer=ClaimPage, scope="deals:read", tagged=True, problems=(304,))},
)
async def page(
    id: FromPath[UUID], work: NamedDependency[Work], request: Call, limit: Limit = 50, cursor: Cursor = None
) -> Response[Any]:
    """A recycler sees those of its own leg."""
    found = await request.parts.claims.page(work, asking(request), id, limit, cursor)
    return conditional(request, encode(found), PRIVATE)


@get(
    "/deals/{id:uuid}/claims/{claim_id:uuid}",
    operation_id="get_claim",
    summary="Read a claim",
    tags=["Claims"],
    opt={"wire": Wire(answer=Claim, scope="deals:read", tagged=True)},
)
async def read(
    id: FromPath[UUID], claim_id: FromPath[UUID], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """For both sides of the leg, and for coordinators who oversee the deal."""
    return written(await request.parts.claims.read(work, asking(request), id, claim_id), many(id))


@post(
    "/deals/{id:uuid}/claims/{claim_id:uuid}/answer",
    operation_id="answer_claim",
    summary="Answer the other side's claim, with what you offer",
    tags=["Claims"],
    status_code=200,
    opt=moving(examples.CLAIM_ANSWER, problems=(409, 422)),
)
async def answer(
    id: FromPath[UUID],
    claim_id: FromPath[UUID],
    data: JSONBody[ClaimAnswer],
    work: NamedDependency[Work],
    request: Call,
) -> Response[Any]:
    """The claimant's turn."""
    return written(await request.parts.claims.answer(work, asking(request), id, claim_id, data), many(id))


@post(
    "/deals/{id:uuid}/claims/{claim_id:uuid}/evidence",
    operation_id="add_claim_evidence",
    summary="Add evidence that came to light after the claim was made",
    description="The claimant may until it is settled, decided or withdrawn, either side while a coordinator is to "
    "decide. The documents are opened to the other side; coordinators who oversee the deal read them too.",
    tags=["Claims"],
    status_code=200,
    opt=moving(examples.CLAIM_EVIDENCE, problems=(409, 422)),
)
async def add_evidence(
    id: FromPath[UUID],
    claim_id: FromPath[UUID],
    data: JSONBody[ClaimEvidence],
    work: NamedDependency[Work],
    request: Call,
) -> Response[Any]:
    """It stands as it stood, and shows what was added."""
    return written(await request.parts.claims.add_evidence(work, asking(request), id, claim_id, data), many(id))


@post(
    "/deals/{id:uuid}/claims/{claim_id:uuid}/settle",
    operation_id="settle_claim",
    summary="Take the newest answer to your claim",
    tags=["Claims"],
    status_code=200,
    opt=moving(),
)
async def settle(
    id: FromPath[UUID], claim_id: FromPath[UUID], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """It is settled."""
    return written(await request.parts.claims.settle(work, asking(request), id, claim_id), many(id))


@post(
    "/deals/{id:uuid}/claims/{claim_id:uuid}/escalate",
    operation_id="escalate_claim",
    summary="Ask a coordinator to decide",
    description="The deal is disputed until then. Without an answer the claimant may after seven days.",
    tags=["Claims"],
    status_code=200,
    opt=moving(),
)
async def escalate(
    id: FromPath[UUID], claim_id: FromPath[UUID], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """The coordinator's turn."""
    return written(await request.parts.claims.escalate(work, asking(request), id, claim_id), many(id))


@post(
    "/deals/{id:uuid}/claims/{claim_id:uuid}/withdraw",
    operation_id="withdraw_claim",
    summary="Withdraw your claim",
    tags=["Claims"],
    status_code=200,
    opt=moving(),
)
async def withdraw(
    id: FromPath[UUID], claim_id: FromPath[UUID], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """Nothing is held against it any more."""
    return written(await request.parts.claims.withdraw(work, asking(request), id, claim_id), many(id))


handlers = [make, page, read, answer, add_evidence, settle, escalate, withdraw]
