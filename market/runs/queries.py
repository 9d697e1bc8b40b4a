"""SQL of a tenant's own jobs; the caller's transaction has set tenant and role."""

# ruff: noqa: S608 - the texts that are put together are constants of this program; values are parameters

from typing import Any, Final
from uuid import UUID

from market.runs.structs import KEPT, MOST_OPEN, Order
from specs.kit.tenancy import Work

Row = Any
# the class of our advisory locks, so that their numbers never meet another's
_LOCKS: Final = 7_308
HEAD: Final = "id, kind, state, progress, attempts, created_at, started_at, finished_at, expires_at"

_CREATE: Final = f"""
with made as (
  insert into job (tenant_id, id, kind, language, input, actor, created_at)
  select $1, $2, $3, $4, $5, $6, $7
  where (select count(*) from job where tenant_id = $1 and state in ('queued', 'running')) < {MOST_OPEN}
  returning {HEAD}, version
), noted as (
  insert into audit_event (tenant_id, at, actor, action, object_kind, object_id, request_id, detail)
  select $1, $7, $6, 'create', 'job', id, $8, jsonb_build_object('kind', kind) from made
)
select * from made
"""


async def create(work: Work, job: UUID, order: Order) -> Row | None:
    """A queued job; None where the tenant has as many open ones as it may. Those who ask at once take turns."""
    await work.connection.execute("select pg_advisory_xact_lock($1, hashtext($2))", _LOCKS, str(work.owner))
    return await work.connection.fetchrow(
        _CREATE, work.owner, job, order.kind, order.language, order.input, work.actor, work.at, work.request_id
    )


async def read(work: Work, job: UUID) -> Row | None:
    """One job with what came of it."""
    return await work.connection.fetchrow(
        f"select {HEAD}, version, result, problem from job where tenant_id = $1 and id = $2", work.owner, job
    )


async def lock(work: Work, job: UUID) -> Row | None:
    """As `read`, held until the transaction ends."""
    return await work.connection.fetchrow(
        f"select {HEAD}, version, result, problem from job where tenant_id = $1 and id = $2 for update",
        work.owner,
        job,
    )


async def page(work: Work, state: str | None, after: UUID | None, limit: int) -> list[Row]:
    """Newest first (ids are made in order of time)."""
    rows: list[Row] = await work.connection.fetch(
        f"""select {HEAD} from job where tenant_id = $1 and ($2::text is null or state = $2)
            and ($3::uuid is null or id < $3) order by id desc limit $4""",
        work.owner,
        state,
        after,
        limit,
    )
    return rows


_CANCEL: Final = f"""
with ended as (
  update job set state = 'cancelled', version = version + 1, input = null, lease_until = null,
    finished_at = $3, expires_at = $3::timestamptz + $6::interval
  where tenant_id = $1 and id = $2 and state in ('queued', 'running')
  returning {HEAD}, version, result, problem
), noted as (
  insert into audit_event (tenant_id, at, actor, action, object_kind, object_id, request_id)
  select $1, $3, $4, 'cancel', 'job', id, $5 from ended
)
select * from ended
"""


async def cancel(work: Work, job: UUID) -> Row | None:
    """The worker that has it finds out at its next beat. None where it has ended."""
    return await work.connection.fetchrow(_CANCEL, work.owner, job, work.at, work.actor, work.request_id, KEPT)
