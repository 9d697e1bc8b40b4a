"""SQL about people who sign in; `become` names the one person whose rows the transaction sees."""

from datetime import datetime
from typing import Any
from uuid import UUID

from specs.kit.tenancy import Work

Row = Any


async def become(work: Work, person: UUID) -> None:
    """See that person's rows until the transaction ends."""
    await work.connection.execute("select set_config('app.person_id', $1, true)", str(person))


async def person_of(work: Work, email: str) -> UUID | None:
    """Who signs in with that address."""
    found: UUID | None = await work.connection.fetchval("select person_of($1)", email)
    return found


async def memberships(work: Work, person: UUID) -> list[Row]:
    """By the organisations' names; without those that were ended."""
    rows: list[Row] = await work.connection.fetch(
        "select tenant_id, user_id, organisation, kind, role from memberships($1)", person
    )
    return rows


async def password_hash(work: Work, person: UUID) -> str | None:
    """What the password is compared with; None for one who has none, and for nobody."""
    kept: str | None = await work.connection.fetchval("select password_hash from person where id = $1", person)
    return kept


async def keep_hash(work: Work, person: UUID, kept: str) -> None:
    """Instead of the one before."""
    await work.connection.execute("update person set password_hash = $2 where id = $1", person, kept)


async def add_person(work: Work, person: UUID, email: str, name: str) -> bool:
    """False where somebody signs in with that address already; the transaction has become the new person."""
    made = await work.connection.fetchval(
        """insert into person (id, email, name, totp_counter, recovery, created_at) values ($1, $2, $3, 0, '{}', $4)
           on conflict (email) do nothing returning id""",
        person,
        email,
        name,
        work.at,
    )
    return made is not None


async def join(work: Work, user: UUID, person: UUID) -> bool:
    """Make a user of the tenant a membership of the person; False where it is another's."""
    joined = await work.connection.fetchval(
        """update app_user set person_id = $3 where tenant_id = $1 and id = $2
           and (person_id is null or person_id = $3) returning id""",
        work.owner,
        user,
        person,
    )
    return joined is not None


async def user_by_email(work: Work, email: str) -> UUID | None:
    """A user of the tenant."""
    found: UUID | None = await work.connection.fetchval(
        "select id from app_user where tenant_id = $1 and email = $2", work.owner, email
    )
    return found


async def sitting(work: Work, digest: bytes) -> Row | None:
    """The living session of a token, with its person and for whom they act."""
    return await work.connection.fetchrow("select * from sitting($1)", digest)


async def add_session(
    work: Work, session: UUID, *, person: UUID, user: UUID, digest: bytes, expires_at: datetime, agent: str
) -> None:
    """Acting for the tenant; the transaction has become the person."""
    await work.connection.execute(
        """insert into console_session (id, person_id, tenant_id, user_id, digest, created_at, last_seen_at, expires_at,
             user_agent) values ($1, $2, $3, $4, $5, $6, $6, $7, $8)""",
        *(session, person, work.owner, user, digest, work.at, expires_at, agent),
    )


async def end_session(work: Work, session: UUID) -> bool:
    """False where it had ended; of the person that the transaction has become."""
    ended = await work.connection.fetchval("delete from console_session where id = $1 returning id", session)
    return ended is not None


async def add_link(work: Work, link: UUID, *, user: UUID, purpose: str, digest: bytes, expires_at: datetime) -> None:
    """For a user of the tenant; earlier ones of the purpose are void from now on."""
    await work.connection.execute(
        """update sign_in_link set used_at = $4
           where tenant_id = $1 and user_id = $2 and purpose = $3 and used_at is null""",
        *(work.owner, user, purpose, work.at),
    )
    await work.connection.execute(
        """insert into sign_in_link (tenant_id, id, user_id, purpose, digest, created_at, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7)""",
        *(work.owner, link, user, purpose, digest, work.at, expires_at),
    )


async def link_of(work: Work, digest: bytes) -> Row | None:
    """The link of a token, used or not."""
    return await work.connection.fetchrow("select * from link_of($1)", digest)


async def use_link(work: Work, link: UUID) -> bool:
    """True for the one who comes first, and in time."""
    used = await work.connection.fetchval(
        """update sign_in_link set used_at = $3 where tenant_id = $1 and id = $2 and used_at is null
           and expires_at > $3 returning id""",
        *(work.owner, link, work.at),
    )
    return used is not None
