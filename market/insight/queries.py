"""SQL of the balance: what the worker keeps of pairs and of cleared listings, as the engine."""

from collections.abc import Sequence
from typing import Final

import asyncpg
import msgspec

from market.insight.clearing import Cleared


class PairsRow(msgspec.Struct, frozen=True):
    """The pairs of a spec, and the digest of what they hang on."""

    tenant: str
    spec: str
    digest: bytes
    pairs: bytes


class ClearedRow(msgspec.Struct, frozen=True):
    """What became of a listing, and the kilograms that it had then."""

    tenant: str
    listing: str
    kind: str
    kg: int
    found: Cleared


async def digests(connection: asyncpg.Connection, specs: Sequence[str]) -> dict[str, bytes]:
    """Of the specs that have pairs, by id."""
    rows = await connection.fetch(
        "select object_id::text as id, digest from standing where object_id = any ($1::uuid[]) and digest is not null",
        specs,
    )
    return {row["id"]: row["digest"] for row in rows}


async def pairs(connection: asyncpg.Connection, specs: Sequence[str]) -> dict[str, bytes]:
    """As they were kept, by id."""
    rows = await connection.fetch(
        "select object_id::text as id, pairs from standing where object_id = any ($1::uuid[]) and pairs is not null",
        specs,
    )
    return {row["id"]: row["pairs"] for row in rows}


async def keep(connection: asyncpg.Connection, rows: Sequence[PairsRow]) -> None:
    """The pairs of specs; what became of them stays until they are cleared again."""
    await connection.execute(
        """insert into standing (tenant_id, object_id, object_kind, digest, pairs, at)
           select tenant, id, 'spec', digest, pairs, now()
           from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::bytea[]) as p (tenant, id, digest, pairs)
           on conflict (tenant_id, object_id) do update set digest = excluded.digest, pairs = excluded.pairs""",
        *([getattr(row, name) for row in rows] for name in PairsRow.__struct_fields__),
    )


# rows that say the same already are left alone
_CLEAR: Final = """
insert into standing as old (tenant_id, object_id, object_kind, kg, matched_kg, near_kg, gaps, levers, at)
select tenant, id, kind, kg, matched, near, gaps::jsonb, levers::jsonb, now()
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::text[])
  as c (tenant, id, kind, kg, matched, near, gaps, levers)
on conflict (tenant_id, object_id) do update
set kg = excluded.kg, matched_kg = excluded.matched_kg, near_kg = excluded.near_kg, gaps = excluded.gaps,
  levers = excluded.levers, at = excluded.at
where (old.kg, old.matched_kg, old.near_kg, old.gaps, old.levers)
  is distinct from (excluded.kg, excluded.matched_kg, excluded.near_kg, excluded.gaps, excluded.levers)
"""


async def clear(connection: asyncpg.Connection, rows: Sequence[ClearedRow]) -> None:
    """What became of the listings of one material."""
    await connection.execute(
        _CLEAR,
        [row.tenant for row in rows],
        [row.listing for row in rows],
        [row.kind for row in rows],
        [row.kg for row in rows],
        [row.found.matched for row in rows],
        [row.found.near for row in rows],
        [_told(row.found.why) for row in rows],
        [_told(row.found.by) for row in rows],
    )


def _told(parts: Sequence[tuple[tuple[str, str], int]]) -> str:
    """As `[{"code", "about", "kg"}]`."""
    return msgspec.json.encode([{"code": code, "about": about, "kg": kg} for (code, about), kg in parts]).decode()


async def forget(connection: asyncpg.Connection) -> None:
    """What is said of listings that are no longer open."""
    await connection.execute(
        """delete from standing st where not exists (
             select from spec s where s.tenant_id = st.tenant_id and s.id = st.object_id and s.status = 'active')
           and not exists (
             select from lot l where l.tenant_id = st.tenant_id and l.id = st.object_id and l.status = 'active')"""
    )
