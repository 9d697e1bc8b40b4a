"""POST /v1/blends: many lots into one volume that conforms; of posted documents, or of the market's lots."""

from typing import Any

from litestar import Response, post

from market.blends.service import Asked
from market.blends.structs import BlendRequest, BlendSeen, Envelope
from market.http import examples
from market.http.body import decode, shallow
from market.http.call import Call
from market.http.jobs import RETRY
from market.http.responses import Reply, worded
from market.http.wire import Wire
from market.runs.structs import Job
from matching.blending.answer import Blend
from specs.kit.idempotency import Answer

# some thousands of lots with a dozen results each; a million bytes are the rule elsewhere
MAX_BYTES = 16_000_000


@post(
    "/blends",
    operation_id="blend",
    summary="Blend lots for a spec",
    description=(
        "With `spec` and `lots`: a stateless what-if of the caller's own figures, answered in full. "
        "With `spec_id`: one's own active spec and the lots that it may be matched with; the answer has no prices, "
        "and was worked out of prices on a grid of 5 % and places by prefecture. "
        "With `offers` (or, of one's own spec, the `open_offers` of processors) a lot may also come by way of up to "
        "three steps, in part or whole: at most six ways of a lot are tried, the best for what they relieve. What goes "
        "through a processor is as claimed and not as measured, and says so. "
        "Up to 1,000 lots × (limits + offers) are answered at once, more as a job (202, `Location`), and so is what "
        "takes longer than ten seconds. A body may have 16,000,000 bytes, 10,000 lots and 50 offers. That no blend "
        "conforms is an answer, with the smallest change that would help."
    ),
    tags=["Blends"],
    status_code=200,
    request_max_body_size=MAX_BYTES,
    opt={
        "wire": Wire(
            answer=(Blend, BlendSeen),
            accepted=Job,
            body=BlendRequest,
            scope="blends:write",
            problems=(404, 409, 422),
            example=examples.BLEND,
            links=(),
        )
    },
)
async def blend(request: Call) -> Response[Any]:
    """Only the outline of the body is read here: a solver process reads, checks and solves the rest."""
    body = await request.body()
    envelope = shallow(body, Envelope)
    by_id = envelope.spec_id is not None and not envelope.lots and envelope.offers
    offers = decode(body, BlendRequest).offers if by_id else ()
    asked = Asked(envelope, body, request.language, request.once, offers)
    return replied(request, await request.parts.blends.answer(request.opened, request.principal, asked))


def replied(request: Call, answer: Answer) -> Response[Any]:
    """The answer, or where the job is that will have it."""
    headers = worded(request.language)
    if answer.status == 202:
        headers |= {"Location": f"/v1/jobs/{answer.id}", "Retry-After": RETRY, "ETag": f'"{answer.version}"'}
    return Reply(answer.body, status_code=answer.status, headers=headers)


handlers = [blend]
