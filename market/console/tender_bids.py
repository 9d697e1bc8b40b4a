"""A recycler's bids in a tender: place one, put another in its place, take it back."""

from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath

from market.console import forms, posted
from market.console.screen import Screen
from market.console.sending import once
from market.console.tenders import AT
from market.console.visit import Visit
from market.http.deals import asking
from market.parties.rights import WRITERS
from market.tenders.structs import BidDraft
from specs.kit.tenancy import Work

SELLING = Screen(kinds=frozenset(WRITERS["lot"]), scope="tenders:write")


@post("/tenders/{id:uuid}/bids", status_code=200, opt={"screen": SELLING})
async def place(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """Sealed until the opening; it takes the place of the bid for the same lot."""
    draft = forms.draft([*_moved(await posted.fields(request)), ("/price/per", "t")], BidDraft)

    async def bid(work: Work) -> str:
        await request.parts.tenders.bid(work, asking(request), id, draft)
        return f"{AT}/{id}"

    return await once(request, bid)


@post("/tenders/{id:uuid}/bids/{bid:uuid}/withdraw", status_code=200, opt={"screen": SELLING})
async def withdraw(id: FromPath[UUID], bid: FromPath[UUID], request: Visit) -> Response[Any]:
    """It counts no more."""

    async def drop(work: Work) -> str:
        await request.parts.tenders.withdraw_bid(work, asking(request), id, bid)
        return f"{AT}/{id}"

    return await once(request, drop)


def _moved(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A limit that is asked to give way names its place only where it says where to."""
    to = {name.split("/")[2] for name, text in fields if name.startswith("/relaxations/") and text.strip()}
    return [*fields, *((f"/relaxations/{limit}/limit:number", limit) for limit in sorted(to))]


handlers = [place, withdraw]
