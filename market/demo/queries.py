"""What the loading of the demo asks the database."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from specs.kit.tenancy import Work

# any number that nothing else locks
LOCK = 20261124

OPEN = ["draft", "active", "complete"]


async def lock(connection: Any) -> None:
    """Two loadings take turns; held until `unlock` or the end of the connection."""
    await connection.execute("select pg_advisory_lock($1)", LOCK)


async def unlock(connection: Any) -> None:
    """Let the next loading begin."""
    await connection.execute("select pg_advisory_unlock($1)", LOCK)


async def founded(connection: Any, organisation: UUID) -> bool:
    """Whether the organisation exists; inside a transaction of its tenant, as the owner."""
    return bool(await connection.fetchval("select exists (select from organisation where id = $1)", organisation))


async def honours(connection: Any, organisation: UUID, digest: bytes) -> bool:
    """Whether the organisation has this key unrevoked; inside a transaction of its tenant, as the owner."""
    sql = "select exists (select from api_key where tenant_id = $1 and digest = $2 and revoked_at is null)"
    return bool(await connection.fetchval(sql, organisation, digest))


async def enter(connection: Any, organisation: UUID) -> None:
    """Act in a tenant until the transaction ends."""
    await connection.execute("select set_config('app.tenant_id', $1, true)", str(organisation))


async def open_listings(work: Work, table: Literal["spec", "lot"]) -> dict[str, UUID]:
    """Ids of the tenant's specs or lots that are not over, by title; the newest of a title wins."""
    sql = f"select id, content ->> 'title' as title from {table} where tenant_id = $1 and status = any($2) order by id"  # noqa: S608 - one of two words
    rows = await work.connection.fetch(sql, work.owner, OPEN)
    return {row["title"]: row["id"] for row in rows}


async def held_permits(work: Work, day: date) -> set[tuple[str, str | None]]:
    """Kinds and numbers of the tenant's permits that are neither withdrawn nor expired on a day."""
    rows = await work.connection.fetch(
        """select kind, content ->> 'number' as number from permit
           where tenant_id = $1 and status = 'active' and (valid_until is null or valid_until >= $2)""",
        *(work.owner, day),
    )
    return {(row["kind"], row["number"]) for row in rows}
