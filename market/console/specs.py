"""One's own specs: the list with what each would get now, one spec, publish and withdraw."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from market.console import following, rendering, spec_form
from market.console.own_listings import narrowed, turned
from market.console.screen import Screen
from market.console.spec_choices import materials
from market.console.visit import Visit
from market.parties.authors import author
from market.parties.rights import WRITERS
from specs.kit.tenancy import Work
from specs.listing.structs import Filters, Status
from specs.spec.service import SPECS
from specs.spec.structs import SpecPage

KINDS = frozenset(WRITERS["spec"])
READING = Screen(kinds=KINDS, scope="listings:read")
WRITING = Screen(kinds=KINDS, scope="listings:write")
MATCHING = Screen(kinds=KINDS, scope="matches:read")
AT = "/console/specs"
_PAGE = 25


@get("/specs", opt={"screen": READING})
async def page(work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """The newest first, narrowed by what is asked."""
    asked = narrowed(request.query_params)
    filters = msgspec.convert(asked, Filters, strict=False)
    cursor = request.query_params.get("cursor")
    seen = await following.seen(work)
    found = msgspec.json.decode(await SPECS.page(work, filters, _PAGE, cursor), type=SpecPage)
    return rendering.page(
        request,
        "specs/list.html",
        page=found,
        carried=following.counts(request, "spec", found.items, seen),
        filters=filters,
        statuses=tuple(Status),
        materials=materials(request.language),
        here=f"{AT}?{urlencode(asked)}" if asked else AT,
    )


@get("/specs/{id:uuid}", opt={"screen": READING})
async def read(id: FromPath[UUID], work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """All of one spec, and where to go on."""
    found = await spec_form.FORM.stored(work, id)
    late = "changed" in request.query_params
    who = await author(work, "spec", id, found.listing.rev) if late else None
    return rendering.page(
        request, "specs/spec.html", spec=found.listing, version=found.version, tab="spec", late=late, who=who
    )


@get("/specs/{id:uuid}/tally", opt={"screen": MATCHING})
async def tally(id: FromPath[UUID], work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """How many match and nearly match: what the list loads after itself, since it is worked out as it is read."""
    found = await request.parts.matches.tally(work, request.principal, "spec", id)
    return rendering.page(request, "specs/tally.html", tally=found, id=id)


@post("/specs/{id:uuid}/publish", status_code=200, opt={"screen": WRITING})
async def publish(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """Draft to active; its matches are next."""
    return await turned(request, SPECS.publish, id, f"{AT}/{id}", f"{AT}/{id}/matches")


@post("/specs/{id:uuid}/withdraw", status_code=200, opt={"screen": WRITING})
async def withdraw(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """It is over."""
    return await turned(request, SPECS.withdraw, id, f"{AT}/{id}", f"{AT}/{id}")


handlers = [page, read, tally, publish, withdraw]
