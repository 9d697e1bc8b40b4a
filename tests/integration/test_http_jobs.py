"""Jobs through the wire: read, listed, cancelled, counted, and nobody else's."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio

from market.app import Application
from market.runs import claims
from market.runs.structs import MOST_OPEN, Claimed, Trouble
from matching.fault import Fault
from specs.kit.tenancy import Role
from tests.support.api import client
from tests.support.asked import large
from tests.support.market import Market

LARGE = large()


@pytest_asyncio.fixture
async def mill(market: Market, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    """A firm of its own for each test: open jobs are counted by firm."""
    async with client(api, await market.organisation("manufacturer", "Mill")) as signed_in:
        yield signed_in


async def asked(caller: httpx.AsyncClient) -> str:
    """The place of a new job."""
    answer = await caller.post("/v1/blends", json=LARGE)
    assert answer.status_code == 202, answer.text
    return str(answer.headers["location"])


async def taken(market: Market) -> Claimed:
    """A worker takes the next job; every other one of the module has ended."""
    async with market.database.work(None, role=Role.ENGINE) as work:
        job = await claims.claim(work.connection, 60.0)
    assert job is not None
    return job


async def test_a_job_is_followed_from_queue_to_result(market, mill):
    place = await asked(mill)
    queued = await mill.get(place)
    assert queued.headers["retry-after"] == "1"
    assert queued.json() | {"id": "", "created_at": ""} == {
        "id": "",
        "kind": "blend",
        "state": "queued",
        "progress": 0.0,
        "attempts": 0,
        "created_at": "",
        "started_at": None,
        "finished_at": None,
        "expires_at": None,
        "result": None,
        "problem": None,
    }
    job = await taken(market)
    async with market.database.work(None, role=Role.ENGINE) as work:
        assert await claims.beat(work.connection, job, 0.4, 60.0)
    running = await mill.get(place)
    assert (running.json()["state"], running.json()["progress"], running.json()["attempts"]) == ("running", 0.4, 1)
    assert running.headers["etag"] != queued.headers["etag"]
    async with market.database.work(None, role=Role.ENGINE) as work:
        assert await claims.succeed(work.connection, job, b'{"status":"optimal"}')
    done = await mill.get(place)
    assert (done.json()["state"], done.json()["progress"]) == ("done", 1.0)
    assert done.json()["result"] == {"status": "optimal"}
    assert done.json()["expires_at"] > done.json()["finished_at"]
    assert "retry-after" not in done.headers
    again = await mill.get(place, headers={"if-none-match": done.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_failure_is_a_problem_in_the_readers_language(market, mill):
    place = await asked(mill)
    job = await taken(market)
    trouble = Trouble("property_does_not_blend", {"analyte": "thickness"}, (Fault("/spec", "duplicate", {"given": 1}),))
    async with market.database.work(None, role=Role.ENGINE) as work:
        assert await claims.fail(work.connection, job, trouble)
    english, japanese = [
        (await mill.get(place, headers={"accept-language": language})).json()["problem"] for language in ("en", "ja")
    ]
    assert (english["status"], english["code"]) == (422, "property_does_not_blend")
    assert english["detail"].startswith("thickness")
    assert (english["errors"][0]["pointer"], english["errors"][0]["reason"]) == ("/spec", "1 is given twice")
    assert japanese["detail"] != english["detail"]


async def test_a_cancelled_job_stays_cancelled_and_its_worker_hears_of_it(market, mill):
    place = await asked(mill)
    job = await taken(market)
    cancelled = await mill.post(f"{place}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    async with market.database.work(None, role=Role.ENGINE) as work:
        assert not await claims.beat(work.connection, job, 0.5, 60.0)
        assert not await claims.succeed(work.connection, job, b"{}")
    again = await mill.post(f"{place}/cancel")
    assert (again.status_code, again.json()) == (200, cancelled.json())
    assert (await mill.get(place)).json() == cancelled.json()


async def test_what_has_ended_cannot_be_cancelled(market, mill):
    place = await asked(mill)
    job = await taken(market)
    async with market.database.work(None, role=Role.ENGINE) as work:
        await claims.succeed(work.connection, job, b"{}")
    answer = await mill.post(f"{place}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (409, "job_finished")


async def test_if_match_is_honoured_when_cancelling(mill):
    place = await asked(mill)
    tag = (await mill.get(place)).headers["etag"]
    stale = await mill.post(f"{place}/cancel", headers={"if-match": '"99"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")
    assert (await mill.post(f"{place}/cancel", headers={"if-match": tag})).status_code == 200


async def test_open_jobs_of_a_firm_are_counted_and_ended_ones_are_not(mill):
    places = [await asked(mill) for _ in range(MOST_OPEN)]
    answer = await mill.post("/v1/blends", json=LARGE)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_jobs")
    assert answer.json()["params"] == {"limit": MOST_OPEN}
    assert answer.headers["retry-after"]
    await mill.post(f"{places[0]}/cancel")
    places.append(await asked(mill))
    for place in places:
        await mill.post(f"{place}/cancel")


async def test_jobs_are_listed_newest_first_by_page_and_state(mill):
    places = [await asked(mill) for _ in range(3)]
    ids = [place.rpartition("/")[2] for place in places]
    await mill.post(f"{places[1]}/cancel")
    first = (await mill.get("/v1/jobs?limit=2")).json()
    second = (await mill.get("/v1/jobs", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [job["id"] for job in first["items"] + second["items"]] == ids[::-1]
    assert second["next_cursor"] is None
    assert "result" not in first["items"][0]
    assert await listed(mill, "queued") == [ids[2], ids[0]]
    assert await listed(mill, "cancelled") == [ids[1]]
    assert (await mill.get("/v1/jobs?state=asleep")).status_code == 400
    for place in (places[0], places[2]):
        await mill.post(f"{place}/cancel")


async def listed(caller: httpx.AsyncClient, state: str) -> list[Any]:
    return [job["id"] for job in (await caller.get(f"/v1/jobs?state={state}")).json()["items"]]


async def test_the_job_of_another_is_not_there(market, api, mill):
    place = await asked(mill)
    async with client(api, await market.organisation("manufacturer", "Rival")) as rival:
        unknown = await rival.get("/v1/jobs/01900000-0000-7000-8000-000000000000")
        for answer in (await rival.get(place), await rival.post(f"{place}/cancel")):
            assert (answer.status_code, answer.content) == (404, unknown.content)
        assert (await rival.get("/v1/jobs")).json() == {"items": [], "next_cursor": None}
    async with client(api, await market.organisation("coordinator", "The Ministry")) as ministry:
        assert (await ministry.get(place)).status_code == 404
    await mill.post(f"{place}/cancel")
    assert (await mill.get(place)).json()["state"] == "cancelled"


async def test_asking_and_cancelling_leave_a_trail(market, mill):
    place = await asked(mill)
    await mill.post(f"{place}/cancel")
    async with market.superuser() as connection:
        trail = await connection.fetch(
            "select action from audit_event where object_kind = 'job' and object_id = $1 order by seq",
            place.rpartition("/")[2],
        )
    assert [row["action"] for row in trail] == ["create", "cancel"]
