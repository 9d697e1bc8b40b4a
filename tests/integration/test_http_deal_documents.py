"""Documents in deals: read by whom they are laid before, without names until names are open."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest_asyncio

from market.app import Application
from market.deals import queries
from market.http.examples import DEAL_DOCUMENT, DOCUMENT, DOCUMENT_CONTENT
from specs.kit.tenancy import Role
from tests.support.deals import TERMS, Scene, negotiating, newest, scene
from tests.support.market import Market


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, yards=2, overseen=False) as found:
        yield found


async def uploaded(caller: httpx.AsyncClient) -> str:
    """The id of a document that is ready."""
    made = await caller.post("/v1/documents", json=DOCUMENT | {"name": "Deal Yard 0 report.csv"})
    put = await caller.put(f"{made.headers['location']}/content", content=DOCUMENT_CONTENT)
    assert put.status_code == 200, put.text
    return str(made.json()["id"])


async def test_the_other_side_downloads_what_is_laid_before_it_under_a_name_that_tells_nothing(met: Scene) -> None:
    deal = await negotiating(met)
    document = await uploaded(met.yard)
    assert (await met.mill.get(f"/v1/documents/{document}/content")).status_code == 404

    own = await met.post(met.yard, f"deals/{deal}/documents", DEAL_DOCUMENT | {"document_id": document})

    seen = (await met.mill.get(f"/v1/deals/{deal}/documents")).json()["items"]
    assert [(item["id"], item["by"], item["name"]) for item in own["items"]] == [
        (document, "seller", "Deal Yard 0 report.csv")
    ]
    assert [(item["id"], item["by"]) for item in seen] == [(document, "seller")]
    assert "Yard" not in seen[0]["name"]
    content = await met.mill.get(f"/v1/documents/{document}/content")
    assert (content.status_code, content.content) == (200, DOCUMENT_CONTENT.encode())
    assert "Yard" not in str(content.headers)


async def test_file_names_are_told_once_the_deal_is_agreed(met: Scene) -> None:
    deal = await negotiating(met)
    document = await uploaded(met.yard)
    await met.post(met.yard, f"deals/{deal}/documents", {"document_id": document})
    await met.post(met.yard, f"deals/{deal}/offers", TERMS)
    offer = await newest(met.mill, deal)
    await met.post(met.mill, f"deals/{deal}/offers/{offer['id']}/accept")

    assert (await met.mill.get(f"/v1/deals/{deal}/documents")).json()["items"][0]["name"] == "Deal Yard 0 report.csv"


async def test_neither_a_rival_nor_one_who_does_not_own_it_can_lay_a_document_there(met: Scene) -> None:
    deal = await negotiating(met)
    document = await uploaded(met.yard)

    rival = await met.yards[1].post(f"/v1/deals/{deal}/documents", json={"document_id": document})
    other = await met.mill.post(f"/v1/deals/{deal}/documents", json={"document_id": document})

    assert (rival.status_code, other.status_code) == (404, 404)
    assert (await met.yards[1].get(f"/v1/deals/{deal}/documents")).status_code == 404


async def test_a_coordinator_who_oversees_the_deal_reads_its_documents(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        deal = await met.open()
        document = await uploaded(met.yard)
        await met.post(met.yard, f"deals/{deal['id']}/documents", {"document_id": document})

        seen = (await met.coordinator.get(f"/v1/deals/{deal['id']}/documents")).json()["items"]

        assert [item["id"] for item in seen] == [document]
        assert (await met.coordinator.get(f"/v1/documents/{document}/content")).status_code == 200


async def test_nothing_is_added_to_a_deal_that_is_over(met: Scene) -> None:
    deal = await negotiating(met)
    document = await uploaded(met.yard)
    await met.post(met.mill, f"deals/{deal}/withdraw", {"reason": "no need any more"})

    refused = await met.yard.post(f"/v1/deals/{deal}/documents", json={"document_id": document})

    assert (refused.status_code, refused.json()["code"]) == (409, "deal_over")


async def test_a_repeat_with_the_same_key_lays_it_there_once_and_is_answered_the_same(met: Scene) -> None:
    deal = await negotiating(met)
    body = {"document_id": await uploaded(met.yard)}
    key = {"Idempotency-Key": f"lay-{deal}"}
    answers = [await met.yard.post(f"/v1/deals/{deal}/documents", json=body, headers=key) for _ in range(2)]
    other = await met.yard.post(f"/v1/deals/{deal}/documents", json=body | {"leg_id": deal}, headers=key)

    acts = [event["act"] for event in (await met.yard.get(f"/v1/deals/{deal}/events")).json()["items"]]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert acts.count("share_document") == 1
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_document_waits_for_the_act_that_holds_the_deal_and_sees_what_it_did(
    met: Scene, market: Market
) -> None:
    deal = await negotiating(met)
    document = await uploaded(met.yard)
    async with market.work(None, role=Role.ENGINE) as work:
        await queries.lock(work, UUID(deal))
        task = asyncio.create_task(met.yard.post(f"/v1/deals/{deal}/documents", json={"document_id": document}))
        await asyncio.sleep(0.3)
        assert not task.done()
        await work.connection.execute(
            "update deal set status = 'withdrawn', turn = 'nobody', deadline = null where id = $1", UUID(deal)
        )
    assert (await task).json()["code"] == "deal_over"
