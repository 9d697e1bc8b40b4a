"""The market's balance over HTTP: what the worker took stock of, merged for everyone and exact where it is overseen."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from market.app import Application
from market.insight import stock
from market.insight.cells import LEAST
from market.parties.structs import Jurisdiction
from specs.catalogue.loader import catalogue
from specs.kit.tenancy import Role
from tests.support.api import client, serving
from tests.support.market import LOT, SPEC, Market
from tests.support.matched import PLAIN_SPEC, Jobs, copper, publish_lot
from workers import schedule

FIRST = {"from": "2027-01-01", "until": "2027-01-31"}
# firms by prefecture, and the copper of their lots: five in Kanagawa, two and three in its neighbours, one in Osaka
YARDS = [("JP-14", 0.2)] * 5 + [("JP-10", 0.2)] * 2 + [("JP-11", 0.3)] * 3 + [("JP-27", 0.2)]
MILLS = 6
FIGURES = ("tonnes", "matched", "near_miss")


class Scene:
    """A market with stock taken of it."""

    def __init__(self, market: Market, api: Application) -> None:
        self.market = market
        self.api = api
        self.jobs = Jobs(market)

    async def party(self, kind: str, jurisdiction: Jurisdiction | None = None) -> httpx.AsyncClient:
        return client(self.api, await self.market.organisation(kind, f"A {kind}", jurisdiction=jurisdiction))

    async def listed(self, caller: httpx.AsyncClient, noun: str, body: dict[str, Any]) -> None:
        made = await caller.post(f"/v1/{noun}", json=body)
        assert made.status_code == 201, made.text
        assert (await caller.post(f"{made.headers['location']}/publish")).status_code == 200


def spec_of(tonnes: float, **changes: Any) -> dict[str, Any]:
    delivery = {"location": {"prefecture": "JP-13"}, **FIRST}
    return SPEC | PLAIN_SPEC | {"quantity": {"tonnes": tonnes}, "delivery": delivery, "max_price": None} | changes


def lot_of(prefecture: str, percent: float, **changes: Any) -> dict[str, Any]:
    place = {"location": {"prefecture": prefecture}, "available": FIRST, "quantity": {"tonnes": 100}}
    return LOT | copper(percent) | place | changes


@pytest_asyncio.fixture(scope="module")
async def scene(market: Market, api: Application) -> AsyncIterator[Scene]:
    """Eleven lots of 100 t, three of which have too much copper, and six specs of 150 t."""
    found = Scene(market, api)
    for prefecture, percent in YARDS:
        async with await found.party("recycler") as yard:
            await found.listed(yard, "lots", lot_of(prefecture, percent))
    for _ in range(MILLS):
        async with await found.party("manufacturer") as mill:
            await found.listed(mill, "specs", {k: v for k, v in spec_of(150).items() if v is not None})
    await schedule.take_stock(found.jobs.context)
    yield found


@pytest_asyncio.fixture(scope="module")
async def reader(scene: Scene) -> AsyncIterator[httpx.AsyncClient]:
    async with await scene.party("laboratory") as signed_in:
        yield signed_in


@pytest_asyncio.fixture(scope="module")
async def ministry(scene: Scene) -> AsyncIterator[httpx.AsyncClient]:
    async with await scene.party("coordinator", Jurisdiction(everything=True)) as signed_in:
        yield signed_in


async def rows(caller: httpx.AsyncClient, query: str) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Labels that are told, to the tonnes of supply and demand."""
    answer = await caller.get(f"/v1/balance?{query}")
    assert answer.status_code == 200, answer.text
    found = {}
    for item in answer.json()["items"]:
        labels = tuple(item[name] for name in ("family", "region", "prefecture", "month") if item[name])
        sides = [None if item[side] is None else item[side]["tonnes"] for side in ("supply", "demand")]
        found[labels] = tuple(sides)
    return found


async def test_both_sides_say_what_matches_what_nearly_does_and_what_is_left(reader):
    answer = (await reader.get("/v1/balance")).json()
    assert answer["view"] == "merged"
    assert answer["assessed"] == 1.0
    assert answer["next_cursor"] is None
    assert answer["items"] == [
        {
            **dict.fromkeys(("material", "grade", "region", "prefecture", "quarter", "month")),
            "family": "steel",
            "rest": False,
            "supply": {"tonnes": 1100.0, "matched": 800.0, "near_miss": 100.0, "unsold": 200.0},
            "demand": {"tonnes": 900.0, "matched": 800.0, "near_miss": 100.0, "unmet": 0.0},
        }
    ]
    assert answer["totals"] == {side: answer["items"][0][side] for side in ("supply", "demand")}


async def test_prefectures_of_few_firms_are_told_as_the_rest_of_what_is_coarser(reader):
    # two and three firms are enough together for their region, and the one in Osaka takes them in
    assert await rows(reader, "group_by=prefecture") == {
        ("kanto", "JP-13"): (None, 900.0),
        ("kanto", "JP-14"): (500.0, None),
        (): (600.0, None),
    }


async def test_a_coordinator_of_everything_reads_every_cell(ministry):
    assert await rows(ministry, "group_by=prefecture") == {
        ("kanto", "JP-11"): (300.0, None),
        ("kanto", "JP-10"): (200.0, None),
        ("kanto", "JP-13"): (None, 900.0),
        ("kanto", "JP-14"): (500.0, None),
        ("kinki", "JP-27"): (100.0, None),
    }


async def test_a_coordinator_of_a_prefecture_reads_the_exact_cells_of_that_alone(scene):
    async with await scene.party("coordinator", Jurisdiction(prefectures=("JP-10",))) as gunma:
        assert await rows(gunma, "group_by=prefecture") == {("kanto", "JP-10"): (200.0, None)}
        merged = await gunma.get("/v1/balance?view=merged&group_by=prefecture")
        assert len(merged.json()["items"]) == 3


async def test_a_look_at_exact_cells_is_audited(scene):
    async with await scene.party("coordinator", Jurisdiction(everything=True)) as ministry:
        for path in ("/v1/balance", "/v1/balance/gaps", "/v1/balance?view=merged"):
            assert (await ministry.get(path)).status_code == 200
        key = ministry.headers["authorization"].removeprefix("Bearer ")
    async with scene.market.superuser() as connection:
        looks = await connection.fetchval(
            """select count(*) from audit_event where action = 'oversee' and object_kind = 'balance' and tenant_id =
               (select tenant_id from api_key where digest = sha256($1))""",
            key.encode(),
        )
    assert looks == 2


async def test_nobody_else_reads_what_is_not_merged(reader):
    answer = await reader.get("/v1/balance?view=overseen")
    assert answer.status_code == 403


async def test_the_policies_keep_exact_cells_from_a_tenant_whatever_it_asks(scene):
    firm = await scene.market.organisation("recycler", "Curious")
    async with scene.market.work(firm.id) as work:
        for table in ("balance_cell", "balance_finding"):
            assert await work.connection.fetchval(f"select count(*) from {table} where exact") == 0
        assert await work.connection.fetchval("select count(*) from balance_cell") == 3


async def test_a_filter_lets_through_what_lies_wholly_inside_of_it(reader, ministry):
    assert await rows(reader, "group_by=prefecture&prefecture=JP-10") == {}
    assert await rows(ministry, "group_by=prefecture&prefecture=JP-14") == {("kanto", "JP-14"): (500.0, None)}
    assert await rows(ministry, "group_by=month&from=2027-02") == {}
    assert await rows(ministry, "group_by=month&until=2027-01&prefecture=JP-10") == {("2027-01",): (200.0, None)}


async def test_why_demand_is_unmet_is_told_in_shares_and_in_words(reader, ministry):
    mine = (await ministry.get("/v1/balance/gaps", headers={"accept-language": "ja"})).json()
    (reason,) = mine["reasons"]
    assert (reason["code"], reason["params"], reason["share"], reason["tonnes"]) == (
        "gap_limit",
        {"analytes": ["Cu"]},
        1.0,
        100.0,
    )
    assert reason["reason"] == "Cuが限度値を外れています"
    relaxed = next(lever for lever in mine["levers"] if lever["code"] == "lever_relax")
    assert relaxed["tonnes"] == 100.0
    # of one spec, or two: too few to tell
    assert (await reader.get("/v1/balance/gaps")).json()["reasons"] == []


async def test_a_table_says_the_same_as_the_rows(ministry):
    answer = await ministry.get("/v1/balance.csv?group_by=prefecture")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    told = {line["prefecture"]: (line["supply_tonnes"], line["demand_tonnes"]) for line in lines}
    assert told == {
        "JP-11": ("300", ""),
        "JP-10": ("200", ""),
        "JP-13": ("", "900"),
        "JP-14": ("500", ""),
        "JP-27": ("100", ""),
    }
    negotiated = await ministry.get("/v1/balance?group_by=prefecture", headers={"accept": "text/csv"})
    assert negotiated.content == answer.content


async def test_what_is_known_already_is_not_sent_again(reader):
    for path in ("/v1/balance", "/v1/balance.csv", "/v1/balance/gaps"):
        tag = (await reader.get(path)).headers["etag"]
        assert (await reader.get(path, headers={"if-none-match": tag})).status_code == 304


async def test_rows_are_paged_and_the_totals_are_of_all_of_them(ministry):
    seen, cursor = [], ""
    while cursor is not None:
        page = (await ministry.get(f"/v1/balance?group_by=prefecture&limit=2{cursor and '&cursor=' + cursor}")).json()
        assert page["totals"]["supply"]["tonnes"] == 1100.0
        seen += [item["prefecture"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ["JP-10", "JP-11", "JP-13", "JP-14", "JP-27"]


@pytest.mark.parametrize("query", ["group_by=colour", "group_by=", "from=2027-13", "view=mine", "prefecture=Tokyo"])
async def test_what_cannot_be_asked_is_refused(reader, query):
    answer = await reader.get(f"/v1/balance?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")


async def test_taking_stock_again_changes_nothing_but_its_instant(scene):
    async def figures() -> list[Any]:
        async with scene.market.superuser() as connection:
            found = []
            for table in ("balance_cell", "balance_finding"):
                rows = await connection.fetch(f"select to_jsonb(t) - 'no' from {table} t")
                found += sorted(row[0] for row in rows)
            return found + [str(row) for row in await connection.fetch("select xmin, * from standing order by 3")]

    before = await figures()
    await schedule.take_stock(scene.jobs.context)
    fresh = Jobs(scene.market)
    await schedule.take_stock(fresh.context)
    async with scene.market.database.work(None, role=Role.ENGINE) as work:
        await stock.take(work, catalogue())
    assert await figures() == before


async def test_stock_is_due_once_it_is_an_hour_old(scene):
    async with scene.market.database.work(None, role=Role.ENGINE) as work:
        await stock.take(work, catalogue())
        taken = work.at
    for later, due in ((timedelta(minutes=59), False), (timedelta(minutes=60), True)):
        async with scene.market.database.work(None, role=Role.ENGINE, at=taken + later) as work:
            assert bool(await stock.take_due(work, catalogue(), assessed=True)) is due


async def test_stock_is_due_sooner_where_a_tenth_of_the_listings_came_or_went(postgres):
    async with postgres.database() as (name, database):
        market = Market(postgres, name, database)
        jobs = Jobs(market)
        yard = await market.organisation("recycler", "Busy")

        async def taken() -> float:
            await schedule.take_stock(jobs.context)
            async with market.superuser() as connection:
                return (await connection.fetchval("select as_of from balance_snapshot")).timestamp()

        first = await taken()
        for _ in range(LEAST - 1):
            await publish_lot(market, yard)
        assert await taken() == first
        await publish_lot(market, yard)
        assert await taken() > first


async def test_before_the_first_stock_there_is_no_instant_and_no_row(postgres):
    async with postgres.database() as (name, database):
        market = Market(postgres, name, database)
        firm = await market.organisation("recycler", "Early")
        async with serving(market) as api, client(api, firm) as early:
            answer = (await early.get("/v1/balance")).json()
    assert (answer["as_of"], answer["items"]) == (None, [])
