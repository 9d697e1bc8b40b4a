"""The doorbell port: what it puts into Redis, and that a Redis that is away is nothing to worry about."""

import pickle
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
import redis.asyncio

from market import jobs
from market.adapters.embedded.valkey import EmbeddedValkey
from market.adapters.queue import Queue, connect


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest_asyncio.fixture
async def queue(valkey: EmbeddedValkey) -> AsyncIterator[Queue]:
    opened = Queue.open(valkey.url)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def raw(valkey: EmbeddedValkey) -> AsyncIterator["redis.asyncio.Redis"]:
    connection = redis.asyncio.Redis.from_url(valkey.url)
    await connection.flushall()
    yield connection
    await connection.aclose()


async def test_a_job_is_one_id_in_messagepack(queue: Queue, raw: "redis.asyncio.Redis") -> None:
    assert await queue.ring(jobs.MATCH_LISTING, 42, 1)
    stored = await raw.get("arq:job:match_listing:42:1")
    job = msgspec.msgpack.decode(stored)
    assert (job["f"], job["a"], job["k"]) == ("match_listing", [42], {})
    with pytest.raises(pickle.UnpicklingError):
        pickle.loads(stored)


async def test_what_arq_makes_of_a_failed_job_can_be_encoded(valkey: EmbeddedValkey) -> None:
    redis = connect(valkey.url)
    assert redis.job_serializer is not None
    assert b"over" in redis.job_serializer({"r": RuntimeError("it is over")})
    await redis.aclose()


async def test_ringing_twice_for_one_attempt_is_one_job_and_another_attempt_another(
    queue: Queue, raw: "redis.asyncio.Redis"
) -> None:
    assert [await queue.ring(jobs.MATCH_LISTING, 7, attempt) for attempt in (1, 1, 2)] == [True, True, True]
    assert await queue.depth() == 2


async def test_without_redis_nothing_is_raised() -> None:
    queue = Queue.open("unix:///nowhere/at/all.sock")
    assert await queue.ring(jobs.MATCH_LISTING, 1, 1) is False
    assert await queue.depth() is None
    assert await queue.alive() is False
    await queue.close()


async def test_a_restarted_redis_is_found_again(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path) as server:
        queue = Queue.open(server.url)
        assert await queue.ring(jobs.MATCH_LISTING, 1, 1)
        server.stop()
        assert await queue.ring(jobs.MATCH_LISTING, 2, 1) is False
        server.start()
        assert await queue.ring(jobs.MATCH_LISTING, 3, 1)
        assert await queue.depth() == 2
        await queue.close()
