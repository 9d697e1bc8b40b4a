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


# the ground is what every list stands on, and changes by itself
_SEEN: Final = """
SELECT pg_current_snapshot()::text AS snapshot, md5(concat_ws(';', (now() AT TIME ZONE 'Asia/Tokyo')::date,
  (SELECT string_agg(concat_ws(' ', id, rev, covers), ';' ORDER BY id) FROM freight_tables_in_force()))) AS ground
"""


async def seen(connection: asyncpg.Connection) -> asyncpg.Record:
    """What is committed now, as text, and a digest of the day in Japan and the freight tables that are in force."""
    return await connection.fetchrow(_SEEN)


# whatever the snapshot does not see; the first condition is the index's
_UNSEEN: Final = """{row}.changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot)
  AND NOT pg_visible_in_snapshot({row}.changed_xid, $1::text::pg_snapshot)"""
_WRITTEN: Final = f"""SELECT '{{kind}}' AS kind, l.tenant_id, l.id, l.material, false AS permits,
  l.changed_xid::text::bigint AS xid,
  l.status = 'active' AND l.visibility = 'matched' AND o.verified_at IS NOT NULL AS open
FROM {{kind}} l JOIN organisation o ON o.id = l.tenant_id
WHERE l.published_at IS NOT NULL AND {_UNSEEN.format(row="l")}
  AND ($3::text IS NULL OR l.material = $3 OR l.id = ANY($4::uuid[]))"""  # noqa: S608 - constants of this program
_PERMITTED: Final = f"""SELECT '{{kind}}', l.tenant_id, l.id, l.material, true,
  (SELECT max(p.changed_xid::text::bigint) FROM permit p WHERE p.tenant_id = l.tenant_id), true
FROM {{kind}} l JOIN organisation o ON o.id = l.tenant_id AND o.verified_at IS NOT NULL
WHERE l.status = 'active' AND l.visibility = 'matched' AND ($3::text IS NULL OR l.material = $3)
  AND l.tenant_id IN (SELECT p.tenant_id FROM permit p WHERE {_UNSEEN.format(row="p")})"""  # noqa: S608 - same
_BRANCHES: Final = " UNION ALL ".join(
    part.format(kind=kind) for kind in ("spec", "lot") for part in (_WRITTEN, _PERMITTED)
)
# those that are closed are counted apart: they cannot hide any that are open
_MOVED: Final = f"""
SELECT kind, tenant_id, id, material, open, permits, xid, n > $2 AS beyond FROM (
  SELECT moved.*, row_number() OVER (PARTITION BY kind, material, open ORDER BY id = ANY($4::uuid[]) DESC) AS n
  FROM ({_BRANCHES}) moved) counted
WHERE n <= $2 + 1
"""  # noqa: S608 - same


async def moved(
    connection: asyncpg.Connection, since: str, most: int, material: str | None, ids: Sequence[UUID]
) -> list[asyncpg.Record]:
    """Published listings written, or of firms whose permits were, since that snapshot: `most` and one of each material.

    Without a material all; with one its own, and those of these ids, of whichever they became.
    """
    rows: list[asyncpg.Record] = await connection.fetch(_MOVED, since, most, material, ids)
    return rows
