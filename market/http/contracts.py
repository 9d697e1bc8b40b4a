"""/v1/deals/{id}/contract, /cancel, /complete and /resolve: from what was agreed to its end."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from market.deals.account.structs import Account
from market.deals.claims.structs import Resolution
from market.deals.contract.structs import Contract
from market.deals.structs import Reason
from market.http import examples
from market.http.call import Call
from market.http.deals import MANY, acting, asking
from market.http.listing_routes import PRIVATE, written
from market.http.responses import conditional
from market.http.wire import Wire
from market.parties.structs import OrganisationKind as Kind
from specs.kit.tenancy import Work
from specs.kit.wire import encode


@get(
    "/deals/{id:uuid}/contract",
    operation_id="get_contract",
    summary="What was agreed: price, limits that give way, promised steps, deductions, claims, and who has signed",
    description="From `agreed` on. Amounts are without tax, the tax, and both together; JPY are rounded once.",
    tags=["Deals"],
    opt={"wire": Wire(answer=Contract, scope="deals:read", tagged=True, problems=(304,))},
)
async def contract(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """A recycler sees its own leg."""
    found = await request.parts.deals.contract(work, asking(request), id)
    return conditional(request, encode(found), PRIVATE)


@get(
    "/deals/{id:uuid}/account",
    operation_id="get_account",
    summary="What one side owes the other: portions, deductions, claims, tax apart, and the total",
    description=(
        "From `agreed` on, one statement for each leg. Price reductions and refunds are taxed like the price, "
        "compensation bears no tax. The tax is rounded once a leg; JPY have no minor unit."
    ),
    tags=["Deals"],
    opt={"wire": Wire(answer=Account, scope="deals:read", tagged=True, problems=(304,))},
)
async def account(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """A recycler sees its own leg."""
    found = await request.parts.deals.account(work, asking(request), id)
    return conditional(request, encode(found), PRIVATE)


@post(
    "/deals/{id:uuid}/contract",
    operation_id="sign_contract",
    summary="Sign what was agreed",
    description="When every side has, the deal is contracted. No sample may be open, and permits must allow the move.",
    tags=["Deals"],
    status_code=200,
    opt=acting(),
)
async def sign(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """The deal as it is then."""
    return written(await request.parts.deals.sign(work, asking(request), id), MANY)


@post(
    "/deals/{id:uuid}/cancel",
    operation_id="cancel_deal",
    summary="Ask to call off what was agreed, before anything moves",
    description="When every side asks for it the deal is withdrawn, and its tonnes are free again on both sides.",
    tags=["Deals"],
    status_code=200,
    opt=acting(examples.REASON),
)
async def cancel(
    id: FromPath[UUID], data: JSONBody[Reason], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """The deal as it is then."""
    return written(await request.parts.deals.cancel(work, asking(request), id, data), MANY)


@post(
    "/deals/{id:uuid}/complete",
    operation_id="complete_deal",
    summary="End a deal whose portions are all settled",
    description=(
        "No claim may be open; tonnes that were not delivered are free again. A recycler completes only when all is "
        "delivered and the time for claims has passed."
    ),
    tags=["Deals"],
    status_code=200,
    opt=acting(),
)
async def complete(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """It is over."""
    return written(await request.parts.deals.complete(work, asking(request), id), MANY)


@post(
    "/deals/{id:uuid}/resolve",
    operation_id="resolve_deal",
    summary="Decide a disputed deal, as a coordinator who oversees it",
    description="With a ruling on each escalated claim. The deal goes on, is completed, or is withdrawn.",
    tags=["Deals"],
    status_code=200,
    opt=acting(examples.RESOLUTION, kinds=frozenset({Kind.COORDINATOR}), problems=(409, 422)),
)
async def resolve(
    id: FromPath[UUID], data: JSONBody[Resolution], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """The deal as it is then."""
    return written(await request.parts.deals.resolve(work, asking(request), id, data), MANY)


handlers = [contract, account, sign, cancel, complete, resolve]
