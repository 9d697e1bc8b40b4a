"""What to invest in, through the wire: of posted documents, and a coordinator's runs over what it oversees."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import INVESTMENT, OFFERED_STEP
from market.investments import service
from market.parties.structs import Jurisdiction
from market.solving.pool import REGISTRY
from tests.support.api import client, published, serving
from tests.support.jobs import ended, running
from tests.support.market import Market

SPEC = {k: v for k, v in INVESTMENT["specs"][0].items() if k != "id"}
LOT = {k: v for k, v in INVESTMENT["lots"][0].items() if k not in ("id", "location")}
HERE = Jurisdiction(prefectures=("JP-13", "JP-14"))
PLACE = {"location": {"prefecture": "JP-14"}}


@pytest_asyncio.fixture(scope="module")
async def api(market: Market) -> AsyncIterator[Application]:
    async with serving(market, solvers=1) as application, running(market, kinds=REGISTRY):
        yield application


class Scene:
    """A coordinator of two prefectures, a mill there, one yard inside and one outside."""

    def __init__(self, overseer: httpx.AsyncClient, mill: httpx.AsyncClient) -> None:
        self.overseer, self.mill = overseer, mill

    async def run(self, **asked: Any) -> dict[str, Any]:
        """The run once it has ended."""
        made = await self.overseer.post("/v1/investments", json=asked)
        assert made.status_code == 202, made.text
        return await ended(self.overseer, f"/v1/investments/{made.json()['id']}")


@pytest_asyncio.fixture(scope="module")
async def scene(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with contextlib.AsyncExitStack() as stack:

        async def signed_in(kind: str, **more: Any) -> httpx.AsyncClient:
            return await stack.enter_async_context(client(api, await market.organisation(kind, f"A {kind}", **more)))

        overseer = await signed_in("coordinator", jurisdiction=HERE)
        mill, inside = await signed_in("manufacturer"), await signed_in("recycler")
        await published(mill, "specs", SPEC)
        await published(inside, "lots", LOT | PLACE)
        await published(inside, "lots", LOT | PLACE | {"visibility": "private"})
        await published(await signed_in("recycler", verified=False), "lots", LOT | PLACE)
        outside = await signed_in("recycler", prefecture="JP-27")
        await published(outside, "lots", LOT | {"location": {"prefecture": "JP-27"}})
        yield Scene(overseer, mill)


async def test_posted_listings_are_answered_at_once_in_full_and_in_words(scene: Scene) -> None:
    answer = await scene.mill.post("/v1/investments", json=INVESTMENT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    codes = {item["step"]: item["code"] for item in body["items"]}
    assert codes == {"HAND_PICKING": "invest_as_assumed_priced", "BALLISTIC_LOWCU": "invest_as_published"}
    first = body["items"][0]
    assert (first["lots"], first["specs"]) == (["yard C"], ["mill 1"])
    assert first["reason"].startswith(f"{first['name']} in ")
    assert {one["step"] for one in body["left_out"]} >= {"SHREDDER_MAGNET", "PRECISE_DISMANTLING"}
    assert all(one["reason"] for one in body["left_out"])


async def test_every_fault_is_pointed_at(scene: Scene) -> None:
    wrong = {
        "assumed": [{"step": "HAND_PICKING", "yield": 2}],
        "sites": [{"id": "x", "location": {"prefecture": "JP-99"}}],
        "lots": [INVESTMENT["lots"][0], INVESTMENT["lots"][0]],
    }
    answer = await scene.mill.post("/v1/investments", json=INVESTMENT | wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    pointers = [error["pointer"] for error in answer.json()["errors"]]
    assert pointers == ["/lots/1/id", "/assumed/0/yield", "/sites/0/location/prefecture"]
    both = await scene.mill.post("/v1/investments", json=INVESTMENT | {"material": "cu_scrap", "open_offers": True})
    assert [error["pointer"] for error in both.json()["errors"]] == ["/material", "/open_offers"]
    refused = await scene.overseer.post("/v1/investments", json={"material": "moon"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/material")


async def test_what_the_coordinator_oversees_is_looked_at_and_nothing_else(scene: Scene) -> None:
    body = await scene.run(assumed=INVESTMENT["assumed"])
    assert (body["state"], body["progress"], body["problem"]) == ("done", 1, None)
    first = body["investments"]["items"][0]
    # the yard inside alone: 120 t, of which the mill wants 180
    assert first["tonnes_in"] == 120
    assert body["outcome"]["value"] == first["value"] > 0
    assert body["outcome"]["plants"] == len(body["investments"]["items"])
    assert body["asked"]["assumed"][0]["step"] == "HAND_PICKING"
    # the same is read as a job, and is forgotten with it
    job = (await scene.overseer.get(f"/v1/jobs/{body['id']}")).json()
    assert (job["kind"], job["result"]["investments"]) == ("investment_run", body["investments"])


async def test_two_firms_are_not_singled_out(scene: Scene) -> None:
    items = (await scene.run(assumed=INVESTMENT["assumed"]))["investments"]["items"]
    assert {(item["prefecture"], item["firms"], item["lots"], item["specs"]) for item in items} == {(None,) * 4}
    cells = [(item["step"], item["region"]) for item in items]
    assert len(cells) == len(set(cells))
    assert all("Kanagawa" not in item["reason"] and "Tokyo" not in item["reason"] for item in items)


async def test_where_five_firms_would_use_it_the_prefecture_is_named(
    scene: Scene, market: Market, api: Application
) -> None:
    material = {"material": "pig_iron_scrap"}
    await published(scene.mill, "specs", SPEC | material | {"quantity": {"tonnes": 1000}})
    for i in range(4):
        async with client(api, await market.organisation("recycler", f"Neighbour {i}")) as yard:
            await published(yard, "lots", LOT | PLACE | material | {"grade": None})
    first = (await scene.run(**material))["investments"]["items"][0]
    assert (first["firms"], first["lots"], first["specs"]) == (5, 4, 1)
    assert first["prefecture"] is not None


async def test_offers_to_all_count_where_it_is_asked_for_without_their_fees(
    scene: Scene, market: Market, api: Application
) -> None:
    fee = {"amount": 1_511.77, "currency": "JPY", "per": "t"}
    async with client(api, await market.organisation("processor", "Works")) as works:
        made = await works.post("/v1/upgrade-offers", json=OFFERED_STEP | {"fee": fee})
    body = await scene.run(open_offers=True)
    offered = [item for item in body["investments"]["items"] if item["offer"] == made.json()["id"]]
    assert offered[0]["code"] == "invest_as_offered"
    assert [f["code"] for f in offered[0]["figures"]] == ["yield_within_published", "removal_within_published"]
    assert {item["fee_per_tonne"] for item in offered} == {None}
    assert "1511.77" not in str(body)
    assert not any(item["offer"] for item in (await scene.run())["investments"]["items"])


async def test_each_look_is_in_the_audit_trail_with_its_job(scene: Scene, market: Market) -> None:
    body = await scene.run(material="carbon_steel_scrap")
    async with market.superuser() as above:
        rows = await above.fetch(
            "select object_kind, detail from audit_event where action = 'oversee' and detail ->> 'job' = $1 order by 1",
            body["id"],
        )
    looks = {row["object_kind"]: msgspec.json.decode(row["detail"])["listings"] for row in rows}
    # the unverified yard's lot is seen by who may verify it, and not reckoned with
    assert looks == {"lot": 2, "spec": 1}


async def test_runs_are_listed_newest_first_without_plants(scene: Scene) -> None:
    made = [await scene.run(places=places) for places in ("prefectures", "ports")]
    page = (await scene.overseer.get("/v1/investments?limit=1")).json()
    assert page["items"] == [{k: v for k, v in made[1].items() if k not in ("investments", "problem")}]
    rest = (await scene.overseer.get("/v1/investments", params={"limit": 1, "cursor": page["next_cursor"]})).json()
    assert [one["id"] for one in rest["items"]] == [made[0]["id"]]


async def test_only_the_coordinator_itself_sees_its_runs(scene: Scene, market: Market, api: Application) -> None:
    body = await scene.run()
    place = f"/v1/investments/{body['id']}"
    refused = await scene.mill.post("/v1/investments", json={})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert (await scene.mill.get(place)).status_code == 403
    async with client(api, await market.organisation("coordinator", "Another", jurisdiction=HERE)) as neighbour:
        assert (await neighbour.get(place)).status_code == 404
        assert (await neighbour.get("/v1/investments")).json()["items"] == []


async def test_a_coordinator_that_oversees_nothing_gets_an_empty_answer(market: Market, api: Application) -> None:
    party = await market.organisation("coordinator", "Not yet", verified=False, jurisdiction=HERE)
    async with client(api, party) as overseer:
        body = await Scene(overseer, overseer).run(open_offers=True)
    assert (body["state"], body["investments"]["items"], body["outcome"]["value"]) == ("done", [], None)


async def test_reasons_are_in_the_language_that_asked_and_a_repeated_request_is_one_run(scene: Scene) -> None:
    headers = {"accept-language": "ja", "idempotency-key": "one run"}
    made = [await scene.overseer.post("/v1/investments", json={}, headers=headers) for _ in range(2)]
    assert (made[0].status_code, made[0].content) == (202, made[1].content)
    body = await ended(scene.overseer, f"/v1/investments/{made[0].json()['id']}")
    assert "処理能力" in body["investments"]["items"][0]["reason"]


async def test_what_is_large_is_a_job_that_comes_to_the_same(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = (await scene.mill.post("/v1/investments", json=INVESTMENT)).json()
    monkeypatch.setattr(service, "AT_ONCE", 0)
    made = await scene.mill.post("/v1/investments", json=INVESTMENT)
    assert made.status_code == 202, made.text
    job = await ended(scene.mill, made.headers["location"])
    assert (job["kind"], job["state"], job["result"]) == ("investment", "done", at_once)


async def test_more_pairs_than_can_be_judged_end_the_job_by_name(scene: Scene) -> None:
    many = {"specs": [SPEC] * 1000, "lots": [LOT | PLACE] * 51}
    made = await scene.mill.post("/v1/investments", json=many)
    assert made.status_code == 202, made.text
    job = await ended(scene.mill, made.headers["location"])
    assert (job["state"], job["problem"]["code"], job["problem"]["status"]) == ("failed", "too_many_pairs", 422)
    assert "102000" in job["problem"]["detail"]
