"""SQL of marks: one statement for all parties that watch, and one for the queue of each coordinator when it moved.

Digests are sums of hashes over whole sets, so they need no order, and a commit that comes late changes them too.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from specs.kit.tenancy import Work

Row = Any
# of a blend's several recyclers none may learn from a version what the others do: they have their notices
_MARKS: Final = """select w.tenant_id, n.unread, n.digest as notices, d.digest as deals
from unnest($1::uuid[]) w(tenant_id)
cross join lateral (
  select count(*) as unread, coalesce(sum(hashtextextended(id::text, 0)), 0) as digest
  from notice where tenant_id = w.tenant_id and read_at is null) n
cross join lateral (
  select coalesce(sum(hashtextextended(id::text,
    case when tenant_id = w.tenant_id or cardinality(parties) = 2 then version else 0 end)), 0) as digest
  from deal where parties @> array[w.tenant_id] and status not in ('completed', 'rejected', 'withdrawn')) d"""
_QUEUE: Final = """select count(*) filter (where status = 'in_review') as waiting,
  coalesce(sum(hashtextextended(id::text, version * 2 + (deadline <= now())::int)), 0) as digest
from deal where status in ('in_review', 'returned')"""
_OVERSEEN: Final = f"{_QUEUE} and $1 <> all (parties)"


async def marks(work: Work, tenants: Sequence[UUID]) -> list[Row]:
    """Of each of these; as the engine."""
    rows: list[Row] = await work.connection.fetch(_MARKS, tenants)
    return rows


async def whole_queue(work: Work) -> str:
    """Whether anything moved in any coordinator's queue; as the engine."""
    return str((await work.connection.fetchrow(_QUEUE))["digest"])


async def queue(work: Work) -> Row:
    """Of the tenant that the work acts for; as a coordinator."""
    return await work.connection.fetchrow(_OVERSEEN, work.owner)
