"""What a page of matches reads and writes besides the index; all as role `capillary_engine`."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

import asyncpg

from market.matches.current import AnyListing, Kind

_FIRMS: Final = "SELECT prefecture, firms_in($1, $2, prefecture) AS firms FROM unnest($3::text[]) AS p(prefecture)"


async def firms(
    connection: asyncpg.Connection, kind: Kind, material: str, prefectures: Iterable[str]
) -> dict[str, int]:
    """How many verified firms list this material there, by prefecture."""
    rows = await connection.fetch(_FIRMS, kind, material, sorted(set(prefectures)))
    return {row["prefecture"]: row["firms"] for row in rows}


_SERVE: Final = """
INSERT INTO access_grant (viewer_tenant, object_kind, object_id, owner_tenant, why)
SELECT $1, $2, shown.id, shown.owner, 'served' FROM unnest($3::uuid[], $4::uuid[]) AS shown(id, owner)
WHERE NOT EXISTS (SELECT FROM access_grant g
  WHERE g.viewer_tenant = $1 AND g.object_kind = $2 AND g.object_id = shown.id AND g.why = 'served')
ORDER BY shown.id
ON CONFLICT (viewer_tenant, object_kind, object_id, why) DO NOTHING
"""


async def serve(connection: asyncpg.Connection, viewer: UUID, kind: Kind, shown: Sequence[AnyListing]) -> None:
    """What was shown once may be read again; writes nothing where it was."""
    await connection.execute(_SERVE, viewer, kind, [one.id for one in shown], [one.owner for one in shown])
