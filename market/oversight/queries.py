"""SQL of coordinators' runs: what they oversee, and their jobs."""

# ruff: noqa: S608 - the texts that are put together are constants of this program; values are parameters

from typing import Any, Final
from uuid import UUID

from market.matches.current import Kind
from specs.kit.tenancy import Work

Row = Any


async def overseen(work: Work, kind: Kind, material: str | None, limit: int) -> list[str]:
    """Ids of the active listings of others that the role's policies open, by id; None: of every material."""
    rows = await work.connection.fetch(
        f"""select id::text from {kind} where tenant_id <> $1 and ($2::text is null or material = $2)
            and status = 'active' order by id limit $3""",
        *(work.owner, material, limit),
    )
    return [row["id"] for row in rows]


_HEAD: Final = """j.id, j.state, j.progress, j.created_at, j.started_at, j.finished_at, j.expires_at,
  coalesce(told.asked::text, convert_from(j.input, 'UTF8')) as asked, told.outcome::text as outcome"""
# what a job holds is JSON of our own making: how it was asked for, and once it is done what came of it
_RUNS: Final = """job j left join lateral
  json_to_record(convert_from(j.result, 'UTF8')::json) as told (asked json, outcome json) on true
  where j.tenant_id = $1 and j.kind = $2"""


async def run(work: Work, kind: str, job: UUID) -> Row | None:
    """One run of the tenant, with its result."""
    return await work.connection.fetchrow(
        f"select {_HEAD}, j.result, j.problem from {_RUNS} and j.id = $3", work.owner, kind, job
    )


async def page(work: Work, kind: str, after: UUID | None, limit: int) -> list[Row]:
    """Newest first (ids are made in order of time), without results."""
    rows: list[Row] = await work.connection.fetch(
        f"select {_HEAD} from {_RUNS} and ($3::uuid is null or j.id < $3) order by j.id desc limit $4",
        *(work.owner, kind, after, limit),
    )
    return rows
