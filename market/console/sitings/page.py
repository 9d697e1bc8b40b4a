"""Where hubs pay: an instance is pasted or begun from the market, solved at once or as a job, and shown on the map.

Nothing of an instance is kept here: while a job runs, its page carries the places to the page of its result.
"""

from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter

from market.console import posted, rendering
from market.console.screen import Screen
from market.console.showing import place
from market.console.sitings.drawing import Places, mapped
from market.console.sitings.pasted import document, table
from market.console.visit import Visit
from market.http.body import decode, shallow
from market.http.jobs import told
from market.insight import service as insight
from market.insight.structs import Column, Wanted
from market.runs import service as runs
from market.runs.posted import Asked
from market.sitings.structs import Outline
from matching.locating.answer import Siting
from specs.kit.tenancy import Role

SOLVING = {"screen": Screen(scope="sitings:write")}
# rows of a table on the page; the answer of the API has all
ROWS: Final = 200
SITES: Final = ("id", "prefecture", "capacity", "fixed_cost")
CUSTOMERS: Final = ("id", "prefecture", "demand")
Family = Annotated[str | None, QueryParameter(max_length=64)]
Figure = Annotated[str | None, QueryParameter(max_length=20)]


@get("/sitings", opt=SOLVING)
async def ask(
    request: Visit, family: Family = None, capacity: Figure = None, fixed_cost: Figure = None
) -> Response[Any]:
    """An empty form, or one begun from what is unmet of a family."""
    chosen = family or None
    given = await _from_market(request, chosen, capacity or "", fixed_cost or "") if chosen else {}
    return _form(request, given, chosen)


@post("/sitings", opt=SOLVING)
async def solve(request: Visit) -> Response[Any]:
    """The answer, or the job that will have it."""
    body = document(dict(await posted.fields(request)))
    asked = Asked(shallow(body, Outline), body, request.language)
    answer = await request.parts.sitings.answer(request.opened, asked)
    if answer.status == 202:
        return await _job(request, answer.id, body.decode())
    return _result(request, answer.body, body.decode())


@post("/sitings/{job:uuid}", opt=SOLVING)
async def result(job: FromPath[UUID], request: Visit) -> Response[Any]:
    """What came of a job, on the map of the places that its page carried."""
    instance = dict(await posted.fields(request)).get("instance", "{}")
    async with request.opened() as work:
        found = await runs.read(work, job)
    if found.result is None:
        return await _job(request, job, instance)
    return _result(request, found.result, instance)


async def _job(request: Visit, job: UUID, instance: str) -> Response[Any]:
    async with request.opened() as work:
        found = await runs.read(work, job)
    return rendering.page(
        request,
        "sitings/waiting.html",
        job=found.job,
        problem=told(found.trouble, request.language),
        done=found.result is not None,
        instance=instance,
    )


def _result(request: Visit, body: bytes, instance: str) -> Response[Any]:
    found = msgspec.json.decode(body, type=Siting)
    places = decode(instance.encode(), Places)
    return rendering.page(
        request,
        "sitings/result.html",
        found=found,
        places=places,
        map=mapped(found, places),
        rows=ROWS,
        instance=instance,
    )


def _form(request: Visit, given: dict[str, str], family: str | None) -> Response[Any]:
    return rendering.page(request, "sitings/ask.html", given=given, family=family, catalogue=request.parts.catalogue)


async def _from_market(request: Visit, family: str, capacity: str, fixed_cost: str) -> dict[str, str]:
    """Customers are prefectures whose demand is not matched, sites those that supply; what is merged has no place."""
    wanted = Wanted(group_by=(Column.PREFECTURE,), family=family)
    async with request.opened() as work:
        found = await insight.whole(work, request.principal, wanted)
        await work.as_role(Role.TENANT)
    named = [row for row in found.items if row.prefecture is not None]
    figures = {"capacity": capacity, "fixed_cost": fixed_cost}
    customers = [
        {
            "id": place(row.prefecture, request.language),
            "prefecture": row.prefecture,
            "demand": row.demand.near_miss + row.demand.unmet,
        }
        for row in named
        if row.demand is not None and row.demand.near_miss + row.demand.unmet > 0.0
    ]
    sites = [
        {"id": place(row.prefecture, request.language), "prefecture": row.prefecture, **figures}
        for row in named
        if row.supply is not None and row.supply.tonnes > 0.0
    ]
    return {"sites": table(SITES, sites), "customers": table(CUSTOMERS, customers)}


handlers = [ask, solve, result]
