"""/v1/deals/{id}/deliveries: portions planned, dispatched, received, taken or not, and settled."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from market.deals.deliveries.structs import (
    Acceptance,
    Delivery,
    DeliveryDraft,
    DeliveryPage,
    DispatchDraft,
    ReceiptDraft,
)
from market.deals.structs import Reason
from market.http import examples
from market.http.call import Call
from market.http.deals import PARTIES, asking
from market.http.listing_routes import PRIVATE, Cursor, Limit, written
from market.http.responses import conditional, worded
from market.http.wire import Wire, act
from specs.kit.tenancy import Work
from specs.kit.wire import encode


def many(deal: UUID) -> str:
    """Where the portions of a deal are."""
    return f"deals/{deal}/deliveries"


def moving(example: Any = None, problems: tuple[int, ...] = (409, 422)) -> dict[str, Any]:
    """How every act on a portion is declared: the answer is the portion as it is then."""
    return act(Delivery, "deals:write", PARTIES, example, problems)


@post(
    "/deals/{id:uuid}/deliveries",
    operation_id="plan_delivery",
    summary="Plan a portion of your leg",
    description="Of a contracted deal. All portions of a lot together are no more than its agreed tonnes.",
    tags=["Deliveries"],
    opt={
        "wire": Wire(
            answer=Delivery,
            scope="deals:write",
            kinds=PARTIES,
            tagged=True,
            located=True,
            problems=(404, 409, 422),
            example=examples.DELIVERY,
        )
    },
)
async def plan(
    id: FromPath[UUID], data: JSONBody[DeliveryDraft], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """Planned."""
    return written(await request.parts.deliveries.plan(work, asking(request), id, data), many(id))


@get(
    "/deals/{id:uuid}/deliveries",
    operation_id="list_deliveries",
    summary="The portions of a deal, the newest first",
    tags=["Deliveries"],
    opt={"wire": Wire(answer=DeliveryPage, scope="deals:read", tagged=True, problems=(304,))},
)
async def page(
    id: FromPath[UUID], work: NamedDependency[Work], request: Call, limit: Limit = 50, cursor: Cursor = None
) -> Response[Any]:
    """A recycler sees those of its own leg."""
    found = await request.parts.deliveries.page(work, asking(request), id, limit, cursor)
    return conditional(request, encode(found), PRIVATE | worded(request.language))


@get(
    "/deals/{id:uuid}/deliveries/{delivery_id:uuid}",
    operation_id="get_delivery",
    summary="Read a portion",
    description="With what was measured, judged against the agreed limits, and what it would settle at.",
    tags=["Deliveries"],
    opt={"wire": Wire(answer=Delivery, scope="deals:read", tagged=True)},
)
async def read(
    id: FromPath[UUID], delivery_id: FromPath[UUID], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """For both sides of the leg, and for coordinators who oversee the deal."""
    answer = written(await request.parts.deliveries.read(work, asking(request), id, delivery_id), many(id))
    answer.headers.update(worded(request.language))
    return answer


@post(
    "/deals/{id:uuid}/deliveries/{delivery_id:uuid}/call-off",
    operation_id="call_off_delivery",
    summary="Call off a portion that was planned",
    tags=["Deliveries"],
    status_code=200,
    opt=moving(examples.REASON, problems=(409,)),
)
async def call_off(
    id: FromPath[UUID], delivery_id: FromPath[UUID], data: JSONBody[Reason], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """It will not come."""
    return written(await request.parts.deliveries.call_off(work, asking(request), id, delivery_id, data), many(id))


@post(
    "/deals/{id:uuid}/deliveries/{delivery_id:uuid}/dispatch",
    operation_id="dispatch_delivery",
    summary="Send a portion on its way",
    description=(
        "Weight by your weighbridge. A hazardous lot needs its handling checklist complete, waste its manifest "
        "number, and permits must allow the move. The first portion makes the deal delivering."
    ),
    tags=["Deliveries"],
    status_code=200,
    opt=moving(examples.DISPATCH),
)
async def dispatch(
    id: FromPath[UUID],
    delivery_id: FromPath[UUID],
    data: JSONBody[DispatchDraft],
    work: NamedDependency[Work],
    request: Call,
) -> Response[Any]:
    """It leaves."""
    return written(await request.parts.deliveries.dispatch(work, asking(request), id, delivery_id, data), many(id))


@post(
    "/deals/{id:uuid}/deliveries/{delivery_id:uuid}/receive",
    operation_id="receive_delivery",
    summary="Receive a portion: weight and what was measured",
    description="What was measured is judged against the agreed limits at once.",
    tags=["Deliveries"],
    status_code=200,
    opt=moving(examples.RECEIPT),
)
async def receive(
    id: FromPath[UUID],
    delivery_id: FromPath[UUID],
    data: JSONBody[ReceiptDraft],
    work: NamedDependency[Work],
    request: Call,
) -> Response[Any]:
    """It arrived."""
    return written(await request.parts.deliveries.receive(work, asking(request), id, delivery_id, data), many(id))


@post(
    "/deals/{id:uuid}/deliveries/{delivery_id:uuid}/accept",
    operation_id="accept_delivery",
    summary="Accept a portion, at the full price or with the deductions of the contract",
    description=(
        "With `deduct` the formula of the contract is applied, shown line by line. Its tonnes are delivered on both "
        "sides."
    ),
    tags=["Deliveries"],
    status_code=200,
    opt=moving(examples.ACCEPTANCE),
)
async def accept(
    id: FromPath[UUID],
    delivery_id: FromPath[UUID],
    data: JSONBody[Acceptance],
    work: NamedDependency[Work],
    request: Call,
) -> Response[Any]:
    """It is taken."""
    return written(await request.parts.deliveries.accept(work, asking(request), id, delivery_id, data), many(id))


@post(
    "/deals/{id:uuid}/deliveries/{delivery_id:uuid}/reject",
    operation_id="reject_delivery",
    summary="Reject a portion",
    description="The other portions stay alive; its tonnes stay committed for another portion.",
    tags=["Deliveries"],
    status_code=200,
    opt=moving(examples.REASON, problems=(409,)),
)
async def reject(
    id: FromPath[UUID], delivery_id: FromPath[UUID], data: JSONBody[Reason], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """It is not taken."""
    return written(await request.parts.deliveries.reject(work, asking(request), id, delivery_id, data), many(id))


@post(
    "/deals/{id:uuid}/deliveries/{delivery_id:uuid}/settle",
    operation_id="settle_delivery",
    summary="Say that a portion is paid, or taken back",
    tags=["Deliveries"],
    status_code=200,
    opt=moving(problems=(409,)),
)
async def settle(
    id: FromPath[UUID], delivery_id: FromPath[UUID], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """Nothing of it is open."""
    return written(await request.parts.deliveries.settle(work, asking(request), id, delivery_id), many(id))


handlers = [plan, page, read, call_off, dispatch, receive, accept, reject, settle]
