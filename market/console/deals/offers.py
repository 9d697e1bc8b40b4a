"""すり合わせ: offers made, accepted, and taken back."""

from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath

from market.console import posted
from market.console.deals import offering
from market.console.deals.acting import Sent, act_on, run
from market.console.terms import form
from market.console.typed import Typed
from market.console.visit import Visit
from market.deals.offers.structs import OfferDraft


@post("/deals/{id:uuid}/offers", opt={"screen": offering.WRITING})
async def make(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """It takes the place of the offer before; refused, its form is drawn from what was typed."""
    typed = await posted.typed(request)
    request.drawn(lambda: offering.again(request, id, typed))
    return await run(request, id, _offer)


async def _offer(sent: Sent) -> Any:
    typed = Typed.of_form(sent.fields)
    with form.as_typed(typed):
        return await sent.parts.deals.offer(*sent.on, form.draft(typed, OfferDraft))


handlers = [
    make,
    act_on("offers", "accept", lambda sent: sent.parts.deals.accept(*sent.noun)),
    act_on("offers", "retract", lambda sent: sent.parts.deals.retract(*sent.noun)),
]
