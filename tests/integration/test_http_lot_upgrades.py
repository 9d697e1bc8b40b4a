"""What a recycler's lot could become, through the wire: of others' specs and offers, without their prices or names."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import LOT, OFFERED_STEP, UPGRADE
from market.solving.pool import REGISTRY
from market.upgrades import lots
from tests.support.api import client, published
from tests.support.asked import spec_of
from tests.support.jobs import ended, running
from tests.support.market import Market

CANARIES = ("CanaryMill", "CanaryWorks", "CanaryTitle", "58111.5", "61222.5", "1511.77", '"lat"')
_CLAIMS = {"step": "HAND_PICKING", "yield": 0.8, "removal": [{"analyte": "Cu", "fraction": 0.6}]}
PICKER = UPGRADE["offers"][0] | _CLAIMS | {"id": "picker"}
OPEN = OFFERED_STEP | _CLAIMS


@pytest_asyncio.fixture(scope="module")
async def yard(market: Market, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, await market.organisation("recycler", "Yard")) as signed_in:
        yield signed_in


@pytest_asyncio.fixture(scope="module")
async def mills(market: Market, api: Application) -> AsyncIterator[list[httpx.AsyncClient]]:
    found = [client(api, await market.organisation("manufacturer", f"CanaryMill {i}")) for i in range(5)]
    yield found
    for one in found:
        await one.aclose()


@pytest_asyncio.fixture(scope="module")
async def works(market: Market, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, await market.organisation("processor", "CanaryWorks")) as signed_in:
        yield signed_in


class Scene:
    """A material of its own, so that the specs of one test are not those of another."""

    def __init__(self, yard: httpx.AsyncClient, mills: list[httpx.AsyncClient], material: str) -> None:
        self.yard, self.mills, self.material = yard, mills, material
        self.lot = ""

    async def offer(self, copper: float = 0.31, price: float = 20_000, **changes: Any) -> None:
        own = {"material": self.material, "grade": None, "form": None, "quantity": {"tonnes": 100}}
        own |= {"assays": [{"analyte": "Cu", "value": copper, "unit": "%", "uncertainty": 0.005}]}
        own |= {"ask_price": {"amount": price, "currency": "JPY", "incoterm": "EXW"}}
        self.lot = await published(self.yard, "lots", LOT | own | changes)

    async def want(self, amount: float = 58_111.5, most: float = 0.25, mill: int = 0, **changes: Any) -> str:
        price = {"amount": amount, "currency": "JPY", "incoterm": "DAP"}
        limits = [{"analytes": ["Cu"], "max": most, "unit": "%"}]
        wanted = spec_of(1, 500) | {"material": self.material, "title": "CanaryTitle", "max_price": price}
        return await published(self.mills[mill], "specs", wanted | {"limits": limits} | changes)

    async def asked(self, *offers: dict[str, Any], open_offers: bool = False, **headers: str) -> dict[str, Any]:
        body = {"offers": list(offers), "open_offers": open_offers}
        answer = await self.yard.post(f"/v1/lots/{self.lot}/upgrades", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        assert not any(word in answer.text for word in CANARIES)
        found: dict[str, Any] = answer.json()
        return found


# of families whose pieces are picked by hand
_materials = iter(
    [
        *("carbon_steel_scrap", "pig_iron_scrap", "stainless_scrap", "mixed_metal_scrap", "cu_scrap", "cu_refined"),
        *("al_scrap", "al_alloy_casting", "al_alloy_wrought", "al_ubc", "al_alloy_ingot"),
    ]
)


@pytest_asyncio.fixture
async def scene(yard: httpx.AsyncClient, mills: list[httpx.AsyncClient]) -> Scene:
    return Scene(yard, mills, next(_materials))


async def test_a_lot_is_told_which_step_lifts_it_into_which_spec_and_what_it_would_be(scene: Scene) -> None:
    spec = await scene.want()
    await scene.offer()
    found = await scene.asked(PICKER)
    (item,) = found["items"]
    assert (found["missed"], found["fits"], found["offers"]) == (1, 0, 1)
    assert (item["spec"]["id"], item["spec"]["tonnes"], item["spec"]["title"]["prefecture"]) == (spec, 500, None)
    (step,) = item["steps"]
    assert (step["offer"], step["step"], step["tonnes_in"], step["tonnes_out"]) == ("picker", "HAND_PICKING", 100, 80)
    assert step["location"]["prefecture"] == "JP-12"
    assert [claim["code"] for claim in step["claims"]] == ["yield_not_published", "removal_not_published"]
    assert (item["tonnes_in"], item["tonnes"]) == (100, 80)
    assert (item["price"]["code"], item["earning"]["code"]) == ("price_band_within", "earns_more")
    limit = item["projection"]["limits"][0]
    assert (item["projection"]["projected"], limit["before"], limit["verdict"]) == (
        True,
        "out_of_specification",
        "in_specification",
    )
    assert limit["expected"] == pytest.approx(0.31 * 0.4 / 0.8)
    assert "measured" not in limit


async def test_no_amount_of_money_and_no_way_is_told(scene: Scene) -> None:
    await scene.want()
    await scene.offer()
    (item,) = (await scene.asked(PICKER))["items"]
    assert set(item) == {"spec", "steps", "tonnes_in", "tonnes", "projection", "price", "earning"}
    assert not {"fee_per_tonne", "freight_per_tonne", "residue_cost"} & set(item["steps"][0])
    assert (item["price"]["params"], item["earning"]["params"]) == ({}, {})
    assert not {"max_price", "delivered_cost", "treatment_cost"} & set(item["spec"])


async def test_the_specs_that_pay_best_come_first_and_are_held_against_those_that_fit(
    scene: Scene,
) -> None:
    low, high = await scene.want(44_000, mill=0), await scene.want(61_222.5, mill=1)
    await scene.offer()
    found = await scene.asked(PICKER)
    assert [item["spec"]["id"] for item in found["items"]] == [high, low]
    await scene.want(61_222.5, most=0.4, mill=2)
    found = await scene.asked(PICKER)
    assert (found["fits"], found["missed"]) == (1, 2)
    assert {item["earning"]["code"] for item in found["items"]} == {"earns_less"}


async def test_two_ceilings_of_one_step_of_the_grid_answer_alike(scene: Scene) -> None:
    spec = await scene.want(58_111.5)
    await scene.offer()
    first = await scene.asked(PICKER)
    patched = await scene.mills[0].patch(
        f"/v1/specs/{spec}",
        json={"max_price": {"amount": 58_990, "currency": "JPY", "incoterm": "DAP"}},
        headers={"if-match": "*"},
    )
    assert patched.status_code == 200
    assert await scene.asked(PICKER) == first


async def test_what_is_shown_may_be_read_and_what_is_not_reached_may_not(scene: Scene) -> None:
    near, far = await scene.want(), await scene.want(most=0.01, mill=1)
    await scene.offer()
    assert (await scene.yard.get(f"/v1/specs/{near}")).status_code == 404
    found = await scene.asked(PICKER)
    assert (found["missed"], [item["spec"]["id"] for item in found["items"]]) == (2, [near])
    read = await scene.yard.get(f"/v1/specs/{near}")
    assert (read.status_code, read.json()) == (200, found["items"][0]["spec"])
    assert (await scene.yard.get(f"/v1/specs/{far}")).status_code == 404


async def test_what_processors_offer_to_all_counts_and_tells_nothing_of_who_and_how_much(
    scene: Scene, works: httpx.AsyncClient
) -> None:
    await scene.want()
    await scene.offer()
    fee = {"amount": 1_511.77, "currency": "JPY", "per": "t"}
    open_ = OPEN | {"fee": fee, "materials": [scene.material], "evidence": ["CanaryTitle of 2029", "assay_report"]}
    made = await works.post("/v1/upgrade-offers", json=open_)
    withdrawn = await works.post("/v1/upgrade-offers", json=open_)
    await works.post(f"{withdrawn.headers['location']}/withdraw")
    found = await scene.asked(open_offers=True)
    (step,) = found["items"][0]["steps"]
    assert (found["offers"], step["offer"], step["evidence"]) == (1, made.json()["id"], ["assay_report"])
    # it rests on something, and its place would give one away
    assert step["flags"] == []
    assert step["location"] == {"prefecture": None, "region": "kanto"}
    seen = (await scene.yard.get(f"/v1/upgrade-offers/{step['offer']}")).json()
    assert seen["claims"] == step["claims"]
    assert (await scene.asked())["items"] == []


async def test_the_place_of_a_step_is_named_where_five_firms_offer_it(
    scene: Scene, works: httpx.AsyncClient, market: Market, api: Application
) -> None:
    await scene.want()
    await scene.offer()
    there = OPEN | {"materials": [scene.material], "location": {"prefecture": "JP-11"}}
    await works.post("/v1/upgrade-offers", json=there)
    places = []
    for i in range(4):
        async with client(api, await market.organisation("processor", f"Neighbour {i}")) as neighbour:
            await neighbour.post("/v1/upgrade-offers", json=there | {"capacity_tonnes": 1})
        places.append((await scene.asked(open_offers=True))["items"][0]["steps"][0]["location"]["prefecture"])
    assert places == [None, None, None, "JP-11"]


async def test_reasons_are_in_the_callers_language(scene: Scene) -> None:
    await scene.want()
    await scene.offer()
    english, japanese = [
        (await scene.asked(PICKER, **{"accept-language": language}))["items"][0] for language in ("en", "ja")
    ]
    for one in (english, japanese):
        one["reasons"] = [one["price"], one["earning"], one["projection"], *one["steps"][0]["claims"]]
    assert english["projection"]["reason"].startswith("as it would be, not as measured")
    for a, b in zip(english["reasons"], japanese["reasons"], strict=True):
        assert a["code"] == b["code"]
        assert a["reason"] != b["reason"]


async def test_only_ones_own_open_lot_is_asked_about(scene: Scene, market: Market, api: Application) -> None:
    await scene.offer()
    async with client(api, await market.organisation("recycler", "Rival")) as rival:
        answer = await rival.post(f"/v1/lots/{scene.lot}/upgrades", json={})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    draft = (await scene.yard.post("/v1/lots", json=LOT)).json()["id"]
    answer = await scene.yard.post(f"/v1/lots/{draft}/upgrades", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_open")
    faulty = await scene.yard.post(f"/v1/lots/{scene.lot}/upgrades", json={"offers": [PICKER | {"yield": 2}, PICKER]})
    assert [error["pointer"] for error in faulty.json()["errors"]] == ["/offers/0/yield", "/offers/1/id"]


async def test_what_is_large_is_a_job_that_comes_to_the_same_and_opens_the_same(
    scene: Scene, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = await scene.want()
    await scene.offer()
    place, body = f"/v1/lots/{scene.lot}/upgrades", {"offers": [PICKER], "open_offers": False}
    monkeypatch.setattr(lots, "AT_ONCE", 0)
    answers = [await scene.yard.post(place, json=body, headers={"idempotency-key": "large"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].content == answers[1].content
    monkeypatch.undo()
    async with running(market, kinds=REGISTRY):
        job = await ended(scene.yard, answers[0].headers["location"])
    assert (job["kind"], job["state"], job["problem"]) == ("lot_upgrades", "done", None)
    assert (await scene.yard.get(f"/v1/specs/{spec}")).status_code == 200
    assert job["result"] == await scene.asked(PICKER)
