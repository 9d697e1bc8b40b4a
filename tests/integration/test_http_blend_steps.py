"""Blends by way of processors through the wire: of posted documents, and of one's own spec."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import BLEND, LOT, SPEC, UPGRADE
from tests.support.api import client, published
from tests.support.asked import lots_of, spec_of
from tests.support.market import Market

SORTER = UPGRADE["offers"][0]


@pytest_asyncio.fixture(scope="module")
async def mill(market: Market, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, await market.organisation("manufacturer", "Mill", prefecture="JP-13")) as signed_in:
        yield signed_in


@pytest_asyncio.fixture(scope="module")
async def yard(market: Market, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, await market.organisation("recycler", "Yard")) as signed_in:
        yield signed_in


async def test_a_lot_comes_by_way_of_a_processor(mill):
    lots = [LOT | {"id": "dirty", "assays": [BLEND["lots"][1]["assays"][0] | {"value": 0.31}]}, BLEND["lots"][0]]
    body = BLEND | {"lots": lots, "offers": [SORTER]}
    assert (await mill.post("/v1/blends", json=body | {"offers": []})).json()["status"] == "infeasible"
    found = (await mill.post("/v1/blends", json=body)).json()
    (take,) = [take for take in found["takes"] if "steps" in take]
    (step,) = take["steps"]
    assert (take["lot"], step["offer"]) == ("dirty", "sorter in Chiba")
    assert step["tonnes_out"] == pytest.approx(take["tonnes"], abs=1e-5)
    assert step["tonnes_in"] == pytest.approx(take["tonnes"] / 0.75, abs=1e-5)
    assert step["claims"][1]["reason"]
    assert found["processing"]["amount"] == pytest.approx(1_500 * step["tonnes_in"], rel=1e-6)
    assert "as processors claim" in found["processing"]["flags"][0]["reason"]
    assert found["tonnes"] == pytest.approx(sum(take["tonnes"] for take in found["takes"]))


async def test_faults_of_offers_are_pointed_at(mill):
    claim = SORTER | {"removal": [{"analyte": "Ni", "fraction": 0.5}]}
    answer = await mill.post("/v1/blends", json=BLEND | {"offers": [SORTER, claim]})
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/offers/1/removal/0", "/offers/1/id"}
    mine = await published(mill, "specs", spec_of(1))
    by_id = await mill.post("/v1/blends", json={"spec_id": mine, "offers": [SORTER | {"yield": 2}]})
    assert (by_id.status_code, by_id.json()["errors"][0]["pointer"]) == (422, "/offers/0/yield")
    loose = SORTER | {"fee": {"amount": "１５００"}}
    shapeless = await mill.post("/v1/blends", json={"spec_id": mine, "offers": [loose]})
    assert (shapeless.status_code, shapeless.json()["errors"][0]["pointer"]) == (400, "/offers/0/fee/amount")


async def test_open_offers_belong_to_the_id_of_a_spec(mill):
    answer = await mill.post("/v1/blends", json=BLEND | {"open_offers": True})
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["pointer"]) == (422, "/open_offers")
    assert error["reason"] != error["code"]


async def test_ones_own_spec_is_blended_by_way_of_ones_own_offers_without_their_fees(mill, yard):
    days = {"from": "2071-01-01", "until": "2071-03-31"}
    mine = await published(mill, "specs", spec_of(1, 60.0) | {"delivery": SPEC["delivery"] | days})
    dirty = [{"analyte": "Cu", "value": 0.35, "unit": "%", "uncertainty": 0.01}]
    made = await published(yard, "lots", LOT | {"grade": None, "assays": dirty, "available": days})
    found = (await mill.post("/v1/blends", json={"spec_id": mine, "offers": [SORTER]})).json()
    assert {take["lot"] for take in found["takes"]} == {made}
    (step,) = next(take["steps"] for take in found["takes"] if "steps" in take)
    assert set(step) == {"offer", "step", "name", "tonnes_in", "tonnes_out"}
    assert set(found["processing"]) == {"tonnes_in", "tonnes", "share", "routes", "lots", "flags"}


async def test_offers_count_towards_what_is_answered_at_once(mill):
    body = {"spec": spec_of(1), "lots": lots_of(30, 1)}
    offers = [SORTER | {"id": f"sorter {i}"} for i in range(40)]
    answer = await mill.post("/v1/blends", json=body | {"offers": offers})
    assert (answer.status_code, answer.json()["kind"]) == (202, "blend")
    await mill.post(f"{answer.headers['location']}/cancel")
