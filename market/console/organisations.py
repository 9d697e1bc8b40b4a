"""The organisations of a coordinator's jurisdiction: who they are, and whether they are vouched for."""

from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter

from market.console import rendering
from market.console.editing import Edit, edited
from market.console.reading import decoded
from market.console.screen import Screen
from market.console.visit import Visit
from market.deals.queries import numbers_of
from market.http.listing_routes import Cursor
from market.parties import organisations
from market.parties.structs import Organisation, OrganisationKind, OrganisationPage
from market.permits import service as permits

PAGE: Final = "/console/organisations"
ROWS: Final = 50
PERMITS: Final = 50
SEEING = {
    "screen": Screen(kinds=frozenset({OrganisationKind.COORDINATOR}), scope="organisations:read"),
}
VOUCHING = {"screen": Screen(kinds=frozenset({OrganisationKind.COORDINATOR}), scope="organisations:write")}
KINDS: Final = {kind.value: kind for kind in OrganisationKind}
STANDINGS: Final = {"verified": True, "unverified": False}
OfKind = Annotated[str | None, QueryParameter(name="kind", max_length=32)]
OfStanding = Annotated[str | None, QueryParameter(max_length=16)]


@get("/organisations", opt=SEEING)
async def page(
    request: Visit, kind: OfKind = None, standing: OfStanding = None, cursor: Cursor = None
) -> Response[Any]:
    """Newest first."""
    of_kind, verified = KINDS.get(kind or ""), STANDINGS.get(standing or "")
    async with request.opened() as work:
        body = await organisations.page(work, request.principal, ROWS, cursor, verified=verified, kind=of_kind)
    return rendering.page(
        request,
        "organisations/list.html",
        found=msgspec.json.decode(body, type=OrganisationPage),
        kind=kind if of_kind else "",
        standing=standing if verified is not None else "",
        kinds=tuple(OrganisationKind),
    )


@get("/organisations/{id:uuid}", opt=SEEING)
async def one(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """With what it holds, and how its deals stand."""
    async with request.opened() as work:
        answer = await organisations.read(work, request.principal, id)
        held = await permits.of(work, request.principal, id, PERMITS)
        deals = await numbers_of(work, id)
    return rendering.page(
        request, "organisations/one.html", one=decoded(answer, Organisation), permits=held, deals=deals
    )


@post("/organisations/{id:uuid}/verify", opt=VOUCHING)
async def verify(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """Vouch for it."""
    return await _turned(request, id, verified=True)


@post("/organisations/{id:uuid}/unverify", opt=VOUCHING)
async def unverify(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """Take that back."""
    return await _turned(request, id, verified=False)


async def _turned(request: Visit, organisation: UUID, *, verified: bool) -> Response[Any]:
    there = f"{PAGE}/{organisation}"

    async def turn(edit: Edit) -> str:
        await organisations.verify(edit.work, request.principal, organisation, verified=verified)
        return there

    return await edited(request, turn, there)


handlers = [page, one, verify, unverify]
