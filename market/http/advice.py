"""POST /v1/specs/{id}/advice: what the owner of a spec that is short of supply could give way on."""

from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath, JSONBody

from market.advice.structs import AdviceRequest, AdviceSeen, Subject
from market.http import examples
from market.http.blends import replied
from market.http.call import Call
from market.http.wire import Wire
from market.parties.rights import WRITERS
from market.runs.inquiries import Asked
from market.runs.structs import Job


@post(
    "/specs/{id:uuid}/advice",
    operation_id="advise_spec",
    summary="Say what would bring more supply",
    description=(
        "Single changes and pairs (a limit, the ceiling, the window, the place, the steps of `offers` that you have "
        "from processors and, with `open_offers`, of what they offer to all) with the tonnes that they unlock, each "
        "solved again, ranked by what is negotiable, then by tonnes. Of the lots that your active spec may be matched "
        "with, near misses among them; nothing is stored, and no lot or price is named. Up to 1,000 lots × (limits + "
        "offers²) are answered at once, more as a job (202, `Location`), and so is what takes longer than ten seconds."
    ),
    tags=["Advice"],
    status_code=200,
    opt={
        "wire": Wire(
            answer=AdviceSeen,
            accepted=Job,
            scope="advice:write",
            kinds=frozenset(WRITERS["spec"]),
            problems=(409, 422),
            example=examples.ADVICE,
        )
    },
)
async def advise(id: FromPath[UUID], data: JSONBody[AdviceRequest], request: Call) -> Response[Any]:
    """At once where the lots are few, else by a job."""
    asked = Asked(Subject(id, data), request.language, request.once)
    return replied(request, await request.parts.advising.answer(request.opened, request.principal, asked))


handlers = [advise]
