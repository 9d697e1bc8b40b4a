"""An offer as it is written: prefilled from the newest on the leg, its rows added and taken out, nothing stored yet."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter

from market.console import posted, rendering
from market.console.deals.acting import asking
from market.console.reading import decoded, offered
from market.console.screen import Screen
from market.console.terms import changes, rows, starting
from market.console.terms.shown import holes
from market.console.typed import Typed
from market.console.visit import Visit
from market.deals.machine import Act
from market.deals.offers.structs import Offer
from market.deals.structs import Deal
from market.http.deals import PARTIES
from specs.kit import clock
from specs.kit.tenancy import Role

WRITING = Screen(kinds=frozenset(PARTIES), scope="deals:write")
OnLeg = Annotated[UUID | None, QueryParameter(name="leg")]


class Exchanged(msgspec.Struct, frozen=True):
    """A deal with all that was offered in it, and the version that an offer on it names."""

    deal: Deal
    version: int
    offers: tuple[Offer, ...]


@get("/deals/{id:uuid}/offer", opt={"screen": WRITING})
async def ask(id: FromPath[UUID], request: Visit, leg: OnLeg = None) -> Response[Any]:
    """The form of an offer; whoever may make none just now reads on the deal why."""
    found = await _read(request, id)
    own = starting.leg_of(found.deal, leg) if Act.OFFER in found.deal.allowed else None
    if own is None:
        return rendering.see(request, f"/console/deals/{id}")
    typed = starting.of_offer(found.deal, own, [one for one in found.offers if one.leg_id == own.id])
    typed.put("_version", str(found.version))
    typed.put("_seen", clock.now().isoformat())
    return _form(request, found, typed)


@post("/deals/{id:uuid}/offer", status_code=200, opt={"screen": WRITING})
async def change(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """The form again after one of its own buttons; nothing typed is lost."""
    typed = await posted.typed(request)
    done = rows.do(typed, typed.text("_do"))
    return _form(request, await _read(request, id), done.typed, done.focus)


async def again(request: Visit, id: UUID, typed: Typed) -> Response[Any]:
    """The page of an offer that was refused, with the rows that it was sent with. Raises NotFound."""
    return _form(request, await _read(request, id), typed)


async def _read(request: Visit, id: UUID) -> Exchanged:
    """Raises NotFound."""
    parts, who = request.parts, asking(request)
    async with request.opened() as work:
        answer = await parts.deals.read(work, who, id)
        await work.as_role(Role.TENANT)
        found = await parts.deals.offers(work, who, id)
    deal = offered(request, "deals:write", decoded(answer, Deal))
    return Exchanged(deal, answer.version, found.items)


def _form(request: Visit, found: Exchanged, typed: Typed, focus: str = "") -> Response[Any]:
    named = typed.text("/leg_id")
    beside = changes.exchanges(found.deal, found.offers, request.language)
    return rendering.page(
        request,
        "deals/offer-form.html" if request.partial else "deals/offering.html",
        headers=rendering.beside(request, "#editor", "outerHTML"),
        deal=found.deal,
        exchange=next((one for one in beside if str(one.leg.id) == named), beside[0]),
        **holes(typed, found.deal.material, request.language, focus),
    )


handlers = [ask, change]
