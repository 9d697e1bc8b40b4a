"""Advice through the wire: what would bring more supply, of the lots of others and without anything of theirs."""

import math
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from market.advice import service
from market.app import Application
from market.http.examples import LOT, OFFERED_STEP, UPGRADE
from tests.support.api import client, published
from tests.support.asked import spec_of
from tests.support.market import Market

CANARIES = ("CanaryYard", "CanaryTitle", "CanaryLab", "45111", "46222", "35.53", "139.7")


@pytest_asyncio.fixture(scope="module")
async def mill(market: Market, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, await market.organisation("manufacturer", "Mill", prefecture="JP-13")) as signed_in:
        yield signed_in


@pytest_asyncio.fixture(scope="module")
async def yards(market: Market, api: Application) -> AsyncIterator[list[httpx.AsyncClient]]:
    found = [client(api, await market.organisation("recycler", f"CanaryYard {i}")) for i in range(5)]
    yield found
    for one in found:
        await one.aclose()


class Scene:
    """A material of its own, so that the lots of one test are not those of another: advice looks at every season."""

    def __init__(self, mill: httpx.AsyncClient, yards: list[httpx.AsyncClient], material: str) -> None:
        self.mill, self.yards, self.material = mill, yards, material
        self.spec = ""

    async def want(self, **changes: Any) -> None:
        wanted = spec_of(1, 150.0) | {"material": self.material, "title": "CanaryTitle"}
        self.spec = await published(self.mill, "specs", wanted | changes)

    async def offer(self, copper: float = 0.2, amount: float = 45_111, yard: int = 0, **changes: Any) -> str:
        results = [{"analyte": "Cu", "value": copper, "unit": "%", "uncertainty": 0.005, "laboratory": "CanaryLab"}]
        price = {"amount": amount, "currency": "JPY", "incoterm": "EXW"}
        own = {"title": "CanaryTitle", "material": self.material, "grade": None, "form": None}
        own |= {"quantity": {"tonnes": 100}, "assays": results, "ask_price": price}
        return await published(self.yards[yard], "lots", LOT | own | changes)

    async def advice(self, *offers: dict[str, Any], open_offers: bool = False, **headers: str) -> dict[str, Any]:
        asked = {"offers": list(offers), "open_offers": open_offers}
        answer = await self.mill.post(f"/v1/specs/{self.spec}/advice", json=asked, headers=headers)
        assert answer.status_code == 200, answer.text
        assert not any(word in answer.text for word in CANARIES)
        found: dict[str, Any] = answer.json()
        return found


_materials = iter(("stainless_scrap", "al_scrap", "al_alloy_casting", "al_alloy_wrought", "cu_scrap", "cu_refined",
                   "zn_diecast", "mixed_metal_scrap", "al_ubc", "al_alloy_ingot", "mixed_nonferrous"))  # fmt: skip
SORTER = UPGRADE["offers"][0]


@pytest_asyncio.fixture
async def scene(mill: httpx.AsyncClient, yards: list[httpx.AsyncClient]) -> Scene:
    return Scene(mill, yards, next(_materials))


def singles(found: dict[str, Any]) -> dict[str, Any]:
    """Where the first single change of each kind goes to."""
    alone = [item["changes"][0] for item in reversed(found["items"]) if len(item["changes"]) == 1]
    return {change["kind"]: change["to"] for change in alone}


async def test_a_spec_that_is_short_is_told_which_limit_to_move_and_what_that_unlocks(scene: Scene) -> None:
    await scene.want()
    await scene.offer(0.2)
    await scene.offer(0.4, 46_222, yard=1)
    found = await scene.advice()
    assert (found["status"], found["method"], found["wanted"]) == ("short", "blend", 150)
    assert 120 < found["tonnes"] < 134
    first = found["items"][0]
    assert first["tonnes"] == pytest.approx(150, abs=0.01)
    assert [change["kind"] for change in first["changes"]] == ["limit"]
    assert 0.26 < first["changes"][0]["to"] < 0.29
    assert set(first) == {"changes", "tonnes", "tonnes_unlocked", "negotiable", "code", "params", "reason"}
    assert set(first["params"]) == {"tonnes", "of"}


async def test_reasons_are_in_the_callers_language(scene: Scene) -> None:
    await scene.want()
    await scene.offer(0.4)
    english, japanese = [await scene.advice(**{"accept-language": language}) for language in ("en", "ja")]
    assert "Cu" in english["items"][0]["reason"]
    assert english["items"][0]["reason"] != japanese["items"][0]["reason"]
    assert english["items"][0]["code"] == japanese["items"][0]["code"]


async def test_enough_supply_is_an_answer_too(scene: Scene) -> None:
    await scene.want()
    for _ in range(2):
        await scene.offer()
    found = await scene.advice()
    assert (found["status"], found["tonnes"], found["items"]) == ("supplied", 150, [])


async def test_a_ceiling_is_advised_in_steps_so_that_two_prices_of_one_step_answer_alike(scene: Scene) -> None:
    await scene.want(max_price={"amount": 40_000, "currency": "JPY", "incoterm": "DAP"})
    lot = await scene.offer(amount=45_000)
    first = await scene.advice()
    ceiling = singles(first)["price"]
    assert ceiling in {math.ceil(1.05**n) for n in range(300)}
    patched = await scene.yards[0].patch(
        f"/v1/lots/{lot}",
        json={"ask_price": {"amount": 45_700, "currency": "JPY", "incoterm": "EXW"}},
        headers={"if-match": "*"},
    )
    assert patched.status_code == 200
    assert await scene.advice() == first


async def test_a_place_is_advised_only_where_its_prefecture_may_be_named(scene: Scene) -> None:
    await scene.want(max_price={"amount": 45_000, "currency": "JPY", "incoterm": "DAP"})
    far = {"location": {"prefecture": "JP-40"}}
    await scene.offer(amount=40_000, **far)
    found = await scene.advice()
    assert (found["status"], "place" in singles(found)) == ("short", False)
    assert "JP-40" not in str(found)
    for yard in range(1, 5):
        await scene.offer(amount=40_000, yard=yard, **far)
    assert singles(await scene.advice())["place"] == "JP-40"


async def test_a_lot_of_another_season_is_advised_by_its_first_day(scene: Scene) -> None:
    await scene.want()
    await scene.offer(available={"from": "2030-04-10", "until": "2030-05-10"})
    assert singles(await scene.advice()) == {"until": "2030-04-10"}


async def test_a_step_that_the_buyer_was_offered_is_a_change_too(scene: Scene) -> None:
    # of a family that the sorter takes
    scene.material = "carbon_steel_scrap"
    await scene.want()
    await scene.offer(0.3)
    found = await scene.advice(SORTER)
    (step,) = [item["changes"] for item in found["items"] if [c["kind"] for c in item["changes"]] == ["step"]]
    assert step[0]["offers"] == ["sorter in Chiba"]
    assert "1 lot(s)" in step[0]["reason"]
    faulty = await scene.mill.post(f"/v1/specs/{scene.spec}/advice", json={"offers": [SORTER | {"yield": 2}, SORTER]})
    assert faulty.status_code == 422
    assert [error["pointer"] for error in faulty.json()["errors"]] == ["/offers/0/yield", "/offers/1/id"]


async def test_what_processors_offer_to_all_is_a_change_where_it_is_asked_for(
    scene: Scene, market: Market, api: Application
) -> None:
    # of the family that the sorter takes, but of another material
    scene.material = "pig_iron_scrap"
    await scene.want()
    await scene.offer(0.3)
    fee = {"amount": 1_511, "currency": "JPY", "per": "t"}
    async with client(api, await market.organisation("processor", "CanaryWorks")) as works:
        made = await works.post("/v1/upgrade-offers", json=OFFERED_STEP | {"fee": fee, "evidence": ["CanaryTitle"]})
        withdrawn = await works.post("/v1/upgrade-offers", json=OFFERED_STEP)
        await works.post(f"{withdrawn.headers['location']}/withdraw")
    found = await scene.advice(open_offers=True)
    steps = [c["offers"] for item in found["items"] for c in item["changes"] if c["kind"] == "step"]
    assert steps == [[made.json()["id"]]] * len(steps) != []
    assert "1511" not in str(found)
    assert "step" not in singles(await scene.advice())


async def test_what_advice_stands_on_is_not_opened_by_it(scene: Scene) -> None:
    await scene.want()
    lot = await scene.offer(0.4)
    assert lot not in str(await scene.advice())
    assert (await scene.mill.get(f"/v1/lots/{lot}")).status_code == 404


async def test_only_ones_own_open_spec_is_advised(scene: Scene, market: Market, api: Application) -> None:
    await scene.want()
    async with client(api, await market.organisation("manufacturer", "Rival")) as rival:
        answer = await rival.post(f"/v1/specs/{scene.spec}/advice", json={})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    draft = (await scene.mill.post("/v1/specs", json=spec_of(1))).json()["id"]
    answer = await scene.mill.post(f"/v1/specs/{draft}/advice", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_open")


async def test_what_is_large_is_a_job_and_a_repeated_request_the_same_one(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.want()
    await scene.offer()
    place, once = f"/v1/specs/{scene.spec}/advice", {"idempotency-key": "small"}
    small = [(await scene.mill.post(place, json={}, headers=once)).content for _ in range(2)]
    assert small[0] == small[1]
    monkeypatch.setattr(service, "AT_ONCE", 0)
    answers = [await scene.mill.post(place, json={}, headers={"idempotency-key": "large"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].content == answers[1].content
    job = await scene.mill.get(answers[0].headers["location"])
    assert (job.json()["kind"], job.json()["state"]) == ("advice", "queued")
