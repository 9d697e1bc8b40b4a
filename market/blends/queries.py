"""SQL of stored blends. Writing is the engine's; an owner reads its own, and the owner of a lot its share."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec

from specs.kit.tenancy import Work

Row = Any


class NewBlend(msgspec.Struct, frozen=True):
    """A blend to store, best first by `place`; shares are (lot, revision, kg)."""

    id: UUID
    place: int
    content: str
    shares: tuple[tuple[str, int, int], ...]


# What was proposed before gives way: the newest proposal of a spec is the one that stands. It has to be gone before
# the new one comes, or the places would meet.
_CLEAR: Final = "delete from blend where tenant_id = $1 and spec_id = $2"
_STORE: Final = """
with made as (
  insert into blend (tenant_id, id, spec_id, spec_rev, place, content, created_at)
  select $1, b.id, $2, $3, b.place, b.content::jsonb, $4
  from unnest($5::uuid[], $6::int[], $7::text[]) as b (id, place, content)
), shared as (
  insert into blend_share (tenant_id, blend_id, lot_tenant, lot_id, lot_rev, kg, told)
  select $1, s.blend_id, l.tenant_id, l.id, s.lot_rev, s.kg, p.visibility = 'matched'
  from unnest($8::uuid[], $9::uuid[], $10::int[], $11::bigint[]) as s (blend_id, lot_id, lot_rev, kg)
  join lot l on l.id = s.lot_id join spec p on p.tenant_id = $1 and p.id = $2
), opened as (
  insert into access_grant (viewer_tenant, object_kind, object_id, owner_tenant, why)
  select distinct l.tenant_id, 'spec', p.id, p.tenant_id, 'served'
  from lot l join spec p on p.tenant_id = $1 and p.id = $2 and p.visibility = 'matched'
  where l.id = any ($9::uuid[]) and l.tenant_id <> $1
  on conflict (viewer_tenant, object_kind, object_id, why) do nothing
)
insert into audit_event (tenant_id, at, actor, action, object_kind, object_id, rev, request_id, detail)
select $1, $4, $12, 'propose_blends', 'spec', $2, $3, $13, jsonb_build_object('blends', cardinality($5::uuid[]))
"""


async def store(work: Work, spec: UUID, rev: int, blends: Sequence[NewBlend]) -> None:
    """In the place of what was proposed before; as the engine."""
    shares = [(blend.id, *share) for blend in blends for share in blend.shares]
    await work.connection.execute("select pg_advisory_xact_lock(7309, hashtext($1))", str(spec))
    await work.connection.execute(_CLEAR, work.owner, spec)
    await work.connection.execute(
        _STORE,
        *(work.owner, spec, rev, work.at),
        *([getattr(blend, name) for blend in blends] for name in ("id", "place", "content")),
        *([share[i] for share in shares] for i in range(4)),
        *(work.actor, work.request_id),
    )


# the tenant's own, with the shares of each as arrays in order of lot
_SEEN: Final = """
select b.id, b.spec_id, b.spec_rev, b.place, b.content, b.created_at,
  array(select s.lot_id::text from blend_share s where s.blend_id = b.id order by s.lot_id) as lots,
  array(select s.lot_rev from blend_share s where s.blend_id = b.id order by s.lot_id) as revs,
  array(select s.kg from blend_share s where s.blend_id = b.id order by s.lot_id) as kgs
from blend b where b.tenant_id = $1
"""


async def read(work: Work, blend: UUID) -> Row | None:
    """One's own."""
    return await work.connection.fetchrow(f"{_SEEN} and b.id = $2", work.owner, blend)


async def of_spec(work: Work, spec: UUID) -> list[Row]:
    """What is proposed for one's own spec, best first."""
    rows: list[Row] = await work.connection.fetch(f"{_SEEN} and b.spec_id = $2 order by b.place", work.owner, spec)
    return rows


async def shares(work: Work, lot: UUID, after: UUID | None, limit: int) -> list[Row]:
    """The shares of one lot, newest blend first, each with its spec; as the engine, for the lot's owner."""
    rows: list[Row] = await work.connection.fetch(
        """select s.blend_id, s.lot_rev, s.kg, b.spec_id, b.tenant_id as spec_tenant, b.created_at
           from blend_share s join blend b on b.tenant_id = s.tenant_id and b.id = s.blend_id
           where s.lot_tenant = $1 and s.lot_id = $2 and s.told and ($3::uuid is null or s.blend_id < $3)
           order by s.blend_id desc limit $4""",
        work.owner,
        lot,
        after,
        limit,
    )
    return rows
