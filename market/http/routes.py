"""All routes under one Litestar app. The composition root fills its state; without one it can only be described."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import cast

import msgspec
from litestar import Litestar, Response, Router
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.routes import HTTPRoute
from litestar.types import BeforeRequestHookHandler

from market.http import (
    advice,
    allocations,
    api_keys,
    balance,
    blends,
    catalogue,
    claims,
    contracts,
    deal_documents,
    deal_offers,
    deals,
    deliveries,
    document_contents,
    documents,
    evaluations,
    freight_tables,
    investments,
    jobs,
    laboratories,
    lot_upgrades,
    lots,
    matches,
    notices,
    operations,
    organisations,
    permits,
    problem_kinds,
    problems,
    review_policy,
    reviews,
    samples,
    sitings,
    spec_blends,
    specs,
    tender_bids,
    tenders,
    umpire_samples,
    upgrade_offers,
    upgrades,
    users,
    walls,
)
from market.http.body import MAX_BYTES
from market.http.call import Call, work
from market.http.refusal import Refusal
from market.http.responses import Reply
from market.solving.failures import SolveFailed
from specs.kit import errors

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]
Refused = Callable[[problems.AnyRequest, HTTPException], Response[bytes]]


RESOURCES = (
    catalogue,
    evaluations,
    specs,
    lots,
    matches,
    blends,
    spec_blends,
    advice,
    upgrades,
    lot_upgrades,
    upgrade_offers,
    allocations,
    investments,
    sitings,
    balance,
    deals,
    deal_offers,
    deal_documents,
    tenders,
    tender_bids,
    reviews,
    review_policy,
    documents,
    document_contents,
    freight_tables,
    contracts,
    deliveries,
    claims,
    samples,
    umpire_samples,
    laboratories,
    jobs,
    notices,
    organisations,
    permits,
    users,
    api_keys,
)
HANDLERS = [handler for resource in RESOURCES for handler in resource.handlers]


def build(lifespan: tuple[Lifespan, ...] = (), *routers: Router, refused: Refused = problems.on_http) -> Litestar:
    """The app: one guard, one set of walls, one way to answer errors, for every route; `routers` bring their own.

    `refused` answers what Litestar refuses before there is a route.
    """
    api = Router("/v1", route_handlers=HANDLERS)
    return Litestar(
        route_handlers=[*operations.handlers, *problem_kinds.handlers, api, *routers],
        lifespan=list(lifespan),
        before_request=cast("BeforeRequestHookHandler", walls.check),
        request_class=Call,
        response_class=Reply,
        request_max_body_size=MAX_BYTES,
        dependencies={"work": Provide(work)},
        exception_handlers={
            Refusal: problems.on_refusal,
            msgspec.ValidationError: problems.on_shape,
            errors.Refusal: problems.on_rule,
            SolveFailed: problems.on_solver,
            HTTPException: refused,
            ExceptionGroup: problems.on_group,
            Exception: problems.on_crash,
        },
        openapi_config=None,
        logging_config=None,
    )


def allowed(app: Litestar) -> dict[str, str]:
    """The Allow header of each route template."""
    return {
        route.path_format: ", ".join(sorted(route.route_handler_map))
        for route in app.routes
        if isinstance(route, HTTPRoute)
    }
