"""SQL about parties; the caller's transaction has set tenant and role."""

# ruff: noqa: S608 - the texts that are put together are constants of this program; values are parameters

from datetime import datetime
from typing import Any
from uuid import UUID

from specs.kit.tenancy import Work

Row = Any
ORGANISATION = "id, kind, name, prefecture, verified_at, version, created_at"
USER = "id, email, name, role, created_at, disabled_at"
KEY = "id, name, prefix, scopes, user_id, created_at, revoked_at, last_used_at"


async def organisation(work: Work, organisation: UUID) -> Row | None:
    """One organisation, as far as the current role may see it."""
    return await work.connection.fetchrow(f"select {ORGANISATION} from organisation where id = $1", organisation)


async def organisations(
    work: Work, after: UUID | None, limit: int, verified: bool | None, kind: str | None
) -> list[Row]:
    """Newest first, as far as the current role may see them."""
    rows: list[Row] = await work.connection.fetch(
        f"""select {ORGANISATION} from organisation
            where ($1::uuid is null or id < $1) and ($3::boolean is null or (verified_at is not null) = $3)
              and ($4::text is null or kind = $4)
            order by id desc limit $2""",
        after,
        limit,
        verified,
        kind,
    )
    return rows


async def laboratories(work: Work, after: UUID | None, limit: int) -> list[Row]:
    """Verified ones, the newest first; as the engine."""
    rows: list[Row] = await work.connection.fetch(
        """select id, name, prefecture from organisation where kind = 'laboratory' and verified_at is not null
           and ($1::uuid is null or id < $1) order by id desc limit $2""",
        after,
        limit,
    )
    return rows


async def set_verified(work: Work, organisation: UUID, at: datetime | None) -> Row | None:
    """As a coordinator: the triggers tell the matching of every listing that this uncovers or hides."""
    return await work.connection.fetchrow(
        f"""update organisation set verified_at = $2, verified_by = $3, version = version + 1
            where id = $1 returning {ORGANISATION}""",
        organisation,
        at,
        work.owner if at else None,
    )


async def user(work: Work, user: UUID) -> Row | None:
    """A person of the tenant."""
    return await work.connection.fetchrow(
        f"select {USER} from app_user where tenant_id = $1 and id = $2", work.owner, user
    )


async def users(work: Work, after: UUID | None, limit: int) -> list[Row]:
    """Newest first."""
    rows: list[Row] = await work.connection.fetch(
        f"""select {USER} from app_user where tenant_id = $1 and ($2::uuid is null or id < $2)
            order by id desc limit $3""",
        work.owner,
        after,
        limit,
    )
    return rows


async def add_user(work: Work, user: UUID, email: str, name: str, role: str) -> Row | None:
    """None where the tenant has a person with that address."""
    return await work.connection.fetchrow(
        f"""insert into app_user (tenant_id, id, email, name, role, created_at) values ($1, $2, $3, $4, $5, $6)
            on conflict (tenant_id, email) do nothing returning {USER}""",
        work.owner,
        user,
        email,
        name,
        role,
        work.at,
    )


async def key(work: Work, key: UUID) -> Row | None:
    """A key of the tenant."""
    return await work.connection.fetchrow(
        f"select {KEY} from api_key where tenant_id = $1 and id = $2", work.owner, key
    )


async def keys(work: Work, after: UUID | None, limit: int) -> list[Row]:
    """Newest first, revoked ones too."""
    rows: list[Row] = await work.connection.fetch(
        f"""select {KEY} from api_key where tenant_id = $1 and ($2::uuid is null or id < $2)
            order by id desc limit $3""",
        work.owner,
        after,
        limit,
    )
    return rows


async def add_key(
    work: Work, key: UUID, *, name: str, prefix: str, digest: bytes, scopes: list[str], user: UUID | None
) -> Row:
    """The row without its digest."""
    return await work.connection.fetchrow(
        f"""insert into api_key (tenant_id, id, user_id, name, prefix, digest, scopes, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8) returning {KEY}""",
        work.owner,
        key,
        user,
        name,
        prefix,
        digest,
        scopes,
        work.at,
    )


async def revoke(work: Work, key: UUID) -> Row | None:
    """The first revocation counts; None for a key that is not the tenant's."""
    return await work.connection.fetchrow(
        f"""update api_key set revoked_at = coalesce(revoked_at, $3) where tenant_id = $1 and id = $2
            returning {KEY}""",
        work.owner,
        key,
        work.at,
    )
