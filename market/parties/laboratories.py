"""Verified laboratories: the one kind of organisation that others find by name, since it trades in nothing here."""

from uuid import UUID

from market.parties import queries
from market.parties.structs import Laboratory, LaboratoryPage, Principal
from specs.kit import paging
from specs.kit.tenancy import Role, Work


async def page(work: Work, principal: Principal, limit: int, cursor: str | None = None) -> LaboratoryPage:
    """The newest first; none for an organisation that is not verified itself. Raises InvalidCursor."""
    scope = ("laboratory", work.owner)
    after = paging.read(work.secret, scope, cursor, UUID) if cursor else None
    if not principal.verified:
        return LaboratoryPage(items=(), next_cursor=None)
    await work.as_role(Role.ENGINE)
    rows = await queries.laboratories(work, after, limit + 1)
    more = paging.onward(work.secret, scope, rows, limit)
    return LaboratoryPage(items=tuple(Laboratory(**dict(row)) for row in rows[:limit]), next_cursor=more)
