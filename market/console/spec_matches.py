"""What fits one of one's own specs: matches, near misses, their reasons, what to test, and a deal in two clicks.

A coordinator reads the same of a spec of its jurisdiction.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from market.console import matched, posted, rendering
from market.console.deals.acting import propose
from market.console.screen import Screen
from market.console.specs import KINDS
from market.console.visit import Visit
from market.matches.structs import MatchedLot
from market.parties.structs import OrganisationKind as Kind
from matching.values import Verdict
from specs.kit.tenancy import Work

SEEING = Screen(kinds=KINDS | {Kind.COORDINATOR}, scope="matches:read")
DEALING = Screen(kinds=KINDS, scope="deals:write")
_PAGE = 10


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """A result that so many of the lots on this page lack; of `alone` it is the only one."""

    analytes: tuple[str, ...]
    lots: int
    tonnes: float
    alone: int


@get("/specs/{id:uuid}/matches", opt={"screen": SEEING})
async def page(id: FromPath[UUID], work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """Ranked from current data."""
    drawn = await matched.page(request, work, "spec", id, _PAGE)
    return rendering.page(request, "matches/list.html", **drawn, missing=missing(drawn["matched"].items))


@post("/specs/{id:uuid}/deals", status_code=200, opt={"screen": DEALING})
async def open_deal(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """On a lot that was shown here, or on a blend, with what is to give way."""
    fields = await posted.fields(request)
    named = [] if any(name == "/blend_id" and text for name, text in fields) else [("/spec_id", str(id))]
    return await propose(request, [*fields, *named])


def missing(items: Iterable[MatchedLot]) -> tuple[Missing, ...]:
    """What to ask to be tested, the most tonnes first."""
    found: dict[tuple[str, ...], list[tuple[float, bool]]] = {}
    for item in items:
        lacking = [limit.analytes for limit in item.evaluation.limits if limit.verdict is Verdict.NOT_EVALUATED]
        for analytes in dict.fromkeys(lacking):
            found.setdefault(analytes, []).append((item.lot.tonnes, len(lacking) == 1))
    told = (
        Missing(
            analytes=analytes,
            lots=len(lots),
            tonnes=sum(tonnes for tonnes, _ in lots),
            alone=sum(alone for _, alone in lots),
        )
        for analytes, lots in found.items()
    )
    return tuple(sorted(told, key=lambda one: (-one.tonnes, one.analytes)))


handlers = [page, open_deal]
