"""Taking jobs, beating, and ending them: SQL of the worker, as role `capillary_engine`.

A worker claims one job at a time (`FOR UPDATE SKIP LOCKED`) under a lease that it renews with every beat. A lease that
has passed means that the worker is gone: the job is claimed again, or given up after `MOST_ATTEMPTS`. Who comes back
late with an older attempt writes nothing.
"""

from datetime import timedelta
from typing import Final

import asyncpg
import msgspec

from market.runs.structs import KEPT, MOST_ATTEMPTS, Claimed, Trouble

GIVEN_UP: Final = Trouble("job_given_up", {"attempts": MOST_ATTEMPTS})

_ABANDONED: Final = "state = 'running' and lease_until <= now()"

_GIVE_UP: Final = f"""
update job set state = 'failed', version = version + 1, problem = $1, input = null, lease_until = null,
  finished_at = now(), expires_at = now() + $2
where {_ABANDONED} and attempts >= {MOST_ATTEMPTS}
"""  # noqa: S608 - constants of this program

# of the open jobs, that of the tenant whose last one began longest ago; of its own, the oldest
_CLAIM: Final = f"""
with due as (
  select j.tenant_id, j.id from job j where j.state = 'queued' or j.{_ABANDONED}
  order by (select max(o.started_at) from job o where o.tenant_id = j.tenant_id and o.id <> j.id) nulls first, j.id
  limit 1 for update of j skip locked
)
update job j set state = 'running', version = j.version + 1, attempts = j.attempts + 1, progress = 0,
  started_at = now(), lease_until = now() + $1
from due where j.tenant_id = due.tenant_id and j.id = due.id
returning j.tenant_id, j.id, j.kind, j.language, j.input, j.attempts
"""  # noqa: S608 - constants of this program


async def claim(connection: asyncpg.Connection, lease: float) -> Claimed | None:
    """The next job, with a lease of so many seconds; None where nothing is to be done."""
    await connection.execute(_GIVE_UP, msgspec.json.encode(GIVEN_UP).decode(), KEPT)
    row = await connection.fetchrow(_CLAIM, timedelta(seconds=lease))
    return Claimed(*row) if row else None


_OURS: Final = "tenant_id = $1 and id = $2 and attempts = $3 and state = 'running'"


async def beat(connection: asyncpg.Connection, job: Claimed, progress: float, lease: float) -> bool:
    """Renew the lease and tell how far it is; False where the job is no longer ours: cancelled, or taken over."""
    status = await connection.execute(
        "update job set progress = $4, version = version + (progress <> $4)::int, lease_until = now() + $5"  # noqa: S608 - a constant
        f" where {_OURS}",
        *(job.tenant, job.id, job.attempt, progress, timedelta(seconds=lease)),
    )
    return bool(status.endswith(" 1"))


_END: Final = f"""
update job set state = $4, version = version + 1, progress = case when $4 = 'done' then 1 else progress end,
  result = $5, problem = $6, input = null, lease_until = null, finished_at = now(), expires_at = now() + $7
where {_OURS}
"""  # noqa: S608 - constants of this program


async def succeed(connection: asyncpg.Connection, job: Claimed, result: bytes) -> bool:
    """False where the job is no longer ours."""
    status = await connection.execute(_END, job.tenant, job.id, job.attempt, "done", result, None, KEPT)
    return bool(status.endswith(" 1"))


async def fail(connection: asyncpg.Connection, job: Claimed, trouble: Trouble) -> bool:
    """False where the job is no longer ours."""
    told = msgspec.json.encode(trouble).decode()
    status = await connection.execute(_END, job.tenant, job.id, job.attempt, "failed", None, told, KEPT)
    return bool(status.endswith(" 1"))


async def hand_back(connection: asyncpg.Connection, job: Claimed, *, counts: bool) -> None:
    """Queued again: `counts` where the attempt failed, not where only the worker was told to stop."""
    await connection.execute(
        "update job set state = 'queued', version = version + 1, lease_until = null, progress = 0,"  # noqa: S608 - a constant
        f" attempts = attempts - $4 where {_OURS}",
        *(job.tenant, job.id, job.attempt, 0 if counts else 1),
    )


async def forget(connection: asyncpg.Connection) -> int:
    """Delete jobs whose days are over; how many."""
    status = await connection.execute("delete from job where expires_at <= now()")
    return int(status.rpartition(" ")[2])
