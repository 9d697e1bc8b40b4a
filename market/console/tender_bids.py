"""A recycler's bids in a tender: place one, put another in its place, take it back."""

from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath

from market.console import posted, rendering
from market.console.screen import Screen
from market.console.sending import once
from market.console.tender_shown import shown, stored
from market.console.tenders import AT
from market.console.terms import form, rows
from market.console.terms.rows import Done
from market.console.visit import Visit
from market.http.deals import asking
from market.parties.rights import WRITERS
from market.tenders.structs import BidDraft
from specs.kit.tenancy import Work

SELLING = Screen(kinds=frozenset(WRITERS["lot"]), scope="tenders:write")


@post("/tenders/{id:uuid}/bids", status_code=200, opt={"screen": SELLING})
async def place(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """Sealed until the opening; it takes the place of the bid for the same lot."""
    typed = await posted.typed(request)
    request.drawn(lambda: _form(request, id, Done(typed)))

    async def bid(work: Work) -> str:
        with form.as_typed(typed):
            await request.parts.tenders.bid(work, asking(request), id, form.draft(typed, BidDraft))
        return f"{AT}/{id}"

    return await once(request, bid)


@post("/tenders/{id:uuid}/bid", status_code=200, opt={"screen": SELLING})
async def change(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """The bid again after one of its form's own buttons; nothing typed is lost."""
    typed = await posted.typed(request)
    return await _form(request, id, rows.do(typed, typed.text("_do")))


@post("/tenders/{id:uuid}/bids/{bid:uuid}/withdraw", status_code=200, opt={"screen": SELLING})
async def withdraw(id: FromPath[UUID], bid: FromPath[UUID], request: Visit) -> Response[Any]:
    """It counts no more."""

    async def drop(work: Work) -> str:
        await request.parts.tenders.withdraw_bid(work, asking(request), id, bid)
        return f"{AT}/{id}"

    return await once(request, drop)


async def _form(request: Visit, id: UUID, done: Done) -> Response[Any]:
    tender, version = await stored(request, id)
    return rendering.page(
        request,
        "tenders/bid-form.html" if request.partial else "tenders/tender.html",
        headers=rendering.beside(request, "#editor", "outerHTML"),
        **await shown(request, tender, done.typed, done.focus),
        version=version,
        split=None,
    )


handlers = [place, change, withdraw]
