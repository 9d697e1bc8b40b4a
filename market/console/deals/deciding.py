"""A coordinator's word on one deal: the form is a page of its own, and a dialog where htmx asks for it."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from market.console import rendering
from market.console.deals.acting import Sent, act, asking
from market.console.paths import local
from market.console.reading import decoded
from market.console.screen import Screen
from market.console.visit import Visit
from market.deals.review import deciding
from market.deals.review.structs import Decision, RejectReason, ReviewDraft
from market.deals.structs import Deal
from market.parties.structs import OrganisationKind as Kind
from specs.kit import clock

COORDINATORS = frozenset({Kind.COORDINATOR})
Wanted = Annotated[Decision, QueryParameter(name="act")]
Back = Annotated[str | None, QueryParameter(name="next", max_length=2000)]


@get("/deals/{id:uuid}/decide", opt={"screen": Screen(kinds=COORDINATORS, scope="deals:write")})
async def ask(
    id: FromPath[UUID], request: Visit, wanted: Wanted = Decision.APPROVE, back: Back = None
) -> Response[Any]:
    """What speaks for a closer look, beside what is about to be decided."""
    async with request.opened() as work:
        answer = await request.parts.deals.read(work, asking(request), id)
    there = local(back) if back else f"/console/deals/{id}"
    return rendering.page(
        request,
        "reviews/decide-part.html" if request.partial else "reviews/decide.html",
        deal=decoded(answer, Deal),
        version=answer.version,
        act=wanted.value,
        back=there,
        after=_after(there, wanted),
        reasons=[reason.value for reason in RejectReason],
        now=clock.now(),
    )


def _after(there: str, act: Decision) -> str:
    """Back in the queue one is told what was done; the deal itself says so."""
    if not there.startswith("/console/reviews"):
        return there
    return f"{there}{'&' if '?' in there else '?'}done={act.value}"


async def _decide(sent: Sent) -> Any:
    draft = sent.draft(ReviewDraft)
    return await sent.parts.deals.change(*sent.on, lambda work, deal: deciding.decide(work, deal, draft))


handlers = [ask, act("review", _decide, kinds=COORDINATORS)]
