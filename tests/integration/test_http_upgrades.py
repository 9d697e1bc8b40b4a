"""Paths of steps through the wire: at once and as jobs, and every fault of a document with its pointer."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import LOT, OFFERED_STEP, UPGRADE
from market.upgrades.service import AT_ONCE
from tests.support.api import client
from tests.support.market import Market

OFFER = UPGRADE["offers"][0]


@pytest_asyncio.fixture(scope="module")
async def works(market: Market, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, await market.organisation("processor", "Works")) as signed_in:
        yield signed_in


def large() -> dict[str, Any]:
    """Just over what is answered at once."""
    offers = [OFFER | {"id": str(i)} for i in range(110)]
    assert len(offers) ** 2 > AT_ONCE
    return UPGRADE | {"offers": offers}


async def test_a_lot_is_shown_as_it_would_be_with_the_published_figures_beside_the_claims(works):
    answer = await works.post("/v1/upgrades", json=UPGRADE)
    assert answer.status_code == 200, answer.text
    (item,) = answer.json()["items"]
    assert (item["lot"], item["status"]) == ("yard C", "upgraded")
    assert item["evaluation"]["verdict"] == "out_of_specification"
    projection = item["path"]["projection"]
    assert (projection["projected"], projection["verdict"]) == (True, "in_specification")
    assert projection["limits"][0]["expected"] == pytest.approx(0.31 * 0.45 / 0.75)
    (step,) = item["path"]["steps"]
    assert (step["offer"], step["tonnes_in"], step["tonnes_out"]) == ("sorter in Chiba", 120, 90)
    assert [claim["analyte"] for claim in step["claims"]] == [None, "Cu"]
    assert any(claim["published"] for claim in step["claims"])
    assert item["path"]["cost_per_tonne"] > 0


async def test_reasons_are_in_the_callers_language(works):
    told = {}
    for language in ("en", "ja"):
        answer = await works.post("/v1/upgrades", json=UPGRADE, headers={"accept-language": language})
        assert answer.headers["content-language"] == language
        told[language] = answer.json()["items"][0]["reason"]
    assert "90 t would conform" in told["en"]
    assert told["en"] != told["ja"]


async def test_several_lots_share_the_capacities(works):
    lots = [UPGRADE["lot"] | {"id": name} for name in ("a", "b")]
    body = {k: v for k, v in UPGRADE.items() if k != "lot"} | {"lots": lots}
    answer = await works.post("/v1/upgrades", json=body | {"offers": [OFFER | {"capacity_tonnes": 150}]})
    items = answer.json()["items"]
    assert [item["status"] for item in items] == ["upgraded", "upgraded"]
    assert sorted(item["path"]["tonnes_in"] for item in items) == [30, 120]
    assert answer.json()["unused"] == {"sorter in Chiba": 0}


async def test_without_offers_a_near_miss_has_no_path(works):
    answer = await works.post("/v1/upgrades", json=UPGRADE | {"offers": []})
    assert [item["status"] for item in answer.json()["items"]] == ["no_path"]


async def test_every_fault_of_a_document_is_pointed_at(works):
    offers = [OFFER | {"yield": 2, "removal": [{"analyte": "Ni", "fraction": 0.5}]}, OFFER | {"step": "magic"}]
    spec = UPGRADE["spec"] | {"material": "moon"}
    lots = [LOT | {"id": "a", "quantity": {"tonnes": -1}}, LOT | {"id": "a"}]
    answer = await works.post("/v1/upgrades", json={"spec": spec, "lots": lots, "offers": offers})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert {"/spec/material", "/lots/0/quantity/tonnes", "/lots/1/id"} <= pointers
    assert {"/offers/0/yield", "/offers/0/removal/0", "/offers/1/step", "/offers/1/id"} <= pointers
    assert all(error["reason"] != error["code"] for error in answer.json()["errors"])


@pytest.mark.parametrize(("changes", "pointer"), [({"lots": [LOT]}, "/lots"), ({"lot": None}, "/lot")])
async def test_it_is_either_one_lot_or_several(works, changes, pointer):
    answer = await works.post("/v1/upgrades", json=UPGRADE | changes)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, "lot_or_lots")


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"lot": LOT | {"kilos": 1}}, "/lot/kilos", "unknown_field"),
        ({"offers": [OFFER | {"fee": "much"}]}, "/offers/0/fee", "wrong_type"),
        ({"offers": [OFFERED_STEP]}, "/offers/0/id", "missing_field"),
        ({"offers": [{}] * 201}, "/offers", "too_many_items"),
        ({"extra": 1}, "/extra", "unknown_field"),
    ],
)
async def test_a_document_of_another_shape_is_pointed_at(works, change, pointer, code):
    answer = await works.post("/v1/upgrades", json=UPGRADE | change)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_body")
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)


async def test_a_large_document_is_a_job_once_it_is_without_faults(works):
    body = large()
    answer = await works.post("/v1/upgrades", json=body | {"spec": UPGRADE["spec"] | {"material": "moon"}})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/spec/material")
    answer = await works.post("/v1/upgrades", json=body)
    assert (answer.status_code, answer.json()["kind"], answer.json()["state"]) == (202, "upgrade", "queued")
    assert answer.headers["location"] == f"/v1/jobs/{answer.json()['id']}"


async def test_a_repeated_request_gets_the_first_answer_at_once_or_as_a_job(works):
    for body, status in ((UPGRADE, 200), (large(), 202)):
        headers = {"idempotency-key": f"key-{status}"}
        answers = [await works.post("/v1/upgrades", json=body, headers=headers) for _ in range(2)]
        assert {answer.status_code for answer in answers} == {status}
        assert answers[0].content == answers[1].content
        other = await works.post("/v1/upgrades", json=body | {"offers": []}, headers=headers)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
