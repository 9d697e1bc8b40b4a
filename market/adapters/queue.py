"""The doorbell: arq over Redis behind a small port. PostgreSQL is the queue, so every failure here may be forgotten."""

from typing import Self

import msgspec
import structlog
from arq.connections import ArqRedis
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from market import jobs

log = structlog.get_logger(__name__)

# What a Redis that is away, restarting, full or refusing looks like from here.
GONE = (RedisError, OSError, TimeoutError)


def connect(url: str) -> ArqRedis:
    """A client that connects on first use. Jobs are msgpack: pickled bytes would run as code in the worker."""
    return ArqRedis(
        ConnectionPool.from_url(url, socket_connect_timeout=1.0, socket_timeout=5.0),
        # arq also encodes results, exceptions among them, only to throw them away
        job_serializer=msgspec.msgpack.Encoder(enc_hook=str).encode,
        job_deserializer=msgspec.msgpack.decode,
        default_queue_name=jobs.QUEUE_NAME,
    )


class Queue:
    """Jobs carry one id and nothing else; no method raises when Redis is away."""

    def __init__(self, redis: ArqRedis) -> None:
        self._redis = redis

    @classmethod
    def open(cls, url: str) -> Self:
        return cls(connect(url))

    async def ring(self, job: str, row: int, attempt: int) -> bool:
        """Ask for `job` on outbox row `row`; True once Redis has it.

        The attempt is part of the job's id: a killed worker leaves its own id locked in Redis for over a minute.
        """
        try:
            await self._redis.enqueue_job(job, row, _job_id=f"{job}:{row}:{attempt}")
        except GONE as error:
            log.warning("queue.away", job=job, row=row, error=type(error).__name__)
            return False
        return True

    async def depth(self) -> int | None:
        """Jobs waiting or running, None where Redis does not answer."""
        try:
            return int(await self._redis.zcard(jobs.QUEUE_NAME))
        except GONE:
            return None

    async def alive(self) -> bool:
        """Whether Redis answers now."""
        try:
            return bool(await self._redis.ping())
        except GONE:
            return False

    async def close(self) -> None:
        await self._redis.aclose(close_connection_pool=True)
