"""Blends through the wire: at once and as jobs, of posted documents and of the market's lots."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest
import pytest_asyncio

from market.app import Application
from market.blends.service import AT_ONCE
from market.http.blends import MAX_BYTES
from market.http.examples import BLEND, LOT, SPEC
from tests.support.api import client, published
from tests.support.asked import asked, large, lots_of, spec_of
from tests.support.market import Market

CANARIES = ("CanaryYard", "CanaryTitle", "CanaryLab", "45111", "46222", "35.53", "139.7")


@pytest_asyncio.fixture(scope="module")
async def mill(market: Market, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, await market.organisation("manufacturer", "Mill", prefecture="JP-13")) as signed_in:
        yield signed_in


@pytest_asyncio.fixture(scope="module")
async def rival(market: Market, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, await market.organisation("manufacturer", "Rival", prefecture="JP-13")) as signed_in:
        yield signed_in


@pytest_asyncio.fixture(scope="module")
async def yard(market: Market, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, await market.organisation("recycler", "CanaryYard")) as signed_in:
        yield signed_in


async def test_a_small_blend_is_answered_at_once_and_in_full(mill):
    answer = await mill.post("/v1/blends", json=BLEND)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["status"], body["tonnes"]) == ("optimal", 180)
    assert {take["lot"] for take in body["takes"]} == {"yard A", "yard B"}
    assert body["objective"]["currency"] == "JPY"
    assert body["limits"][0]["verdict"] == "in_specification"
    assert body["limits"][0]["probability"] >= 0.95


async def test_that_no_blend_conforms_is_an_answer_with_what_would_help(mill):
    spec = BLEND["spec"] | {"limits": [{"analytes": ["Cu"], "max": 0.1, "unit": "%"}]}
    body = (await mill.post("/v1/blends", json=BLEND | {"spec": spec})).json()
    assert (body["status"], body["takes"]) == ("infeasible", [])
    assert body["relaxations"][0]["to"] > 0.1


async def test_lots_without_an_id_are_called_by_their_place(mill):
    lots = [{k: v for k, v in lot.items() if k != "id"} for lot in BLEND["lots"]]
    body = (await mill.post("/v1/blends", json=BLEND | {"lots": lots})).json()
    assert {take["lot"] for take in body["takes"]} == {"0", "1"}


async def test_a_lot_that_cannot_enter_is_named_with_a_reason_in_the_callers_language(mill):
    unmeasured = LOT | {"id": "unmeasured", "assays": []}
    asked_for = BLEND | {"lots": [*BLEND["lots"], unmeasured]}
    reasons = {}
    for language in ("en", "ja"):
        answer = await mill.post("/v1/blends", json=asked_for, headers={"accept-language": language})
        assert answer.headers["content-language"] == language
        (bar,) = answer.json()["barred"]
        assert (bar["lot"], bar["code"]) == ("unmeasured", "unmeasured")
        reasons[language] = bar["reason"]
    assert "Cu" in reasons["en"]
    assert reasons["en"] != reasons["ja"]


async def test_least_co2_is_asked_for_by_sense(mill):
    body = (await mill.post("/v1/blends", json=BLEND | {"sense": "min_co2"})).json()
    assert body["objective"]["unit"] == "kg CO2"


async def test_every_fault_of_a_document_is_pointed_at(mill):
    lots = [LOT | {"id": "a", "material": "moon"}, LOT | {"id": "a", "quantity": {"tonnes": -1}}]
    answer = await mill.post("/v1/blends", json=BLEND | {"lots": lots})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert {"/lots/0/material", "/lots/1/quantity/tonnes", "/lots/1/id"} <= pointers


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"lots": [LOT | {"kilos": 1}]}, "/lots/0/kilos", "unknown_field"),
        ({"spec": SPEC | {"confidence": "high"}}, "/spec/confidence", "wrong_type"),
        ({"lots": [LOT | {"id": ""}]}, "/lots/0/id", "text_too_short"),
        ({"sense": "max_fun"}, "/sense", "invalid_choice"),
        ({"lab_correlation": 1.5}, "/lab_correlation", "above_maximum"),
        ({"spec": SPEC | {"max_price": {"amount": "５２０００"}}}, "/spec/max_price/amount", "invalid_decimal"),
        ({"extra": 1}, "/extra", "unknown_field"),
        ({"lots": [{}] * 10_001}, "/lots", "too_many_items"),
    ],
)
async def test_a_document_of_another_shape_is_pointed_at(mill, change, pointer, code):
    answer = await mill.post("/v1/blends", json=BLEND | change)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_body"), answer.text
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"spec":' + b"[" * 100_000, "nesting_too_deep"),
        (b'{"spec":{},"lots":[' + b'{"a":' * 40 + b"1" + b"}" * 40 + b"]}", "nesting_too_deep"),
        (b'{"spec":{"confidence":0.' + b"9" * 99 + b"}}", "number_too_long"),
        (b'{"spec":', "malformed_json"),
        (b'{"spec":{"material":"\xff"}}', "invalid_encoding"),
        (b'{"spec":{"material":"\\ud800"}}', "invalid_encoding"),
    ],
)
async def test_the_walls_of_every_body_stand_before_this_one_too(mill, body, code):
    answer = await mill.post("/v1/blends", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize("body", [{}, {"lots": []}, BLEND | {"spec_id": "01900000-0000-7000-8000-000000000000"}])
async def test_it_is_either_a_spec_or_the_id_of_one(mill, body):
    answer = await mill.post("/v1/blends", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "spec_or_spec_id")
    assert answer.json()["errors"][0]["reason"] != "spec_or_spec_id"


async def test_lots_beside_the_id_of_a_spec_are_refused(mill):
    body = {"spec_id": "01900000-0000-7000-8000-000000000000", "lots": [LOT]}
    answer = await mill.post("/v1/blends", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "lots_with_spec_id")


async def test_a_property_without_a_mixing_rule_is_refused_by_name(mill):
    spec = BLEND["spec"] | {"limits": [{"analytes": ["thickness"], "min": 6, "unit": "mm"}]}
    answer = await mill.post("/v1/blends", json=BLEND | {"spec": spec})
    assert (answer.status_code, answer.json()["code"]) == (422, "property_does_not_blend")
    assert "thickness" in answer.json()["detail"]


async def test_the_body_may_be_larger_here_and_has_its_own_end(mill):
    padded = msgspec.json.encode(BLEND)[:-1] + b" " * 2_000_000 + b"}"
    headers = {"content-type": "application/json"}
    assert (await mill.post("/v1/blends", content=padded, headers=headers)).status_code == 200
    too_large = padded + b" " * MAX_BYTES
    answer = await mill.post("/v1/blends", content=too_large, headers=headers)
    assert (answer.status_code, answer.json()["params"]) == (413, {"limit": MAX_BYTES})
    answer = await mill.post("/v1/specs", content=padded, headers=headers)
    assert (answer.status_code, answer.json()["params"]) == (413, {"limit": 1_000_000})


async def test_a_large_blend_is_a_job(mill):
    body = large()
    assert len(body["lots"]) * len(body["spec"]["limits"]) > AT_ONCE
    answer = await mill.post("/v1/blends", json=body)
    assert answer.status_code == 202, answer.text
    job = answer.json()
    assert (job["kind"], job["state"], job["progress"]) == ("blend", "queued", 0)
    assert answer.headers["location"] == f"/v1/jobs/{job['id']}"
    assert answer.headers["retry-after"] == "1"
    assert (await mill.get(answer.headers["location"])).json()["state"] == "queued"
    await mill.post(f"{answer.headers['location']}/cancel")


async def test_what_is_wrong_with_a_large_document_is_said_before_there_is_a_job(mill):
    body = large()
    body["lots"][20] |= {"material": "moon"}
    before = (await mill.get("/v1/jobs")).text
    answer = await mill.post("/v1/blends", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/lots/20/material")
    assert (await mill.get("/v1/jobs")).text == before


async def test_a_repeated_request_gets_the_first_answer_at_once_or_as_a_job(mill):
    for body, status in ((BLEND, 200), (large(), 202)):
        headers = {"idempotency-key": f"key-{status}"}
        answers = await asyncio.gather(*(mill.post("/v1/blends", json=body, headers=headers) for _ in range(4)))
        assert {answer.status_code for answer in answers} == {status}
        assert len({answer.content for answer in answers}) == 1
        assert len({answer.headers.get("location") for answer in answers}) == 1
        other = await mill.post("/v1/blends", json=body | {"joint": True}, headers=headers)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    await mill.post(f"{answers[0].headers['location']}/cancel")


async def test_ones_own_spec_is_blended_of_the_lots_of_others_without_their_prices(mill, rival, yard):
    ceiling = {"amount": 60_000, "currency": "JPY", "incoterm": "DAP"}
    spec = spec_of(1, 150.0) | {"max_price": ceiling, "title": "CanaryTitle"}
    mine = await published(mill, "specs", spec)
    common = {"title": "CanaryTitle", "grade": None, "quantity": {"tonnes": 100}, "hazards": []}
    made = []
    for amount, copper in ((45_111, 0.18), (46_222, 0.27)):
        price = {"amount": amount, "currency": "JPY", "incoterm": "EXW"}
        results = [
            {"analyte": "Cu", "value": copper, "unit": "%", "uncertainty": 0.01, "laboratory": "CanaryLab"},
        ]
        made.append(await published(yard, "lots", LOT | common | {"ask_price": price, "assays": results}))
    await published(yard, "lots", LOT | common | {"ask_price": None})
    answer = await mill.post("/v1/blends", json={"spec_id": mine})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert {take["lot"] for take in body["takes"]} == set(made)
    assert all(set(take) == {"lot", "tonnes"} for take in body["takes"])
    assert body["price"]["code"] == "price_band_within"
    assert body["price"]["reason"] == "within the ceiling"
    assert not {"objective", "bound"} & body.keys()
    assert [limit["shadow_price"] for limit in body["limits"]] == [None]
    assert {(bar["code"], bar["lots"]) for bar in body["barred"]} == {("price_not_stated", 1)}
    assert not any(word in answer.text for word in CANARIES)
    # what was shown may be looked at, redacted; what was not is not there
    for lot in made:
        assert (await mill.get(f"/v1/lots/{lot}")).status_code == 200
        assert (await rival.get(f"/v1/lots/{lot}")).status_code == 404


async def test_the_spec_of_another_is_not_there_and_a_draft_meets_no_lots(mill, rival, yard):
    mine = await published(mill, "specs", spec_of(1))
    for other in (rival, yard):
        answer = await other.post("/v1/blends", json={"spec_id": mine})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    draft = (await mill.post("/v1/specs", json=spec_of(1))).json()["id"]
    answer = await mill.post("/v1/blends", json={"spec_id": draft})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_open")


async def test_prices_within_one_step_of_the_grid_cannot_be_told_apart(mill, yard):
    """Whatever the spec's owner asks: the whole answer is the same for two prices of one step."""
    seen = []
    for amount in (45_000, 45_700):
        year = 2050 + amount // 100 - 450
        days = {"from": f"{year}-01-01", "until": f"{year}-03-31"}
        body = spec_of(1, 60.0) | {"delivery": SPEC["delivery"] | days}
        mine = await published(mill, "specs", body | {"max_price": {"amount": 48_000, "currency": "JPY"}})
        price = {"amount": amount, "currency": "JPY", "incoterm": "EXW"}
        results = [{"analyte": "Cu", "value": 0.2, "unit": "%", "uncertainty": 0.01}]
        await published(yard, "lots", LOT | {"grade": None, "assays": results, "ask_price": price, "available": days})
        found = (await mill.post("/v1/blends", json={"spec_id": mine})).json()
        seen.append({k: v for k, v in found.items() if k != "takes"})
    assert seen[0] == seen[1]


async def test_a_solve_leaves_the_loop_free_for_others(mill, api):
    """The solve burns a processor for as long as it takes, and health is answered all the while."""
    async with client(api) as anyone:
        task = asyncio.create_task(mill.post("/v1/blends", json=asked(200, 5)))
        answered, longest = 0, 0.0
        started = time.monotonic()
        while not task.done():
            before = time.monotonic()
            assert (await anyone.get("/health/live")).status_code == 200
            longest = max(longest, time.monotonic() - before)
            answered += 1
            await asyncio.sleep(0.001)
        took = time.monotonic() - started
    assert (await task).status_code in (200, 202)
    # held by the solve, the loop would have answered once or twice, and once as slowly as the solve
    assert answered > 20
    assert longest < took / 2


def test_the_lots_of_a_test_differ():
    assert len({str(lot) for lot in lots_of(50, 2)}) == 50
