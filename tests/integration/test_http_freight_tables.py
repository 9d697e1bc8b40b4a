"""Freight tables through the wire: who sets which, and how they are kept."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import httpx
import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import FREIGHT_TABLE
from specs.kit.clock import now, today
from specs.kit.tenancy import Role
from tests.support.freight_tables import SHIPPED, SHIPPED_TABLE, dearer, made, overseeing, withdraw_all
from tests.support.market import Market


def day(later: int) -> str:
    """So many days from today, in Japan."""
    return (today(now()) + timedelta(days=later)).isoformat()


@pytest_asyncio.fixture(scope="module")
async def coordinators(market: Market, api: Application) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    async with overseeing(market, api) as found:
        yield found


@pytest_asyncio.fixture
async def kanto(coordinators: dict[str, httpx.AsyncClient]) -> httpx.AsyncClient:
    return coordinators["kanto"]


@pytest_asyncio.fixture(autouse=True)
async def only_shipped(market: Market) -> AsyncIterator[None]:
    yield
    await withdraw_all(market)


async def test_a_table_is_answered_with_who_set_it_from_when_it_counts_and_its_sources(coordinators, kanto):
    answer = await made(kanto, dearer())
    body = answer.json()
    table = body.pop("table")
    assert (table["fares"][0]["src"], len(table["fares"])) == ("r_truck_fare", len(SHIPPED_TABLE["fares"]))
    assert [source["src"] for source in body["sources"]][:2] == ["r_truck_fare", "d_coastal_rate"]
    told = {name: value for name, value in body.items() if name not in ("id", "set_at", "sources")}
    assert told == {
        "rev": 1,
        "stamp": f"{body['id']}@1",
        "status": "active",
        "standing": "in_force",
        "prefectures": ["JP-14"],
        "from": today(now()).isoformat(),
        "set_by": kanto.headers["x-organisation"],
    }
    read = await coordinators["ministry"].get(answer.headers["location"])
    assert (read.content, read.headers["etag"]) == (answer.content, answer.headers["etag"])


async def test_the_list_has_what_prices_today_the_shipped_table_included(yard, coordinators, kanto):
    own = (await made(kanto, dearer())).json()
    wide = (await made(coordinators["ministry"], dearer(3.0, prefectures=["JP-13", "JP-14", "JP-15"]))).json()
    items = (await yard.get("/v1/freight-tables")).json()["items"]
    assert [item["stamp"] for item in items] == [SHIPPED, own["stamp"], wide["stamp"]]
    assert [item["counts_for"] for item in items[1:]] == [["JP-14"], ["JP-13", "JP-15"]]
    assert (len(items[0]["counts_for"]), items[0]["status"], items[0]["id"]) == (44, "shipped", None)
    shipped = (await yard.get("/v1/freight-tables/shipped")).json()
    assert (shipped["stamp"], shipped["table"]) == (SHIPPED, SHIPPED_TABLE)


async def test_the_list_has_what_is_to_come_after_it_the_nearest_day_first(yard, coordinators, kanto):
    own = await made(kanto, dearer())
    later = await made(coordinators["ministry"], dearer(3.0, prefectures=["JP-15"]) | {"from": day(2)})
    place = own.headers["location"]
    replaced = await kanto.put(place, json=dearer(4.0) | {"from": day(1)}, headers={"if-match": "*"})
    items = (await yard.get("/v1/freight-tables")).json()["items"]
    assert [(item["stamp"], item["standing"], item["from"], item["counts_for"]) for item in items[1:]] == [
        (own.json()["stamp"], "in_force", day(0), ["JP-14"]),
        (replaced.json()["stamp"], "coming", day(1), []),
        (later.json()["stamp"], "coming", day(2), []),
    ]


async def test_each_edition_says_whether_it_counts_is_to_come_or_past(yard, kanto):
    place = (await made(kanto, dearer())).headers["location"]
    # the third goes before the second, which never comes to count
    for number, later in ((3.0, 5), (4.0, 3), (5.0, 7)):
        await kanto.put(place, json=dearer(number) | {"from": day(later)}, headers={"if-match": "*"})

    standing = [one["standing"] for one in (await yard.get(f"{place}/revisions")).json()["items"]]
    each = [(await yard.get(f"{place}/revisions/{rev}")).json()["standing"] for rev in (4, 3, 2, 1)]
    newest = (await yard.get(place)).json()["standing"]
    await kanto.post(f"{place}/withdraw")
    after = [one["standing"] for one in (await yard.get(f"{place}/revisions")).json()["items"]]

    assert standing == each == ["coming", "coming", "past", "in_force"]
    assert newest == "coming"
    assert after == ["past"] * 4
    assert len((await yard.get("/v1/freight-tables")).json()["items"]) == 1


async def test_a_put_makes_a_revision_of_its_own_and_the_older_ones_stay(kanto, yard):
    first = await made(kanto, dearer(2.0))
    place = first.headers["location"]
    assert (await kanto.put(place, json=dearer(3.0))).status_code == 428
    second = await kanto.put(place, json=dearer(3.0), headers={"if-match": first.headers["etag"]})
    assert (second.status_code, second.json()["rev"], second.headers["etag"]) == (200, 2, '"2"')
    late = await kanto.put(place, json=dearer(4.0), headers={"if-match": first.headers["etag"]})
    assert (late.status_code, late.json()["code"]) == (412, "version_mismatch")
    revisions = (await yard.get(f"{place}/revisions")).json()["items"]
    assert [one["rev"] for one in revisions] == [2, 1]
    assert (await yard.get(f"{place}/revisions/1")).json() == first.json() | {"standing": "past"}
    assert (await yard.get(f"{place}/revisions?limit=1")).json()["next_cursor"] is not None


async def test_a_withdrawn_table_stays_readable_and_does_not_change_any_more(kanto, yard):
    place = (await made(kanto, dearer())).headers["location"]
    headers = {"idempotency-key": "withdraw once"}
    first, again = [await kanto.post(f"{place}/withdraw", headers=headers) for _ in range(2)]
    assert (first.status_code, first.json()["status"], first.content) == (200, "cancelled", again.content)
    assert (await yard.get(place)).json()["status"] == "cancelled"
    changed = await kanto.put(place, json=dearer(), headers={"if-match": "*"})
    assert (changed.status_code, changed.json()["code"]) == (409, "freight_table_withdrawn")


async def test_a_repeated_post_sets_one_table(kanto, yard):
    headers = {"idempotency-key": "set once"}
    first, again = [await kanto.post("/v1/freight-tables", json=dearer(), headers=headers) for _ in range(2)]
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert len((await yard.get("/v1/freight-tables")).json()["items"]) == 2


async def test_every_fault_is_pointed_at(kanto):
    fares = [*SHIPPED_TABLE["fares"], {"truck_t": 10, "km": 500, "jpy": -1, "src": ""}]
    wrong = {
        "prefectures": ["JP-14", "JP-99", "JP-14"],
        "from": (today(now()) - timedelta(days=1)).isoformat(),
        "table": SHIPPED_TABLE | {"fares": fares, "truck_t": 7},
    }
    answer = await kanto.post("/v1/freight-tables", json=wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    at = f"/table/fares/{len(fares) - 1}"
    expected = ["/prefectures/1", "/prefectures/2", "/from", f"{at}/jpy", f"{at}/src", at, "/table/truck_t"]
    assert [error["pointer"] for error in answer.json()["errors"]] == expected
    assert all(error["reason"] not in ("", error["code"]) for error in answer.json()["errors"])


@pytest.mark.parametrize(
    ("who", "prefectures", "code"),
    [
        ("kanto", ["JP-14", "JP-15"], "outside_jurisdiction"),
        ("kanto", [], "outside_jurisdiction"),
        ("programme", ["JP-14"], "no_territory"),
        ("unverified", ["JP-14"], "no_territory"),
    ],
)
async def test_a_coordinator_sets_tables_for_its_own_prefectures_only(coordinators, who, prefectures, code):
    answer = await coordinators[who].post("/v1/freight-tables", json=dearer(prefectures=prefectures))
    assert (answer.status_code, answer.json()["code"]) == (403, code)
    japanese = await coordinators[who].post(
        "/v1/freight-tables", json=dearer(prefectures=prefectures), headers={"accept-language": "ja"}
    )
    assert japanese.json()["detail"] not in ("", answer.json()["detail"])


async def test_only_the_one_that_set_a_table_replaces_or_withdraws_it(coordinators, kanto):
    place = (await made(kanto, dearer())).headers["location"]
    rival = coordinators["ministry"]
    replaced = await rival.put(place, json=dearer(), headers={"if-match": "*"})
    assert (replaced.status_code, (await rival.post(f"{place}/withdraw")).status_code) == (404, 404)


async def test_each_change_leaves_one_audit_event_with_what_it_is_for(kanto, market):
    place = (await made(kanto, dearer())).headers["location"]
    await kanto.put(place, json=dearer(3.0), headers={"if-match": "*"})
    await kanto.post(f"{place}/withdraw")
    async with market.superuser() as above:
        rows = await above.fetch(
            "select action, rev, detail -> 'prefectures' as places from audit_event where object_id = $1 order by at",
            place.rsplit("/", 1)[1],
        )
    assert [tuple(row) for row in rows] == [
        ("create", 1, '["JP-14"]'),
        ("replace", 2, '["JP-14"]'),
        ("withdraw", 2, None),
    ]


async def test_row_level_security_alone_keeps_a_table_to_its_coordinator(market, kanto, coordinators):
    id_ = (await made(kanto, dearer())).json()["id"]
    revision = """insert into freight_table_revision (tenant_id, id, rev, prefectures, counts_from, content, set_at)
      values ($1, $2, 2, $3, '2026-01-01', '{}', now())"""
    own, other = kanto.headers["x-organisation"], coordinators["ministry"].headers["x-organisation"]
    refused = asyncpg.InsufficientPrivilegeError
    for tenant, prefectures in ((own, ["JP-14", "JP-20"]), (own, []), (other, ["JP-14"])):
        with pytest.raises(refused):
            async with market.work(tenant, Role.COORDINATOR) as work:
                await work.connection.execute(revision, own, id_, prefectures)
    async with market.work(other, Role.COORDINATOR) as work:
        assert await work.connection.fetch("select from freight_table where id = $1", id_) == []
        gone = "update freight_table set status = 'cancelled' where id = $1"
        assert await work.connection.execute(gone, id_) == "UPDATE 0"
    with pytest.raises(refused):
        async with market.work(own, Role.COORDINATOR) as work:
            await work.connection.execute("update freight_table_revision set content = '{}'")
    async with market.work(own) as work:
        assert len(await work.connection.fetch("select from freight_table where id = $1", id_)) == 1
    async with market.work(other) as work:
        assert await work.connection.fetch("select from freight_table where id = $1", id_) == []


async def test_a_hundred_open_tables_are_enough(kanto, market):
    own = kanto.headers["x-organisation"]
    async with market.superuser() as above:
        await above.execute(
            """insert into freight_table (tenant_id, id, rev, version, status, created_at, updated_at)
               select $1, gen_random_uuid(), 1, 1, 'active', now(), now() from generate_series(1, 100)""",
            own,
        )
        answer = await kanto.post("/v1/freight-tables", json=dearer())
        await above.execute("delete from freight_table where id not in (select id from freight_table_revision)")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_freight_tables")


async def test_the_example_is_accepted_for_the_prefectures_it_names(coordinators):
    assert (await made(coordinators["ministry"], FREIGHT_TABLE)).json()["prefectures"] == ["JP-16", "JP-17"]
