"""The worker process: relay, arq consumer and runner of jobs side by side, until told to stop."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable, Coroutine
from datetime import UTC
from functools import partial
from typing import Any, Final

import structlog
from arq.worker import Worker, func

from market import jobs, storage
from market.adapters.db import open_database
from market.adapters.queue import GONE, Queue, connect
from market.adapters.scanner import CommandScanner
from market.insight.assessing import Assessor
from market.matches.current import Current
from market.matches.record import Recorder
from market.settings import Settings
from market.solving.pool import Pool
from specs.catalogue.loader import catalogue
from specs.kit.tenancy import Database, Role
from workers import schedule
from workers.jobs.match_listing import match_listing
from workers.outage import DATABASE_GONE
from workers.relay import Relay
from workers.runner import Runner
from workers.tools import Tools

log = structlog.get_logger(__name__)

RESTART_SECONDS: Final = 1.0
CONNECTIONS: Final = 6


def main(settings: Settings) -> None:
    """For `capillary work`: until SIGTERM or SIGINT."""
    # arq logs each job at INFO, and failures that we have logged already
    logging.getLogger("arq").setLevel(logging.CRITICAL)
    asyncio.run(until_told(lambda: run(settings)))


async def run(settings: Settings, *, lease_seconds: float = jobs.LEASE_SECONDS) -> None:
    """Relay, consumer and runner until cancelled; PostgreSQL and Redis may come and go."""
    current = Current(catalogue())
    database = await _opened(settings)
    await _begun(current, database)
    queue = Queue.open(settings.redis_url)
    pool = Pool(settings.solvers)
    runner = Runner(database, pool, current, lease_seconds=lease_seconds)
    relay = Relay(settings.database_url, queue, lease_seconds=lease_seconds, also=runner.wake)
    tools = Tools(
        database,
        relay,
        Recorder(current),
        Assessor(current),
        current.catalogue.version,
        store=storage.store(settings),
        scanner=CommandScanner(settings.scan_command) if settings.scan_command else None,
    )
    log.info("worker.started")
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(relay.run(), name="relay")
            group.create_task(consume(settings.redis_url, tools), name="consumer")
            group.create_task(runner.run(), name="runner")
    finally:
        await pool.close()
        await queue.close()
        await database.close()
        log.info("worker.stopped")


async def _opened(settings: Settings) -> Database:
    """Waits for a PostgreSQL that is away; a wrong role or schema ends the process (StartupRefusedError)."""
    while True:
        try:
            return await open_database(settings.database_url, settings.secret, most=CONNECTIONS)
        except DATABASE_GONE as error:
            log.warning("worker.database_away", error=type(error).__name__)
            await asyncio.sleep(RESTART_SECONDS)


async def _begun(current: Current, database: Database) -> None:
    """Take in the market before the first job, in whose transaction it would take too long; waits as `_opened` does."""
    while True:
        try:
            return await current.begin(partial(database.work, None, role=Role.ENGINE))
        except DATABASE_GONE as error:
            log.warning("worker.database_away", error=type(error).__name__)
            await asyncio.sleep(RESTART_SECONDS)


async def consume(redis_url: str, tools: Tools) -> None:
    """Work jobs until cancelled. arq gives up when Redis goes away; we start it again when Redis is back."""
    while True:
        worker = Worker(**worker_settings(redis_url, tools))
        try:
            await worker.async_run()
        except GONE as error:
            log.warning("worker.redis_away", error=type(error).__name__)
        finally:
            await _close(worker)
        await asyncio.sleep(RESTART_SECONDS)


def worker_settings(redis_url: str, tools: Tools) -> dict[str, Any]:
    """Arguments of `arq.worker.Worker`. Attempts are counted in PostgreSQL, so arq may try as often as it likes."""
    redis = connect(redis_url)
    return {
        "functions": [func(match_listing, name=jobs.MATCH_LISTING)],
        "cron_jobs": schedule.cron_jobs(),
        "redis_pool": redis,
        "job_serializer": redis.job_serializer,
        "job_deserializer": redis.job_deserializer,
        "queue_name": jobs.QUEUE_NAME,
        "ctx": {"tools": tools},
        "handle_signals": False,
        "poll_delay": 0.05,
        "job_timeout": jobs.JOB_TIMEOUT_SECONDS,
        "keep_result": 0,
        "max_tries": 100,
        "max_jobs": 4,
        "health_check_interval": 10,
        "timezone": UTC,
    }


async def _close(worker: Worker) -> None:
    """Cancel what runs: its transactions roll back and its rows stay in the outbox."""
    running = list(worker.tasks.values())
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    with contextlib.suppress(*GONE):
        await worker.pool.aclose(close_connection_pool=True)


async def until_told(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run `work` until it ends, or SIGTERM or SIGINT cancels it.

    What has not ended a second later is cancelled again: arq swallows a cancellation that comes while it connects.
    """
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    task, waiting = loop.create_task(work()), loop.create_task(told.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    task.cancel()
    while not (await asyncio.wait({task}, timeout=1.0))[0]:
        for other in asyncio.all_tasks() - {asyncio.current_task()}:
            other.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
