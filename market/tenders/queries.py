"""SQL of tenders. Reading is under the caller's own policies, writing the engine's."""

from typing import Any, Final
from uuid import UUID

from market.tenders.held import Held
from specs.kit.tenancy import Work

Row = Any

_COLUMNS: Final = """t.tenant_id, t.id, t.version, t.status, t.spec_id, t.spec_rev, t.material, t.prefectures, t.kg,
  t.awarded_kg, t.deadline, t.invited, t.content, t.reason, t.digest, t.opened_at, t.created_at, t.updated_at"""
_READ: Final = f"select {_COLUMNS} from tender t where t.id = $1"  # noqa: S608 - columns of ours
_LOCK: Final = f"{_READ} for update"
# many bid at once, and none while the tender is opened
_SHARE: Final = f"{_READ} for share"
# $3 narrows to a status; the newest first, as ids are made in order of time
_PAGE: Final = f"""select {_COLUMNS} from tender t where ($1::uuid is null or t.id < $1)
  and ($3::text is null or t.status = $3) order by t.id desc limit $2"""  # noqa: S608 - same
_ADD: Final = """insert into tender (tenant_id, id, version, status, spec_id, spec_rev, material, prefectures, kg,
  awarded_kg, deadline, invited, content, created_at, updated_at)
values ($1, $2, 1, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11, $12, $12)"""
_SAVE: Final = """update tender set version = $3, status = $4, awarded_kg = $5, reason = $6, digest = $7,
  opened_at = $8, updated_at = $9
where tenant_id = $1 and id = $2"""
# what another transaction holds is being bid for or opened just now, and comes with the next run
_DUE: Final = """select id from tender where status = 'open' and deadline <= $1
order by id limit $2 for update skip locked"""


async def read(work: Work, tender: UUID) -> Row | None:
    """As far as the current role may see it."""
    return await work.connection.fetchrow(_READ, tender)


async def lock(work: Work, tender: UUID) -> Row | None:
    """Held alone until the transaction ends; as the engine."""
    return await work.connection.fetchrow(_LOCK, tender)


async def share(work: Work, tender: UUID) -> Row | None:
    """Held with others, so that it changes only once all of them are done; as the engine."""
    return await work.connection.fetchrow(_SHARE, tender)


async def page(work: Work, after: UUID | None, limit: int, status: str | None) -> list[Row]:
    """Tenders that the current role may see, the newest first."""
    rows: list[Row] = await work.connection.fetch(_PAGE, after, limit, status)
    return rows


async def add(work: Work, tender: Held) -> None:
    """A new one; as the engine."""
    await work.connection.execute(
        _ADD,
        tender.buyer,
        tender.id,
        tender.status.value,
        tender.spec_id,
        tender.spec_rev,
        tender.material,
        tender.prefectures,
        tender.kg,
        tender.deadline,
        tender.invited,
        tender.content,
        tender.created_at,
    )


async def save(work: Work, tender: Held) -> None:
    """What may change of one; as the engine, locked."""
    await work.connection.execute(
        _SAVE,
        tender.buyer,
        tender.id,
        tender.version,
        tender.status.value,
        tender.awarded_kg,
        tender.reason,
        tender.digest,
        tender.opened_at,
        tender.updated_at,
    )


async def due(work: Work, limit: int) -> list[UUID]:
    """Tenders whose last day has passed, locked, in the order of ids; as the engine."""
    return [row["id"] for row in await work.connection.fetch(_DUE, work.at, limit)]
