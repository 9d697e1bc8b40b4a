"""A worker's runner in this process, and jobs to give it."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx

from market.matches.current import Current
from market.parties.structs import NewOrganisation
from market.runs import service
from market.runs.structs import Found, JobState, Order
from market.solving.pool import Pool
from specs.catalogue.loader import catalogue
from specs.kit import clock
from tests.support.market import Market
from workers.runner import Runner

AT_WORST_SECONDS = 30.0


@contextlib.asynccontextmanager
async def running(
    market: Market, size: int = 1, kinds: str = "tests.support.solves", **more: Any
) -> AsyncIterator[Pool]:
    """A runner in this process; its pool, whose children a test may kill."""
    pool = Pool(size, kinds=kinds, **{"memory": 512 * 1024**2} if kinds.startswith("tests") else {})
    runner = Runner(market.database, pool, Current(catalogue()), **more)
    task = asyncio.create_task(runner.run())
    try:
        yield pool
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await pool.close()


async def ask(market: Market, firm: NewOrganisation, kind: str, payload: bytes = b"") -> UUID:
    """The id of a queued job."""
    async with market.work(firm.id, at=clock.now()) as work:
        return (await service.ask(work, Order(kind, payload, "en"))).id


async def read(market: Market, firm: NewOrganisation, job: UUID) -> Found:
    """As its owner reads it."""
    async with market.work(firm.id) as work:
        return await service.read(work, job)


async def until(market: Market, firm: NewOrganisation, job: UUID, *states: JobState) -> Found:
    """The job once it is in one of these states, by default an end."""
    deadline = time.monotonic() + AT_WORST_SECONDS
    while time.monotonic() < deadline:
        found = await read(market, firm, job)
        if found.job.state in states or (not states and found.job.state.ended):
            return found
        await asyncio.sleep(0.02)
    raise TimeoutError(found.job.state)


async def begun(market: Market, firm: NewOrganisation, job: UUID, progress: float = 0.1) -> None:
    """Until its solve has told so much progress."""
    deadline = time.monotonic() + AT_WORST_SECONDS
    while (await read(market, firm, job)).job.progress != progress:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def ended(caller: httpx.AsyncClient, place: str) -> dict[str, Any]:
    """What lies at a path, once its `state` is an end."""
    deadline = time.monotonic() + AT_WORST_SECONDS
    while time.monotonic() < deadline:
        body: dict[str, Any] = (await caller.get(place)).json()
        if JobState(body["state"]).ended:
            return body
        await asyncio.sleep(0.02)
    raise TimeoutError(body)
