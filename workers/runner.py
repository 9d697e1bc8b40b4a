"""Jobs out of PostgreSQL into solver processes. No Redis is in between: a job waits in its table until it is claimed.

Woken by the bell that wakes the relay, or once a second. A worker that dies leaves a lease that passes; any other
claims the job again then. One that is told to stop hands its jobs back.
"""

import asyncio
import contextlib
from typing import Final

import structlog

from market import jobs
from market.matches.current import Current
from market.runs import claims
from market.runs.structs import MOST_ATTEMPTS, MOST_SECONDS, Claimed, Trouble
from market.solving.failures import BUSY, CRASHED, SolveFailed
from market.solving.pool import Pool
from specs.kit.errors import Refusal
from specs.kit.tenancy import Database, Role
from workers.outage import DATABASE_GONE
from workers.tasks import task_of

log = structlog.get_logger(__name__)

POLL_SECONDS: Final = 1.0
# how late a cancelled job is noticed, and how old a progress may be
BEAT_SECONDS: Final = 0.5
RETRY_SECONDS: Final = 1.0


class _NoLongerOursError(Exception):
    """The ticket of a job is void."""


class Runner:
    """As many jobs at a time as the pool has children."""

    def __init__(
        self,
        database: Database,
        pool: Pool,
        current: Current,
        *,
        lease_seconds: float = jobs.LEASE_SECONDS,
        most_seconds: float = MOST_SECONDS,
    ) -> None:
        self._database = database
        self._pool = pool
        self._current = current
        self._lease = lease_seconds
        self._most = most_seconds
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Look again now."""
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._pool.size):
                group.create_task(self._serve())

    async def _serve(self) -> None:
        while True:
            self._wake.clear()
            try:
                job = await self._claim()
                if job is not None:
                    await self._work(job)
                    continue
            except DATABASE_GONE as error:
                log.warning("runner.database_away", error=type(error).__name__)
            except Exception:
                # the lease passes, and the job is claimed again or given up
                log.exception("runner.failed")
                await asyncio.sleep(RETRY_SECONDS)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)

    async def _claim(self) -> Claimed | None:
        async with self._database.work(None, role=Role.ENGINE) as work:
            return await claims.claim(work.connection, self._lease)

    async def _work(self, job: Claimed) -> None:
        """Solve and beat beside each other until one of them says that it is over."""
        log.info("job.started", job=str(job.id), kind=job.kind, attempt=job.attempt)
        progress = [0.0]
        solving = asyncio.create_task(self._solve(job, progress))
        try:
            while not (await asyncio.wait({solving}, timeout=BEAT_SECONDS))[0]:
                if not await self._beat(job, progress[0]):
                    log.info("job.stopped", job=str(job.id))
                    return
            await self._end(job, solving)
        except asyncio.CancelledError:
            with contextlib.suppress(*DATABASE_GONE):
                await asyncio.shield(self._hand_back(job, counts=False))
            raise
        finally:
            solving.cancel()
            await asyncio.gather(solving, return_exceptions=True)

    async def _solve(self, job: Claimed, progress: list[float]) -> bytes:
        async with self._database.work(job.tenant) as work:
            prepared = await task_of(job).prepare(work, self._current, job)

        def heard(share: float) -> None:
            # the last of it is storing what came out
            progress[0] = min(max(progress[0], share), 0.99)

        return await self._pool.solve(prepared.kind, prepared.payload, self._most, heard)

    async def _beat(self, job: Claimed, progress: float) -> bool:
        """Whether to go on; a database that is away says nothing against it."""
        try:
            async with self._database.work(None, role=Role.ENGINE) as work:
                return await claims.beat(work.connection, job, progress, self._lease)
        except DATABASE_GONE as error:
            log.warning("job.database_away", job=str(job.id), error=type(error).__name__)
            return True

    async def _end(self, job: Claimed, solved: asyncio.Task[bytes]) -> None:
        """Write what came of it; a result that was hard to come by waits for a database that is away."""
        while True:
            try:
                await self._write(job, solved)
            except _NoLongerOursError:
                # cancelled or taken over in the last moment: what it concluded is rolled back
                return
            except DATABASE_GONE as error:
                log.warning("job.database_away", job=str(job.id), error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return

    async def _write(self, job: Claimed, solved: asyncio.Task[bytes]) -> None:
        failure = solved.exception()
        if failure is None:
            return await self._succeed(job, solved.result())
        if isinstance(failure, SolveFailed) and failure.code not in (BUSY, CRASHED):
            return await self._fail(job, Trouble(failure.code, failure.params, failure.faults))
        if isinstance(failure, Refusal) and not isinstance(failure, DATABASE_GONE):
            return await self._fail(job, Trouble(failure.code, dict(failure.params), failure.faults))
        if isinstance(failure, DATABASE_GONE):
            return await self._hand_back(job, counts=False)
        log.error("job.crashed", job=str(job.id), attempt=job.attempt, exc_info=failure)
        if job.attempt < MOST_ATTEMPTS:
            return await self._hand_back(job, counts=True)
        return await self._fail(job, Trouble(CRASHED))

    async def _succeed(self, job: Claimed, result: bytes) -> None:
        async with self._database.work(job.tenant, role=Role.ENGINE) as work:
            kept = await task_of(job).conclude(work, self._current, job, result)
            if not await claims.succeed(work.connection, job, kept):
                raise _NoLongerOursError
        log.info("job.done", job=str(job.id))

    async def _fail(self, job: Claimed, trouble: Trouble) -> None:
        async with self._database.work(job.tenant, role=Role.ENGINE) as work:
            await claims.fail(work.connection, job, trouble)
        log.warning("job.failed", job=str(job.id), code=trouble.code)

    async def _hand_back(self, job: Claimed, *, counts: bool) -> None:
        async with self._database.work(None, role=Role.ENGINE) as work:
            await claims.hand_back(work.connection, job, counts=counts)
        self.wake()
