"""Notices: told in the transaction of what they tell of, to whichever organisation it concerns, and read by it."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from market.alerts import queries
from market.alerts.codes import Code
from market.alerts.structs import Inbox, Notice
from specs.kit import ids, paging
from specs.kit.errors import NotFound, Params
from specs.kit.tenancy import Work

KEPT: Final = timedelta(days=180)


async def tell(  # noqa: PLR0917 - whom, what, of what
    work: Work,
    tenant: UUID,
    code: Code,
    params: Params,
    object_kind: str,
    object_id: UUID,
    *,
    dedupe: str | None = None,
) -> bool:
    """Put a notice in a tenant's inbox, one's own or another's, under whatever role.

    Of those with one `dedupe` a tenant is told once, until that notice is purged; False where it has been told.
    """
    notice = Notice(
        id=ids.new_id(),
        at=work.at,
        code=code.value,
        params=params,
        object_kind=object_kind,
        object_id=object_id,
        read_at=None,
    )
    return await queries.tell(work, tenant, notice, dedupe)


async def page(
    work: Work, limit: int, cursor: str | None = None, *, unread: bool = False
) -> tuple[tuple[Notice, ...], str | None, int]:
    """Newest first, the cursor of the next page, and how many are unread in all. Raises InvalidCursor."""
    scope = ("notice", work.owner, unread)
    after = paging.read(work.secret, scope, cursor, UUID) if cursor else None
    rows = await queries.page(work, after, limit + 1, unread=unread)
    more = paging.onward(work.secret, scope, rows, limit)
    return tuple(map(_notice, rows[:limit])), more, await queries.unread(work)


async def read(work: Work, notice: UUID) -> Notice:
    """Mark one as read; again changes nothing. Raises NotFound."""
    row = await queries.read(work, notice)
    if row is None:
        raise NotFound
    return _notice(row)


async def read_all(work: Work) -> Inbox:
    """Mark all as read; what is told meanwhile stays unread."""
    await queries.read_all(work)
    return Inbox(unread=await queries.unread(work))


async def unread_about(work: Work, deal: UUID) -> int:
    """How many are not read of a deal and its parts."""
    return await queries.unread_about(work, deal)


async def read_about(work: Work, deal: UUID) -> None:
    """Mark as read what was told of a deal and its parts: whoever acts on it has seen it."""
    await queries.read_about(work, deal)


async def purge(work: Work, before: datetime) -> int:
    """Forget what was told before then, as the engine. Returns how many."""
    return await queries.purge(work, before)


def _notice(row: Any) -> Notice:
    return Notice(**dict(row) | {"params": msgspec.json.decode(row["params"])})
