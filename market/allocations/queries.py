"""SQL of what a coordinator's allocation is compared with."""

from typing import Any, Final
from uuid import UUID

import asyncpg

_BEFORE: Final = """select j.id, j.result from job j
cross join lateral json_to_record(convert_from(j.result, 'UTF8')::json) as told (asked json)
where j.tenant_id = $1 and j.kind = $2 and j.state = 'done'
  and told.asked ->> 'material' = $3 and told.asked ->> 'objective' = $4
order by j.finished_at desc, j.id desc limit 1"""


async def before(connection: asyncpg.Connection, tenant: UUID, kind: str, material: str, objective: str) -> Any:
    """The tenant's run of this material and objective that was done last; as the engine."""
    return await connection.fetchrow(_BEFORE, tenant, kind, material, objective)
