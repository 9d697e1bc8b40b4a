"""What ends by itself: windows that pass, and stock that is all taken. For the worker, as the engine."""

from datetime import date

from specs.kit.tenancy import Work
from specs.listing.statements import RESERVED

# so that a large backlog neither locks much nor runs long; the worker asks again until none is left
BATCH = 1000

_END = """with due as (
  select tenant_id, id from {table} l
  where l.status = 'active' and {when} order by tenant_id, id limit $2 for update skip locked
), ended as (
  update {table} l set status = '{status}', version = version + 1, updated_at = $1 from due
  where l.tenant_id = due.tenant_id and l.id = due.id returning l.tenant_id, l.id, l.rev
), told as (
  insert into outbox (tenant_id, topic, object_id, rev, created_at)
  select tenant_id, '{table}.changed', id, rev, $1 from ended
), noted as (
  insert into audit_event (tenant_id, at, action, object_kind, object_id, rev)
  select tenant_id, $1, '{action}', '{table}', id, rev from ended
)
select count(*) from ended"""

_EXPIRE = {
    table: _END.format(table=table, when="l.window_until < $3", status="expired", action="expire")
    for table in ("spec", "lot")
}
_COMPLETE = {
    table: _END.format(
        table=table,
        when=f"l.kg > 0 and exists (select from reservation r where r.tenant_id = l.tenant_id and r.{table}_id = l.id)"
        f" and l.kg <= {RESERVED.format(l='l', table=table)}",
        status="complete",
        action="complete",
    )
    for table in ("spec", "lot")
}


async def expire(work: Work, today: date, limit: int = BATCH) -> int:
    """Active listings whose last day (JST, inclusive) is before `today` become `expired`; returns how many."""
    return sum([int(await work.connection.fetchval(_EXPIRE[t], work.at, limit, today)) for t in ("spec", "lot")])


async def complete(work: Work, limit: int = BATCH) -> int:
    """Active listings of which nothing remains become `complete`; returns how many."""
    return sum([int(await work.connection.fetchval(_COMPLETE[t], work.at, limit)) for t in ("spec", "lot")])
