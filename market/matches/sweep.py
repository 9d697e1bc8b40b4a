"""Find again what a lost message missed, in one query: the outbox is asked for whatever the match rows do not show."""

from typing import Final

import asyncpg

from matching.evaluation import ENGINE
from specs.freight.editions import mark

_BATCH: Final = 1_000

# Open listings whose present revision was not matched by this engine, catalogue and freight tables, and closed ones
# that still have rows; unless a row for them waits already (a parked one too: a person has to look at that).
_UNMATCHED: Final = """
WITH listing AS (
  SELECT 'spec' AS kind, tenant_id, id, rev, status FROM spec
  UNION ALL SELECT 'lot', tenant_id, id, rev, status FROM lot
)
INSERT INTO outbox (tenant_id, topic, object_id, rev)
SELECT l.tenant_id, l.kind || '.changed', l.id, l.rev
FROM listing l LEFT JOIN matched m ON m.tenant_id = l.tenant_id AND m.object_id = l.id
WHERE CASE WHEN l.status = 'active' THEN (m.rev, m.engine, m.catalogue, m.freight) IS DISTINCT FROM (l.rev, $1, $2, $3)
  WHEN l.kind = 'spec' THEN EXISTS (SELECT FROM match p WHERE p.spec_tenant = l.tenant_id AND p.spec_id = l.id)
  ELSE EXISTS (SELECT FROM match p WHERE p.lot_tenant = l.tenant_id AND p.lot_id = l.id) END
AND NOT EXISTS (SELECT FROM outbox o WHERE o.tenant_id = l.tenant_id AND o.object_id = l.id AND o.done_at IS NULL)
ORDER BY l.id LIMIT $4
"""


async def unmatched(connection: asyncpg.Connection, catalogue: str) -> int:
    """Write an outbox row for each listing whose matches are not as they should be; how many."""
    freight = await mark(connection, catalogue)
    status = await connection.execute(_UNMATCHED, ENGINE, catalogue, freight, _BATCH)
    return int(status.rpartition(" ")[2])
