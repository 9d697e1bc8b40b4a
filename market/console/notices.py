"""What one's organisation was told of: the inbox, and the number on every page."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from market.alerts import service as notices
from market.console import posted, rendering
from market.console.deals.acting import asking
from market.console.paths import local
from market.console.screen import Screen
from market.console.sending import once
from market.console.visit import Visit
from market.http.listing_routes import Cursor
from market.http.notices import shown
from specs.kit.tenancy import Role, Work

PAGE = 50
READING = {"screen": Screen(scope="notices:read")}
MARKING = {"screen": Screen(scope="notices:write")}
INBOX = "/console/notices"


@get("/notices", opt=READING)
async def page(request: Visit, cursor: Cursor = None) -> Response[Any]:
    """The newest first. Looking marks nothing as read."""
    async with request.opened() as work:
        found, more, unread = await notices.page(work, PAGE, cursor)
    items = [shown(one, request.language) for one in found]
    return rendering.page(request, "notices.html", items=items, more=more, unread=unread)


@get("/notices/badge", opt=READING)
async def badge(request: Visit) -> Response[Any]:
    """How many are unread."""
    async with request.opened() as work:
        _, _, unread = await notices.page(work, 1, unread=True)
    return rendering.page(request, "parts/badge.html", number=unread)


@post("/notices/read-all", opt=MARKING)
async def read_all(request: Visit) -> Response[Any]:
    """All that there are, and back to where one was."""
    fields = dict(await posted.fields(request))

    async def read(work: Work) -> str:
        await notices.read_all(work)
        return local(fields.get("next", INBOX))

    return await once(request, read)


@post("/deals/{id:uuid}/notices/read", opt=MARKING)
async def read_about(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """What was told of a deal, as its page asks once it is shown: one only fetched ahead marks nothing."""
    async with request.opened() as work:
        await request.parts.deals.read(work, asking(request), id)
        await work.as_role(Role.TENANT)
        await notices.read_about(work, id)
    return rendering.sent(request, "") if request.partial else rendering.see(request, f"/console/deals/{id}")


handlers = [page, badge, read_all, read_about]
