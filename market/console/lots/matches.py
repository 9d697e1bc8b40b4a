"""Who wants one of one's own lots: specs that it fits or nearly fits, with reasons, and a deal in two clicks.

A coordinator reads the same of a lot of its jurisdiction.
"""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from market.console import following, posted, rendering, subjects
from market.console.deals.acting import propose
from market.console.lots.page import KINDS
from market.console.screen import Screen
from market.console.visit import Visit
from market.matches.following import Followed
from market.parties.structs import OrganisationKind as Kind
from specs.kit.tenancy import Work

SEEING = Screen(kinds=KINDS | {Kind.COORDINATOR}, scope="matches:read")
DEALING = Screen(kinds=KINDS, scope="deals:write")
_PAGE = 20


@get("/lots/{id:uuid}/matches", opt={"screen": SEEING})
async def page(id: FromPath[UUID], work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """Ranked from current data."""
    near = request.query_params.get("near") == "1"
    snapshot = await following.snapshot(work)
    lot = await subjects.lot(work, request, id)
    matched = await request.parts.matches.of_lot(
        work,
        request.principal,
        id,
        near_misses=near,
        limit=_PAGE,
        cursor=request.query_params.get("cursor"),
        language=request.language,
    )
    request.parts.metrics.judged(item.evaluation for item in matched.items)
    followed = Followed(
        kind="lot",
        id=id,
        material=lot.material,
        near_misses=near,
        snapshot=snapshot,
        shown=tuple(item.spec.id for item in matched.items),
    )
    return rendering.page(
        request,
        "lots/matches.html",
        lot=lot,
        mine=subjects.own(request),
        near=near,
        tab="near" if near else "matches",
        matched=matched,
        carried=following.carried(request, followed),
        here=following.address(followed),
    )


@post("/lots/{id:uuid}/deals", status_code=200, opt={"screen": DEALING})
async def open_deal(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """On a spec that was shown here, with what is to give way."""
    return await propose(request, [*await posted.fields(request), ("/lot_id", str(id))])


handlers = [page, open_deal]
