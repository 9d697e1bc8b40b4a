"""Sitings through the wire: at once and as jobs, with every fault pointed at and refusals by name."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import SITING
from market.sitings.service import AT_ONCE
from market.sitings.solve import site_document
from market.solving.documents import Document
from tests.support.api import client
from tests.support.market import Market

SITE = {"id": "a", "capacity": 10, "fixed_cost": 5}
SMALL: dict[str, Any] = {
    "sites": [SITE, SITE | {"id": "b", "fixed_cost": 7}],
    "customers": [{"id": "x", "demand": 4}, {"id": "y", "demand": 5}],
    "cost": [[1, 9], [9, 1]],
}


def large() -> dict[str, Any]:
    """Just over what is answered at once, in few bytes."""
    customers = [{"id": f"c{j}", "demand": 1} for j in range(AT_ONCE // 2 + 1)]
    return {"sites": SMALL["sites"], "customers": customers, "cost": [[1, 1] for _ in customers]}


@pytest_asyncio.fixture(scope="module")
async def planner(market: Market, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, await market.organisation("coordinator", "Planner")) as signed_in:
        yield signed_in


async def test_a_small_instance_is_answered_at_once_with_its_proof(planner):
    answer = await planner.post("/v1/sitings", json=SMALL)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    # one hub: 5 + 1 + 9; the other: 7 + 9 + 1; both: 12 + 1 + 1
    assert (body["status"], body["objective"]["amount"], body["bound"], body["gap"]) == ("optimal", 14, 14, 0)
    assert body["open"] == ["a", "b"]
    assert {(f["site"], f["customer"], f["tonnes"]) for f in body["flows"]} == {("a", "x", 4), ("b", "y", 5)}


async def test_what_one_hub_less_would_cost_is_told_where_it_is_asked_for(planner):
    changes = (await planner.post("/v1/sitings", json=SMALL | {"changes": True})).json()["changes"]
    fewer = next(change for change in changes if (change["what"], change["value"]) == ("hubs", 1))
    assert (fewer["amount"], fewer["change"], fewer["open"]) == (15, 1, ["a"])
    assert (await planner.post("/v1/sitings", json=SMALL)).json()["changes"] == []


async def test_that_nobody_can_serve_everyone_is_an_answer_in_the_callers_language(planner):
    hungry = SMALL | {"customers": [{"id": "x", "demand": 4}, {"id": "y", "demand": 25}]}
    reasons = {}
    for language in ("en", "ja"):
        answer = await planner.post("/v1/sitings", json=hungry, headers={"accept-language": language})
        assert answer.headers["content-language"] == language
        assert (answer.json()["status"], answer.json()["missing_tonnes"]) == ("infeasible", 9)
        reasons[language] = answer.json()["reason"]
    assert "9 t short" in reasons["en"]
    assert reasons["en"] != reasons["ja"]


async def test_every_fault_of_an_instance_is_pointed_at(planner):
    sites = [SITE | {"capacity": -1}, SITE]
    # of which the sum is no number
    customers = [{"id": name, "demand": 1.7e308} for name in "xy"]
    answer = await planner.post(
        "/v1/sitings", json=SMALL | {"sites": sites, "customers": customers, "cost": [[1], [1, 2]], "max_open": 0}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    errors = {error["pointer"]: error for error in answer.json()["errors"]}
    assert {"/sites/0/capacity", "/sites/1/id", "/cost/0", "/max_open"} <= errors.keys()
    assert {"/customers/0/demand", "/customers/1/demand"} <= errors.keys()
    assert all(error["reason"] != error["code"] for error in errors.values())


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"sites": [SITE | {"capacty": 1}]}, "/sites/0/capacty", "unknown_field_nearest"),
        ({"sites": "all"}, "/sites", "wrong_type"),
        ({"customers": [{"id": "x"}]}, "/customers/0/demand", "missing_field"),
        ({"cost": [["dear"]]}, "/cost/0/0", "wrong_type"),
        ({"gap": 1.5}, "/gap", "above_maximum"),
        ({"extra": 1}, "/extra", "unknown_field"),
    ],
)
async def test_an_instance_of_another_shape_is_pointed_at(planner, change, pointer, code):
    answer = await planner.post("/v1/sitings", json=SMALL | change)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_body"), answer.text
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"sites":' + b"[" * 100_000, "nesting_too_deep"),
        (b'{"cost":[[0.' + b"9" * 99 + b"]]}", "number_too_long"),
        (b'{"sites":', "malformed_json"),
        (b'{"sites":[{"id":"\xff"}]}', "invalid_encoding"),
    ],
)
async def test_the_walls_of_every_body_stand_before_this_one_too(planner, body, code):
    answer = await planner.post("/v1/sitings", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_a_large_instance_is_a_job(planner):
    made = await planner.post("/v1/sitings", json=large())
    assert made.status_code == 202, made.text
    job = made.json()
    assert (job["kind"], job["state"]) == ("siting", "queued")
    assert made.headers["location"] == f"/v1/jobs/{job['id']}"
    await planner.post(f"{made.headers['location']}/cancel")


async def test_what_is_wrong_with_a_large_instance_is_said_before_there_is_a_job(planner):
    body = large()
    body["customers"][7]["demand"] = -1
    before = (await planner.get("/v1/jobs")).text
    answer = await planner.post("/v1/sitings", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/customers/7/demand")
    assert (await planner.get("/v1/jobs")).text == before


async def test_a_repeated_request_gets_the_first_answer_at_once_or_as_a_job(planner):
    for body, status in ((SMALL, 200), (large(), 202)):
        headers = {"idempotency-key": f"key-{status}"}
        first, again = [await planner.post("/v1/sitings", json=body, headers=headers) for _ in range(2)]
        assert (first.status_code, again.content) == (status, first.content)
        other = await planner.post("/v1/sitings", json=body | {"gap": 0.01}, headers=headers)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    await planner.post(f"{again.headers['location']}/cancel")


def test_a_solve_tells_how_far_it_is():
    told: list[float] = []
    site_document(msgspec.msgpack.encode(Document(msgspec.json.encode(SITING), "en")), told.append)
    assert told == sorted(told)
    assert 0.0 < told[0] < told[-1] < 1.0
