"""What the worker does by the clock: sweep, close, purge; once however many processes there are."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest_asyncio

from market.alerts import service as notices
from market.alerts.codes import Code
from market.matches import sweep
from specs.catalogue.loader import catalogue
from specs.kit import clock
from specs.lot.service import LOTS
from tests.support.market import Market, lot
from tests.support.matched import (
    Jobs,
    assert_all_matched,
    engine,
    patch,
    publish_lot,
    publish_spec,
    recorded,
)
from tests.support.postgres import Cluster
from workers import schedule


@pytest_asyncio.fixture
async def market(postgres: Cluster) -> AsyncIterator[Market]:
    async with postgres.database() as (name, database):
        yield Market(postgres, name, database)


async def test_the_sweeper_finds_what_a_lost_row_missed(market: Market) -> None:
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    work = Jobs(market)
    await publish_spec(market, mill)
    patched = await publish_lot(market, yard)
    withdrawn = await publish_lot(market, yard)
    await work.do()
    await publish_lot(market, yard)
    await patch(market, LOTS, yard, patched, title="Another")
    async with market.work(yard.id) as unit:
        await LOTS.withdraw(unit, withdrawn)
    async with engine(market) as connection:
        await connection.execute("delete from outbox")
        assert await sweep.unmatched(connection, catalogue().version) == 3
        assert await sweep.unmatched(connection, catalogue().version) == 0
    await work.do()
    await assert_all_matched(market)


async def test_a_new_catalogue_matches_every_listing_again(market: Market) -> None:
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    work = Jobs(market)
    await publish_spec(market, mill)
    await publish_lot(market, yard)
    await work.do()
    async with engine(market) as connection:
        assert await sweep.unmatched(connection, "2027.01") == 2


async def test_listings_whose_last_day_has_passed_are_closed_and_unmatched(market: Market) -> None:
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    work = Jobs(market)
    await publish_spec(market, mill)
    # published long ago: its last day is over by any clock
    async with market.work(yard.id, at=datetime(2020, 1, 1, tzinfo=UTC)) as unit:
        window = {"from": "2020-01-05", "until": "2020-02-28"}
        old = (await LOTS.create(unit, lot(available=window), publish=True)).id
    await publish_lot(market, yard)
    await work.do()
    for _ in range(2):
        await schedule.close_listings(work.context)
    await work.do()
    async with engine(market) as connection:
        assert await connection.fetchval("select status from lot where id = $1", old) == "expired"
        assert await connection.fetchval("select count(*) from outbox where object_id = $1", old) == 2
    await assert_all_matched(market)
    assert len(await recorded(market)) == 1


async def test_what_another_process_is_at_is_left_to_it(market: Market) -> None:
    work = Jobs(market)
    ran = []

    async def count(_: object) -> int:
        ran.append(1)
        return 1

    async with engine(market) as other:
        await other.execute("select pg_advisory_xact_lock($1, 99)", schedule._LOCKS)
        assert await schedule.once(work.tools, "test.ran", 99, count) == 0
    assert await schedule.once(work.tools, "test.ran", 99, count) == 1
    assert ran == [1]


async def test_the_clock_purges_old_answers_and_old_rows(market: Market) -> None:
    yard = await market.organisation("recycler", "Yard")
    work = Jobs(market)
    await publish_lot(market, yard)
    await work.do()
    async with market.superuser() as connection:
        await connection.execute("update outbox set done_at = now() - interval '8 days'")
        await connection.execute(
            "insert into idempotency (tenant_id, path, key, body_hash, status, body, created_at)"
            " values ($1, '/v1/lots', 'a', sha256(''), 201, '', now() - interval '25 hours'),"
            " ($1, '/v1/lots', 'b', sha256(''), 201, '', now() - interval '23 hours')",
            yard.id,
        )
    await schedule.purge(work.context)
    async with market.superuser() as connection:
        assert await connection.fetchval("select count(*) from outbox") == 0
        assert await connection.fetchval("select array_agg(key) from idempotency") == ["b"]
    await schedule.report_parked(work.context)
    await schedule.sweep_unmatched(work.context)
    assert await work.waiting() == []


async def test_the_clock_purges_notices_of_half_a_year_ago(market: Market) -> None:
    yard = await market.organisation("recycler", "Yard")
    for days in (179, 181):
        async with market.work(yard.id, at=clock.now() - timedelta(days=days)) as work:
            await notices.tell(work, yard.id, Code.ORGANISATION_VERIFIED, {"days": days}, "organisation", yard.id)
    await schedule.purge(Jobs(market).context)
    async with market.work(yard.id) as work:
        kept, _, _ = await notices.page(work, 10)
    assert [notice.params for notice in kept] == [{"days": 179}]
