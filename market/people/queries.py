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


async def forget_hash(work: Work, person: UUID) -> None:
    """The person comes by a link until they choose a password."""
    await work.connection.execute("update person set password_hash = null where id = $1", person)


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


async def joined(work: Work, users: tuple[UUID, ...]) -> list[UUID]:
    """Those of the tenant's users that are somebody's membership."""
    rows = await work.connection.fetch(
        "select id from app_user where tenant_id = $1 and id = any ($2) and person_id is not null", work.owner, users
    )
    return [row["id"] for row in rows]


async def user_by_email(work: Work, email: str) -> UUID | None:
    """A user of the tenant."""
    found: UUID | None = await work.connection.fetchval(
        "select id from app_user where tenant_id = $1 and email = $2", work.owner, email
    )
    return found


async def user(work: Work, user: UUID) -> Row | None:
    """A user of the tenant, and whose membership it is."""
    return await work.connection.fetchrow(
        "select id, email, name, person_id, disabled_at from app_user where tenant_id = $1 and id = $2",
        *(work.owner, user),
    )


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


async def seated(work: Work, session: UUID, user: UUID | None) -> Row | None:
    """A session that acts for the tenant as that user still, as `sitting` would find it, without it being used.

    Of the person that the transaction has become.
    """
    return await work.connection.fetchrow(
        """select o.verified_at is not null as verified, p.totp_confirmed_at, s.second_factor_at
           from console_session s
           join person p on p.id = s.person_id
           join app_user u on u.tenant_id = s.tenant_id and u.id = s.user_id and u.person_id = s.person_id
           join organisation o on o.id = s.tenant_id
           where s.id = $1 and s.tenant_id = $2 and s.user_id = $3 and u.disabled_at is null
             and s.expires_at > now() and s.last_seen_at > now() - interval '12 hours'""",
        *(session, work.owner, user),
    )


async def end_session(work: Work, session: UUID) -> bool:
    """False where it had ended; of the person that the transaction has become."""
    ended = await work.connection.fetchval("delete from console_session where id = $1 returning id", session)
    return ended is not None


async def renew_session(
    work: Work, session: UUID, *, digest: bytes, second_factor: bool, tenant: UUID, user: UUID | None
) -> None:
    """Another token, perhaps another organisation; a second factor that was passed stays passed."""
    await work.connection.execute(
        """update console_session set digest = $2, tenant_id = $4, user_id = $5,
             second_factor_at = case when $3 then $6 else second_factor_at end where id = $1""",
        *(session, digest, second_factor, tenant, user, work.at),
    )


async def sessions(work: Work, person: UUID) -> list[Row]:
    """The living ones, the last seen first."""
    rows: list[Row] = await work.connection.fetch(
        """select id, created_at, last_seen_at, user_agent from console_session
           where person_id = $1 and expires_at > $2 and last_seen_at > $2 - interval '12 hours'
           order by last_seen_at desc, id desc""",
        *(person, work.at),
    )
    return rows


async def end_others(work: Work, person: UUID, kept: UUID | None) -> list[UUID]:
    """All of the person's sessions but that one; which they were."""
    rows = await work.connection.fetch(
        "delete from console_session where person_id = $1 and id is distinct from $2 returning id", person, kept
    )
    return [row["id"] for row in rows]


async def speak(work: Work, person: UUID, language: str) -> None:
    """In which language the person is addressed."""
    await work.connection.execute("update person set language = $2 where id = $1", person, language)


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
