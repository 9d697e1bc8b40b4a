"""Documents over HTTP: announced, linked, listed, deleted; what their bytes do is in the file beside this one."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from market.http.examples import DOCUMENT, DOCUMENT_CONTENT
from tests.support.api import client
from tests.support.market import LOT
from tests.support.problems import assert_problem

ABSENT = "01900000-0000-7000-8000-000000000000"


async def announced(caller: httpx.AsyncClient, **changes: Any) -> str:
    """Where the new document is."""
    made = await caller.post("/v1/documents", json=DOCUMENT | changes)
    assert made.status_code == 201, made.text
    return str(made.headers["location"])


@pytest_asyncio.fixture(scope="module")
async def rival(market, api) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, await market.organisation("recycler", "Rival Yard")) as signed_in:
        yield signed_in


async def test_a_document_is_answered_whole_to_its_owner_before_and_after_its_upload(yard):
    place = await announced(yard)
    before = (await yard.get(place)).json()
    expected = {"kind": "assay_report", "name": DOCUMENT["name"], "media_type": "text/csv", "state": "awaiting"}
    assert expected.items() <= before.items()
    assert [before[name] for name in ("size", "sha256", "links", "uploaded_at")] == [None, None, [], None]
    put = await yard.put(f"{place}/content", content=DOCUMENT_CONTENT)
    after = await yard.get(place)
    assert (put.status_code, put.content, put.headers["etag"]) == (200, after.content, after.headers["etag"])
    assert after.json()["state"] == "ready"
    assert (before["id"], before["created_at"]) == (after.json()["id"], after.json()["created_at"])


async def test_the_same_request_again_makes_one_document(yard):
    headers = {"idempotency-key": "one document"}
    first, again = [await yard.post("/v1/documents", json=DOCUMENT, headers=headers) for _ in range(2)]
    assert first.content == again.content


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"name": "../../x.csv"}, 422, "/name"),
        ({"name": "report\u202evsc.exe.csv"}, 422, "/name"),
        ({"name": "report.pdf"}, 422, "/name"),
        ({"name": "x" * 296 + ".csv"}, 400, "/name"),
        ({"media_type": "text/html", "name": "a.html"}, 400, "/media_type"),
        ({"kind": "love_letter"}, 400, "/kind"),
        ({"links": [{"object_kind": "lot", "object_id": ABSENT}]}, 422, "/links/0"),
        ({"links": [{"object_kind": "deal", "object_id": ABSENT}]}, 422, "/links/0"),
    ],
)
async def test_what_may_not_be_announced_is_told_at_its_place(yard, change, status, pointer):
    body = assert_problem(await yard.post("/v1/documents", json=DOCUMENT | change), status)
    assert {error["pointer"] for error in body["errors"]} == {pointer}
    assert body["errors"][0]["reason"] not in ("", body["errors"][0]["code"])


async def test_it_is_linked_to_own_lots_and_their_assays_and_to_nobody_elses(yard, rival):
    lots = [(await owner.post("/v1/lots", json=LOT)).json() for owner in (yard, rival)]
    own = [
        {"object_kind": "assay", "object_id": lots[0]["assays"][0]["id"]},
        {"object_kind": "lot", "object_id": lots[0]["id"]},
    ]
    place = await announced(yard, links=own)
    assert (await yard.get(place)).json()["links"] == own
    strange = [{"object_kind": "lot", "object_id": lots[1]["id"]}]
    refused = await yard.patch(place, json={"links": own + strange}, headers={"if-match": "*"})
    assert assert_problem(refused, 422)["errors"][0]["pointer"] == "/links/2"


async def test_links_are_replaced_whole_under_their_version(yard):
    lot = (await yard.post("/v1/lots", json=LOT)).json()["id"]
    place = await announced(yard)
    tag = (await yard.get(place)).headers["etag"]
    links = [{"object_kind": "lot", "object_id": lot}]
    linked = await yard.patch(place, json={"links": links}, headers={"if-match": tag})
    assert (linked.status_code, linked.json()["links"]) == (200, links)
    assert_problem(await yard.patch(place, json={"links": []}, headers={"if-match": tag}), 412, "version_mismatch")
    emptied = await yard.patch(place, json={"links": []}, headers={"if-match": linked.headers["etag"]})
    assert emptied.json()["links"] == []
    twice = await yard.patch(place, json={"links": links * 2}, headers={"if-match": "*"})
    assert assert_problem(twice, 422)["errors"][0]["code"] == "link_twice"


@pytest.mark.parametrize("change", [{"name": "b.csv"}, {"kind": "sds"}, {"state": "ready"}, {"sha256": "00"}])
async def test_nothing_else_about_a_document_changes(yard, change):
    place = await announced(yard)
    assert_problem(await yard.patch(place, json=change, headers={"if-match": "*"}), 400, "invalid_body")


async def test_a_list_is_ones_own_newest_first_and_narrowed_by_kind_and_object(market, api, rival):
    async with client(api, await market.organisation("recycler", "Lister")) as lister:
        lot = (await lister.post("/v1/lots", json=LOT)).json()["id"]
        about = [{"object_kind": "lot", "object_id": lot}]
        places = [await announced(lister), await announced(lister, kind="sds"), await announced(lister, links=about)]
        await announced(rival)
        made = [place.rsplit("/", 1)[1] for place in places]
        first = (await lister.get("/v1/documents?limit=2")).json()
        rest = (await lister.get(f"/v1/documents?limit=2&cursor={first['next_cursor']}")).json()
        assert [item["id"] for item in (*first["items"], *rest["items"])] == made[::-1]
        for query, found in (("kind=sds", made[1]), (f"object_id={lot}", made[2])):
            items = (await lister.get(f"/v1/documents?{query}")).json()["items"]
            assert [item["id"] for item in items] == [found]
        other = await lister.get(f"/v1/documents?kind=sds&cursor={first['next_cursor']}")
        assert_problem(other, 400, "invalid_cursor")


async def test_it_is_deleted_with_its_content_while_nothing_refers_to_it(yard, api):
    lot = (await yard.post("/v1/lots", json=LOT)).json()["id"]
    place = await announced(yard, links=[{"object_kind": "lot", "object_id": lot}])
    await yard.put(f"{place}/content", content=DOCUMENT_CONTENT)
    assert_problem(await yard.delete(place), 409, "document_in_use")
    await yard.patch(place, json={"links": []}, headers={"if-match": "*"})
    assert_problem(await yard.delete(place, headers={"if-match": '"1"'}), 412, "version_mismatch")
    assert (await yard.delete(place)).status_code == 204
    for answer in (await yard.get(place), await yard.get(f"{place}/content"), await yard.delete(place)):
        assert_problem(answer, 404, "not_found")


async def test_each_change_leaves_one_audit_event(yard, market):
    place = await announced(yard)
    await yard.put(f"{place}/content", content=DOCUMENT_CONTENT)
    await yard.put(f"{place}/content", content=DOCUMENT_CONTENT)
    await yard.patch(place, json={"links": []}, headers={"if-match": "*"})
    await yard.delete(place)
    async with market.superuser() as above:
        rows = await above.fetch(
            "select action from audit_event where object_id = $1 order by at", place.rsplit("/", 1)[1]
        )
    assert [row[0] for row in rows] == ["create", "upload", "patch", "delete"]
