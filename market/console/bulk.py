"""Several deals of low risk approved at once, after a page that lists each: every one by a service call of its own."""

import re
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import QueryParameter

from market.alerts import service as notices
from market.console import posted, rendering
from market.console.deals.acting import asking
from market.console.deals.deciding import COORDINATORS
from market.console.paths import local
from market.console.reading import decoded
from market.console.reviews import PAGE, QUEUE, safe
from market.console.screen import Screen
from market.console.sending import first
from market.console.text import text
from market.console.visit import Visit
from market.deals.review import deciding
from market.deals.review.structs import Decision, ReviewDraft
from market.deals.structs import Deal
from market.http import messages
from specs.kit.errors import NotFound, Refusal
from specs.kit.tenancy import Role

# all that a page of the queue has
MOST = PAGE
# a deal, and the version of it that the page showed
_CHOSEN = re.compile(r"(?P<deal>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}) (?P<version>[0-9]{1,9})", re.ASCII)
WRITING = {"screen": Screen(kinds=COORDINATORS, scope="deals:write")}
Chosen = Annotated[list[UUID] | None, QueryParameter(name="deal")]
Back = Annotated[str | None, QueryParameter(name="next", max_length=2000)]


class Picked(msgspec.Struct, frozen=True):
    """A deal as the confirming page shows it."""

    deal: Deal
    version: int


class Outcome(msgspec.Struct, frozen=True):
    """What became of one deal; `refused` says why nothing did."""

    deal: UUID
    material: str | None
    refused: str | None


@get("/reviews/bulk", opt=WRITING)
async def confirm(request: Visit, deals: Chosen = None, back: Back = None) -> Response[Any]:
    """Each with its reasons; those that need a look of their own are named and left out."""
    picked = [one for one in [await _picked(request, deal) for deal in (deals or [])[:MOST]] if one is not None]
    ready = [one for one in picked if _ready(one.deal)]
    left = [one for one in picked if not _ready(one.deal)]
    return rendering.page(request, "reviews/bulk.html", ready=ready, left=left, back=local(back) if back else QUEUE)


@post("/reviews/bulk", opt=WRITING)
async def approve(request: Visit) -> Response[Any]:
    """One after the other; a refused one stops none of the others."""
    fields = await posted.fields(request)
    chosen = [found for name, said in fields if name == "deal" and (found := _CHOSEN.fullmatch(said))][:MOST]
    outcomes = [await _approved(request, UUID(one["deal"]), int(one["version"])) for one in chosen]
    back = next((said for name, said in fields if name == "next"), None)
    return rendering.page(request, "reviews/bulk-done.html", outcomes=outcomes, back=local(back) if back else QUEUE)


def _ready(deal: Deal) -> bool:
    return Decision.APPROVE.value in deal.allowed and safe(deal)


async def _picked(request: Visit, deal: UUID) -> Picked | None:
    try:
        async with request.opened() as work:
            answer = await request.parts.deals.read(work, asking(request), deal)
    except NotFound:
        return None
    return Picked(decoded(answer, Deal), answer.version)


async def _approved(request: Visit, deal: UUID, version: int) -> Outcome:
    """At the version that was shown, and only while it is safe."""
    found = await _picked(request, deal)
    if found is None:
        return Outcome(deal, None, messages.title("not_found", request.language))
    if not safe(found.deal):
        return Outcome(deal, found.deal.material, text(request.language, "reviews.bulk_needs_a_look"))
    draft = ReviewDraft(act=Decision.APPROVE)
    try:
        async with request.opened() as work:

            async def decided() -> str:
                await request.parts.deals.change(
                    work, asking(request, (version,)), deal, lambda work, held: deciding.decide(work, held, draft)
                )
                await work.as_role(Role.TENANT)
                await notices.read_about(work, deal)
                return QUEUE

            await first(request, work, decided, of=f"/{deal}")
    except Refusal as refused:
        return Outcome(deal, found.deal.material, messages.title(refused.code, request.language))
    return Outcome(deal, found.deal.material, None)


handlers = [confirm, approve]
