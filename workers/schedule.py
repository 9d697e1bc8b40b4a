"""What runs by the clock. Each run holds a PostgreSQL advisory lock, so only one process does it, and a second run
changes nothing. A run that was missed is made up for by the next one: none looks at the time it was due.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from arq.cron import CronJob, cron

from market.adapters import outbox
from market.alerts import service as notices
from market.deals import deadlines
from market.documents import scanning, sweeping
from market.insight import stock
from market.matches import sweep
from market.people import sweeping as people
from market.permits import expiry as permit_expiry
from market.runs import claims
from market.tenders import opening as tenders
from specs.kit import clock, idempotency
from specs.kit.tenancy import Role, Work
from specs.listing import expiry
from workers.outage import DATABASE_GONE
from workers.tools import Tools, tools_of

log = structlog.get_logger(__name__)

OUTBOX_KEPT_DAYS: Final = 7
# of one run; a run that is cancelled at its time limit leaves leases that pass
MOST_SCANNED: Final = 100
# The class of our locks, so that their numbers never meet another's.
_LOCKS: Final = 7_306


async def once(tools: Tools, event: str, number: int, run: Callable[[Work], Awaitable[int]]) -> int:
    """`run` as role engine in one transaction, unless another process is at it; how much it did."""
    try:
        async with tools.database.work(None, role=Role.ENGINE) as work:
            if not await work.connection.fetchval("SELECT pg_try_advisory_xact_lock($1, $2)", _LOCKS, number):
                return 0
            done = await run(work)
    except DATABASE_GONE as error:
        log.warning("schedule.database_away", event_missed=event, error=type(error).__name__)
        return 0
    if done:
        log.info(event, count=done)
        tools.relay.wake()
    return done


async def sweep_unmatched(ctx: dict[Any, Any]) -> None:
    """Ask again for listings whose matches a lost message missed, or an older engine or catalogue made."""
    tools = tools_of(ctx)
    await once(tools, "sweep.found", 1, lambda work: sweep.unmatched(work.connection, tools.catalogue_version))


async def report_parked(ctx: dict[Any, Any]) -> None:
    """Rows that were given up stay until a person has looked: say so every time."""
    tools = tools_of(ctx)

    async def parked(work: Work) -> int:
        return (await outbox.backlog(work.connection)).parked

    count = await once(tools, "outbox.counted", 2, parked)
    if count:
        log.error("outbox.parked_rows", count=count)


async def close_listings(ctx: dict[Any, Any]) -> None:
    """Close listings whose last day has passed in Japan, and those of which nothing remains."""
    tools = tools_of(ctx)
    await once(tools, "listings.expired", 3, lambda work: expiry.expire(work, clock.today(work.at)))
    await once(tools, "listings.completed", 6, expiry.complete)


async def pass_deadlines(ctx: dict[Any, Any]) -> None:
    """Tell coordinators of late reviews, let offers and samples lapse, end deals that nobody answered in time, tell of
    what is due, and open tenders."""
    tools = tools_of(ctx)
    await once(tools, "offers.lapsed", 23, deadlines.lapse)
    await once(tools, "reviews.escalated", 21, deadlines.escalate)
    await once(tools, "deals.expired", 22, deadlines.expire)
    await once(tools, "samples.lapsed", 26, deadlines.samples)
    await once(tools, "deals.reminded", 25, deadlines.remind)
    await once(tools, "tenders.opened", 24, tenders.open_due)


async def warn_of_permits(ctx: dict[Any, Any]) -> None:
    """Tell holders of permits that end in 60 or in 14 days, or have ended, in Japan."""
    tools = tools_of(ctx)
    await once(tools, "permits.warned", 31, lambda work: permit_expiry.warn(work, clock.today(work.at)))


async def take_stock(ctx: dict[Any, Any]) -> None:
    """Assess the market as far as one run goes, and take stock where it is due."""
    tools = tools_of(ctx)
    try:
        done = await tools.assessor.run(lambda: tools.database.work(None, role=Role.ENGINE))
    except DATABASE_GONE as error:
        log.warning("schedule.database_away", event_missed="market.assessed", error=type(error).__name__)
        return
    await once(tools, "stock.taken", 41, lambda work: stock.take_due(work, tools.assessor.catalogue, assessed=done))


async def purge(ctx: dict[Any, Any]) -> None:
    """Forget answers older than a day, outbox rows done a week ago, jobs whose days are over, old notices, what
    never became a document, and sessions and links that are over."""
    tools = tools_of(ctx)
    await once(tools, "idempotency.purged", 4, lambda work: idempotency.purge(work, work.at - idempotency.KEPT))
    await once(tools, "outbox.purged", 5, lambda work: outbox.forget(work.connection, OUTBOX_KEPT_DAYS))
    await once(tools, "jobs.purged", 7, lambda work: claims.forget(work.connection))
    await once(tools, "notices.purged", 8, lambda work: notices.purge(work, work.at - notices.KEPT))
    await once(tools, "people.swept", 11, people.over)
    await once(tools, "documents.forgotten", 9, sweeping.forgotten)
    await once(tools, "documents.orphans_deleted", 10, lambda work: sweeping.orphans(work, tools.store))


async def scan_documents(ctx: dict[Any, Any]) -> None:
    """Show new documents to the scanner, where one is set. Leases keep workers apart, so no lock is held meanwhile."""
    tools = tools_of(ctx)
    if tools.scanner is None:
        return
    try:
        for _ in range(MOST_SCANNED):
            if not await scanning.scan_next(tools.database, tools.store, tools.scanner):
                return
    except DATABASE_GONE as error:
        log.warning("schedule.database_away", event_missed="documents.scanned", error=type(error).__name__)


def cron_jobs() -> list[CronJob]:
    """New ones for each consumer: arq keeps the next run inside them."""
    return [
        cron(sweep_unmatched, second={5, 35}, run_at_startup=True),
        cron(report_parked, second=15),
        cron(close_listings, second=25, run_at_startup=True),
        cron(pass_deadlines, second=45, run_at_startup=True),
        cron(scan_documents, second=set(range(2, 60, 5)), run_at_startup=True),
        cron(take_stock, second={20, 50}, run_at_startup=True),
        cron(warn_of_permits, second=55, run_at_startup=True),
        cron(purge, minute=17),
    ]
