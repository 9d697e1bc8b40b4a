"""Matches: /v1/specs/{id}/matches, /v1/lots/{id}/matches, and what to test next."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from market.http.call import Call
from market.http.listing_routes import PRIVATE, Cursor, Limit
from market.http.responses import conditional, worded
from market.http.wire import Wire
from market.matches.structs import MatchedLots, MatchedSpecs, NextTests
from specs.kit.tenancy import Work
from specs.kit.wire import encode

NearMisses = Annotated[
    bool, QueryParameter(description="Near misses instead of matches: what blocks them, and what would help.")
]
_ABOUT = (
    "Ranked from current data: by verdict, then score, then id. The other side is redacted and judged in bands. "
    "A listing that is not active, or whose owner is not verified, has none."
)


@get(
    "/specs/{id:uuid}/matches",
    operation_id="list_spec_matches",
    summary="Lots for a spec, ranked and explained",
    description=_ABOUT,
    tags=["Matches"],
    opt={"wire": Wire(answer=MatchedLots, scope="matches:read", tagged=True, problems=(304,))},
)
async def of_spec(
    *,
    id: FromPath[UUID],
    work: NamedDependency[Work],
    request: Call,
    near_misses: NearMisses = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Any]:
    """A page; `near_misses=true` answers with the near misses instead."""
    page = await request.parts.matches.of_spec(
        work, request.principal, id, near_misses=near_misses, limit=limit, cursor=cursor, language=request.language
    )
    request.parts.metrics.judged(item.evaluation for item in page.items)
    return conditional(request, encode(page), PRIVATE | worded(request.language))


@get(
    "/lots/{id:uuid}/matches",
    operation_id="list_lot_matches",
    summary="Specs for a lot, ranked and explained",
    description=_ABOUT,
    tags=["Matches"],
    opt={"wire": Wire(answer=MatchedSpecs, scope="matches:read", tagged=True, problems=(304,))},
)
async def of_lot(
    *,
    id: FromPath[UUID],
    work: NamedDependency[Work],
    request: Call,
    near_misses: NearMisses = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Any]:
    """A page; `near_misses=true` answers with the near misses instead."""
    page = await request.parts.matches.of_lot(
        work, request.principal, id, near_misses=near_misses, limit=limit, cursor=cursor, language=request.language
    )
    request.parts.metrics.judged(item.evaluation for item in page.items)
    return conditional(request, encode(page), PRIVATE | worded(request.language))


@get(
    "/lots/{id:uuid}/next-tests",
    operation_id="list_lot_next_tests",
    summary="Which single assay would settle the most tonnes",
    tags=["Matches"],
    opt={"wire": Wire(answer=NextTests, scope="matches:read", tagged=True, problems=(304,))},
)
async def next_tests(
    id: FromPath[UUID],
    work: NamedDependency[Work],
    request: Call,
) -> Response[Any]:
    """The most tonnes first."""
    found = await request.parts.matches.next_tests(work, request.principal, id, language=request.language)
    return conditional(request, encode(found), PRIVATE | worded(request.language))


handlers = [of_spec, of_lot, next_tests]
