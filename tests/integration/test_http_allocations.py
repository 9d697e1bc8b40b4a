"""Allocations of posted documents through the wire: at once and as jobs, with faults pointed at and named refusals."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from market.allocations.service import AT_ONCE, BLENDED
from market.allocations.solve import allocate_document
from market.app import Application
from market.http.examples import ALLOCATION, LOT
from market.solving.documents import Document
from tests.support.api import client
from tests.support.asked import lots_of, spec_of
from tests.support.market import Market

SPECS, LOTS = ALLOCATION["specs"], ALLOCATION["lots"]
FREE: dict[str, Any] = {"specs": SPECS, "lots": LOTS}


def blended() -> dict[str, Any]:
    """Specs that only lots together meet: just over what is answered at once."""
    ceiling = {"amount": 60_000, "currency": "JPY"}
    count = AT_ONCE // BLENDED // 4 + 1
    specs = [spec_of(1, 100.0) | {"id": f"s{j}", "max_price": ceiling} for j in range(4)]
    return {"specs": specs, "lots": lots_of(count, 1), "blends": True}


@pytest_asyncio.fixture(scope="module")
async def mill(market: Market, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, await market.organisation("manufacturer", "Mill")) as signed_in:
        yield signed_in


def pairs(body: dict[str, Any]) -> dict[tuple[str, str], float]:
    return {(one["lot"], one["spec"]): one["tonnes"] for one in body["assignments"]}


async def test_a_small_market_is_allocated_at_once_with_bound_and_prices(mill):
    answer = await mill.post("/v1/allocations", json=FREE)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    # whoever pays more is served first: 180 t, and what is left goes to the other
    assert (body["status"], body["gap"], body["tonnes"]) == ("optimal", 0, 240)
    assert sum(tonnes for (_, spec), tonnes in pairs(body).items() if spec == "mill 2") == 180
    assert body["bound"] == body["objective"]["amount"] > 0
    assert {price["lot"] for price in body["prices"]["lots"]} == {"yard A", "yard B"}
    (unmet,) = body["unmet"]
    assert (unmet["spec"], unmet["tonnes"]) == ("mill 1", 120)


async def test_what_is_forbidden_does_not_happen_and_what_is_pinned_does(mill):
    forbidden = (await mill.post("/v1/allocations", json=ALLOCATION)).json()
    assert ("yard A", "mill 1") not in pairs(forbidden)
    pinned = FREE | {"pinned": [{"lot": "yard A", "spec": "mill 1", "tonnes": 70}]}
    found = (await mill.post("/v1/allocations", json=pinned)).json()
    assert [one["tonnes"] for one in found["assignments"] if one["pinned"]] == [70]


async def test_small_firms_come_first_at_a_stated_cost(mill):
    lots = [LOTS[0] | {"ask_price": LOT["ask_price"] | {"amount": 45500}}, LOTS[1] | {"owner": "B"}]
    lots.append(LOTS[1] | {"id": "yard C", "owner": "B"})
    asked = {"specs": [SPECS[0] | {"quantity": {"tonnes": 120}}], "lots": lots}
    assert pairs((await mill.post("/v1/allocations", json=asked)).json()).keys() <= {
        ("yard B", "mill 1"),
        ("yard C", "mill 1"),
    }
    fair = (await mill.post("/v1/allocations", json=asked | {"small_firms": {"tonnes": 150}})).json()
    assert pairs(fair) == {("yard A", "mill 1"): 120}
    assert fair["fairness"]["lost"] == pytest.approx(120 * 500)
    assert (fair["fairness"]["small_tonnes"], fair["fairness"]["small_tonnes_unfair"]) == (120, 0)


async def test_lots_that_conform_only_together_serve_a_spec_that_takes_blends(mill):
    lots = [LOTS[0], LOTS[1] | {"assays": [LOTS[1]["assays"][0] | {"value": 0.26}]}]
    alone = (await mill.post("/v1/allocations", json={"specs": SPECS[:1], "lots": lots})).json()
    assert (alone["tonnes"], alone["blends"]) == (120, [])
    together = (await mill.post("/v1/allocations", json={"specs": SPECS[:1], "lots": lots, "blends": True})).json()
    assert together["tonnes"] == pytest.approx(180)
    assert together["blends"][0]["limits"][0]["verdict"] == "in_specification"
    # a spec's own word counts before that of the request
    specs = [SPECS[0] | {"blends": False}]
    kept = (await mill.post("/v1/allocations", json={"specs": specs, "lots": lots, "blends": True})).json()
    assert kept["tonnes"] == 120


async def test_a_spec_that_does_not_blend_takes_single_lots_and_spoils_no_run_that_asks_for_blends(mill):
    solid = SPECS[0] | {"limits": [*SPECS[0]["limits"], {"analytes": ["thickness"], "min": 6, "unit": "mm"}]}
    body = {"specs": [solid, SPECS[1]], "lots": LOTS, "blends": True}
    answer = await mill.post("/v1/allocations", json=body, headers={"accept-language": "ja"})
    assert answer.status_code == 200, answer.text
    (alone,) = answer.json()["unblended"]
    assert (alone["spec"], alone["code"], alone["params"]) == (
        SPECS[0]["id"],
        "property_does_not_blend",
        {"analyte": "thickness"},
    )
    assert alone["reason"]
    # who says so of the spec itself is refused
    body["specs"][0] = solid | {"blends": True}
    refused = await mill.post("/v1/allocations", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "property_does_not_blend")


async def test_reasons_are_in_the_callers_language(mill):
    reasons = {}
    for language in ("en", "ja"):
        answer = await mill.post("/v1/allocations", json=FREE, headers={"accept-language": language})
        assert answer.headers["content-language"] == language
        reasons[language] = answer.json()["unmet"][0]["reason"]
    assert reasons["en"].startswith("120 of 180 t")
    assert reasons["en"] != reasons["ja"]


async def test_every_fault_of_a_document_is_pointed_at(mill):
    body = {
        "specs": [SPECS[0], SPECS[0] | {"material": "moon"}],
        "lots": [LOTS[0] | {"quantity": {"tonnes": -1}}],
        "objective": "tonnes",
        "small_firms": {"tonnes": 1},
        "pinned": [{"lot": "yard A", "spec": "mill 1", "tonnes": 0}, {"lot": "yard Z", "spec": "mill 1"}],
        "forbidden": [{"lot": "yard A", "spec": "mill 1"}],
    }
    answer = await mill.post("/v1/allocations", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    errors = {error["pointer"]: error for error in answer.json()["errors"]}
    assert errors.keys() >= {
        "/specs/1/material",
        "/specs/1/id",
        "/lots/0/quantity/tonnes",
        "/small_firms",
        "/pinned/0/tonnes",
        "/pinned/0",
        "/pinned/1/lot",
    }
    assert all(error["reason"] != error["code"] for error in errors.values())


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"specs": [SPECS[0] | {"kilos": 1}]}, "/specs/0/kilos", "unknown_field"),
        ({"lots": [LOTS[0] | {"owner": ""}]}, "/lots/0/owner", "text_too_short"),
        ({"objective": "fun"}, "/objective", "invalid_choice"),
        ({"most_share": 1.5}, "/most_share", "above_maximum"),
        ({"small_firms": {"bonus": 1}}, "/small_firms/tonnes", "missing_field"),
        ({"pinned": [{"lot": "yard A"}]}, "/pinned/0/spec", "missing_field"),
        ({"extra": 1}, "/extra", "unknown_field"),
        ({"lots": [{}] * 10_001}, "/lots", "too_many_items"),
        ({"specs": [{}] * 1_001}, "/specs", "too_many_items"),
    ],
)
async def test_a_document_of_another_shape_is_pointed_at(mill, change, pointer, code):
    answer = await mill.post("/v1/allocations", json=FREE | change)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_body"), answer.text
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)


@pytest.mark.parametrize("body", [{}, {"objective": "tonnes"}, FREE | {"material": "carbon_steel_scrap"}])
async def test_it_is_either_listings_or_a_material(mill, body):
    answer = await mill.post("/v1/allocations", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "listings_or_material")


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ({"lot": "yard A", "spec": "mill 1", "tonnes": 121}, "pin_over_lot"),
        ({"lot": "foul", "spec": "mill 1"}, "pin_not_acceptable"),
    ],
)
async def test_pins_that_cannot_hold_are_refused_by_name(mill, pin, code):
    foul = LOTS[1] | {"id": "foul", "assays": [LOTS[1]["assays"][0] | {"value": 0.9}]}
    answer = await mill.post("/v1/allocations", json=FREE | {"lots": [*LOTS, foul], "pinned": [pin]})
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    assert pin["lot"] in answer.json()["detail"]


async def test_the_least_co2_of_blends_comes_after_the_most_tonnes(mill):
    lots = [LOTS[0], LOTS[1] | {"assays": [LOTS[1]["assays"][0] | {"value": 0.26}]}]
    asked = {"specs": [SPECS[0] | {"blends": True}], "lots": lots, "objective": "co2"}
    answer = await mill.post("/v1/allocations", json=asked)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["objective"]["sense"], body["objective"]["unit"]) == ("min_freight_co2_at_most_tonnes", "kg CO2")
    assert (body["tonnes"], body["most_tonnes"]) == (pytest.approx(180), pytest.approx(180))
    assert body["bound"] <= body["objective"]["amount"]


async def test_a_large_market_is_a_job_and_its_faults_are_said_before(mill):
    body = blended()
    made = await mill.post("/v1/allocations", json=body)
    assert made.status_code == 202, made.text
    job = made.json()
    assert (job["kind"], job["state"], made.headers["location"]) == ("allocation", "queued", f"/v1/jobs/{job['id']}")
    body["lots"][20] |= {"material": "moon"}
    answer = await mill.post("/v1/allocations", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/lots/20/material")
    await mill.post(f"{made.headers['location']}/cancel")


async def test_a_repeated_request_gets_the_first_answer(mill):
    headers = {"idempotency-key": "once"}
    first, again = [await mill.post("/v1/allocations", json=FREE, headers=headers) for _ in range(2)]
    assert (first.status_code, again.content) == (200, first.content)
    other = await mill.post("/v1/allocations", json=FREE | {"conditional": True}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_solve_tells_how_far_it_is():
    told: list[float] = []
    allocate_document(msgspec.msgpack.encode(Document(msgspec.json.encode(ALLOCATION), "en")), told.append)
    assert told == sorted(told)
    assert 0.0 < told[0] < told[-1] < 1.0
