"""What would bring one of one's own lots to more buyers: what to test next, and what to have removed."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from market.console import forms, posted, rendering, waiting
from market.console.lots import form
from market.console.lots.page import AT, KINDS, MATCHING
from market.console.screen import Screen
from market.console.visit import Visit
from market.runs import service as runs
from market.runs.inquiries import Asked
from market.upgrades.lot_structs import LotSubject, LotUpgrades, LotUpgradesRequest
from specs.kit.tenancy import Work
from specs.listing.structs import Status

UPGRADING = Screen(kinds=KINDS, scope="upgrades:write")


@get("/lots/{id:uuid}/advice", opt={"screen": MATCHING})
async def page(id: FromPath[UUID], work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """What to test is read at once; what to remove is asked for after the page, since it takes a search."""
    lot = (await form.FORM.stored(work, id)).listing
    active = lot.status is Status.ACTIVE
    tests = await request.parts.matches.next_tests(work, request.principal, id, language=request.language)
    return rendering.page(
        request, "lots/advice.html", lot=lot, tab="advice", active=active, tests=tests.items, found=None
    )


@post("/lots/{id:uuid}/upgrades", status_code=200, opt={"screen": UPGRADING})
async def upgrade(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """At once where the specs are few, else by a job."""
    wanted = forms.draft(await posted.fields(request), LotUpgradesRequest)
    asked = Asked(LotSubject(id, wanted), request.language)
    answer = await request.parts.lot_upgrading.answer(request.opened, request.principal, asked)
    if answer.status != 202:
        return await _answered(request, id, answer.body)
    return waiting.begun(request, f"{AT}/{id}/upgrades/{answer.id}")


@get("/lots/{id:uuid}/upgrades/{job:uuid}", opt={"screen": Screen(kinds=KINDS, scope="jobs:read")})
async def progress(
    id: FromPath[UUID], job: FromPath[UUID], work: NamedDependency[Work], request: Visit
) -> Response[Any]:
    """How far it is, and then what came of it."""
    found = await runs.read(work, job)
    if found.result is not None:
        return await _answered(request, id, found.result)
    return waiting.unanswered(request, f"{AT}/{id}/upgrades/{job}", found)


async def _answered(request: Visit, id: UUID, body: bytes) -> Response[Any]:
    found = msgspec.json.decode(body, type=LotUpgrades)
    if request.partial:
        return rendering.page(request, "lots/lifted.html", found=found)
    async with request.opened() as work:
        lot = (await form.FORM.stored(work, id)).listing
        tests = await request.parts.matches.next_tests(work, request.principal, id, language=request.language)
    return rendering.page(
        request, "lots/advice.html", lot=lot, tab="advice", active=True, tests=tests.items, found=found
    )


handlers = [page, upgrade, progress]
