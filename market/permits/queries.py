"""SQL of permits; the caller's transaction has set tenant and role."""

# ruff: noqa: S608 - the list of columns is a constant of this program; values are parameters

from datetime import date
from typing import Any, Final
from uuid import UUID

from market.permits.structs import CheckDraft
from matching.permits.permit import Permit
from specs.kit.tenancy import Work

Row = Any
_SEEN: Final = """tenant_id, id, version, status, content, outcome, attestation, checked_on, checked_at, note,
  created_at, updated_at, array(select k.document_id from document_link k
    where k.tenant_id = permit.tenant_id and k.object_kind = 'permit' and k.object_id = permit.id
    order by k.document_id) as documents"""


async def create(work: Work, permit_id: UUID, permit: Permit, content: str) -> Row:
    """Active at once, and unchecked."""
    return await work.connection.fetchrow(
        f"""insert into permit (tenant_id, id, version, status, kind, valid_until, content, created_at, updated_at)
            values ($1, $2, 1, 'active', $3, $4, $5::jsonb, $6, $6) returning {_SEEN}""",
        *(work.owner, permit_id, permit.kind, permit.valid_until, content, work.at),
    )


async def read(work: Work, permit_id: UUID) -> Row | None:
    """The tenant's own."""
    return await work.connection.fetchrow(
        f"select {_SEEN} from permit where tenant_id = $1 and id = $2", work.owner, permit_id
    )


async def elsewhere(work: Work, permit_id: UUID) -> Row | None:
    """Another tenant's, as far as the current role may see it."""
    return await work.connection.fetchrow(f"select {_SEEN} from permit where id = $1", permit_id)


async def lock(work: Work, permit_id: UUID) -> Row | None:
    """As far as the current role may see it, held until the transaction ends."""
    return await work.connection.fetchrow(f"select {_SEEN} from permit where id = $1 for update", permit_id)


async def page(work: Work, after: UUID | None, limit: int, checked: bool | None, own: bool) -> list[Row]:
    """Newest first (ids are made in order of time): the tenant's own, or all that the current role may see."""
    rows: list[Row] = await work.connection.fetch(
        f"""select {_SEEN} from permit where ($1::uuid is null or tenant_id = $1) and ($2::uuid is null or id < $2)
              and ($4::boolean is null or (outcome is not null) = $4)
            order by id desc limit $3""",
        *(work.owner if own else None, after, limit, checked),
    )
    return rows


async def of(work: Work, holder: UUID, limit: int) -> list[Row]:
    """A tenant's that were not withdrawn, as far as the current role may see them; the first to end first."""
    rows: list[Row] = await work.connection.fetch(
        f"""select {_SEEN} from permit where tenant_id = $1 and status = 'active'
            order by valid_until nulls last, id limit $2""",
        *(holder, limit),
    )
    return rows


async def ending(work: Work, until: date, limit: int, own: bool) -> list[Row]:
    """Those in force that end by that day, or ended not long before, the first to end first."""
    rows: list[Row] = await work.connection.fetch(
        f"""select {_SEEN} from permit where ($1::uuid is null or tenant_id = $1) and status = 'active'
              and valid_until between $2::date - 180 and $2 order by valid_until, id limit $3""",
        *(work.owner if own else None, until, limit),
    )
    return rows


async def patch(work: Work, permit_id: UUID, permit: Permit, content: str) -> Row:
    """A new version of a locked permit; the database takes the check away where the content differs."""
    return await work.connection.fetchrow(
        f"""update permit set version = version + 1, kind = $3, valid_until = $4, content = $5::jsonb, updated_at = $6
            where tenant_id = $1 and id = $2 returning {_SEEN}""",
        *(work.owner, permit_id, permit.kind, permit.valid_until, content, work.at),
    )


async def withdraw(work: Work, permit_id: UUID) -> Row:
    """Close a locked permit."""
    return await work.connection.fetchrow(
        f"""update permit set version = version + 1, status = 'cancelled', updated_at = $3
            where tenant_id = $1 and id = $2 returning {_SEEN}""",
        *(work.owner, permit_id, work.at),
    )


async def check(work: Work, permit_id: UUID, found: CheckDraft, on: date) -> Row:
    """Write what a coordinator found of a locked permit."""
    return await work.connection.fetchrow(
        f"""update permit set version = version + 1, outcome = $2, attestation = $3, checked_on = $4, note = $5,
              checked_by = $6, checked_at = $7
            where id = $1 returning {_SEEN}""",
        *(permit_id, found.outcome.value, found.attestation.value, on, found.note, work.owner, work.at),
    )


_HELD: Final = """
select tenant_id, jsonb_agg(content || jsonb_build_object('id', id, 'outcome', outcome) order by id)::text as permits
from permit where tenant_id = any ($1::uuid[]) and status = 'active' group by tenant_id
"""


async def held(work: Work, tenants: list[UUID]) -> dict[UUID, str]:
    """JSON lists of what each tenant holds, as role engine; one who holds nothing is left out."""
    return {row["tenant_id"]: row["permits"] for row in await work.connection.fetch(_HELD, tenants)}
