"""Documents in deals: read by whom they are laid before, without names until names are open."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from market.adapters.file_store import FileStore
from market.app import Application
from market.deals import queries
from market.documents import sweeping
from market.documents.bare.child import BARE
from market.documents.structs import EXTENSIONS, MediaType
from market.http.examples import DEAL_DOCUMENT, DOCUMENT, DOCUMENT_CONTENT
from specs.kit.tenancy import Role
from tests.support.deals import TERMS, Scene, negotiating, newest, scene
from tests.support.market import Market
from tests.support.named_files import NAMED, workbook
from tests.support.problems import assert_problem


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, yards=2, overseen=False) as found:
        yield found


async def uploaded(
    caller: httpx.AsyncClient, media_type: MediaType = MediaType.CSV, content: bytes = DOCUMENT_CONTENT.encode()
) -> str:
    """The id of a document that is ready."""
    name = "Deal Yard 0 report" + EXTENSIONS[media_type][0]
    made = await caller.post("/v1/documents", json=DOCUMENT | {"name": name, "media_type": media_type.value})
    put = await caller.put(f"{made.headers['location']}/content", content=content)
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
    assert seen[0]["size"] == len(DOCUMENT_CONTENT.encode())
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


@pytest.mark.parametrize("media_type", NAMED)
async def test_until_names_are_open_the_other_side_downloads_a_copy_that_names_nobody(
    met: Scene, media_type: MediaType
) -> None:
    deal, whole = await negotiating(met), NAMED[media_type]
    document = await uploaded(met.yard, media_type, whole)
    await met.post(met.yard, f"deals/{deal}/documents", {"document_id": document})
    copy = BARE[media_type](whole)

    seen = (await met.mill.get(f"/v1/documents/{document}")).json()
    got = await met.mill.get(f"/v1/documents/{document}/content")
    own = (await met.yard.get(f"/v1/documents/{document}")).json()

    assert got.content == copy
    assert (seen["size"], seen["sha256"]) == (len(copy), sha256(copy))
    assert (own["size"], own["sha256"]) == (len(whole), sha256(whole))
    assert (own["bare_size"], own["bare_sha256"]) == (len(copy), sha256(copy))
    assert got.headers["etag"] == f'"{sha256(copy)}"'
    assert sha256(whole) not in f"{seen} {got.headers}"
    assert (await met.yard.get(f"/v1/documents/{document}/content")).content == whole

    for party in (met.mill, met.yard):
        await met.post(party, f"deals/{deal}/names")
    assert (await met.mill.get(f"/v1/documents/{document}/content")).content == whole
    assert (await met.mill.get(f"/v1/documents/{document}")).json()["sha256"] == sha256(whole)


async def test_what_cannot_be_freed_of_names_waits_until_they_are_open(met: Scene) -> None:
    deal, whole = await negotiating(met), workbook({"xl/comments1.xml": "<author>Tanaka</author>"})
    document = await uploaded(met.yard, MediaType.XLSX, whole)
    await met.post(met.yard, f"deals/{deal}/documents", {"document_id": document})

    refused = await met.mill.get(f"/v1/documents/{document}/content")
    seen = (await met.mill.get(f"/v1/documents/{document}")).json()
    own = (await met.yard.get(f"/v1/documents/{document}")).json()

    assert_problem(refused, 409, "names_not_open")
    assert (seen["size"], seen["sha256"], own["bare_sha256"]) == (None, None, None)
    for party in (met.mill, met.yard):
        await met.post(party, f"deals/{deal}/names")
    assert (await met.mill.get(f"/v1/documents/{document}/content")).content == whole


async def test_a_copy_goes_with_its_document_and_stays_while_it_does(
    market: Market, api: Application, met: Scene
) -> None:
    folder = Path(str(api.settings.documents))
    before = stored(folder)
    document = await uploaded(met.yard, MediaType.PDF, NAMED[MediaType.PDF])
    files = stored(folder) - before
    assert len(files) == 2
    async with market.work(None, role=Role.ENGINE) as work:
        await sweeping.orphans(work, FileStore(folder), timedelta(0))
    assert stored(folder) >= files

    assert (await met.yard.delete(f"/v1/documents/{document}")).status_code == 204

    assert not stored(folder) & files


def stored(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
