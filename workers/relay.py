"""From the outbox to the doorbell: woken by NOTIFY, or once a second; survives PostgreSQL and Redis going away."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import asyncpg
import structlog

from market import jobs
from market.adapters import outbox
from market.adapters.queue import Queue
from specs.kit.tenancy import Role
from workers.outage import DATABASE_GONE

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
LONGEST_PAUSE = 5.0


class Relay:
    """One per worker process; SKIP LOCKED lets any number run beside each other."""

    def __init__(
        self,
        dsn: str,
        queue: Queue,
        *,
        lease_seconds: float = jobs.LEASE_SECONDS,
        also: Callable[[], None] = lambda: None,
    ) -> None:
        """`also` is called when the bell rings, for who looks at another table than the outbox."""
        self._dsn = dsn
        self._also = also
        self._queue = queue
        self._lease_seconds = lease_seconds
        self._wake = asyncio.Event()
        self._rung: dict[int, outbox.Leased] = {}

    def wake(self) -> None:
        """Look again now: something was written, or a lease became free."""
        self._wake.set()

    def _rang(self) -> None:
        self.wake()
        self._also()

    async def run(self) -> None:
        """Until cancelled. Any error of PostgreSQL is waited out: a migration may be on its way."""
        pause = 0.1
        while True:
            try:
                async with self._listening() as connection:
                    pause = 0.1
                    await self._serve(connection)
            except (*DATABASE_GONE, asyncpg.PostgresError) as error:
                log.warning("relay.database_away", error=type(error).__name__, pause=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    @contextlib.asynccontextmanager
    async def _listening(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self._dsn, timeout=5, command_timeout=10)
        try:
            await connection.add_listener(jobs.CHANNEL, lambda *_: self._rang())
            # a dropped connection must not wait for the next poll to be noticed
            connection.add_termination_listener(lambda _: self.wake())
            yield connection
        finally:
            connection.terminate()

    async def _serve(self, connection: asyncpg.Connection) -> None:
        while True:
            self._wake.clear()
            if await self._queue.alive():
                await self.forward(connection)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)

    async def forward(self, connection: asyncpg.Connection) -> int:
        """Lease what is due and ring for it; how many rows Redis has taken."""
        await self._recall(connection)
        async with _as_engine(connection):
            rows = await outbox.lease(connection, self._lease_seconds)
        if rows:
            # by the database's clock; a lease that has passed is found again by itself
            now = rows[0].until - timedelta(seconds=self._lease_seconds)
            self._rung = {row.id: row for row in self._rung.values() if row.until > now}
        heard = 0
        for row in rows:
            if not await self._queue.ring(jobs.MATCH_LISTING, row.id, row.attempts):
                break
            self._rung[row.id] = row
            heard += 1
        if heard < len(rows):
            async with _as_engine(connection):
                await outbox.hand_back(connection, rows[heard:])
        return heard

    async def _recall(self, connection: asyncpg.Connection) -> None:
        """With nothing left in Redis, what we rang for is done, or was wiped: that need not outwait its lease."""
        if not self._rung or await self._queue.depth() != 0:
            return
        async with _as_engine(connection):
            lost = await outbox.hand_back(connection, list(self._rung.values()))
        self._rung.clear()
        if lost:
            log.warning("relay.redis_forgot", rows=lost)


@contextlib.asynccontextmanager
async def _as_engine(connection: asyncpg.Connection) -> AsyncIterator[None]:
    """One transaction; the role ends with it, never with the session."""
    async with connection.transaction():
        await connection.execute(f"SET LOCAL ROLE {Role.ENGINE}")
        yield
