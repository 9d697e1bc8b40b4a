"""What freight tables price, from when and for how long, in every process."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest_asyncio

from market.app import Application
from market.http.examples import ALLOCATION, BLEND, LOT, SITING, SPEC, UPGRADE
from market.matches import sweep
from market.parties.founding import set_jurisdiction
from market.parties.structs import Jurisdiction
from specs.catalogue.loader import catalogue
from specs.kit.clock import now, today
from tests.support.api import client, published, serving
from tests.support.freight_tables import SHIPPED, dearer, evaluated, made, overseeing, withdraw_all
from tests.support.market import Market
from tests.support.matched import Jobs, engine


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


async def test_a_table_raises_what_is_delivered_from_its_prefecture_and_withdrawing_it_goes_back(yard, kanto):
    before = await evaluated(yard)
    assert before[1] == [SHIPPED]
    table = await made(kanto, dearer())
    raised, stamps = await evaluated(yard)
    assert raised > before[0]
    assert stamps == [table.json()["stamp"]]
    assert (await kanto.post(f"{table.headers['location']}/withdraw")).status_code == 200
    assert await evaluated(yard) == before


async def test_a_table_set_elsewhere_changes_nothing_here(yard, coordinators):
    before = await evaluated(yard)
    await made(coordinators["ministry"], dearer(prefectures=["JP-13"]))
    assert await evaluated(yard) == before


async def test_of_two_tables_the_one_for_fewer_prefectures_counts_then_the_one_set_last(coordinators, kanto, yard):
    ministry = coordinators["ministry"]
    japan = (await made(ministry, dearer(4.0, prefectures=[]))).json()["stamp"]
    assert (await evaluated(yard))[1] == [japan]
    two = await made(kanto, dearer(2.0, prefectures=["JP-13", "JP-14"]))
    assert (await evaluated(yard))[1] == [two.json()["stamp"]]
    again = (await made(ministry, dearer(3.0, prefectures=["JP-12", "JP-14"]))).json()["stamp"]
    assert (await evaluated(yard))[1] == [again]
    last = await kanto.put(
        two.headers["location"], json=dearer(prefectures=["JP-13", "JP-14"]), headers={"if-match": "*"}
    )
    assert (await evaluated(yard))[1] == [last.json()["stamp"]]
    assert last.json()["rev"] == 2


async def test_a_revision_for_a_later_day_leaves_the_one_before_in_force(kanto, yard):
    first = await made(kanto, dearer(2.0))
    tomorrow = (today(now()) + timedelta(days=1)).isoformat()
    later = dearer(3.0) | {"from": tomorrow}
    second = await kanto.put(first.headers["location"], json=later, headers={"if-match": "*"})
    assert second.json()["from"] == tomorrow
    assert (await evaluated(yard))[1] == [first.json()["stamp"]]


async def test_a_table_does_not_count_before_its_day(kanto, yard, market):
    table = await made(kanto, dearer() | {"from": (today(now()) + timedelta(days=1)).isoformat()})
    assert (await evaluated(yard))[1] == [SHIPPED]
    async with market.superuser() as above:
        await above.execute(
            "update freight_table_revision set counts_from = $2 where id = $1", table.json()["id"], date(2026, 1, 1)
        )
    assert (await evaluated(yard))[1] == [table.json()["stamp"]]


async def test_a_table_counts_no_longer_where_its_coordinator_lost_the_prefecture(coordinators, kanto, yard, market):
    stamp = (await made(kanto, dearer(prefectures=["JP-13", "JP-14"]))).json()["stamp"]
    coordinator = kanto.headers["x-organisation"]
    before = Jurisdiction(prefectures=("JP-13", "JP-14"))
    for jurisdiction, stamps in ((Jurisdiction(prefectures=("JP-13",)), [SHIPPED]), (before, [stamp])):
        async with market.owner() as connection, connection.transaction():
            await connection.execute("select set_config('app.tenant_id', $1, true)", coordinator)
            await set_jurisdiction(connection, coordinator, jurisdiction)
        assert (await evaluated(yard))[1] == stamps


# what a match says of freight: the criterion that tells it
def _freight(match: dict[str, Any]) -> tuple[float, list[str]]:
    criteria = {one["name"]: one["params"] for one in match["evaluation"]["criteria"]}
    return criteria["distance"]["jpy_per_t"], match["evaluation"]["freight"]


async def test_another_process_prices_a_match_by_the_new_table_at_its_next_reading(kanto, mill, yard, market):
    spec, lot = await published(mill, "specs", SPEC), await published(yard, "lots", LOT)

    async def read(caller: httpx.AsyncClient) -> tuple[float, list[str]]:
        items = (await caller.get(f"/v1/specs/{spec}/matches")).json()["items"]
        return _freight(next(item for item in items if item["lot"]["id"] == lot))

    async with serving(market) as other, client(other, authorization=mill.headers["authorization"]) as elsewhere:
        before = await read(mill)
        assert before == await read(elsewhere)
        assert before[1] == [SHIPPED]
        table = await made(kanto, dearer())
        after = await read(elsewhere)
        assert after == await read(mill)
        assert after[0] > before[0]
        # where few firms are the region is told, and so all of its tables
        assert after[1] == sorted([SHIPPED, table.json()["stamp"]])
        await kanto.post(f"{table.headers['location']}/withdraw")
        assert await read(elsewhere) == await read(mill) == before


async def test_every_stateless_answer_names_the_tables_that_priced_it(kanto, yard):
    stamp = (await made(kanto, dearer())).json()["stamp"]
    instance = {name: value for name, value in SITING.items() if name != "jpy_per_t_km"}
    told = {}
    for path, body in (("blends", BLEND), ("allocations", ALLOCATION), ("upgrades", UPGRADE), ("sitings", instance)):
        answer = await yard.post(f"/v1/{path}", json=body)
        assert answer.status_code == 200, answer.text
        told[path] = answer.json()["freight"]
    assert all(stamp in stamps for stamps in told.values()), told


async def test_a_stored_blend_is_stale_once_another_table_counts_for_its_lots(kanto, mill, yard):
    spec = await published(mill, "specs", BLEND["spec"])
    rest = {name: value for name, value in BLEND["lots"][0].items() if name != "id"}
    await published(yard, "lots", rest | {"quantity": {"tonnes": 500}, "location": {"prefecture": "JP-14"}})
    proposed = await mill.post(f"/v1/specs/{spec}/blends", json={})
    (blend, *_) = proposed.json()["items"]
    assert (blend["state"], blend["blend"]["freight"]) == ("current", [SHIPPED])
    await made(kanto, dearer())
    assert (await mill.get(f"/v1/blends/{blend['id']}")).json()["state"] == "stale"


async def test_the_sweeper_finds_what_was_matched_by_other_tables(market, kanto, mill, yard):
    await published(mill, "specs", SPEC)
    await published(yard, "lots", LOT)
    await Jobs(market).do()
    version = catalogue().version
    async with engine(market) as connection:
        assert await sweep.unmatched(connection, version) == 0
    table = (await made(kanto, dearer())).json()["stamp"]
    async with engine(market) as connection:
        assert await sweep.unmatched(connection, version) > 0
    await Jobs(market).do()
    async with market.superuser() as above:
        stamps = {row[0] for row in await above.fetch("select distinct freight from match")}
    assert stamps == {" ".join(sorted([SHIPPED, table]))}
