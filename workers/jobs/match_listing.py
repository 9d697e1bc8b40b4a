"""One changed listing: bring its match rows and grants up to date, and finish its outbox row, in one transaction."""

from typing import Any, Final

import structlog
from arq import Retry

from market import jobs
from market.adapters import outbox
from market.matches.current import Kind
from specs.kit.tenancy import Role
from workers.outage import DATABASE_GONE
from workers.tools import Tools, tools_of

log = structlog.get_logger(__name__)

LONGEST_POSTPONEMENT: Final = 600.0
RETRY_SECONDS: Final = 1
_KINDS: Final[dict[str, Kind]] = {jobs.SPEC_CHANGED: "spec", jobs.LOT_CHANGED: "lot"}


async def match_listing(ctx: dict[Any, Any], row_id: int) -> None:
    """Running it twice changes nothing: the second run finds the row done. Raises Retry where PostgreSQL is away."""
    tools = tools_of(ctx)
    try:
        await _work(tools, row_id)
    except DATABASE_GONE as error:
        log.warning("job.database_away", job=jobs.MATCH_LISTING, row=row_id, error=type(error).__name__)
        # the row is still leased, to us: sooner than the relay would ring again
        raise Retry(defer=RETRY_SECONDS) from error
    except Exception:
        log.exception("job.failed", job=jobs.MATCH_LISTING, row=row_id)
        await _postpone(tools, row_id)
    finally:
        tools.relay.wake()


async def _work(tools: Tools, row_id: int) -> None:
    async with tools.database.work(None, role=Role.ENGINE) as work:
        row = await outbox.take(work.connection, row_id)
        if row is None:
            return
        kind = _KINDS.get(row.topic)
        if kind is None:
            log.warning("job.unknown_topic", row=row_id, topic=row.topic)
        else:
            await tools.recorder.record(work.connection, kind, row.tenant_id, row.object_id)
        await outbox.finish(work.connection, row_id)


async def _postpone(tools: Tools, row_id: int) -> None:
    """Twice as long after each failure; given up after `jobs.PARK_AFTER` of them."""
    try:
        async with tools.database.work(None, role=Role.ENGINE) as work:
            attempts = await outbox.postpone(work.connection, row_id, LONGEST_POSTPONEMENT)
    except DATABASE_GONE as error:
        log.warning("job.database_away", job=jobs.MATCH_LISTING, row=row_id, error=type(error).__name__)
        return
    if attempts >= jobs.PARK_AFTER:
        log.error("outbox.parked", row=row_id, attempts=attempts)
