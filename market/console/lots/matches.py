"""Who wants one of one's own lots: specs that it fits or nearly fits, with reasons, and a deal in two clicks.

A coordinator reads the same of a lot of its jurisdiction.
"""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from market.console import matched, posted, rendering
from market.console.deals.acting import propose
from market.console.lots.page import KINDS
from market.console.screen import Screen
from market.console.visit import Visit
from market.parties.structs import OrganisationKind as Kind
from specs.kit.tenancy import Work

SEEING = Screen(kinds=KINDS | {Kind.COORDINATOR}, scope="matches:read")
DEALING = Screen(kinds=KINDS, scope="deals:write")
_PAGE = 20


@get("/lots/{id:uuid}/matches", opt={"screen": SEEING})
async def page(id: FromPath[UUID], work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """Ranked from current data."""
    drawn = await matched.page(request, work, "lot", id, _PAGE)
    return rendering.page(request, "lots/matches.html", **drawn)


@post("/lots/{id:uuid}/deals", status_code=200, opt={"screen": DEALING})
async def open_deal(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """On a spec that was shown here, with what is to give way."""
    return await propose(request, [*await posted.fields(request), ("/lot_id", str(id))])


handlers = [page, open_deal]
