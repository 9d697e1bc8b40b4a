"""/v1/laboratories: whom one can ask to measure, or to decide on a sample."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from market.http.call import Call
from market.http.listing_routes import PRIVATE, Cursor, Limit
from market.http.responses import conditional
from market.http.wire import Wire
from market.parties import laboratories
from market.parties.structs import LaboratoryPage
from specs.kit.tenancy import Work
from specs.kit.wire import encode


@get(
    "/laboratories",
    operation_id="list_laboratories",
    summary="List verified laboratories, the newest first",
    description="For verified organisations: to agree on an umpire both sides must be able to name one.",
    tags=["Samples"],
    opt={"wire": Wire(answer=LaboratoryPage, scope="organisations:read", tagged=True, problems=(304,))},
)
async def page(work: NamedDependency[Work], request: Call, limit: Limit = 50, cursor: Cursor = None) -> Response[Any]:
    """By name."""
    return conditional(request, encode(await laboratories.page(work, request.principal, limit, cursor)), PRIVATE)


handlers = [page]
