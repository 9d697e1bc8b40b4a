"""One's own lots: the list with who would take each now, one lot, publish and withdraw."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from market.console import following, rendering
from market.console.lots import form
from market.console.own_listings import narrowed, turned
from market.console.screen import Screen
from market.console.spec_choices import choices, materials
from market.console.visit import Visit
from market.documents import service as documents
from market.documents.structs import DocumentKind
from market.parties.authors import author
from market.parties.rights import WRITERS
from specs.kit.tenancy import Role, Work
from specs.listing.structs import Filters, Status
from specs.lot.service import LOTS
from specs.lot.structs import LotPage

KINDS = frozenset(WRITERS["lot"])
READING = Screen(kinds=KINDS, scope="listings:read")
WRITING = Screen(kinds=KINDS, scope="listings:write")
MATCHING = Screen(kinds=KINDS, scope="matches:read")
AT = "/console/lots"
# what a document of a lot may be
PAPERS = tuple(one for one in DocumentKind if one not in (DocumentKind.CLAIM_EVIDENCE, DocumentKind.PERMIT))
_PAGE = 25


@get("/lots", opt={"screen": READING})
async def page(work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """The newest first, narrowed by what is asked."""
    asked = narrowed(request.query_params)
    filters = msgspec.convert(asked, Filters, strict=False)
    cursor = request.query_params.get("cursor")
    seen = await following.seen(work)
    found = msgspec.json.decode(await LOTS.page(work, filters, _PAGE, cursor), type=LotPage)
    return rendering.page(
        request,
        "lots/list.html",
        page=found,
        carried=following.counts(request, "lot", found.items, seen),
        filters=filters,
        statuses=tuple(Status),
        materials=materials(request.language),
        prefectures=choices("", request.language).prefectures,
        here=f"{AT}?{urlencode(asked)}" if asked else AT,
    )


@get("/lots/{id:uuid}", opt={"screen": READING})
async def read(id: FromPath[UUID], work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """All of one lot, and where to go on."""
    found = await form.FORM.stored(work, id)
    late = "changed" in request.query_params
    who = await author(work, "lot", id, found.listing.rev) if late else None
    await work.as_role(Role.TENANT)
    papers = await documents.about(work, (id, *(one.id for one in found.listing.assays)))
    return rendering.page(
        request,
        "lots/lot.html",
        lot=found.listing,
        version=found.version,
        tab="lot",
        late=late,
        who=who,
        papers=papers,
        paper_kinds=PAPERS,
    )


@get("/lots/{id:uuid}/tally", opt={"screen": MATCHING})
async def tally(id: FromPath[UUID], work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """How many want it and how many nearly do: what the list loads after itself."""
    found = await request.parts.matches.tally(work, request.principal, "lot", id)
    return rendering.page(request, "lots/tally.html", tally=found, id=id)


@post("/lots/{id:uuid}/publish", status_code=200, opt={"screen": WRITING})
async def publish(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """Draft to active; who wants it is next."""
    return await turned(request, LOTS.publish, id, f"{AT}/{id}", f"{AT}/{id}/matches")


@post("/lots/{id:uuid}/withdraw", status_code=200, opt={"screen": WRITING})
async def withdraw(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """It is over."""
    return await turned(request, LOTS.withdraw, id, f"{AT}/{id}", f"{AT}/{id}")


handlers = [page, read, tally, publish, withdraw]
