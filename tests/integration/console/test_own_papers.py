"""Documents on a lot and on a permit: put there by their owner, seen by whoever checks, and taken away again."""

import hashlib
import html
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from market.app import Application
from market.documents.structs import MediaType
from market.parties.structs import Jurisdiction, NewOrganisation
from tests.support.api import client
from tests.support.console import Browser, signed_in
from tests.support.files import GOOD
from tests.support.market import LOT, Market
from tests.support.page_forms import PageForm
from tests.support.permits import COLLECTS_HERE

REPORT = GOOD[MediaType.PDF]
PERMIT = {"kind": "SANPAI_UNPAN", "number": COLLECTS_HERE, "materials": ["steel"], "valid_until": "2030-03-31"}


@pytest_asyncio.fixture
async def firm(market: Market) -> NewOrganisation:
    return await market.organisation("recycler", "Paper Yard")


@pytest_asyncio.fixture(params=["en", "ja"])
async def yard(
    request: pytest.FixtureRequest, market: Market, api: Application, firm: NewOrganisation
) -> AsyncIterator[Browser]:
    async with signed_in(api, market, firm, request.param) as found:
        yield found


@pytest_asyncio.fixture
async def lot(api: Application, firm: NewOrganisation) -> str:
    """The id of a draft."""
    async with client(api, firm) as caller:
        made = await caller.post("/v1/lots", json=LOT)
        return str(made.json()["id"])


@pytest_asyncio.fixture
async def permit(api: Application, firm: NewOrganisation) -> str:
    async with client(api, firm) as caller:
        made = await caller.post("/v1/permits", json=PERMIT)
        return str(made.json()["id"])


async def _stored(api: Application, firm: NewOrganisation) -> list[dict[str, object]]:
    async with client(api, firm) as caller:
        items: list[dict[str, object]] = (await caller.get("/v1/documents")).json()["items"]
        return items


async def test_a_report_is_put_on_a_lot_and_on_the_results_that_it_proves(
    api: Application, firm: NewOrganisation, yard: Browser, lot: str
) -> None:
    page = await yard.page(f"/console/lots/{lot}")
    [copper, *_] = re.findall(r'name="_assay" value="([^"]+)"', page)
    fields = [("_kind", "assay_report"), ("_assay", copper)]
    answer = await yard.bring(f"/console/lots/{lot}/documents", [("報告書.pdf", REPORT)], fields)
    assert answer.status_code == 303, answer.text
    [document] = await _stored(api, firm)
    assert document["sha256"] == hashlib.sha256(REPORT).hexdigest()
    assert document["kind"] == "assay_report"
    assert document["links"] == [
        {"object_kind": "assay", "object_id": copper}, {"object_kind": "lot", "object_id": lot},
    ]  # fmt: skip
    assert ">報告書.pdf</a>" in await yard.page(f"/console/lots/{lot}")


async def test_what_is_taken_away_is_gone(api: Application, firm: NewOrganisation, yard: Browser, lot: str) -> None:
    await yard.bring(f"/console/lots/{lot}/documents", [("a.pdf", REPORT)])
    [document] = await _stored(api, firm)
    answer = await yard.send(
        f"/console/documents/{document['id']}/remove", [("_about", lot), ("next", f"/console/lots/{lot}")]
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/lots/{lot}")
    assert await _stored(api, firm) == []


async def test_what_is_taken_away_twice_leads_twice_to_the_same_page(
    api: Application, firm: NewOrganisation, yard: Browser, lot: str
) -> None:
    await yard.bring(f"/console/lots/{lot}/documents", [("a.pdf", REPORT)])
    [document] = await _stored(api, firm)
    action = f"/console/documents/{document['id']}/remove"
    sent = PageForm(await yard.page(f"/console/lots/{lot}"), action).sends()
    answers = [await yard.send(action, sent) for _ in range(2)]
    assert [(answer.status_code, answer.headers.get("location")) for answer in answers] == [
        (303, f"/console/lots/{lot}")
    ] * 2


async def test_what_another_thing_needs_stays_there(
    api: Application, firm: NewOrganisation, yard: Browser, lot: str, permit: str
) -> None:
    await yard.bring(f"/console/lots/{lot}/documents", [("a.pdf", REPORT)])
    [document] = await _stored(api, firm)
    links = [{"object_kind": kind, "object_id": id_} for kind, id_ in (("lot", lot), ("permit", permit))]
    async with client(api, firm) as caller:
        path = f"/v1/documents/{document['id']}"
        tag = (await caller.get(path)).headers["etag"]
        await caller.patch(path, json={"links": links}, headers={"if-match": tag})
    await yard.send(f"/console/documents/{document['id']}/remove", [("_about", lot)])
    [left] = await _stored(api, firm)
    assert left["links"] == links[1:]


async def test_a_form_without_a_file_says_so(yard: Browser, lot: str) -> None:
    refused = await yard.bring(f"/console/lots/{lot}/documents", [])
    assert refused.status_code == 422
    assert 'data-pointer="/files"' in refused.text


async def test_more_files_than_one_form_may_bring_are_refused_whole(
    api: Application, firm: NewOrganisation, yard: Browser, lot: str
) -> None:
    refused = await yard.bring(f"/console/lots/{lot}/documents", [(f"{n}.pdf", REPORT) for n in range(11)])
    assert refused.status_code == 422
    assert await _stored(api, firm) == []


async def test_a_name_that_is_a_script_is_only_text(yard: Browser, lot: str) -> None:
    name = "'); alert(1) onerror=alert(1) &lt;x&gt;.pdf"
    answer = await yard.bring(f"/console/lots/{lot}/documents", [(name, REPORT)])
    assert answer.status_code == 303, answer.text
    assert f">{html.escape(name, quote=False)}</a>" in html.unescape(await yard.page(f"/console/lots/{lot}")).replace(
        name, html.escape(name, quote=False)
    )


async def test_a_strangers_lot_and_permit_take_no_documents(
    market: Market, api: Application, lot: str, permit: str
) -> None:
    other = await market.organisation("recycler", "Other Yard")
    async with signed_in(api, market, other) as stranger:
        for path in (f"lots/{lot}", f"permits/{permit}"):
            refused = await stranger.bring(f"/console/{path}/documents", [("a.pdf", REPORT)])
            assert refused.status_code == 404
    assert await _stored(api, other) == []


async def test_a_stranger_takes_nothing_away(
    market: Market, api: Application, firm: NewOrganisation, yard: Browser, lot: str
) -> None:
    await yard.bring(f"/console/lots/{lot}/documents", [("a.pdf", REPORT)])
    [document] = await _stored(api, firm)
    async with signed_in(api, market, await market.organisation("recycler", "Other Yard")) as stranger:
        refused = await stranger.send(f"/console/documents/{document['id']}/remove", [("_about", lot)])
    assert refused.status_code == 404
    assert len(await _stored(api, firm)) == 1


async def test_a_coordinator_who_checks_a_permit_sees_and_downloads_its_copy(
    market: Market, api: Application, firm: NewOrganisation, yard: Browser, permit: str
) -> None:
    answer = await yard.bring(f"/console/permits/{permit}/documents", [("許可証.pdf", REPORT)])
    assert answer.status_code == 303, answer.text
    assert ">許可証.pdf</a>" in await yard.page(f"/console/permits/{permit}")
    everything = Jurisdiction(everything=True)
    ministry = await market.organisation("coordinator", "Test Ministry", jurisdiction=everything)
    async with signed_in(api, market, ministry) as desk:
        page = await desk.page(f"/console/permits/{permit}")
        [link] = re.findall(r'<a href="(/v1/documents/[^"]+)">許可証.pdf</a>', page)
        got = await desk.http.get(link)
        assert 'name="/files"' not in page
        assert (got.content, got.headers["content-disposition"].partition(";")[0]) == (REPORT, "attachment")
        refused = await desk.bring(f"/console/permits/{permit}/documents", [("a.pdf", REPORT)])
        assert refused.status_code == 403
