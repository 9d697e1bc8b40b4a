"""Advice on one of one's own specs: what giving way a little would bring, most tonnes first."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from market.advice.structs import AdviceRequest, AdviceSeen, Subject
from market.console import forms, posted, rendering, spec_form, waiting
from market.console.screen import Screen
from market.console.specs import AT, KINDS
from market.console.visit import Visit
from market.runs import service as runs
from market.runs.inquiries import Asked
from specs.kit.tenancy import Work
from specs.listing.structs import Status

ADVISING = Screen(kinds=KINDS, scope="advice:write")


@get("/specs/{id:uuid}/advice", opt={"screen": ADVISING})
async def page(id: FromPath[UUID], work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """The question; the answer is loaded after the page, since it takes a solve or more."""
    spec = (await spec_form.FORM.stored(work, id)).listing
    return rendering.page(
        request, "advice/page.html", spec=spec, tab="advice", active=spec.status is Status.ACTIVE, found=None
    )


@post("/specs/{id:uuid}/advice", status_code=200, opt={"screen": ADVISING})
async def advise(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """At once where the lots are few, else by a job."""
    asked = forms.draft(await posted.fields(request), AdviceRequest)
    asking = Asked(Subject(id, asked), request.language)
    answer = await request.parts.advising.answer(request.opened, request.principal, asking)
    if answer.status == 202:
        return waiting.begun(request, f"{AT}/{id}/advice/{answer.id}")
    return await _answered(request, id, answer.body)


@get("/specs/{id:uuid}/advice/{job:uuid}", opt={"screen": Screen(kinds=KINDS, scope="jobs:read")})
async def progress(
    id: FromPath[UUID], job: FromPath[UUID], work: NamedDependency[Work], request: Visit
) -> Response[Any]:
    """How far it is, and then what came of it."""
    found = await runs.read(work, job)
    if found.result is not None:
        return await _answered(request, id, found.result)
    return waiting.unanswered(request, f"{AT}/{id}/advice/{job}", found)


async def _answered(request: Visit, id: UUID, body: bytes) -> Response[Any]:
    found = msgspec.json.decode(body, type=AdviceSeen)
    async with request.opened() as work:
        spec = (await spec_form.FORM.stored(work, id)).listing
    template = "advice/found.html" if request.partial else "advice/page.html"
    return rendering.page(request, template, spec=spec, tab="advice", active=True, found=found)


handlers = [page, advise, progress]
