"""The people of one's organisation: who they are, adding one, and the links that an administrator hands them."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from market.console import forms, rendering
from market.console.paths import PEOPLE
from market.console.screen import Screen
from market.console.sending import once, same
from market.console.visit import Visit
from market.http.listing_routes import Cursor
from market.parties import users
from market.parties.rights import manages
from market.parties.structs import Scope, UserDraft, UserPage, UserRole
from market.people import inviting
from market.people.inviting import Handed
from specs.kit.tenancy import Work

READ = {"screen": Screen(scope=Scope.ORGANISATIONS_READ)}
WRITE = {"screen": Screen(scope=Scope.ORGANISATIONS_WRITE)}
ON_A_PAGE = 50


@get("/people", opt=READ)
async def page(request: Visit, cursor: Cursor = None) -> Response[Any]:
    """Newest first."""
    async with request.opened() as work:
        found = msgspec.json.decode(await users.page(work, ON_A_PAGE, cursor), type=UserPage)
        logins = await inviting.logins(work, tuple(user.id for user in found.items))
    return rendering.page(
        request,
        "people/colleagues.html",
        page=found,
        logins=logins,
        roles=tuple(UserRole),
        manages=manages(request.principal.role),
    )


@post("/people", opt=WRITE)
async def add(request: Visit) -> Response[Any]:
    """Add one; the invitation is a second step."""
    draft = forms.draft((await request.form()).multi_items(), UserDraft)

    async def added(work: Work) -> str:
        await users.create(work, request.principal, draft)
        return PEOPLE

    return await once(request, added)


@post("/people/{id:uuid}/invitation", opt=WRITE)
async def invite(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """The link, shown once."""
    async with request.opened() as work:
        handed = await inviting.invite(work, request.principal, id, await same(request))
    return _handed(request, handed)


@post("/people/{id:uuid}/reset", opt=WRITE)
async def reset(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """The link, shown once."""
    async with request.opened() as work:
        handed = await inviting.reset(work, request.principal, id, await same(request))
    return _handed(request, handed)


def _handed(request: Visit, handed: Handed) -> Response[Any]:
    return rendering.page(request, "people/handed.html", handed=handed, address=request.whole(handed.path))


handlers = [page, add, invite, reset]
