"""Health, metrics, and the schema page: for operators and tools, outside /v1 and without a key."""

from typing import Any

import msgspec
from litestar import Response, get

from market.http import schema_page
from market.http.call import Call
from market.http.metrics import CONTENT_TYPE
from market.http.responses import Reply
from market.http.wire import Wire


class Live(msgspec.Struct, frozen=True):
    """The process answers."""

    status: str = "live"


class Checks(msgspec.Struct, frozen=True, kw_only=True):
    """`up` or `down`; migrations are `current`, `outdated` or `unknown`."""

    database: str
    migrations: str
    redis: str


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """Redis is only the doorbell: without it requests are served and matching is slower, so ready stays true."""

    status: str
    checks: Checks


@get(
    "/health/live",
    operation_id="health_live",
    summary="Is the process alive",
    tags=["Operations"],
    opt={"wire": Wire(answer=Live)},
)
async def live() -> Live:
    """Never touches a database: a restart would not mend one."""
    return Live()


@get(
    "/health/ready",
    operation_id="health_ready",
    summary="Can requests be served",
    description="503 while the database is away or its migrations do not fit. A missing Redis is shown and forgiven.",
    tags=["Operations"],
    opt={"wire": Wire(answer=Ready, problems=(503,))},
)
async def ready(request: Call) -> Response[Any]:
    """Each part with its state; the status code is for load balancers."""
    database, migrations, redis = await request.parts.checks()
    serving = database == "up" and migrations == "current"
    body = Ready(
        status="ready" if serving else "not_ready",
        checks=Checks(database=database, migrations=migrations, redis=redis),
    )
    return Reply(body, status_code=200 if serving else 503)


@get(
    "/metrics",
    operation_id="metrics",
    summary="Figures for Prometheus",
    tags=["Operations"],
    opt={"wire": Wire(answer=str, media_type="text/plain")},
)
async def metrics(request: Call) -> Response[Any]:
    """Gauges are read at the scrape; a part that is away is NaN there, never an error here."""
    await request.parts.gauge()
    return Reply(request.parts.metrics.text(), headers={"Content-Type": CONTENT_TYPE})


@get(
    "/schema",
    operation_id="schema_page",
    summary="This interface, for people",
    tags=["Operations"],
    opt={"wire": Wire(answer=str, media_type="text/html")},
)
async def schema(request: Call) -> Response[Any]:
    """One page without scripts, fonts or addresses of others, so it reads the same offline."""
    headers = {"Content-Security-Policy": schema_page.POLICY, "Cache-Control": "no-cache"}
    return Reply(
        schema_page.page(request.parts.openapi), headers={**headers, "Content-Type": "text/html; charset=utf-8"}
    )


@get(
    "/schema/openapi.json",
    operation_id="schema_document",
    summary="This interface, for programs (OpenAPI 3.1)",
    tags=["Operations"],
    opt={"wire": Wire(answer=dict[str, Any])},
)
async def schema_document(request: Call) -> Response[Any]:
    """The same bytes as openapi/openapi.json."""
    return Reply(request.parts.openapi, headers={"Content-Type": "application/json", "Cache-Control": "no-cache"})


handlers = [live, ready, metrics, schema, schema_document]
