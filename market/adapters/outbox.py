"""Taking rows from the outbox, at least once each: lease, ring, work, done. All of it as role `capillary_engine`.

The relay leases rows and rings; the job locks its row, works and sets `done_at` in one transaction. A row
whose lease has passed is leased again; a row that a running job has locked is skipped.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg
import msgspec

from market import jobs


class Leased(msgspec.Struct, frozen=True):
    """A row to ring for."""

    id: int
    attempts: int
    until: datetime


class Taken(msgspec.Struct, frozen=True):
    """A row that the current transaction has locked and has to finish."""

    id: int
    topic: str
    tenant_id: str
    object_id: str
    rev: int
    attempts: int


class Backlog(msgspec.Struct, frozen=True):
    """Rows not done, the age of the oldest of them in seconds, and those given up for a person to look at."""

    pending: int
    oldest_seconds: float
    parked: int


_LEASE = """
WITH room AS (
  SELECT greatest(0, $1 - count(*)) AS n FROM outbox
  WHERE done_at IS NULL AND lease_until > now() AND lease_until <= now() + $3  -- later ones are postponed
), due AS (
  SELECT id FROM outbox
  WHERE done_at IS NULL AND (lease_until IS NULL OR lease_until <= now()) AND attempts < $2
  ORDER BY id LIMIT (SELECT n FROM room) FOR UPDATE SKIP LOCKED
)
UPDATE outbox o SET lease_until = now() + $3, attempts = o.attempts + 1
FROM due WHERE o.id = due.id
RETURNING o.id, o.attempts, o.lease_until
"""


async def lease(connection: asyncpg.Connection, seconds: float) -> list[Leased]:
    """Oldest first, at most `jobs.MAX_LEASED` out at a time over all workers."""
    rows = await connection.fetch(_LEASE, jobs.MAX_LEASED, jobs.PARK_AFTER, timedelta(seconds=seconds))
    return sorted((Leased(*row) for row in rows), key=lambda row: row.id)


_HAND_BACK = """
WITH unheard AS (
  SELECT o.id FROM outbox o JOIN unnest($1::bigint[], $2::timestamptz[]) AS given(id, until) ON given.id = o.id
  WHERE o.done_at IS NULL AND o.lease_until = given.until FOR UPDATE OF o SKIP LOCKED
)
UPDATE outbox o SET lease_until = NULL, attempts = o.attempts - 1 FROM unheard WHERE o.id = unheard.id
"""


async def hand_back(connection: asyncpg.Connection, rows: Sequence[Leased]) -> int:
    """Undo leases that no job has heard of, or that Redis has forgotten: they were no attempts. How many.

    Rows that are done, at work, or postponed since are left alone.
    """
    status = await connection.execute(_HAND_BACK, [row.id for row in rows], [row.until for row in rows])
    return int(status.rpartition(" ")[2])


async def take(connection: asyncpg.Connection, row_id: int) -> Taken | None:
    """Lock the row for this transaction; None where it is done, or another job has it."""
    row = await connection.fetchrow(
        "SELECT id, topic, tenant_id::text, object_id::text, rev, attempts FROM outbox"
        " WHERE id = $1 AND done_at IS NULL FOR UPDATE SKIP LOCKED",
        row_id,
    )
    return Taken(*row) if row else None


async def finish(connection: asyncpg.Connection, row_id: int) -> None:
    await connection.execute("UPDATE outbox SET done_at = now(), lease_until = NULL WHERE id = $1", row_id)


async def postpone(connection: asyncpg.Connection, row_id: int, longest: float) -> int:
    """After a failure: not again before 2^attempts seconds, at most `longest`. Attempts so far, 0 where it is done."""
    attempts = await connection.fetchval(
        "UPDATE outbox SET lease_until = now() + make_interval(secs => least(2.0 ^ attempts, $2)),"
        " parked_at = CASE WHEN attempts >= $3 THEN now() END"
        " WHERE id = $1 AND done_at IS NULL RETURNING attempts",
        row_id,
        longest,
        jobs.PARK_AFTER,
    )
    return int(attempts or 0)


async def forget(connection: asyncpg.Connection, days: int) -> int:
    """Delete rows done more than `days` ago; how many."""
    status = await connection.execute("DELETE FROM outbox WHERE done_at < now() - $1::interval", timedelta(days=days))
    return int(status.rpartition(" ")[2])


async def backlog(connection: asyncpg.Connection) -> Backlog:
    """For metrics and health; cheap through the partial index on unfinished rows."""
    row = await connection.fetchrow(
        "SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8,"
        " count(*) FILTER (WHERE attempts >= $1 AND (lease_until IS NULL OR lease_until <= now()))"
        " FROM outbox WHERE done_at IS NULL",
        jobs.PARK_AFTER,
    )
    return Backlog(*row)
