"""Who sees a document: row by row in the database, and as it is shown."""

from collections.abc import AsyncIterator, Iterable
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from market.app import Application
from market.documents import service
from market.documents.errors import DocumentAwaiting
from market.documents.structs import DocumentLink, LinkedKind
from market.http.examples import DOCUMENT, DOCUMENT_CONTENT
from market.parties.structs import Jurisdiction, NewOrganisation
from specs.kit.errors import NotFound
from specs.kit.ids import new_id
from specs.kit.tenancy import Role
from tests.support.api import client
from tests.support.market import LOT, Market
from tests.support.problems import assert_problem

CANARY = "Kanagawa Scrap 株式会社"
SECRET = DOCUMENT | {"name": f"{CANARY}.csv"}
DEAL = new_id()


@pytest_asyncio.fixture(scope="module")
async def firm(market: Market) -> NewOrganisation:
    return await market.organisation("recycler", CANARY)


@pytest_asyncio.fixture(scope="module")
async def buyer(market: Market) -> NewOrganisation:
    return await market.organisation("manufacturer", "Buyer")


@pytest_asyncio.fixture(scope="module")
async def owner(api: Application, firm: NewOrganisation) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, firm) as signed_in:
        yield signed_in


@pytest_asyncio.fixture(scope="module")
async def viewer(api: Application, buyer: NewOrganisation) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, buyer) as signed_in:
        yield signed_in


async def uploaded(owner: httpx.AsyncClient, links: Iterable[tuple[str, str]] = ()) -> UUID:
    told = [{"object_kind": kind, "object_id": about} for kind, about in links]
    made = await owner.post("/v1/documents", json=SECRET | {"links": told})
    assert made.status_code == 201, made.text
    await owner.put(f"{made.headers['location']}/content", content=DOCUMENT_CONTENT)
    return UUID(made.json()["id"])


async def share(market: Market, firm: NewOrganisation, document: UUID, viewer: UUID, *, names_open: bool = False):
    async with market.work(firm.id) as work:
        await service.share(work, document, viewer, "deal", DEAL, names_open=names_open)


async def reached(market: Market, tenant: UUID, role: Role) -> set[UUID]:
    async with market.work(tenant, role) as work:
        return {row[0] for row in await work.connection.fetch("select id from document")}


async def test_the_viewer_of_a_share_sees_a_generated_name_and_nothing_of_the_owner(market, owner, viewer, firm, buyer):
    document = await uploaded(owner)
    assert_problem(await viewer.get(f"/v1/documents/{document}"), 404, "not_found")
    await share(market, firm, document, buyer.id)
    seen = await viewer.get(f"/v1/documents/{document}")
    name = f"assay_report-{document.hex[-12:]}.csv"
    whole = (await owner.get(f"/v1/documents/{document}")).json()
    kept = {field: whole[field] for field in ("id", "kind", "media_type", "size", "sha256")}
    assert seen.json() == kept | {"name": name}
    got = await viewer.get(f"/v1/documents/{document}/content")
    assert (got.text, got.headers["content-disposition"]) == (
        DOCUMENT_CONTENT,
        f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}",
    )
    for answer in (seen, got):
        everything = f"{answer.text} {dict(answer.headers)}"
        assert not any(word in everything for word in (CANARY, "Kanagawa", str(firm.id), "%E6%A0%AA"))


async def test_open_names_show_the_real_one_and_are_not_closed_again(market, owner, viewer, firm, buyer):
    document = await uploaded(owner)
    for names_open in (False, True, False):
        await share(market, firm, document, buyer.id, names_open=names_open)
    assert (await viewer.get(f"/v1/documents/{document}")).json()["name"] == SECRET["name"]
    got = await viewer.get(f"/v1/documents/{document}/content")
    assert "Kanagawa" in got.headers["content-disposition"]


async def test_names_of_all_that_a_deal_shares_are_opened_at_once(market, owner, viewer, firm, buyer):
    document, other = [await uploaded(owner) for _ in range(2)]
    deals = {document: new_id(), other: new_id()}
    for one, deal in deals.items():
        async with market.work(firm.id) as work:
            await service.share(work, one, buyer.id, "deal", deal)
    async with market.work(None, Role.ENGINE) as work:
        await service.open_names(work, [deals[document]])
    names = [(await viewer.get(f"/v1/documents/{one}")).json()["name"] for one in deals]
    assert names == [SECRET["name"], f"assay_report-{other.hex[-12:]}.csv"]


async def test_a_share_is_for_one_viewer(market, api, owner, firm, buyer):
    document = await uploaded(owner)
    await share(market, firm, document, buyer.id)
    async with client(api, await market.organisation("manufacturer", "Rival")) as rival:
        for path in ("", "/content"):
            assert_problem(await rival.get(f"/v1/documents/{document}{path}"), 404, "not_found")


async def test_a_share_can_be_taken_back(market, owner, viewer, firm, buyer):
    document = await uploaded(owner)
    await share(market, firm, document, buyer.id)
    assert (await viewer.get(f"/v1/documents/{document}")).status_code == 200
    async with market.work(firm.id) as work:
        await service.unshare(work, document, buyer.id, "deal", DEAL)
    assert_problem(await viewer.get(f"/v1/documents/{document}"), 404, "not_found")


async def test_what_is_shared_is_neither_deleted_nor_changed_by_its_viewer(market, owner, viewer, firm, buyer):
    document = await uploaded(owner)
    await share(market, firm, document, buyer.id)
    assert_problem(await owner.delete(f"/v1/documents/{document}"), 409, "document_in_use")
    path = f"/v1/documents/{document}"
    assert_problem(await viewer.delete(path), 404, "not_found")
    assert_problem(await viewer.patch(path, json={"links": []}, headers={"if-match": "*"}), 404, "not_found")
    assert_problem(await viewer.put(f"{path}/content", content=b"x"), 404, "not_found")


async def test_a_link_on_whose_account_it_is_shared_cannot_be_taken_away(market, owner, firm, buyer):
    lot = (await owner.post("/v1/lots", json=LOT)).json()["id"]
    document = await uploaded(owner, [("lot", lot)])
    async with market.work(firm.id) as work:
        await service.share(work, document, buyer.id, "lot", UUID(lot))
    emptied = await owner.patch(f"/v1/documents/{document}", json={"links": []}, headers={"if-match": "*"})
    assert_problem(emptied, 409, "document_in_use")


async def test_a_link_that_a_service_made_stays_while_the_owner_changes_its_own(market, owner, firm):
    lot = (await owner.post("/v1/lots", json=LOT)).json()["id"]
    document = await uploaded(owner, [("lot", lot)])
    async with market.work(firm.id) as work:
        await service.link(work, document, DocumentLink(LinkedKind.CLAIM, DEAL))
    path, headers = f"/v1/documents/{document}", {"if-match": "*"}
    assert_problem(await owner.patch(path, json={"links": []}, headers=headers), 409, "document_in_use")
    claim = {"object_kind": "claim", "object_id": str(DEAL)}
    kept = await owner.patch(path, json={"links": [claim]}, headers=headers)
    assert (kept.status_code, kept.json()["links"]) == (200, [claim])


async def test_only_ones_own_document_with_content_is_shared(market, owner, firm, buyer):
    made = (await owner.post("/v1/documents", json=DOCUMENT)).json()["id"]
    with pytest.raises(DocumentAwaiting):
        await share(market, firm, UUID(made), buyer.id)
    with pytest.raises(NotFound):
        await share(market, buyer, UUID(made), firm.id)


async def test_row_level_security_alone_keeps_documents_apart(market, owner, firm, buyer):
    shared, private = [await uploaded(owner) for _ in range(2)]
    await share(market, firm, shared, buyer.id)
    newcomer = await market.organisation("manufacturer", "Newcomer", verified=False)
    await share(market, firm, shared, newcomer.id)
    both = {shared, private}
    seen = {
        (who, role): both & await reached(market, tenant, role)
        for who, tenant in (("owner", firm.id), ("buyer", buyer.id), ("newcomer", newcomer.id))
        for role in (Role.TENANT, Role.COUNTERPARTY, Role.COORDINATOR)
    }
    assert {key: value for key, value in seen.items() if value} == {
        ("owner", Role.TENANT): both,
        ("buyer", Role.COUNTERPARTY): {shared},
    }


async def test_a_viewer_does_not_find_what_is_not_ready(market, owner, viewer, firm, buyer):
    document = await uploaded(owner)
    await share(market, firm, document, buyer.id)
    for change in ("state = 'pending', scan_after = now()", "state = 'infected', scan_after = null, blob = null"):
        async with market.superuser() as above:
            await above.execute(f"update document set {change} where id = $1", document)
        for path in ("", "/content"):
            assert_problem(await viewer.get(f"/v1/documents/{document}{path}"), 404, "not_found")


async def test_a_coordinator_sees_what_speaks_of_its_jurisdiction_whole_and_is_audited(market, api, owner, firm):
    lot = (await owner.post("/v1/lots", json=LOT)).json()
    draft = (await owner.post("/v1/lots", json=LOT)).json()["id"]
    assert (await owner.post(f"/v1/lots/{lot['id']}/publish")).status_code == 200
    unlinked, of_draft = await uploaded(owner), await uploaded(owner, [("lot", draft)])
    of_lot = await uploaded(owner, [("lot", lot["id"])])
    of_assay = await uploaded(owner, [("assay", lot["assays"][0]["id"])])
    async with market.work(firm.id) as work:
        await service.link(work, unlinked, DocumentLink(LinkedKind.CLAIM, DEAL))
    of_permit, ours = unlinked, {unlinked, of_draft, of_lot, of_assay}
    for prefecture, expected in (("JP-14", {of_permit, of_lot, of_assay}), ("JP-27", set())):
        party = await market.organisation("coordinator", jurisdiction=Jurisdiction(prefectures=(prefecture,)))
        async with client(api, party) as coordinator:
            listed = (await coordinator.get("/v1/documents?limit=200")).json()["items"]
            assert {UUID(item["id"]) for item in listed} & ours == expected
            for document in ours:
                status = 200 if document in expected else 404
                assert (await coordinator.get(f"/v1/documents/{document}/content")).status_code == status
                read = await coordinator.get(f"/v1/documents/{document}")
                assert read.status_code == status
            async with market.superuser() as above:
                looks = await above.fetch(
                    "select object_id from audit_event where tenant_id = $1 and action = 'oversee'", party.id
                )
            assert {row[0] for row in looks} == expected | {None}
            if expected:
                whole = (await owner.get(f"/v1/documents/{of_lot}")).json()
                seen = (await coordinator.get(f"/v1/documents/{of_lot}")).json()
                assert seen == whole | {"organisation_id": str(firm.id)}


async def test_a_coordinator_is_not_told_of_links_outside_its_jurisdiction(market, api, owner):
    there = LOT | {"location": {"prefecture": "JP-27"}}
    lots = [(await owner.post("/v1/lots", json=body)).json()["id"] for body in (LOT, there)]
    for lot in lots:
        assert (await owner.post(f"/v1/lots/{lot}/publish")).status_code == 200
    document = await uploaded(owner, [("lot", lot) for lot in lots])
    party = await market.organisation("coordinator", jurisdiction=Jurisdiction(prefectures=("JP-27",)))
    async with client(api, party) as coordinator:
        seen = (await coordinator.get(f"/v1/documents/{document}")).json()
    assert [link["object_id"] for link in seen["links"]] == [lots[1]]
