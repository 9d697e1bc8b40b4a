"""Blends for one of one's own specs: ask for them, follow the job, read what was found, and open a deal on it."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from market.blends.structs import BlendSeen, Proposal, ProposalAnswer, ProposalRequest
from market.console import forms, posted, rendering, spec_form
from market.console.blend_shown import Shown, of_blend, of_stored
from market.console.screen import Screen
from market.console.specs import AT, KINDS, MATCHING
from market.console.visit import Visit
from market.http.jobs import told
from market.runs import service as runs
from market.runs.inquiries import Asked
from specs.kit.tenancy import Work
from specs.listing.structs import Status

BLENDING = Screen(kinds=KINDS, scope="blends:write")


@get("/specs/{id:uuid}/blends", opt={"screen": MATCHING})
async def page(id: FromPath[UUID], work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """What was proposed last, as it stands now; a job that is under way comes with its progress."""
    found = await spec_form.FORM.stored(work, id)
    stored = await request.parts.stored.of_spec(work, request.principal, id, request.language)
    takes = {take.lot for one in stored.items for take in one.blend.takes}
    lots = await request.parts.matches.lots(work, takes) if takes else {}
    shown = tuple(of_stored(one, lots) for one in stored.items)
    return _page(request, found.listing, shown, job=request.query_params.get("job"))


@post("/specs/{id:uuid}/blends", status_code=200, opt={"screen": BLENDING})
async def propose(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """At once where it is small, else by a job; that none conforms is told with what would help."""
    asked = forms.draft(await posted.fields(request), ProposalRequest)
    asking = Asked(Proposal(id, asked), request.language)
    answer = await request.parts.proposing.propose(request.opened, request.principal, asking)
    if answer.status == 202:
        return rendering.see(request, f"{AT}/{id}/blends?job={answer.id}")
    body = msgspec.json.decode(answer.body, type=ProposalAnswer)
    if body.unmet is None:
        return rendering.see(request, f"{AT}/{id}/blends")
    return await _unmet(request, id, body.unmet)


@get("/specs/{id:uuid}/jobs/{job:uuid}", opt={"screen": Screen(kinds=KINDS, scope="jobs:read")})
async def progress(
    id: FromPath[UUID], job: FromPath[UUID], work: NamedDependency[Work], request: Visit
) -> Response[Any]:
    """How far it is; once it is done, the page that has what came of it."""
    found = await runs.read(work, job)
    if not found.job.state.ended or found.trouble is not None:
        trouble = told(found.trouble, request.language)
        return rendering.page(request, "blends/job.html", job=found.job, trouble=trouble, path=f"{AT}/{id}/jobs/{job}")
    answer = msgspec.json.decode(found.result or b'{"items":[],"unmet":null}', type=ProposalAnswer)
    if answer.unmet is None:
        return rendering.see(request, f"{AT}/{id}/blends")
    return await _unmet(request, id, answer.unmet)


async def _unmet(request: Visit, spec: UUID, unmet: BlendSeen) -> Response[Any]:
    async with request.opened() as work:
        found = await spec_form.FORM.stored(work, spec)
    return _page(request, found.listing, (), unmet=of_blend(unmet, {}))


def _page(request: Visit, spec: Any, shown: tuple[Shown, ...], **holes: Any) -> Response[Any]:
    given = {"job": None, "unmet": None, **holes}
    template = "blends/found.html" if request.partial else "blends/list.html"
    return rendering.page(
        request, template, spec=spec, shown=shown, tab="blends", active=spec.status is Status.ACTIVE, **given
    )


handlers = [page, propose, progress]
