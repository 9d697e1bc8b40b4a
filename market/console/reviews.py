"""The coordinator's queue, and several deals of low risk approved at once."""

from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import QueryParameter

from market.console import rendering
from market.console.deals.deciding import COORDINATORS
from market.console.screen import Screen
from market.console.visit import Visit
from market.deals.review import queue
from market.deals.review.structs import Decision, QueueFilters, ReviewCounts
from market.deals.structs import RiskCode
from market.http.listing_routes import Cursor
from specs.kit.tenancy import Role

PAGE = 25
QUEUE = "/console/reviews"
# a deal may be approved with others while its risk is lower than this and nothing speaks for a look of its own
LOW_RISK = 0.35
# from where on and below what a choice of risk reaches
RISKS: dict[str, tuple[float, float | None]] = {"high": (queue.HIGH_RISK, None), "low": (0.0, LOW_RISK)}
DECISIONS = frozenset(one.value for one in Decision)
SEEING = {"screen": Screen(kinds=COORDINATORS, scope="deals:read")}
Chosen = Annotated[str | None, QueryParameter(max_length=64)]
OfRisk = Annotated[str | None, QueryParameter(max_length=8)]
Overdue = Annotated[str | None, QueryParameter(max_length=8)]
Done = Annotated[str | None, QueryParameter(max_length=16)]


@get("/reviews", opt=SEEING)
async def page(
    *,
    request: Visit,
    material: Chosen = None,
    prefecture: Chosen = None,
    reason: Chosen = None,
    overdue: Overdue = None,
    risk: OfRisk = None,
    cursor: Cursor = None,
    done: Done = None,
) -> Response[Any]:
    """The highest risk first, then the oldest; htmx gets the table alone."""
    given = {"material": material, "prefecture": prefecture, "reason": reason, "overdue": overdue, "risk": risk}
    wanted = filters(given)
    async with request.opened() as work:
        found = await queue.page(work, request.language, PAGE, cursor, wanted)
        await work.as_role(Role.TENANT)
        numbers = await queue.counts(work)
    kept = urlencode({name: text for name, text in given.items() if text})
    return rendering.page(
        request,
        "reviews/queue-part.html" if request.partial else "reviews/queue.html",
        queue=found,
        counts=numbers,
        filters=wanted,
        risk=risk if risk in RISKS else "",
        narrowed=bool(kept),
        later=bool(cursor),
        here=f"{QUEUE}?{kept}" if kept else QUEUE,
        back=request.here if request.here.startswith(QUEUE) else QUEUE,
        done=done if done in DECISIONS else None,
        codes=list(RiskCode),
        safe={deal.id for deal in found.items if safe(deal)},
        catalogue=request.parts.catalogue,
    )


@get("/reviews/waiting", opt=SEEING)
async def waiting(request: Visit) -> Response[Any]:
    """How many wait, for the menu."""
    return rendering.page(request, "parts/badge.html", number=(await counted(request)).waiting)


@get("/reviews/badges", opt=SEEING)
async def badges(request: Visit) -> Response[Any]:
    """The numbers alone, for a page that stays open."""
    return rendering.page(request, "reviews/badges-part.html", counts=await counted(request))


async def counted(request: Visit) -> ReviewCounts:
    """What waits, of what the coordinator oversees."""
    async with request.opened() as work:
        return await queue.counts(work)


def filters(given: dict[str, str | None]) -> QueueFilters:
    """What can be read of a query that people may have typed; the rest is no filter."""
    reason = next((code for code in RiskCode if code.value == given["reason"]), None)
    least, below = RISKS.get(given["risk"] or "", (0.0, None))
    return QueueFilters(
        material=given["material"] or None,
        prefecture=given["prefecture"] or None,
        reason=reason,
        overdue={"true": True, "false": False}.get(given["overdue"] or ""),
        min_risk=least,
        below_risk=below,
    )


_ALONE = frozenset(
    {RiskCode.HAZARDOUS_STREAM, RiskCode.BATTERY_STREAM, RiskCode.PERMIT_UNPROVEN, RiskCode.LIMITS_RELAXED}
)


def safe(deal: Any) -> bool:
    """Whether it may be approved with others."""
    risk = deal.risk
    return risk is not None and risk.level < LOW_RISK and not any(one.code in _ALONE for one in risk.reasons)


handlers = [page, waiting, badges]
