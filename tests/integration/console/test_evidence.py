"""Files of a claim by the forms of the two sides: the same bytes as the API has, and for nobody else."""

import hashlib
import html
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from market.app import Application
from market.documents.structs import MediaType
from market.http.examples import CLAIM
from tests.support.claims import disputed, made
from tests.support.console import Browser, signed_in
from tests.support.deals import Scene, scene
from tests.support.deliveries import accepted, contracted, oversee
from tests.support.files import GOOD
from tests.support.market import Market

PHOTO = GOOD[MediaType.JPEG]
TICKET = GOOD[MediaType.PDF]
# unless the settings say otherwise
MOST_MEGABYTES = 20


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, yards=2, overseen=False) as found:
        yield found


@pytest_asyncio.fixture
async def mill(market: Market, api: Application, met: Scene) -> AsyncIterator[Browser]:
    async with signed_in(api, market, met.parties[0]) as found:
        yield found


@pytest_asyncio.fixture
async def yard(market: Market, api: Application, met: Scene) -> AsyncIterator[Browser]:
    async with signed_in(api, market, met.parties[2], "ja") as found:
        yield found


@pytest_asyncio.fixture
async def deal(met: Scene) -> str:
    """The id of a deal with a portion that was taken."""
    found = await contracted(met)
    await accepted(met, found)
    return found


async def _claim(met: Scene, deal: str) -> list[tuple[str, str]]:
    portion = (await met.mill.get(f"/v1/deals/{deal}/deliveries")).json()["items"][0]["id"]
    said = {name: str(CLAIM[name]) for name in ("kind", "severity", "text", "remedy")}
    return [("/delivery_id", portion), *((f"/{name}", text) for name, text in said.items())]


async def _documents(met: Scene) -> list[str]:
    return [one["name"] for one in (await met.mill.get("/v1/documents")).json()["items"]]


async def test_files_of_a_claim_are_stored_byte_for_byte_and_seen_by_the_other_side(
    met: Scene, mill: Browser, yard: Browser, deal: str
) -> None:
    fields = await _claim(met, deal)
    answer = await mill.bring(f"/console/deals/{deal}/claims", [("heap.jpg", PHOTO), ("計量票.pdf", TICKET)], fields)
    assert answer.status_code == 303, answer.text
    [claim] = (await met.yard.get(f"/v1/deals/{deal}/claims")).json()["items"]
    page = await yard.page(f"/console/deals/{deal}")
    for document, name, content in zip(claim["evidence"], ("heap.jpg", "計量票.pdf"), (PHOTO, TICKET), strict=True):
        stored = (await met.mill.get(f"/v1/documents/{document}")).json()
        assert (stored["name"], stored["sha256"]) == (name, hashlib.sha256(content).hexdigest())
        assert (await met.yard.get(f"/v1/documents/{document}/content")).content == content
        assert f'href="/v1/documents/{document}/content">{name}' in page
    assert (await met.yards[1].get(f"/v1/documents/{claim['evidence'][0]}")).status_code == 404


async def test_the_other_side_proves_its_answer(met: Scene, mill: Browser, yard: Browser, deal: str) -> None:
    portion = (await met.mill.get(f"/v1/deals/{deal}/deliveries")).json()["items"][0]["id"]
    claim = await made(met, deal, f"deals/{deal}/deliveries/{portion}")
    answer = await yard.bring(f"/console/{claim}/answer", [("report.pdf", TICKET)], [("/text:text", "Here it is")])
    assert answer.status_code == 303, answer.text
    assert ">report.pdf</a>" in await mill.page(f"/console/deals/{deal}")


async def test_files_are_added_to_a_claim_that_stands_open(met: Scene, mill: Browser, yard: Browser, deal: str) -> None:
    await mill.bring(f"/console/deals/{deal}/claims", [("heap.jpg", PHOTO)], await _claim(met, deal))
    [claim] = (await met.yard.get(f"/v1/deals/{deal}/claims")).json()["items"]
    at = f"/console/deals/{deal}/claims/{claim['id']}/evidence"
    said = [("/text:text", "Weighed again: <12 t"), ("_of", claim["updated_at"].replace("Z", "+00:00"))]
    assert f'action="{at}"' in await mill.page(f"/console/deals/{deal}")
    assert f'action="{at}"' not in await yard.page(f"/console/deals/{deal}")
    answer = await mill.bring(at, [("ticket.pdf", TICKET)], said)
    assert answer.status_code == 303, answer.text
    page = await yard.page(f"/console/deals/{deal}")
    assert ">heap.jpg</a>" in page
    assert ">ticket.pdf</a>" in page
    assert "Weighed again: &lt;12 t" in page
    assert "証拠書類の追加" in page


async def test_without_a_file_nothing_is_added(met: Scene, mill: Browser, deal: str) -> None:
    await mill.bring(f"/console/deals/{deal}/claims", [("heap.jpg", PHOTO)], await _claim(met, deal))
    [claim] = (await met.yard.get(f"/v1/deals/{deal}/claims")).json()["items"]
    at = f"/console/deals/{deal}/claims/{claim['id']}/evidence"
    refused = await mill.bring(at, [], [("/text:text", "Weighed again")])
    assert refused.status_code == 422
    assert "Choose a file." in refused.text
    assert (await met.yard.get(f"/v1/deals/{deal}/claims")).json()["items"] == [claim]


async def test_a_coordinator_who_oversees_one_side_reads_the_proof_of_both(
    market: Market, api: Application, met: Scene, yard: Browser
) -> None:
    deal, _, claim = await disputed(met, market)
    await yard.bring(f"/console/{claim}/evidence", [("scales.pdf", TICKET)], [("/text:text", "Ours were calibrated")])
    async with signed_in(api, market, met.parties[1]) as desk:
        page = await desk.page(f"/console/deals/{deal}")
    assert ">scales.pdf</a>" in page
    assert f'action="/console/{claim}/evidence"' not in page


async def test_a_coordinator_reads_what_proves_a_claim(
    market: Market, api: Application, met: Scene, mill: Browser, deal: str
) -> None:
    await mill.bring(f"/console/deals/{deal}/claims", [("heap.jpg", PHOTO)], await _claim(met, deal))
    await oversee(market, met)
    async with signed_in(api, market, met.parties[1]) as desk:
        assert ">heap.jpg</a>" in await desk.page(f"/console/deals/{deal}")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("heap.exe", PHOTO, "“heap.exe” is of no type that is taken"),
        ("heap.pdf", PHOTO, "“heap.pdf” is not what its name says"),
        ("heap.jpg", b"", "“heap.jpg” is empty"),
        ("<b>.jpg", PHOTO, "A file name has none of"),
        ("<script>alert(1)</script>", PHOTO, "“<script>alert(1)</script>” is of no type"),
    ],
)
async def test_a_file_that_is_not_taken_is_named_and_nothing_is_kept(
    met: Scene, mill: Browser, deal: str, *, name: str, content: bytes, told: str
) -> None:
    files = [("good.jpg", PHOTO), (name, content)]
    refused = await mill.bring(f"/console/deals/{deal}/claims", files, await _claim(met, deal))
    assert refused.status_code == 422
    assert told in html.unescape(refused.text)
    assert 'data-pointer="/files/1"' in refused.text
    assert "<script>alert" not in refused.text
    assert await _documents(met) == []
    assert (await met.mill.get(f"/v1/deals/{deal}/claims")).json()["items"] == []


async def test_a_file_over_the_limit_is_refused_in_megabytes(met: Scene, mill: Browser, deal: str) -> None:
    big = PHOTO + bytes(MOST_MEGABYTES * 1_000_000)
    refused = await mill.bring(f"/console/deals/{deal}/claims", [("heap.jpg", big)], await _claim(met, deal))
    assert refused.status_code == 422
    assert f"“heap.jpg” has more than {MOST_MEGABYTES} MB." in html.unescape(refused.text)
    assert await _documents(met) == []


async def test_a_claim_that_is_refused_leaves_no_file(met: Scene, mill: Browser, deal: str) -> None:
    fields = [*await _claim(met, deal), ("/amount:number", "99999999999")]
    refused = await mill.bring(f"/console/deals/{deal}/claims", [("heap.jpg", PHOTO)], fields)
    assert refused.status_code == 422
    assert await _documents(met) == []


async def test_a_stranger_uploads_nothing_to_anothers_deal(
    market: Market, api: Application, met: Scene, deal: str
) -> None:
    async with signed_in(api, market, met.parties[3]) as rival:
        fields = await _claim(met, deal)
        refused = await rival.bring(f"/console/deals/{deal}/claims", [("heap.jpg", PHOTO)], fields)
        assert refused.status_code == 404
    assert (await met.yards[1].get("/v1/documents")).json()["items"] == []


async def test_a_form_of_another_site_uploads_nothing(met: Scene, mill: Browser, deal: str) -> None:
    fields = await _claim(met, deal)
    refused = await mill.bring(f"/console/deals/{deal}/claims", [("heap.jpg", PHOTO)], fields, token="guessed")
    assert refused.status_code == 403
    assert await _documents(met) == []


async def test_what_comes_before_the_files_is_bounded(met: Scene, mill: Browser, deal: str) -> None:
    fields = [*await _claim(met, deal), ("/text", "x" * 1_100_000)]
    refused = await mill.bring(f"/console/deals/{deal}/claims", [("heap.jpg", PHOTO)], fields)
    assert refused.status_code == 413


async def test_files_for_the_other_side_keep_their_names_until_names_are_open(
    market: Market, api: Application, met: Scene, mill: Browser, yard: Browser
) -> None:
    found = (await met.open())["id"]
    brought = [("Deal Yard 0 report.csv", GOOD[MediaType.CSV]), ("Deal Yard 0 heap.jpg", PHOTO)]
    answer = await yard.bring(f"/console/deals/{found}/files", brought, [("_kind", "assay_report")])
    assert answer.status_code == 303, answer.text
    own, other = await yard.page(f"/console/deals/{found}"), await mill.page(f"/console/deals/{found}")
    assert "Deal Yard 0 report.csv" in own
    assert "Deal Yard" not in other
    assert ">assay_report-" in other
