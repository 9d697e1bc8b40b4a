"""Up to five lots against one spec, side by side."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get
from litestar.params import QueryParameter

from market.console import rendering
from market.console.screen import Screen
from market.console.visit import Visit
from market.matches.structs import MatchedLot
from specs.kit.tenancy import Role

MOST = 5
# the best so many of either kind are looked through
_LOOKED_AT = 200
OfSpec = Annotated[UUID, QueryParameter(name="spec")]
OfLots = Annotated[list[UUID] | None, QueryParameter(name="lot")]


@get("/compare", opt={"screen": Screen(scope="matches:read")})
async def compare(request: Visit, spec: OfSpec, lots: OfLots = None) -> Response[Any]:
    """Those that are named; one or none of them beside the best that there are; matches and near misses alike."""
    chosen = list(dict.fromkeys(lots or []))[:MOST]
    found = await _evaluated(request, spec)
    named = [found.pop(lot) for lot in chosen if lot in found]
    missing = len(chosen) - len(named)
    best = list(found.values())
    filled = 0 if len(named) > 1 else MOST - len(named)
    items, others = named + best[:filled], best[filled : filled + 20]
    return rendering.page(request, "deals/compare.html", spec=spec, items=items, missing=missing, others=others)


async def _evaluated(request: Visit, spec: UUID) -> dict[UUID, MatchedLot]:
    matches, who = request.parts.matches, request.principal
    found: dict[UUID, MatchedLot] = {}
    async with request.opened() as work:
        for near in (False, True):
            await work.as_role(Role.TENANT)
            page = await matches.of_spec(work, who, spec, near_misses=near, limit=_LOOKED_AT, language=request.language)
            found |= {item.lot.id: item for item in page.items}
    return found


handlers = [compare]
