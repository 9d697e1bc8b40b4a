"""From publishing to ranked, explained and redacted matches, through the wire alone."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio

from market.app import Application
from tests.support.api import client
from tests.support.market import LOT, SPEC, Market

CANARIES = ("CanaryYard", "CanaryMill", "CanaryTitle", "CanaryLab", "CanarySample", "CanaryMethod", "45111", "52222")


def lot(copper: float, **changes: Any) -> dict[str, Any]:
    """A lot that says what nobody else may read."""
    assays = [
        {
            "analyte": "Cu",
            "value": copper,
            "unit": "%",
            "uncertainty": 0.01,
            "laboratory": "CanaryLab",
            "sample": "CanarySample",
            "method": "CanaryMethod",
        },
        *({"analyte": element, "value": 0.02, "unit": "%", "uncertainty": 0.001} for element in ("Cr", "Ni", "Mo")),
    ]
    price = {"amount": 45111, "currency": "JPY", "per": "t", "incoterm": "EXW"}
    return LOT | {"title": "CanaryTitle", "assays": assays, "ask_price": price} | changes


@pytest_asyncio.fixture(scope="module")
async def mill(market: Market, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, await market.organisation("manufacturer", "CanaryMill", prefecture="JP-13")) as signed_in:
        yield signed_in


@pytest_asyncio.fixture(scope="module")
async def yard(market: Market, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, await market.organisation("recycler", "CanaryYard")) as signed_in:
        yield signed_in


async def published(caller: httpx.AsyncClient, noun: str, body: dict[str, Any]) -> str:
    made = await caller.post(f"/v1/{noun}", json=body)
    assert made.status_code == 201, made.text
    assert (await caller.post(f"{made.headers['location']}/publish")).status_code == 200
    return str(made.json()["id"])


async def test_a_mill_sees_who_fits_and_who_nearly_does_without_learning_who_they_are(mill, yard):
    price = {"amount": 52222, "currency": "JPY", "per": "t", "incoterm": "DAP"}
    spec = await published(mill, "specs", SPEC | {"title": "CanaryTitle", "max_price": price})
    good = await published(yard, "lots", lot(0.15))
    bad = await published(yard, "lots", lot(0.40))
    matches = await mill.get(f"/v1/specs/{spec}/matches")
    assert matches.status_code == 200
    body = matches.json()
    assert [item["lot"]["id"] for item in body["items"]] == [good]
    assert body["next_cursor"] is None
    evaluation = body["items"][0]["evaluation"]
    assert evaluation["verdict"] == "in_specification"
    assert evaluation["delivered_price"] is None
    assert [limit["verdict"] for limit in evaluation["limits"]] == ["in_specification"] * 2
    assert all(limit["reason"] for limit in evaluation["limits"])
    assert body["items"][0]["lot"]["location"] == {"prefecture": None, "region": "kanto"}
    near = (await mill.get(f"/v1/specs/{spec}/matches?near_misses=true", headers={"accept-language": "ja"})).json()
    assert [item["lot"]["id"] for item in near["items"]] == [bad]
    change = near["items"][0]["evaluation"]["near_miss"]["changes"][0]
    assert change["limit"] == 0
    assert change["relax_to"] > 0.40
    assert change["reason"]
    for answer in (matches.text, str(near)):
        assert not any(word in answer for word in CANARIES)


async def test_a_yard_sees_the_specs_for_its_lot_and_then_the_spec_itself_redacted(mill, yard):
    spec = await published(mill, "specs", SPEC | {"title": "CanaryTitle", "material": "carbon_steel_scrap"})
    mine = await published(yard, "lots", lot(0.10))
    assert (await yard.get(f"/v1/specs/{spec}")).status_code == 404
    matches = await yard.get(f"/v1/lots/{mine}/matches?limit=200")
    assert spec in [item["spec"]["id"] for item in matches.json()["items"]]
    seen = await yard.get(f"/v1/specs/{spec}")
    assert seen.status_code == 200
    assert seen.json()["limits"][0]["max"] == 0.25
    assert not any(word in matches.text + seen.text for word in CANARIES)
    assert (await yard.get(f"/v1/specs/{spec}/matches")).status_code == 404
    assert (await yard.get(f"/v1/specs/{spec}/revisions")).status_code == 404


async def test_a_withdrawn_lot_is_gone_from_the_very_next_answer(mill, yard):
    spec = await published(mill, "specs", SPEC)
    mine = await published(yard, "lots", lot(0.12))
    assert mine in [i["lot"]["id"] for i in (await mill.get(f"/v1/specs/{spec}/matches")).json()["items"]]
    await yard.post(f"/v1/lots/{mine}/withdraw")
    assert mine not in [i["lot"]["id"] for i in (await mill.get(f"/v1/specs/{spec}/matches")).json()["items"]]


async def test_pages_of_matches_follow_their_cursor(mill, yard):
    spec = await published(mill, "specs", SPEC)
    for copper in (0.11, 0.12, 0.13, 0.14):
        await published(yard, "lots", lot(copper))
    whole = [i["lot"]["id"] for i in (await mill.get(f"/v1/specs/{spec}/matches?limit=200")).json()["items"]]
    seen, cursor = [], None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await mill.get(f"/v1/specs/{spec}/matches", params=params)).json()
        seen += [item["lot"]["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == whole
    spoilt = await mill.get(f"/v1/specs/{spec}/matches", params={"cursor": "x" * 40})
    assert (spoilt.status_code, spoilt.json()["code"]) == (400, "invalid_cursor")


async def test_next_tests_name_the_assay_that_would_settle_the_most(mill, yard):
    await published(mill, "specs", SPEC)
    only_copper = [{"analyte": "Cu", "value": 0.1, "unit": "%", "uncertainty": 0.01}]
    mine = await published(yard, "lots", lot(0.1, assays=only_copper))
    tests = (await yard.get(f"/v1/lots/{mine}/next-tests")).json()
    assert {"Cr", "Ni", "Mo"} & {item["analyte"] for item in tests["items"]}
    assert all(item["reason"] for item in tests["items"])


async def test_an_evaluation_tells_one_caller_everything_and_stores_nothing(mill):
    before = (await mill.get("/v1/specs")).headers["etag"]
    answer = await mill.post("/v1/evaluations", json={"spec": SPEC, "lot": lot(0.31)})
    assert answer.status_code == 200
    body = answer.json()
    assert body["verdict"] == "out_of_specification"
    assert "0.31" in body["limits"][0]["reason"]
    assert "0.25" in body["limits"][0]["reason"]
    assert body["delivered_price"]["currency"] == "JPY"
    assert body["near_miss"]["changes"][0]["relax_to"] > 0.31
    japanese = await mill.post(
        "/v1/evaluations", json={"spec": SPEC, "lot": lot(0.31)}, headers={"accept-language": "ja"}
    )
    assert japanese.json()["limits"][0]["reason"] != body["limits"][0]["reason"]
    assert (await mill.get("/v1/specs")).headers["etag"] == before


async def test_an_evaluation_names_the_faults_of_both_sides_at_once(mill):
    pair = {"spec": SPEC | {"confidence": 2}, "lot": lot(0.1, material="carbon_steel_scrp")}
    answer = await mill.post("/v1/evaluations", json=pair)
    assert answer.status_code == 422
    assert {e["pointer"] for e in answer.json()["errors"]} >= {"/spec/confidence", "/lot/material"}
