"""Workers are killed and Redis is wiped in the middle of a long solve: the job is done all the same, once.

Real processes throughout. Budget: 60 seconds on two cores.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
import pytest_asyncio
import redis.asyncio

from market.adapters.embedded.valkey import EmbeddedValkey
from market.parties.structs import NewOrganisation
from market.runs import service
from market.runs.structs import Found, JobState, Order
from market.settings import Settings
from specs.kit import clock
from tests.support import launched
from tests.support.asked import asked
from tests.support.launched import alive, family
from tests.support.market import Market
from tests.support.postgres import SECRET, Cluster
from tests.support.working import WorkerProcess, worker

pytestmark = pytest.mark.faults

AT_WORST_SECONDS = 120.0
# a few seconds of solving on any machine
LONG = msgspec.json.encode(asked(1_000, 5))


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest_asyncio.fixture
async def market(postgres: Cluster) -> AsyncIterator[Market]:
    async with postgres.database() as (name, database):
        yield Market(postgres, name, database)


@pytest.fixture
def settings(market: Market, valkey: EmbeddedValkey) -> Settings:
    return Settings(database_url=market.cluster.dsn(market.name), redis_url=valkey.url, secret=SECRET, solvers=1)


async def ask(market: Market) -> tuple[NewOrganisation, UUID]:
    mill = await market.organisation("manufacturer", "Mill")
    async with market.work(mill.id, at=clock.now()) as work:
        return mill, (await service.ask(work, Order("blend", LONG, "en"))).id


async def until(market: Market, mill: NewOrganisation, job: UUID, *states: JobState) -> Found:
    deadline = time.monotonic() + AT_WORST_SECONDS
    while time.monotonic() < deadline:
        async with market.work(mill.id) as work:
            found = await service.read(work, job)
        if found.job.state in states:
            return found
        await asyncio.sleep(0.05)
    raise TimeoutError(found.job.state)


async def solving(process: WorkerProcess) -> set[int]:
    """The solver processes of a worker, once there are any."""
    assert await asyncio.to_thread(launched.until, lambda: len(family(process.pid)) > 1)
    return family(process.pid) - {process.pid}


async def test_the_job_of_a_killed_worker_is_done_by_the_next(
    market: Market, settings: Settings, tmp_path: Path
) -> None:
    mill, job = await ask(market)
    log = tmp_path / "worker.log"
    with worker(settings, log, lease_seconds=2.0) as process:
        await until(market, mill, job, JobState.RUNNING)
        children = await solving(process)
        process.kill()
        deadline = time.monotonic() + 5.0
        while any(alive(child) for child in children):
            assert time.monotonic() < deadline, "a solver outlived its worker"
            await asyncio.sleep(0.05)
        process.start()
        found = await until(market, mill, job, JobState.DONE, JobState.FAILED)
    assert (found.job.state, found.job.attempts) == (JobState.DONE, 2), log.read_text()[-2000:]
    assert found.result is not None
    assert msgspec.json.decode(found.result)["status"] == "optimal"


async def test_redis_wiped_in_the_middle_of_a_job_loses_nothing(
    market: Market, settings: Settings, valkey: EmbeddedValkey, tmp_path: Path
) -> None:
    mill, job = await ask(market)
    with worker(settings, tmp_path / "worker.log", lease_seconds=2.0):
        await until(market, mill, job, JobState.RUNNING)
        async with redis.asyncio.Redis.from_url(valkey.url) as connection:
            await connection.flushall()
        found = await until(market, mill, job, JobState.DONE, JobState.FAILED)
    assert (found.job.state, found.job.attempts) == (JobState.DONE, 1)


async def test_without_any_redis_a_job_is_done_too(market: Market, settings: Settings, tmp_path: Path) -> None:
    mill, job = await ask(market)
    nowhere = msgspec.structs.replace(settings, redis_url="redis://127.0.0.1:1")
    with worker(nowhere, tmp_path / "worker.log", lease_seconds=2.0):
        found = await until(market, mill, job, JobState.DONE, JobState.FAILED)
    assert (found.job.state, found.job.attempts) == (JobState.DONE, 1)
