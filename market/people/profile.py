"""What people do to their own login: the password, the language, where they are signed in, and for whom they act."""

from datetime import datetime
from uuid import UUID

import msgspec

from market.people import factor_queries, passwords, proofs, queries
from market.people.errors import NoMembership
from market.people.passwords import Passwords
from market.people.proofs import Asked, Given, Proofs
from market.people.sessions import Sessions
from market.people.structs import Language, Membership, Session, Visitor
from specs.kit import audit
from specs.kit.errors import NotFound
from specs.kit.tenancy import Database


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """A browser at which the person is signed in; `own` is the one that asks."""

    id: UUID
    own: bool
    agent: str
    created_at: datetime
    last_seen_at: datetime


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """A person's own page, and what a new password and giving up the second factor ask for."""

    password_asks: Asked
    drop_asks: Asked
    second_factor_since: datetime | None
    recovery_left: int
    seats: tuple[Seat, ...]
    memberships: tuple[Membership, ...]


class Profile:
    """One for each process."""

    def __init__(self, database: Database, sessions: Sessions, hashing: Passwords, proving: Proofs) -> None:
        self._database = database
        self._sessions = sessions
        self._hashing = hashing
        self._proving = proving

    async def read(self, session: Session) -> Own:
        """As it is now."""
        async with self._sessions.acting(session) as work:
            factor = await factor_queries.standing(work, session.person)
            rows = await queries.sessions(work, session.person)
            members = await queries.memberships(work, session.person)
        return Own(
            password_asks=proofs.to_set(session, factor, work.at),
            drop_asks=proofs.to_drop(factor),
            second_factor_since=factor["totp_confirmed_at"],
            recovery_left=factor["recovery_left"],
            seats=tuple(_seat(row, session) for row in rows),
            memberships=tuple(membership(row) for row in members),
        )

    async def change_password(self, session: Session, given: Given, password: str, visitor: Visitor) -> str:
        """The session's new token; every other session ends.

        Raises WeakPassword, WrongPassword, WrongCode, NotJustOpened, TooManyAttempts.
        """
        passwords.check(password, session.email, session.name)
        await self._proving.to_set(session, given, visitor)
        kept = await self._hashing.hashed(password)
        async with self._sessions.acting(session, visitor.request_id) as work:
            await queries.keep_hash(work, session.person, kept)
            for ended in await queries.end_others(work, session.person, session.id):
                self._sessions.forget(ended)
            await audit.record(work, "change", "password", session.person)
            return await self._sessions.renew(work, session)

    async def drop_factor(self, session: Session, given: Given, visitor: Visitor) -> None:
        """No code is asked for any more. Raises WrongPassword, WrongCode, NotJustOpened, TooManyAttempts."""
        await self._proving.to_drop(session, given, visitor)
        async with self._sessions.acting(session, visitor.request_id) as work:
            await factor_queries.drop(work, session.person)
            await audit.record(work, "drop", "second_factor", session.person)
        self._sessions.forget(session.id)

    async def speak(self, session: Session, language: Language) -> None:
        """At every browser that made no choice of its own."""
        async with self._sessions.acting(session) as work:
            await queries.speak(work, session.person, language)
        self._sessions.forget(session.id)

    async def end(self, session: Session, seat: UUID, visitor: Visitor) -> None:
        """Sign another browser out. Raises NotFound."""
        async with self._sessions.acting(session, visitor.request_id) as work:
            if not await queries.end_session(work, seat):
                raise NotFound
            await audit.record(work, "sign_out", "session", seat)
        self._sessions.forget(seat)

    async def end_others(self, session: Session, visitor: Visitor) -> None:
        """Sign every other browser out."""
        async with self._sessions.acting(session, visitor.request_id) as work:
            for ended in await queries.end_others(work, session.person, session.id):
                await audit.record(work, "sign_out", "session", ended)
                self._sessions.forget(ended)

    async def switch(self, session: Session, tenant: UUID, visitor: Visitor) -> str:
        """The session's new token, now acting for that organisation. Raises NoMembership."""
        async with self._sessions.acting(session, visitor.request_id) as work:
            members = await queries.memberships(work, session.person)
            member = next((membership(row) for row in members if row["tenant_id"] == tenant), None)
            if member is None:
                raise NoMembership
            await audit.record(work, "leave", "session", session.id)
            token = await self._sessions.renew(work, session, member=member)
        async with self._database.work(member.tenant, actor=member.user, request_id=visitor.request_id) as work:
            await audit.record(work, "enter", "session", session.id)
        return token


def membership(row: queries.Row) -> Membership:
    """A row of `memberships`."""
    return msgspec.convert(
        {
            "tenant": row["tenant_id"],
            "user": row["user_id"],
            "organisation": row["organisation"],
            "kind": row["kind"],
            "role": row["role"],
        },
        Membership,
    )


def _seat(row: queries.Row, session: Session) -> Seat:
    return Seat(
        id=row["id"],
        own=row["id"] == session.id,
        agent=row["user_agent"],
        created_at=row["created_at"],
        last_seen_at=row["last_seen_at"],
    )
