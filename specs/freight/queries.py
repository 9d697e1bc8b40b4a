"""SQL of freight tables; the caller's transaction has set tenant and role."""

# ruff: noqa: S608 - the texts that are put together are constants of this program; values are parameters

from typing import Any, Final
from uuid import UUID

import asyncpg

from specs.freight.structs import MOST_OPEN, FreightTableDraft
from specs.kit.tenancy import Work
from specs.kit.wire import encode

Row = Any
_STANDING: Final = """case
  when (r.id, r.rev) in (select id, rev from freight_tables_in_force()) then 'in_force'
  when t.status = 'active' and r.counts_from > (now() at time zone 'Asia/Tokyo')::date and not exists (
    select from freight_table_revision newer where newer.tenant_id = r.tenant_id and newer.id = r.id
      and newer.rev > r.rev and newer.counts_from <= r.counts_from) then 'coming'
  else 'past' end"""
_SEEN: Final = f"""r.tenant_id, r.id, r.rev, t.version, t.status, {_STANDING} as standing, r.prefectures, r.counts_from,
  r.set_at, r.content::text as content"""
_OF: Final = "freight_table t join freight_table_revision r on r.tenant_id = t.tenant_id and r.id = t.id"


async def territory(work: Work) -> tuple[bool, frozenset[str]]:
    """Whether the coordinator oversees everything, else which prefectures; as that role."""
    row = await work.connection.fetchrow("select coordinates_everything() as all_, coordinated_prefectures() as some")
    return row["all_"], frozenset(row["some"])


async def create(work: Work, table: UUID) -> bool:
    """Active, before its first revision; False where the coordinator has as many as it may."""
    made = await work.connection.execute(
        """insert into freight_table (tenant_id, id, rev, version, status, created_at, updated_at)
           select $1, $2, 1, 1, 'active', $3, $3
           where (select count(*) from freight_table where tenant_id = $1 and status = 'active') < $4""",
        *(work.owner, table, work.at, MOST_OPEN),
    )
    return bool(made.endswith(" 1"))


async def revise(work: Work, table: UUID, rev: int, draft: FreightTableDraft) -> None:
    """A revision, which never changes; RLS refuses prefectures outside of the jurisdiction."""
    await work.connection.execute(
        """insert into freight_table_revision
             (tenant_id, id, rev, prefectures, counts_from, content, set_at, actor)
           values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8)""",
        *(work.owner, table, rev, list(draft.prefectures), draft.from_),
        *(encode(draft.table).decode(), work.at, work.actor),
    )


async def lock(work: Work, table: UUID) -> Row | None:
    """The tenant's own, held until the transaction ends."""
    return await work.connection.fetchrow(
        "select rev, version, status from freight_table where tenant_id = $1 and id = $2 for update",
        *(work.owner, table),
    )


async def turn(work: Work, table: UUID, *, rev: int, status: str) -> None:
    """A new version of a locked table."""
    await work.connection.execute(
        """update freight_table set version = version + 1, rev = $3, status = $4, updated_at = $5
           where tenant_id = $1 and id = $2""",
        *(work.owner, table, rev, status, work.at),
    )


async def read(work: Work, table: UUID, rev: int | None = None) -> Row | None:
    """Anyone's: a revision, or the newest; not as role coordinator."""
    return await work.connection.fetchrow(
        f"select {_SEEN} from {_OF} where t.id = $1 and r.rev = coalesce($2, t.rev)", table, rev
    )


async def own(work: Work) -> list[Row]:
    """The tenant's own, the newest first: no more than it may have open."""
    rows: list[Row] = await work.connection.fetch(
        f"select {_SEEN} from {_OF} where t.tenant_id = $1 and r.rev = t.rev order by t.id desc limit $2",
        *(work.owner, MOST_OPEN),
    )
    return rows


async def revisions(work: Work, table: UUID, before: int | None, limit: int) -> list[Row]:
    """Newest first."""
    rows: list[Row] = await work.connection.fetch(
        f"select {_SEEN} from {_OF} where t.id = $1 and ($2::int is null or r.rev < $2) order by r.rev desc limit $3",
        *(table, before, limit),
    )
    return rows


async def in_force(connection: asyncpg.Connection) -> list[Row]:
    """By id, without their contents."""
    rows: list[Row] = await connection.fetch(
        "select tenant_id, id, rev, set_at, counts_from, covers from freight_tables_in_force()"
    )
    return rows


async def coming(work: Work) -> list[Row]:
    """Anyone's that count from a later day, the nearest first; not as role coordinator."""
    rows: list[Row] = await work.connection.fetch(
        f"select * from (select {_SEEN} from {_OF}) every where standing = 'coming' order by counts_from, id, rev"
    )
    return rows


async def contents(connection: asyncpg.Connection, editions: list[tuple[UUID, int]]) -> dict[tuple[UUID, int], str]:
    """By table and revision."""
    rows = await connection.fetch(
        """select r.id, r.rev, r.content::text from freight_table_revision r
           join unnest($1::uuid[], $2::int[]) as wanted(id, rev) on r.id = wanted.id and r.rev = wanted.rev""",
        *([id_ for id_, _ in editions], [rev for _, rev in editions]),
    )
    return {(row["id"], row["rev"]): row["content"] for row in rows}
