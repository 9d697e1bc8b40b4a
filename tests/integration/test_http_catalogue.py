"""The reference data on the wire: public, complete, with sources, cached by tag."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from market.http.catalogue import LISTS
from tests.support.api import client, serving
from tests.support.market import Market


@pytest_asyncio.fixture(scope="module")
async def anyone(market: Market) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(market) as application, client(application) as anonymous:
        yield anonymous


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_is_whole_tagged_and_not_sent_twice(anyone, name):
    first = await anyone.get(f"/v1/catalogue/{name}")
    body = first.json()
    assert first.status_code == 200
    assert set(body) == {"items", "next_cursor", "catalogue"}
    assert len(body["items"]) == len(LISTS[name][0]())
    assert body["next_cursor"] is None
    again = await anyone.get(f"/v1/catalogue/{name}", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])


@pytest.mark.parametrize("name", LISTS)
async def test_pages_of_a_list_add_up_to_the_whole(anyone, name):
    whole = (await anyone.get(f"/v1/catalogue/{name}")).json()["items"]
    seen, cursor = [], None
    while True:
        page = (await anyone.get(f"/v1/catalogue/{name}", params={"limit": 7} | _after(cursor))).json()
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == whole


def _after(cursor: str | None) -> dict[str, str]:
    return {"cursor": cursor} if cursor else {}


async def test_names_are_in_both_languages_and_numbers_have_sources(anyone):
    grades = (await anyone.get("/v1/catalogue/grades?material=carbon_steel_scrap")).json()["items"]
    assert grades
    for grade in grades:
        assert grade["material"] == "carbon_steel_scrap"
        assert grade["name"]["ja"]
        assert grade["name"]["en"]
        known = {source["code"] for source in grade["sources"]}
        assert all(limit["src"] in known and limit["flag"] for limit in grade["limits"])


async def test_families_narrow_and_cursors_do_not_cross_lists(anyone):
    steel = (await anyone.get("/v1/catalogue/materials?family=steel")).json()["items"]
    assert {item["family"] for item in steel} == {"steel"}
    assert (await anyone.get("/v1/catalogue/materials?family=none")).json()["items"] == []
    cursor = (await anyone.get("/v1/catalogue/units?limit=1")).json()["next_cursor"]
    crossed = await anyone.get("/v1/catalogue/forms", params={"limit": 1, "cursor": cursor})
    assert (crossed.status_code, crossed.json()["code"]) == (400, "invalid_cursor")
