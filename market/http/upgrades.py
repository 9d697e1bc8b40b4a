"""POST /v1/upgrades: which path of processors' steps would bring a lot into a spec."""

from typing import Any

from litestar import Response, post

from market.http import examples
from market.http.blends import MAX_BYTES, replied
from market.http.body import shallow
from market.http.call import Call
from market.http.wire import Wire
from market.runs.posted import Asked
from market.runs.structs import Job
from market.upgrades.structs import Envelope, UpgradeRequest
from matching.upgrading.answer import Upgrades


@post(
    "/upgrades",
    operation_id="upgrade",
    summary="Bring lots into a spec by processors' steps",
    description=(
        "A stateless what-if of one's own figures: `spec`, `lot` or `lots`, and `offers`. Each lot that does not "
        "conform gets its cheapest path of up to three steps, which share the capacities; what it would be is judged "
        "by the same rules and never shown as measured; published figures stand beside the claims. Up to 10,000 lots "
        "× offers² are answered at once, more as a job (202, `Location`), and so is what takes longer than ten "
        "seconds. A body may have 16,000,000 bytes, 2,000 lots and 200 offers."
    ),
    tags=["Upgrades"],
    status_code=200,
    request_max_body_size=MAX_BYTES,
    opt={
        "wire": Wire(
            answer=Upgrades,
            accepted=Job,
            body=UpgradeRequest,
            scope="upgrades:write",
            problems=(422,),
            example=examples.UPGRADE,
        )
    },
)
async def upgrade(request: Call) -> Response[Any]:
    """Only the outline of the body is read here: a solver process reads, checks and searches the rest."""
    body = await request.body()
    asked = Asked(shallow(body, Envelope), body, request.language, request.once)
    return replied(request, await request.parts.upgrading.answer(request.opened, asked))


handlers = [upgrade]
