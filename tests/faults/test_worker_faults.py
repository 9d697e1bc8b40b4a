"""Processes are killed under load; afterwards every listing whose publication was acknowledged has its matches.

Real PostgreSQL with fsync, real Valkey, real worker processes. Budget: 90 seconds on two cores; a long run kills
CAPILLARY_FAULT_ROUNDS times as often.
"""

import asyncio
import contextlib
import os
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio
import redis.asyncio

from market.adapters.embedded.folder import DataFolder
from market.adapters.embedded.postgres import EmbeddedPostgres
from market.adapters.embedded.valkey import EmbeddedValkey
from market.matches import pairs
from market.parties.structs import NewOrganisation
from market.settings import Settings
from specs.kit.errors import Unavailable
from specs.kit.tenancy import Role
from tests.support.launched import until
from tests.support.market import Market
from tests.support.matched import assert_all_matched, publish_lot, publish_spec, settled
from tests.support.postgres import SECRET, Cluster
from tests.support.working import worker

pytestmark = pytest.mark.faults

LEASE = 2.0
ROUNDS = int(os.environ.get("CAPILLARY_FAULT_ROUNDS", "1"))


@dataclass
class Servers:
    """Durable, as `capillary up` runs them."""

    postgres: EmbeddedPostgres
    valkey: EmbeddedValkey


@dataclass
class Site:
    """Both servers, and a market of its own on them for each test."""

    postgres: EmbeddedPostgres
    valkey: EmbeddedValkey
    market: Market
    settings: Settings
    log: Path


@pytest_asyncio.fixture(scope="module")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    folder = DataFolder(tmp_path_factory.mktemp("site"))
    with EmbeddedPostgres(folder) as postgres, EmbeddedValkey(folder) as valkey:
        await Cluster(postgres).prepare()
        yield Servers(postgres, valkey)


@pytest_asyncio.fixture
async def site(servers: Servers, tmp_path: Path) -> AsyncIterator[Site]:
    cluster = Cluster(servers.postgres)
    async with redis.asyncio.Redis.from_url(servers.valkey.url) as connection:
        await connection.flushall()
    async with cluster.database() as (name, database):
        settings = Settings(database_url=cluster.dsn(name), redis_url=servers.valkey.url, secret=SECRET)
        market = Market(cluster, name, database)
        yield Site(servers.postgres, servers.valkey, market, settings, tmp_path / "worker.log")


class Load:
    """Publishes specs and lots as fast as they are acknowledged; what was not acknowledged counts for nothing."""

    def __init__(self, market: Market, mill: NewOrganisation, yard: NewOrganisation) -> None:
        self._market = market
        self._mill = mill
        self._yard = yard
        self._chance = random.Random(11)
        self.acknowledged: list[UUID] = []
        self.unknown = 0

    async def one(self) -> None:
        """One listing, or none."""
        try:
            if self._chance.random() < 0.2:
                made = await publish_spec(self._market, self._mill)
            else:
                made = await publish_lot(self._market, self._yard, round(self._chance.uniform(0.1, 0.3), 3))
        except Unavailable:
            self.unknown += 1
            await asyncio.sleep(0.05)
        else:
            self.acknowledged.append(made)

    @contextlib.asynccontextmanager
    async def running(self, pause: float = 0.05) -> AsyncIterator[None]:
        """Beside the block."""

        async def publish() -> None:
            while True:
                await self.one()
                await asyncio.sleep(pause)

        task = asyncio.create_task(publish())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def load(market: Market) -> Load:
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    return Load(market, mill, yard)


async def assert_none_lost(site: Site, made: Load) -> None:
    """Everything acknowledged is matched at its present revision, and every row is what the engine says."""
    await settled(site.market, 60)
    async with site.market.superuser() as connection:
        noted = {row[0] for row in await connection.fetch("select object_id from matched")}
        assert await connection.fetchval("select count(*) from outbox where parked_at is not null") == 0
    assert [one for one in made.acknowledged if one not in noted] == []
    await assert_all_matched(site.market)


async def test_a_worker_killed_in_the_middle_of_a_job_loses_nothing(site: Site) -> None:
    made = await load(site.market)
    await made.one()
    async with site.market.superuser() as gate:
        # the job waits for its turn, with its row locked: this is the middle
        async with gate.transaction():
            await gate.execute("select pg_advisory_xact_lock($1, hashtext('carbon_steel_scrap'))", pairs._LOCKS)
            with worker(site.settings, site.log, lease_seconds=LEASE) as process:
                waiting = "select exists (select from pg_locks where locktype = 'advisory' and not granted)"
                assert await eventually(lambda: gate.fetchval(waiting)), process.said()
                process.kill()
        with worker(site.settings, site.log, lease_seconds=LEASE):
            await assert_none_lost(site, made)
        assert await gate.fetchval("select max(attempts) from outbox") == 2


async def test_workers_killed_again_and_again_under_load_lose_nothing(site: Site) -> None:
    made = await load(site.market)
    chance = random.Random(5)
    with worker(site.settings, site.log, lease_seconds=LEASE) as one:
        with worker(site.settings, site.log, lease_seconds=LEASE) as other:
            async with made.running():
                for _ in range(6 * ROUNDS):
                    await asyncio.sleep(chance.uniform(0.8, 1.6))
                    victim = chance.choice((one, other))
                    victim.kill()
                    victim.start()
        await assert_none_lost(site, made)
    assert len(made.acknowledged) > 20


async def test_postgresql_killed_and_started_again_under_load_loses_nothing(site: Site) -> None:
    made = await load(site.market)
    with worker(site.settings, site.log, lease_seconds=LEASE) as process:
        async with made.running():
            for how in (signal.SIGKILL, signal.SIGINT, signal.SIGKILL) * ROUNDS:
                await asyncio.sleep(1.5)
                assert site.postgres.pid is not None
                os.kill(site.postgres.pid, how)
                await asyncio.to_thread(until, lambda: not site.postgres.running())
                await asyncio.sleep(0.5)
                site.postgres.start()
            await asyncio.sleep(1.0)
        await assert_none_lost(site, made)
        assert process.alive(), process.said()[-2000:]
    assert made.unknown > 0
    assert len(made.acknowledged) > 20


async def test_redis_gone_for_a_while_fails_no_request_and_loses_nothing(site: Site) -> None:
    made = await load(site.market)
    with worker(site.settings, site.log, lease_seconds=LEASE) as process:
        async with made.running():
            await asyncio.sleep(1.0)
            site.valkey.stop()
            await asyncio.sleep(6.0)
            waiting = await unfinished(site)
            site.valkey.start()
            await asyncio.sleep(1.0)
        await assert_none_lost(site, made)
        assert process.alive(), process.said()[-2000:]
    assert waiting > 20
    assert made.unknown == 0
    async with site.market.superuser() as connection:
        # rows that no one could be told of were not tried
        assert (
            await connection.fetchval("select max(attempts) from outbox where object_id = any($1)", made.acknowledged)
            <= 3
        )


async def test_redis_wiped_and_killed_again_and_again_loses_nothing(site: Site) -> None:
    made = await load(site.market)
    with worker(site.settings, site.log, lease_seconds=LEASE) as process:
        async with made.running():
            for _ in range(4 * ROUNDS):
                await asyncio.sleep(1.0)
                async with redis.asyncio.Redis.from_url(site.valkey.url) as connection:
                    await connection.flushall()
                assert site.valkey.pid is not None
                os.kill(site.valkey.pid, signal.SIGKILL)
                await asyncio.to_thread(until, lambda: not site.valkey.running())
                site.valkey.start()
        await assert_none_lost(site, made)
        assert process.alive(), process.said()[-2000:]
    assert made.unknown == 0


async def test_a_worker_told_to_stop_does_so_at_once(site: Site) -> None:
    with worker(site.settings, site.log, lease_seconds=LEASE) as process:
        assert await asyncio.to_thread(until, lambda: "worker.started" in process.said())
        await asyncio.sleep(0.5)
        assert await asyncio.to_thread(process.stop) == 0
    assert "Traceback" not in process.said()


async def eventually(condition: Callable[[], Awaitable[bool]], seconds: float = 15.0) -> bool:
    """Whether the condition came true in time."""
    for _ in range(int(seconds / 0.05)):
        if await condition():
            return True
        await asyncio.sleep(0.05)
    return False


async def unfinished(site: Site) -> int:
    async with site.market.database.work(None, role=Role.ENGINE) as work:
        return int(await work.connection.fetchval("select count(*) from outbox where done_at is null"))
