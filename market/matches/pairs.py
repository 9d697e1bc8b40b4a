"""SQL of the thin match rows. In these statements `@near` is the kind of the changed listing, `@far` the other.

Order everywhere: verdict class, then score, then id by code point (a UUID sorts as its text does).
"""

from collections.abc import Iterable, Sequence
from typing import Final

import asyncpg
import msgspec

from market.matches.current import Kind

TOP: Final = 50
_LOCKS: Final = 7_307
FAR: Final[dict[Kind, Kind]] = {"spec": "lot", "lot": "spec"}


class Near(msgspec.Struct, frozen=True):
    """The listing whose pairs are written; `rev` is None where it is not open and has none."""

    kind: Kind
    tenant: str
    id: str
    rev: int | None


class Judge(msgspec.Struct, frozen=True):
    """What judged: written with every row, so that a newer one shows which rows are old."""

    engine: str
    catalogue: str
    # all freight tables in force
    freight: str


class Pair(msgspec.Struct, frozen=True):
    """One match of a listing: the other side, how it stands, and its place in the listing's ranking (from 1)."""

    far_tenant: str
    far_id: str
    far_rev: int
    verdict: str
    probability: float | None
    score: float
    place: int
    freight: str


def _order(row: str, side: str) -> str:
    """SQL: where `row` stands among those of one listing; `side` is the kind of the other ones. Verdicts after the
    best happen to sort by name."""
    return f"{row}.verdict <> 'in_specification', {row}.verdict, -{row}.score, {row}.{side}_id"


def _better(side: str, one: str, other: str) -> str:
    """SQL: row `one` stands before row `other`."""
    return f"({_order(one, side)}) < ({_order(other, side)})"


def _sql(text: str, kind: Kind) -> str:
    return text.replace("@near", kind).replace("@far", FAR[kind])


# whether row `m` stands in the top of its far listing, before this statement
_IN_TOP: Final = f"""(SELECT count(*) FROM match b
    WHERE b.@far_tenant = m.@far_tenant AND b.@far_id = m.@far_id AND {_better("@near", "b", "m")}) < {TOP}"""  # noqa: S608 - only constants of this file

# A pair outside the listing's own top is kept where it enters the other side's.
_STORE: Final = f"""
WITH found AS (
  SELECT *, $2::uuid AS @near_id
  FROM unnest($4::uuid[], $5::uuid[], $6::int[], $7::text[], $8::float8[], $9::float8[], $10::int[], $11::text[])
    AS f(far_tenant, far_id, far_rev, verdict, probability, score, place, freight)
), keep AS (
  SELECT * FROM found f WHERE place <= {TOP} OR (
    SELECT count(*) FROM match m WHERE m.@far_tenant = f.far_tenant AND m.@far_id = f.far_id
      AND m.@near_id <> $2 AND {_better("@near", "m", "f")}) < {TOP}
), gone AS (
  DELETE FROM match m WHERE m.@near_tenant = $1 AND m.@near_id = $2
    AND $14 AND NOT EXISTS (SELECT FROM keep k WHERE k.far_id = m.@far_id AND k.far_tenant = m.@far_tenant)
  RETURNING m.@far_id AS id, {_IN_TOP} AS was_top
), worse AS (
  SELECT k.far_id AS id, {_IN_TOP} AS was_top FROM keep k JOIN match m ON m.@near_tenant = $1 AND m.@near_id = $2
    AND m.@far_tenant = k.far_tenant AND m.@far_id = k.far_id
  WHERE {_better("@near", "m", "k")}
), stored AS (
  INSERT INTO match AS old (@near_tenant, @near_id, @near_rev, @far_tenant, @far_id, @far_rev,
    verdict, probability, score, freight, engine, catalogue, evaluated_at)
  SELECT $1, $2, $3, far_tenant, far_id, far_rev, verdict, probability, score, freight, $12, $13, now() FROM keep
  ON CONFLICT (spec_tenant, spec_id, lot_tenant, lot_id) DO UPDATE
  SET @near_rev = excluded.@near_rev, @far_rev = excluded.@far_rev, verdict = excluded.verdict,
    probability = excluded.probability, score = excluded.score, engine = excluded.engine,
    catalogue = excluded.catalogue, freight = excluded.freight, evaluated_at = excluded.evaluated_at
  WHERE (old.spec_rev, old.lot_rev, old.verdict, old.probability, old.score, old.engine, old.catalogue,
      old.freight)
    IS DISTINCT FROM (excluded.spec_rev, excluded.lot_rev, excluded.verdict, excluded.probability,
      excluded.score, excluded.engine, excluded.catalogue, excluded.freight)
  RETURNING @far_id AS id
)
SELECT id::text, 'gone' AS what FROM gone
UNION ALL SELECT id::text, 'bereft' FROM gone WHERE was_top UNION ALL SELECT id::text, 'bereft' FROM worse WHERE was_top
UNION ALL SELECT id::text, 'stored' FROM stored
"""  # noqa: S608 - only constants of this file


class Written(msgspec.Struct, frozen=True):
    """The far listings whose pair was stored anew or otherwise, is no more, or has left or fallen in their top."""

    stored: set[str]
    gone: set[str]
    bereft: set[str]


async def store(
    connection: asyncpg.Connection, near: Near, pairs: Sequence[Pair], judge: Judge, *, only: bool
) -> Written:
    """Write the pairs that belong; with `only`, delete the listing's other rows. No revision, no pairs."""
    columns = [[getattr(p, name) for p in pairs] for name in Pair.__struct_fields__]
    judged_by = (judge.engine, judge.catalogue)
    rows = await connection.fetch(_sql(_STORE, near.kind), near.tenant, near.id, near.rev, *columns, *judged_by, only)
    named = {what: {row["id"] for row in rows if row["what"] == what} for what in Written.__struct_fields__}
    return Written(**named)


# Exactly `TOP` rows and more may hide pairs that were never stored; fewer are all there are.
_FULL: Final = f"""
SELECT @far_tenant::text AS tenant, @far_id::text AS id FROM match WHERE @far_id = ANY($1::uuid[])
GROUP BY 1, 2 HAVING count(*) >= {TOP} - 1
"""  # noqa: S608 - only constants of this file


async def full(connection: asyncpg.Connection, kind: Kind, far_ids: Iterable[str]) -> list[tuple[str, str]]:
    """(tenant, id) of those far listings whose rows do not tell all of their matches."""
    rows = await connection.fetch(_sql(_FULL, kind), list(far_ids))
    return [(row["tenant"], row["id"]) for row in rows]


# Each new pair pushes one other out of place 50: only rows just behind it can have left both tops.
_PRUNE: Final = f"""
WITH fallen AS (
  SELECT m.* FROM unnest($1::uuid[]) t(id) CROSS JOIN LATERAL (
    SELECT m.* FROM match m WHERE m.@near_id = t.id ORDER BY {_order("m", "@far")} OFFSET {TOP} LIMIT $2) m
)
DELETE FROM match d USING fallen f
WHERE d.spec_tenant = f.spec_tenant AND d.spec_id = f.spec_id AND d.lot_tenant = f.lot_tenant AND d.lot_id = f.lot_id
  AND (SELECT count(*) FROM match b WHERE b.@far_tenant = d.@far_tenant AND b.@far_id = d.@far_id
    AND {_better("@near", "b", "d")}) >= {TOP}
RETURNING d.spec_id::text, d.lot_id::text
"""  # noqa: S608 - only constants of this file


async def prune(connection: asyncpg.Connection, kind: Kind, listing_ids: Iterable[str], pushed: int) -> set[str]:
    """Delete pairs that `pushed` new ones of each of these listings have pushed out of both tops; ids of both sides."""
    rows = await connection.fetch(_sql(_PRUNE, kind), list(listing_ids), pushed)
    return {listing_id for row in rows for listing_id in row}


_GRANT: Final = """
WITH pair AS (SELECT * FROM match WHERE @near_tenant = $1 AND @near_id = $2 AND @far_id = ANY($3::uuid[]))
INSERT INTO access_grant (viewer_tenant, object_kind, object_id, owner_tenant, why)
SELECT spec_tenant, 'lot', lot_id, lot_tenant, 'match' FROM pair
UNION SELECT lot_tenant, 'spec', spec_id, spec_tenant, 'match' FROM pair
ON CONFLICT (viewer_tenant, object_kind, object_id, why) DO NOTHING
"""


async def grant(connection: asyncpg.Connection, near: Near, far_ids: Iterable[str]) -> None:
    """Both owners of a stored pair may see the other side's listing."""
    await connection.execute(_sql(_GRANT, near.kind), near.tenant, near.id, list(far_ids))


_REVOKE: Final = """
DELETE FROM access_grant g WHERE g.object_id = ANY($1::uuid[]) AND g.why = 'match' AND NOT EXISTS (
  SELECT FROM match m WHERE g.object_kind = 'lot' AND m.lot_id = g.object_id AND m.spec_tenant = g.viewer_tenant
  UNION ALL
  SELECT FROM match m WHERE g.object_kind = 'spec' AND m.spec_id = g.object_id AND m.lot_tenant = g.viewer_tenant)
"""


async def revoke(connection: asyncpg.Connection, listing_ids: Iterable[str]) -> None:
    """Grants of reason `match` on these listings whose viewer has no pair with them any more."""
    await connection.execute(_REVOKE, list(listing_ids))


async def hide(connection: asyncpg.Connection, listing_id: str) -> None:
    """A listing that is no longer to be found is no longer to be read by those it was only shown to."""
    await connection.execute("DELETE FROM access_grant WHERE object_id = $1 AND why IN ('match', 'served')", listing_id)


_OUTLIVED: Final = """
DELETE FROM access_grant g WHERE g.viewer_tenant = $1 AND g.object_kind = '@far' AND g.why = 'served' AND NOT EXISTS (
  SELECT FROM @far f JOIN @near n ON n.material = f.material
  WHERE f.tenant_id = g.owner_tenant AND f.id = g.object_id AND n.tenant_id = $1 AND n.status = 'active')
"""


async def outlived(connection: asyncpg.Connection, near: Near) -> None:
    """Who has nothing open of a material any more no longer reads what was shown for it."""
    await connection.execute(_sql(_OUTLIVED, near.kind), near.tenant)


_NOTE: Final = """
INSERT INTO matched AS old (tenant_id, object_id, object_kind, rev, engine, catalogue, freight, at)
SELECT tenant_id, id, '@near', coalesce($3, rev), $4, $5, $6, now() FROM @near WHERE tenant_id = $1 AND id = $2
ON CONFLICT (tenant_id, object_id) DO UPDATE
SET rev = excluded.rev, engine = excluded.engine, catalogue = excluded.catalogue, freight = excluded.freight,
  at = excluded.at
WHERE (old.rev, old.engine, old.catalogue, old.freight)
  IS DISTINCT FROM (excluded.rev, excluded.engine, excluded.catalogue, excluded.freight)
"""


async def note(connection: asyncpg.Connection, near: Near, judge: Judge) -> None:
    """Say what was matched, and by what: the sweeper looks for listings of which nothing of the kind is said."""
    judged_by = (judge.engine, judge.catalogue, judge.freight)
    await connection.execute(_sql(_NOTE, near.kind), near.tenant, near.id, near.rev, *judged_by)


_MATERIALS: Final = """
SELECT DISTINCT content ->> 'material' FROM @near_revision WHERE tenant_id = $1 AND id = $2 ORDER BY 1
"""


async def wait_turn(connection: asyncpg.Connection, kind: Kind, tenant: str, listing_id: str) -> set[str]:
    """Hold the lock of every material the listing ever had, in one order: its pairs can be of no other. Those."""
    materials = [row[0] for row in await connection.fetch(_sql(_MATERIALS, kind), tenant, listing_id)]
    for material in materials:
        await connection.execute("SELECT pg_advisory_xact_lock($1, hashtext($2))", _LOCKS, material)
    return set(materials)
