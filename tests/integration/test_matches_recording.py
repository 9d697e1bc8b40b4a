"""The thin match rows and their grants after publishing, patching, withdrawing: always what the engine would say."""

import asyncio
import random
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio

from market.matches.current import FEW, Current
from market.matches.service import Matches
from specs.catalogue.loader import catalogue
from specs.kit.tenancy import Role
from specs.lot.service import LOTS
from specs.spec.service import SPECS
from tests.support.market import Market
from tests.support.matched import Jobs, copper, expected, grants, lots_for, patch, publish_lot, publish_spec, recorded
from tests.support.postgres import Cluster


@pytest_asyncio.fixture
async def market(postgres: Cluster) -> AsyncIterator[Market]:
    """A database for each test: rankings look at everything in it."""
    async with postgres.database() as (name, database):
        yield Market(postgres, name, database)


async def test_publishing_both_sides_in_any_order_records_the_pair(market: Market) -> None:
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    jobs = Jobs(market)
    first = await publish_lot(market, yard)
    await jobs.do()
    spec = await publish_spec(market, mill)
    await jobs.do()
    second = await publish_lot(market, yard, 0.1)
    await jobs.do()
    await publish_lot(market, yard, 0.31)
    await jobs.do()
    assert await recorded(market) == {(str(spec), str(first)), (str(spec), str(second))}
    assert await grants(market) == {
        (str(mill.id), "lot", str(first)),
        (str(mill.id), "lot", str(second)),
        (str(yard.id), "spec", str(spec)),
    }


async def test_a_row_names_both_revisions_and_what_judged_it(market: Market) -> None:
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    jobs = Jobs(market)
    spec, lot = await publish_spec(market, mill), await publish_lot(market, yard, 0.3)
    await patch(market, LOTS, yard, lot, **copper(0.2))
    await jobs.do()
    async with market.superuser() as connection:
        row = dict(await connection.fetchrow("select * from match"))
        noted = await connection.fetch("select object_id, object_kind, rev, engine, catalogue, freight from matched")
    score, at = row.pop("score"), row.pop("evaluated_at")
    assert 0 < score <= 1
    assert at is not None
    assert row == {
        "spec_tenant": mill.id,
        "spec_id": spec,
        "spec_rev": 1,
        "lot_tenant": yard.id,
        "lot_id": lot,
        "lot_rev": 2,
        "verdict": "in_specification",
        "probability": pytest.approx(1.0, abs=1e-4),
        "engine": "1",
        "catalogue": catalogue().version,
        "freight": catalogue().shipped,
    }
    assert {tuple(n) for n in noted} == {
        (spec, "spec", 1, "1", catalogue().version, catalogue().shipped),
        (lot, "lot", 2, "1", catalogue().version, catalogue().shipped),
    }


async def test_running_a_job_twice_changes_nothing(market: Market) -> None:
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    jobs = Jobs(market)
    spec = await publish_spec(market, mill)
    for percent in (0.1, 0.2, 0.24):
        await publish_lot(market, yard, percent)
    rows = await jobs.waiting()
    await jobs.do()

    async def everything() -> list[list[tuple[object, ...]]]:
        tables = ("match", "matched", "access_grant", "outbox")
        async with market.superuser() as connection:
            return [
                sorted(tuple(map(str, row)) for row in await connection.fetch(f"select xmin, * from {table}"))
                for table in tables
            ]

    before = await everything()
    await jobs.do(rows)
    async with market.database.work(None, role=Role.ENGINE) as work:
        await jobs.tools.recorder.record(work.connection, "spec", str(mill.id), str(spec))
    assert await everything() == before


async def test_withdrawing_removes_rows_and_grants(market: Market) -> None:
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    jobs = Jobs(market)
    spec, lot = await publish_spec(market, mill), await publish_lot(market, yard)
    kept = await publish_lot(market, yard)
    await jobs.do()
    async with market.work(yard.id) as work:
        await LOTS.withdraw(work, lot)
    await jobs.do()
    assert await recorded(market) == {(str(spec), str(kept))}
    async with market.work(mill.id) as work:
        await SPECS.withdraw(work, spec)
    await jobs.do()
    assert await recorded(market) == set()
    assert await grants(market) == set()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"visibility": "private"}, id="private"),
        pytest.param({"material": "cu_scrap", "grade": None, "form": None}, id="another material"),
        pytest.param({"available": {"from": "2028-01-05", "until": "2028-02-28"}}, id="another year"),
        pytest.param(copper(0.4), id="too much copper"),
    ],
)
async def test_a_patch_that_unfits_a_lot_removes_its_pair(market: Market, changes: dict[str, object]) -> None:
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    jobs = Jobs(market)
    await publish_spec(market, mill)
    lot = await publish_lot(market, yard)
    await jobs.do()
    assert len(await recorded(market)) == 1
    await patch(market, LOTS, yard, lot, **changes)
    await jobs.do()
    assert await recorded(market) == set()
    assert await grants(market) == set()


async def test_unverified_and_own_listings_are_never_recorded(market: Market) -> None:
    mill = await market.organisation("processor", "Does both")
    stranger = await market.organisation("recycler", "Stranger", verified=False)
    jobs = Jobs(market)
    spec = await publish_spec(market, mill)
    await publish_lot(market, mill)
    lot = await publish_lot(market, stranger)
    await jobs.do()
    assert await recorded(market) == set()
    async with market.superuser() as connection:
        await connection.execute("update organisation set verified_at = now() where id = $1", stranger.id)
    await jobs.do()
    assert await recorded(market) == {(str(spec), str(lot))}
    async with market.superuser() as connection:
        await connection.execute("update organisation set verified_at = null where id = $1", stranger.id)
    await jobs.do()
    assert await recorded(market) == set()


async def test_a_lot_that_is_all_reserved_has_no_matches_until_it_is_released(market: Market) -> None:
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    jobs = Jobs(market)
    spec, lot = await publish_spec(market, mill), await publish_lot(market, yard)
    await jobs.do()

    async def reserve(statement: str) -> None:
        async with market.superuser() as connection:
            await connection.execute(statement, yard.id, lot)
        async with market.database.work(None, role=Role.ENGINE) as work:
            await jobs.tools.recorder.record(work.connection, "lot", str(yard.id), str(lot))

    await reserve(
        "insert into reservation (tenant_id, id, lot_id, kg, state) values ($1, gen_random_uuid(), $2, 120000, 'held')"
    )
    assert await recorded(market) == set()
    await reserve("update reservation set state = 'released' where tenant_id = $1 and lot_id = $2")
    assert await recorded(market) == {(str(spec), str(lot))}


async def test_what_was_shown_for_a_spec_is_closed_with_the_last_spec_of_its_material(market: Market) -> None:
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    jobs = Jobs(market)
    first, second = await publish_spec(market, mill), await publish_spec(market, mill)
    # too much copper: shown as a near miss, no pair
    await publish_lot(market, yard, 0.9)
    await jobs.do()
    await lots_for(market, Matches(Current(catalogue())), mill, first, near_misses=True)
    assert len(await grants(market, "served")) == 1
    for spec, left in ((first, 1), (second, 0)):
        async with market.work(mill.id) as work:
            await SPECS.withdraw(work, spec)
        await jobs.do()
        assert len(await grants(market, "served")) == left


@pytest.mark.parametrize(("seed", "few"), [(7, FEW), (8, FEW), (9, 0)])
async def test_of_many_pairs_those_in_the_top_fifty_of_either_side_are_kept(
    market: Market, seed: int, few: int
) -> None:
    chance = random.Random(seed)
    mills = [await market.organisation("manufacturer", f"Mill {i}") for i in range(3)]
    yards = [await market.organisation("recycler", f"Yard {i}") for i in range(4)]
    jobs = Jobs(market, few)

    def percent() -> float:
        # coarse, so that many scores are equal and ids decide
        return round(chance.uniform(0.1, 0.28), 2)

    async def some_jobs() -> None:
        """Half of what waits, in any order: jobs never run in the order of the changes."""
        waiting = await jobs.waiting()
        await jobs.do(chance.sample(waiting, len(waiting) // 2))

    specs, lots = [], []
    for _ in range(5):
        for mill in mills * 4:
            quantity = {"tonnes": chance.choice((100, 500, 2000))}
            specs.append((mill, await publish_spec(market, mill, quantity=quantity)))
        lots += [(yard, await publish_lot(market, yard, percent())) for yard in yards * 4]
        await some_jobs()
    await jobs.do(shuffled=chance)
    pairs, seen = await expected(market)
    assert len(pairs) > 50 * 50
    assert (await recorded(market), await grants(market)) == (pairs, seen)

    for firm, listing in chance.sample(lots, 20):
        await patch(market, LOTS, firm, listing, **copper(percent()))
    await some_jobs()
    for firm, listing in chance.sample(specs, 6):
        async with market.work(firm.id) as work:
            await SPECS.withdraw(work, listing)
    for firm, listing in chance.sample(lots, 8):
        async with market.work(firm.id) as work:
            await LOTS.withdraw(work, listing)
    await some_jobs()
    await jobs.do(shuffled=chance)
    assert (await recorded(market), await grants(market)) == await expected(market)


async def test_jobs_of_two_workers_at_once_miss_no_pair(market: Market) -> None:
    mills = [await market.organisation("manufacturer", f"Mill {i}") for i in range(4)]
    yards = [await market.organisation("recycler", f"Yard {i}") for i in range(4)]
    workers = [Jobs(market), Jobs(market)]

    async def work_until(done: asyncio.Event, jobs: Jobs) -> None:
        while not done.is_set() or await jobs.waiting():
            await jobs.do(shuffled=random.Random(3))
            await asyncio.sleep(0.01)

    async def act() -> list[tuple[object, UUID]]:
        made = []
        for i in range(12):
            lots = [(y, await publish_lot(market, y, 0.1 + i / 80)) for y in yards]
            specs = [(m, await publish_spec(market, m)) for m in mills[:1]]
            made += specs
            await patch(market, LOTS, *lots[0], **copper(0.4 - i / 50))
        return made

    done = asyncio.Event()
    tasks = [asyncio.create_task(work_until(done, jobs)) for jobs in workers]
    await act()
    done.set()
    await asyncio.gather(*tasks)
    assert (await recorded(market), await grants(market)) == await expected(market)
