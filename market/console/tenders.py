"""Tenders: the list, one's invitation of others, a tender as its side may see it, and what a buyer does about it."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from market.console import forms, posted, rendering, spec_form, waiting
from market.console.blend_shown import Drawn, drawn
from market.console.editing import Edit, edited
from market.console.screen import Screen
from market.console.sending import once
from market.console.specs import KINDS
from market.console.tender_shown import shown, stored
from market.console.terms import form, rows, starting
from market.console.terms.rows import Done
from market.console.terms.shown import holes
from market.console.visit import Visit
from market.deals.acting import Asking
from market.deals.structs import Reason
from market.http.deals import asking
from market.parties.structs import OrganisationKind as Kind
from market.runs import service as runs
from market.tenders.structs import AwardDraft, Split, Status, TenderDraft
from specs.kit.tenancy import Work
from specs.listing.structs import Status as Listed

READING = Screen(
    kinds=frozenset({Kind.MANUFACTURER, Kind.RECYCLER, Kind.PROCESSOR, Kind.COORDINATOR}), scope="tenders:read"
)
BUYING = Screen(kinds=KINDS, scope="tenders:write")
AT = "/console/tenders"
_PAGE = 25
_CHOICES = 50


@get("/tenders", opt={"screen": READING})
async def page(work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """One's own and those that one is invited to, the newest first."""
    status = next((one for one in Status if one.value == request.query_params.get("status")), None)
    cursor = request.query_params.get("cursor")
    found = await request.parts.tenders.page(work, asking(request), _PAGE, cursor, status)
    here = f"{AT}?status={status.value}" if status else AT
    return rendering.page(request, "tenders/list.html", page=found, chosen=status, statuses=tuple(Status), here=here)


@get("/specs/{id:uuid}/tender", opt={"screen": BUYING})
async def ask(id: FromPath[UUID], work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """Whom to invite, until when, and on which terms."""
    return await _inviting(request, work, id)


@post("/specs/{id:uuid}/tender", status_code=200, opt={"screen": BUYING})
async def invite(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """Open for bids, and shut until the deadline."""
    typed = await posted.typed(request)
    typed.put("/spec_id", str(id))
    request.drawn(lambda: _again(request, id, Done(typed)))

    async def invited(work: Work) -> str:
        with form.as_typed(typed):
            made = await request.parts.tenders.invite(work, asking(request), form.draft(typed, TenderDraft))
        return f"{AT}/{made.id}"

    return await once(request, invited)


@post("/specs/{id:uuid}/tender/terms", status_code=200, opt={"screen": BUYING})
async def change(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """The invitation again after one of its form's own buttons; nothing typed is lost."""
    typed = await posted.typed(request)
    return await _again(request, id, rows.do(typed, typed.text("_do")))


@get("/tenders/{id:uuid}", opt={"screen": READING})
async def read(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """As its buyer, one who is invited, or a coordinator."""
    tender, version = await stored(request, id)
    return rendering.page(request, "tenders/tender.html", **await shown(request, tender), version=version, split=None)


@post("/tenders/{id:uuid}/open", status_code=200, opt={"screen": BUYING})
async def open_bids(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """All together, after the deadline."""
    return await _turned(request, id, lambda work, who: request.parts.tenders.open(work, who, id))


@post("/tenders/{id:uuid}/award", status_code=200, opt={"screen": BUYING})
async def award(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """To each bid that is ticked, with its tonnes: all together or nothing."""
    fields = await posted.fields(request)
    # a row is sent whole; its bid is named only where it is ticked
    ticked = {name.split("/")[2] for name, text in fields if name.endswith("/bid_id") and text}
    chosen = [(name, text) for name, text in fields if not name.startswith("/awards/") or name.split("/")[2] in ticked]
    draft = forms.draft(chosen, AwardDraft)
    return await _turned(request, id, lambda work, who: request.parts.tenders.award(work, who, id, draft))


@post("/tenders/{id:uuid}/cancel", status_code=200, opt={"screen": BUYING})
async def cancel(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """Before anything is awarded; everyone who was invited is told why."""
    why = forms.draft(await posted.fields(request), Reason)
    return await _turned(request, id, lambda work, who: request.parts.tenders.cancel(work, who, id, why))


@post("/tenders/{id:uuid}/split", status_code=200, opt={"screen": BUYING})
async def split(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """The best split of what is left, at once or by a job; nothing is awarded by it."""
    answer = await request.parts.tenders.split(request.opened, asking(request), id)
    if answer.status == 202:
        return rendering.see(request, f"{AT}/{id}/split/{answer.id}")
    return await _split(request, id, answer.body)


@get("/tenders/{id:uuid}/split/{job:uuid}", opt={"screen": BUYING})
async def progress(
    id: FromPath[UUID], job: FromPath[UUID], work: NamedDependency[Work], request: Visit
) -> Response[Any]:
    """How far it is, and then what came of it."""
    found = await runs.read(work, job)
    if found.result is not None:
        return await _split(request, id, found.result)
    return waiting.unanswered(request, f"{AT}/{id}/split/{job}", found)


async def _split(request: Visit, id: UUID, body: bytes) -> Response[Any]:
    found = msgspec.json.decode(body, type=Split)
    tender, version = await stored(request, id)
    limits: tuple[Drawn, ...] = drawn(found.blend.limits)
    template = "tenders/split.html" if request.partial else "tenders/tender.html"
    holes = await shown(request, tender)
    return rendering.page(request, template, **holes, version=version, split=found, limits=limits)


async def _again(request: Visit, id: UUID, done: Done) -> Response[Any]:
    async with request.opened() as work:
        return await _inviting(request, work, id, done)


async def _inviting(request: Visit, work: Work, id: UUID, done: Done | None = None) -> Response[Any]:
    spec = (await spec_form.FORM.stored(work, id)).listing
    matched = await request.parts.matches.of_spec(
        work, request.principal, id, limit=_CHOICES, language=request.language
    )
    typed = done.typed if done else starting.of_tender(spec.limits, spec.remaining_tonnes)
    return rendering.page(
        request,
        "tenders/invite-form.html" if request.partial else "tenders/invite.html",
        headers=rendering.beside(request, "#editor", "outerHTML"),
        spec=spec,
        tab="tender",
        active=spec.status is Listed.ACTIVE,
        matched=matched.items,
        **holes(typed, spec.material, request.language, done.focus if done else ""),
    )


async def _turned(request: Visit, id: UUID, turn: Callable[[Work, Asking], Awaitable[Any]]) -> Response[Any]:
    async def act(edit: Edit) -> str:
        await turn(edit.work, msgspec.structs.replace(asking(request), if_match=edit.versions))
        return f"{AT}/{id}"

    return await edited(request, act, f"{AT}/{id}")


handlers = [page, ask, invite, change, read, open_bids, award, cancel, split, progress]
