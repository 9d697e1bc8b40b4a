"""SQL of notices; the caller's transaction has set tenant and role."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from market.alerts.structs import Notice
from specs.kit import wire
from specs.kit.tenancy import Work

Row = Any
_SEEN: Final = "id, at, code, params, object_kind, object_id, read_at"
_PAGE: Final = {
    unread: f"""select {_SEEN} from notice where tenant_id = $1 and ($2::uuid is null or id < $2) {narrowed}
            order by id desc limit $3"""  # noqa: S608 - constants of this program
    for unread, narrowed in ((False, ""), (True, "and read_at is null"))
}
# of a deal or a part of it
_UNREAD_ABOUT: Final = """tenant_id = $1 and read_at is null
  and (object_kind = 'deal' and object_id = $2::uuid or params->>'deal_id' = $2::uuid::text)"""


async def tell(work: Work, tenant: UUID, notice: Notice, dedupe: str | None) -> bool:
    """False where the tenant has a notice with this `dedupe` already."""
    told: bool = await work.connection.fetchval(
        "select notice_tell($1, $2, $3, $4, $5, $6, $7, $8)",
        *(tenant, notice.id, notice.at, notice.code, wire.encode(notice.params).decode()),
        *(notice.object_kind, notice.object_id, dedupe),
    )
    return told


async def page(work: Work, after: UUID | None, limit: int, *, unread: bool) -> list[Row]:
    """The tenant's own, newest first (ids are made in order of time)."""
    rows: list[Row] = await work.connection.fetch(_PAGE[unread], work.owner, after, limit)
    return rows


async def unread(work: Work) -> int:
    """How many the tenant has not read."""
    count: int = await work.connection.fetchval(
        "select count(*) from notice where tenant_id = $1 and read_at is null", work.owner
    )
    return count


async def read(work: Work, notice: UUID) -> Row | None:
    """Mark one as read; the first time stays."""
    return await work.connection.fetchrow(
        f"""update notice set read_at = coalesce(read_at, $3) where tenant_id = $1 and id = $2
            returning {_SEEN}""",  # noqa: S608 - a constant of this program
        *(work.owner, notice, work.at),
    )


async def read_all(work: Work) -> None:
    """Mark all as read that there are."""
    await work.connection.execute(
        "update notice set read_at = $2 where tenant_id = $1 and read_at is null", work.owner, work.at
    )


async def unread_about(work: Work, deal: UUID) -> int:
    """How many the tenant has not read of a deal and its parts."""
    count: int = await work.connection.fetchval(
        f"select count(*) from notice where {_UNREAD_ABOUT}",  # noqa: S608 - a constant of this program
        *(work.owner, deal),
    )
    return count


async def read_about(work: Work, deal: UUID) -> None:
    """Mark as read what there is of a deal and its parts."""
    await work.connection.execute(
        f"update notice set read_at = $3 where {_UNREAD_ABOUT}",  # noqa: S608 - a constant of this program
        *(work.owner, deal, work.at),
    )


async def purge(work: Work, before: datetime) -> int:
    """Delete what was told before then, of all tenants, as the engine; how many."""
    gone = await work.connection.execute("delete from notice where at < $1", before)
    return int(gone.split()[-1])
