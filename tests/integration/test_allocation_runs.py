"""A coordinator's runs over all that it oversees of a material: gathered, solved, compared, and nobody else's."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest_asyncio

from market.app import Application
from market.http.examples import ALLOCATION, LOT
from market.parties.structs import Jurisdiction
from market.runs import claims
from market.runs.structs import KEPT
from market.solving.pool import REGISTRY
from specs.kit.tenancy import Role
from tests.support.api import client
from tests.support.asked import large
from tests.support.jobs import running
from tests.support.market import Market

AT_WORST_SECONDS = 30.0
MATERIAL = "carbon_steel_scrap"
SPEC = ALLOCATION["specs"][0]
HERE = Jurisdiction(prefectures=("JP-13", "JP-14"))
WITHOUT_PLACE = {k: v for k, v in ALLOCATION["lots"][0].items() if k not in ("id", "owner", "location")}


@pytest_asyncio.fixture(scope="module")
async def worker(market: Market) -> AsyncIterator[None]:
    """A runner in this process, with real solver processes."""
    async with running(market, kinds=REGISTRY):
        yield


class Scene:
    """A coordinator of two prefectures, a mill there, and yards inside and outside."""

    def __init__(self, overseer: httpx.AsyncClient, mill: httpx.AsyncClient, names: dict[str, str]) -> None:
        self.overseer = overseer
        self.mill = mill
        self.names = names

    async def run(self, **asked: Any) -> dict[str, Any]:
        """The run once it has ended."""
        made = await self.overseer.post("/v1/allocations", json={"material": MATERIAL} | asked)
        assert made.status_code == 202, made.text
        deadline = time.monotonic() + AT_WORST_SECONDS
        while time.monotonic() < deadline:
            found = await self.overseer.get(f"/v1/allocations/{made.json()['id']}")
            body: dict[str, Any] = found.json()
            if body["state"] not in ("queued", "running"):
                return body
            await asyncio.sleep(0.02)
        raise TimeoutError(body)

    def called(self, body: dict[str, Any]) -> dict[tuple[str, str], float]:
        """Tonnes by the names of lot and spec."""
        names = {listing: name for name, listing in self.names.items()}
        return {(names[a["lot"]], names[a["spec"]]): a["tonnes"] for a in body["allocation"]["assignments"]}


async def posted(caller: httpx.AsyncClient, noun: str, body: dict[str, Any], *, publish: bool = True) -> str:
    made = await caller.post(f"/v1/{noun}", json={k: v for k, v in body.items() if k != "id"})
    assert made.status_code == 201, made.text
    if publish:
        assert (await caller.post(f"{made.headers['location']}/publish")).status_code == 200
    return str(made.json()["id"])


def lot(prefecture: str, price: int, **changes: Any) -> dict[str, Any]:
    ask = LOT["ask_price"] | {"amount": price}
    return WITHOUT_PLACE | {"location": {"prefecture": prefecture}, "ask_price": ask} | changes


@pytest_asyncio.fixture(scope="module")
async def scene(market: Market, api: Application, worker: None) -> AsyncIterator[Scene]:
    async with contextlib.AsyncExitStack() as stack:

        async def signed_in(kind: str, **more: Any) -> httpx.AsyncClient:
            return await stack.enter_async_context(client(api, await market.organisation(kind, f"A {kind}", **more)))

        overseer = await signed_in("coordinator", jurisdiction=HERE)
        mill, inside = await signed_in("manufacturer"), await signed_in("recycler")
        unverified = await signed_in("recycler", verified=False)
        outside = await signed_in("recycler", prefecture="JP-27")
        names = {
            "mill": await posted(mill, "specs", SPEC),
            "near": await posted(inside, "lots", lot("JP-14", 45_000)),
            "dear": await posted(inside, "lots", lot("JP-14", 46_000)),
            "draft": await posted(inside, "lots", lot("JP-14", 30_000), publish=False),
            "private": await posted(inside, "lots", lot("JP-14", 30_000, visibility="private")),
            "unverified": await posted(unverified, "lots", lot("JP-14", 30_000)),
            "far": await posted(outside, "lots", lot("JP-27", 30_000)),
        }
        yield Scene(overseer, mill, names)


async def test_what_the_coordinator_oversees_is_allocated_and_nothing_else(scene: Scene) -> None:
    body = await scene.run()
    assert (body["state"], body["progress"], body["problem"]) == ("done", 1, None)
    assert scene.called(body) == {("near", "mill"): 120, ("dear", "mill"): 60}
    assert body["outcome"] == {k: body["allocation"][k] for k in ("status", "objective", "bound", "gap", "tonnes")}
    assert body["outcome"]["bound"] == body["outcome"]["objective"]["amount"] > 0
    assert (body["asked"]["material"], body["asked"]["objective"]) == (MATERIAL, "welfare")
    # the same is read as a job, and is forgotten with it
    job = (await scene.overseer.get(f"/v1/jobs/{body['id']}")).json()
    assert (job["kind"], job["result"]["allocation"]) == ("allocation_run", body["allocation"])
    finished, expires = (datetime.fromisoformat(body[name]) for name in ("finished_at", "expires_at"))
    assert expires - finished == KEPT


async def test_each_look_is_in_the_audit_trail_with_its_job(scene: Scene, market: Market) -> None:
    body = await scene.run()
    async with market.superuser() as above:
        rows = await above.fetch(
            "select object_kind, detail from audit_event where action = 'oversee' and detail ->> 'job' = $1 order by 1",
            body["id"],
        )
    looks = {row["object_kind"]: msgspec.json.decode(row["detail"]) for row in rows}
    assert looks["spec"] == {"material": MATERIAL, "job": body["id"], "listings": 1}
    # the unverified yard's lot is seen by who may verify it, and not allocated
    assert looks["lot"] == {"material": MATERIAL, "job": body["id"], "listings": 3}


async def test_a_rerun_is_compared_with_the_run_before_of_the_same_objective(scene: Scene) -> None:
    first = await scene.run(objective="tonnes")
    other = await scene.run(objective="co2")
    pairing = {"lot": scene.names["near"], "spec": scene.names["mill"]}
    again = await scene.run(objective="tonnes", forbidden=[pairing])
    assert scene.called(again) == {("dear", "mill"): 120}
    compared = again["compared"]
    assert compared["id"] == first["id"] != other["id"]
    assert compared["tonnes"] == {"before": 180, "after": 120}
    assert compared["objective"] == {"before": 180, "after": 120}
    before = scene.called(first)
    assert {(one["lot"], one["before"], one["after"]) for one in compared["changed"]} == {
        (scene.names["near"], before["near", "mill"], 0),
        (scene.names["dear"], before["dear", "mill"], 120),
    } - {(scene.names["dear"], 120, 120)}
    assert again["asked"]["forbidden"] == [pairing]
    same = await scene.run(objective="tonnes", forbidden=[pairing])
    assert (same["compared"]["id"], same["compared"]["changed"]) == (again["id"], [])


async def test_pins_are_kept_and_shown(scene: Scene) -> None:
    pin = {"lot": scene.names["dear"], "spec": scene.names["mill"], "tonnes": 100}
    body = await scene.run(pinned=[pin])
    assert [(a["lot"], a["tonnes"]) for a in body["allocation"]["assignments"] if a["pinned"]] == [(pin["lot"], 100)]


async def test_a_pin_of_what_is_not_overseen_fails_the_run_by_name(scene: Scene) -> None:
    body = await scene.run(pinned=[{"lot": scene.names["far"], "spec": scene.names["mill"]}])
    assert (body["state"], body["allocation"], body["asked"]) == ("failed", None, None)
    assert body["problem"]["code"] == "pairing_unknown"
    assert scene.names["far"] in body["problem"]["detail"]


SMALL = {"tonnes": 100, "bonus": 500}


async def test_what_is_wrong_with_the_terms_is_said_before_there_is_a_job(scene: Scene) -> None:
    for asked, pointer in (
        ({"material": "moon"}, "/material"),
        # empty lists are as good as none
        ({"material": MATERIAL, "objective": "co2", "small_firms": SMALL, "specs": [], "lots": []}, "/small_firms"),
    ):
        answer = await scene.overseer.post("/v1/allocations", json=asked)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_runs_are_listed_newest_first_page_by_page_and_without_assignments(scene: Scene) -> None:
    made = [await scene.run(blends=blends) for blends in (False, True)]
    first = (await scene.overseer.get("/v1/allocations?limit=1")).json()
    assert first["items"] == [{k: v for k, v in made[1].items() if k not in ("allocation", "compared", "problem")}]
    second = (await scene.overseer.get("/v1/allocations", params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert [one["id"] for one in second["items"]] == [made[0]["id"]]


async def test_an_unchanged_run_is_not_sent_again(scene: Scene) -> None:
    place = f"/v1/allocations/{(await scene.run())['id']}"
    tag = (await scene.overseer.get(place)).headers["etag"]
    assert (await scene.overseer.get(place, headers={"if-none-match": tag})).status_code == 304


async def test_only_the_coordinator_itself_sees_its_runs(scene: Scene, market: Market, api: Application) -> None:
    body = await scene.run()
    place = f"/v1/allocations/{body['id']}"
    refused = await scene.mill.post("/v1/allocations", json={"material": MATERIAL})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    for path in ("/v1/allocations", place):
        assert (await scene.mill.get(path)).status_code == 403
    other = await market.organisation("coordinator", "Another", jurisdiction=HERE)
    async with client(api, other) as neighbour:
        assert (await neighbour.get(place)).status_code == 404
        assert (await neighbour.get("/v1/allocations")).json()["items"] == []
        alone = Scene(neighbour, scene.mill, scene.names)
        assert (await alone.run())["compared"] is None


async def test_an_unverified_coordinator_oversees_nothing(scene: Scene, market: Market, api: Application) -> None:
    party = await market.organisation("coordinator", "Not yet", verified=False, jurisdiction=HERE)
    async with client(api, party) as overseer:
        body = await Scene(overseer, scene.mill, scene.names).run()
    assert (body["state"], body["allocation"]["assignments"], body["allocation"]["unmet"]) == ("done", [], [])


async def test_a_run_is_forgotten_with_its_job_and_nothing_is_compared_with_it(scene: Scene, market: Market) -> None:
    body = await scene.run(objective="co2", conditional=True)
    async with market.superuser() as above:
        passed = datetime.now(UTC) - timedelta(seconds=1)
        await above.execute("update job set expires_at = $1 where state = 'done'", passed)
    async with market.database.work(None, role=Role.ENGINE) as work:
        assert await claims.forget(work.connection) > 0
    assert (await scene.overseer.get(f"/v1/allocations/{body['id']}")).status_code == 404
    assert (await scene.run(objective="co2", conditional=True))["compared"] is None


async def test_another_job_of_the_coordinator_is_no_run(scene: Scene) -> None:
    made = await scene.overseer.post("/v1/blends", json=large())
    assert made.status_code == 202, made.text
    assert (await scene.overseer.get(f"/v1/allocations/{made.json()['id']}")).status_code == 404
    listed = (await scene.overseer.get("/v1/allocations")).json()["items"]
    assert made.json()["id"] not in {run["id"] for run in listed}
    await scene.overseer.post(f"{made.headers['location']}/cancel")
