"""A listing of which nothing was left, and something is again: a deal that had taken it gave it back."""

from datetime import date
from typing import Final
from uuid import UUID

from specs.kit.tenancy import Work
from specs.listing.statements import RESERVED

_REOPEN: Final = """with again as (
  update {table} l set status = 'active', version = version + 1, updated_at = $1
  where tenant_id = $2 and id = $3 and status = 'complete' and window_until >= $4 and l.kg > {reserved}
  returning tenant_id, id, rev
), told as (
  insert into outbox (tenant_id, topic, object_id, rev, created_at)
  select tenant_id, '{table}.changed', id, rev, $1 from again
)
insert into audit_event (tenant_id, at, action, object_kind, object_id, rev)
select tenant_id, $1, 'reopen', '{table}', id, rev from again"""
_REOPEN_OF: Final = {
    table: _REOPEN.format(table=table, reserved=RESERVED.format(l="l", table=table)) for table in ("spec", "lot")
}


async def reopen(work: Work, table: str, tenant: UUID, listing: UUID, today: date) -> None:
    """From `complete` back to `active`, where its last day has not passed; as the engine."""
    await work.connection.execute(_REOPEN_OF[table], work.at, tenant, listing, today)
