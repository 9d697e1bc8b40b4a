"""What others found of a lot becomes part of it: a new revision with assays of theirs, whoever's transaction it is.

Like a change by the owner it is a revision, an event for matching, an index and an audit entry, in one statement. A lot
that is sold out or closed gains them too: they are evidence of what it was.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec

from matching.values import Assay
from specs.kit import ids, wire
from specs.kit.tenancy import Work
from specs.lot.structs import FiledAssay, stored

# the engine changes nothing but the content, and of the content nothing but assays
_LOCK: Final = "select content from lot where tenant_id = $1 and id = $2 for update"
_GAIN: Final = """with made as (
  update lot set rev = rev + 1, version = version + 1, updated_at = $3, content = $4::jsonb
  where tenant_id = $1 and id = $2 returning rev, status
), revised as (
  insert into lot_revision (tenant_id, id, rev, content, created_at, actor)
  select $1, $2, made.rev, $4::jsonb, $3, null from made
), told as (
  insert into outbox (tenant_id, topic, object_id, rev, created_at)
  select $1, 'lot.changed', $2, made.rev, $3 from made where made.status = 'active'
), noted as (
  insert into audit_event (tenant_id, at, actor, action, object_kind, object_id, rev, request_id)
  select $1, $3, null, 'settle', 'lot', $2, made.rev, $5::text from made
), filed as (
  insert into assay (tenant_id, id, lot_id, rev_added, position, analyte, sampled_on, content)
  select $1, a.id, $2, made.rev, a.position, a.analyte, a.sampled_on, a.content::jsonb
  from made, unnest($6::uuid[], $7::int[], $8::text[], $9::date[], $10::text[])
    as a (id, position, analyte, sampled_on, content)
) select rev from made"""


async def gain(work: Work, owner: UUID, lot: UUID, assays: Sequence[Assay]) -> int:
    """The number of the new revision; as the engine."""
    row: Any = await work.connection.fetchrow(_LOCK, owner, lot)
    before = stored(row["content"])
    new = tuple(FiledAssay(id=ids.new_id(), **msgspec.structs.asdict(assay)) for assay in assays)
    after = msgspec.structs.replace(before, assays=(*before.assays, *new))
    rev: int = await work.connection.fetchval(
        _GAIN,
        *(owner, lot, work.at, wire.encode(after).decode(), work.request_id),
        [assay.id for assay in new],
        list(range(len(before.assays), len(after.assays))),
        [assay.analyte for assay in new],
        [assay.sampled_on for assay in new],
        [wire.encode(assay).decode() for assay in assays],
    )
    return rev
