"""The worker beside a real PostgreSQL and a real Valkey: relay, leases, failures."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest
import pytest_asyncio
import redis.asyncio

from market import jobs
from market.adapters import outbox
from market.adapters.db import StartupRefusedError
from market.adapters.embedded.valkey import EmbeddedValkey
from market.adapters.queue import Queue
from market.matches import sweep
from market.settings import Settings
from specs.catalogue.loader import catalogue
from tests.support.market import Market
from tests.support.matched import (
    Jobs,
    assert_all_matched,
    engine,
    publish_lot,
    publish_spec,
    recorded,
    settled,
)
from tests.support.postgres import SECRET, Cluster
from workers.jobs.match_listing import match_listing
from workers.main import run
from workers.relay import Relay

# the figure of the issue; a machine under load still has its five seconds
WITHIN_SECONDS = 2.0
AT_WORST_SECONDS = 5.0


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest_asyncio.fixture
async def market(postgres: Cluster) -> AsyncIterator[Market]:
    async with postgres.database() as (name, database):
        yield Market(postgres, name, database)


def settings(market: Market, valkey: EmbeddedValkey) -> Settings:
    return Settings(database_url=market.cluster.dsn(market.name), redis_url=valkey.url, secret=SECRET)


@contextlib.asynccontextmanager
async def working(market: Market, valkey: EmbeddedValkey, **more: Any) -> AsyncIterator[None]:
    """A worker in this process."""
    task = asyncio.create_task(run(settings(market, valkey), **more))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_a_published_listing_has_its_matches_within_two_seconds(market: Market, valkey: EmbeddedValkey) -> None:
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    taken = []
    async with working(market, valkey):
        await publish_spec(market, mill)
        await settled(market)
        for percent in (0.1, 0.15, 0.2, 0.22, 0.24):
            await publish_lot(market, yard, percent)
            taken.append(await settled(market))
            await asyncio.sleep(0.2)
        assert len(await recorded(market)) == 5
        await assert_all_matched(market)
    assert sorted(taken)[2] < WITHIN_SECONDS
    assert max(taken) < AT_WORST_SECONDS


async def test_a_login_above_row_level_security_is_refused(market: Market, valkey: EmbeddedValkey) -> None:
    above = msgspec.structs.replace(
        settings(market, valkey), database_url=market.cluster.dsn(market.name, "capillary_super")
    )
    with pytest.raises(StartupRefusedError):
        await run(above)


async def test_a_worker_started_before_postgresql_waits_for_it(
    market: Market, valkey: EmbeddedValkey, tmp_path: Path
) -> None:
    task = asyncio.create_task(
        run(
            msgspec.structs.replace(
                settings(market, valkey), database_url=f"postgresql://capillary_app:x@/capillary?host={tmp_path}"
            )
        )
    )
    await asyncio.sleep(0.3)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_burst_of_listings_is_worked_off(market: Market, valkey: EmbeddedValkey) -> None:
    mill = await market.organisation("manufacturer", "Mill")
    yards = [await market.organisation("recycler", f"Yard {i}") for i in range(3)]
    await publish_spec(market, mill)
    for i in range(150):
        await publish_lot(market, yards[i % 3], 0.1 + i / 1000)
    async with working(market, valkey):
        await settled(market)
    await assert_all_matched(market)
    async with engine(market) as connection:
        assert await connection.fetchval("select max(attempts) from outbox") == 1


async def test_two_workers_share_the_work(market: Market, valkey: EmbeddedValkey) -> None:
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    async with working(market, valkey), working(market, valkey):
        for i in range(20):
            await publish_lot(market, yard, 0.1 + i / 100)
            await publish_spec(market, mill)
        await settled(market)
    await assert_all_matched(market)


async def test_rows_that_redis_never_heard_of_are_handed_back_unharmed(market: Market) -> None:
    yard = await market.organisation("recycler", "Yard")
    await publish_lot(market, yard)
    relay = Relay(market.cluster.dsn(market.name), Queue.open("unix:///nowhere.sock"))
    connection = await asyncpg.connect(market.cluster.dsn(market.name))
    try:
        assert await relay.forward(connection) == 0
    finally:
        await connection.close()
    async with engine(market) as connection:
        rows = await connection.fetch("select attempts, lease_until, done_at from outbox")
    assert [tuple(row) for row in rows] == [(0, None, None)]


async def test_rows_that_redis_has_forgotten_need_not_outwait_their_lease(
    market: Market, valkey: EmbeddedValkey
) -> None:
    yard = await market.organisation("recycler", "Yard")
    await publish_lot(market, yard)
    queue = Queue.open(valkey.url)
    relay = Relay(market.cluster.dsn(market.name), queue)
    connection = await asyncpg.connect(market.cluster.dsn(market.name))
    try:
        assert [await relay.forward(connection) for _ in range(2)] == [1, 0]
        async with redis.asyncio.Redis.from_url(valkey.url) as raw:
            await raw.flushall()
        assert [await relay.forward(connection) for _ in range(2)] == [1, 0]
    finally:
        await connection.close()
        async with redis.asyncio.Redis.from_url(valkey.url) as raw:
            await raw.flushall()
        await queue.close()
    async with engine(market) as connection:
        assert await connection.fetchval("select attempts from outbox") == 1


async def test_a_leased_row_is_left_alone_until_its_lease_has_passed(market: Market) -> None:
    yard = await market.organisation("recycler", "Yard")
    await publish_lot(market, yard)
    async with engine(market) as connection:
        assert [row.attempts for row in await outbox.lease(connection, 0.2)] == [1]
    async with engine(market) as connection:
        assert await outbox.lease(connection, 0.2) == []
    await asyncio.sleep(0.25)
    async with engine(market) as connection:
        assert [row.attempts for row in await outbox.lease(connection, 0.2)] == [2]


async def test_a_row_that_a_job_has_locked_is_neither_leased_nor_taken_by_another(market: Market) -> None:
    yard = await market.organisation("recycler", "Yard")
    await publish_lot(market, yard)
    (row,) = await Jobs(market).waiting()
    async with engine(market) as busy, engine(market) as other:
        assert await outbox.take(busy, row) is not None
        assert await outbox.lease(other, 30) == []
        assert await outbox.take(other, row) is None


async def test_no_more_rows_are_out_on_lease_than_can_be_worked_in_time(market: Market) -> None:
    yard = await market.organisation("recycler", "Yard")
    for _ in range(jobs.MAX_LEASED + 5):
        await publish_lot(market, yard)
    async with engine(market) as connection:
        assert len(await outbox.lease(connection, 30)) == jobs.MAX_LEASED
        assert await outbox.lease(connection, 30) == []


class Broken:
    """A recorder with a fault."""

    async def record(self, *_: object) -> None:
        raise ZeroDivisionError


async def test_a_row_that_always_fails_is_tried_ever_more_rarely_and_then_parked(market: Market) -> None:
    yard = await market.organisation("recycler", "Yard")
    await publish_lot(market, yard)
    work = Jobs(market)
    object.__setattr__(work.tools, "recorder", Broken())
    (row,) = await work.waiting()
    waits = []
    for _ in range(jobs.PARK_AFTER):
        async with engine(market) as connection:
            await connection.execute("update outbox set lease_until = null")
            assert len(await outbox.lease(connection, 30)) == 1
        await match_listing(work.context, row)
        async with engine(market) as connection:
            waits.append(
                round(await connection.fetchval("select extract(epoch from lease_until - now())::float8 from outbox"))
            )
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == 600
    async with engine(market) as connection:
        await connection.execute("update outbox set lease_until = null")
        assert await outbox.lease(connection, 30) == []
        assert (await outbox.backlog(connection)).parked == 1
        assert await connection.fetchval("select parked_at is not null from outbox")
        # and the sweeper does not write another one beside it
        assert await sweep.unmatched(connection, catalogue().version) == 0


async def test_an_event_of_another_kind_is_finished_and_does_no_harm(market: Market) -> None:
    yard = await market.organisation("recycler", "Yard")
    async with engine(market) as connection:
        await connection.execute(
            "insert into outbox (tenant_id, topic, object_id, rev) values ($1, 'deal.agreed', $1, 1)", yard.id
        )
    work = Jobs(market)
    await work.do()
    assert await work.waiting() == []
