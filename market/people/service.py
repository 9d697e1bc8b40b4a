"""Signing in: with a password, or by a link that somebody with the right to it handed over."""

from uuid import UUID

import structlog

from market.people import attempts, links, passwords, queries
from market.people.errors import LinkSpent, NoMembership, WrongCredentials
from market.people.factors import Factors
from market.people.passwords import Passwords
from market.people.profile import Profile
from market.people.proofs import Proofs
from market.people.sessions import Sessions
from market.people.structs import Link, Session, Standing, Visitor
from specs.kit import audit
from specs.kit.tenancy import Database

log = structlog.get_logger(__name__)

# who asks for an address that nobody has asks for this one: the same queries find nothing
NOBODY = UUID(int=0)


class People:
    """What the door needs; opened once by a root."""

    def __init__(self, database: Database, sessions: Sessions, hashing: Passwords) -> None:
        self.database = database
        self.sessions = sessions
        proofs = Proofs(database, sessions, hashing)
        self.factors = Factors(database, sessions, proofs)
        self.profile = Profile(database, sessions, hashing, proofs)
        self._hashing = hashing

    async def sign_in(self, email: str, password: str, visitor: Visitor) -> str:
        """The token of a new session. Raises WrongCredentials, TooManyAttempts, NoMembership, Unavailable."""
        person, kept = await self._recognised(email.strip().lower(), password, visitor)
        fresh = await self._hashing.hashed(password) if self._hashing.outdated(kept) else None
        async with self.database.work(None) as work:
            members = await queries.memberships(work, person)
        if not members:
            raise NoMembership
        tenant, user = members[0]["tenant_id"], members[0]["user_id"]
        async with self.database.work(tenant, actor=user, request_id=visitor.request_id) as work:
            token = await self.sessions.open(work, person, user, visitor)
            if fresh is not None:
                await queries.keep_hash(work, person, fresh)
        return token

    async def sign_in_by(self, link: Link, visitor: Visitor) -> str:
        """The token of a new session; the operator's link works no more. Raises LinkSpent."""
        async with self.database.work(link.tenant, actor=link.user, request_id=visitor.request_id) as work:
            await links.use(work, link)
            person, _ = await links.settled(work, link)
            return await self.sessions.open(work, person, link.user, visitor)

    async def known(self, link: Link) -> UUID | None:
        """Who signs in with the address of the link already."""
        if link.person is not None:
            return link.person
        async with self.database.work(None) as work:
            return await queries.person_of(work, link.email)

    async def accept(self, link: Link, password: str, session: Session | None, visitor: Visitor) -> str:
        """The token of a new session of whoever was invited.

        Who is new chooses a password. Who has a login proves it, by being signed in or with its password: whoever
        invites holds the link too, and must not come into another's login by it.
        Raises WeakPassword, WrongCredentials, TooManyAttempts, LinkSpent.
        """
        known, kept = await self.known(link), None
        if known is None:
            passwords.check(password, link.email, link.name)
            kept = await self._hashing.hashed(password)
        elif not is_theirs(session, known):
            await self._recognised(link.email, password, visitor)
        async with self.database.work(link.tenant, actor=link.user, request_id=visitor.request_id) as work:
            await links.use(work, link)
            person, made = await links.settled(work, link)
            if made != (kept is not None):
                # somebody took the address, or gave it up, since we looked
                raise LinkSpent
            if kept is not None:
                await queries.keep_hash(work, person, kept)
            return await self.sessions.open(work, person, link.user, visitor)

    async def reset(self, link: Link, password: str, visitor: Visitor) -> str:
        """The token of the one session that is left. Raises WeakPassword, LinkSpent.

        Only while the person is of no other organisation: its administrator has no say in theirs.
        """
        if link.person is None or await self.shared(link.person):
            raise LinkSpent
        passwords.check(password, link.email, link.name)
        kept = await self._hashing.hashed(password)
        async with self.database.work(link.tenant, actor=link.user, request_id=visitor.request_id) as work:
            await links.use(work, link)
            await queries.become(work, link.person)
            await queries.keep_hash(work, link.person, kept)
            for ended in await queries.end_others(work, link.person, None):
                self.sessions.forget(ended)
            await audit.record(work, "reset", "password", link.person)
            token = await self.sessions.open(work, link.person, link.user, visitor)
        await attempts.password(self.database.secret, link.email, visitor).passed(self.database)
        return token

    async def shared(self, person: UUID) -> bool:
        """Whether the person acts for more than one organisation."""
        async with self.database.work(None) as work:
            return len(await queries.memberships(work, person)) > 1

    async def _recognised(self, email: str, password: str, visitor: Visitor) -> tuple[UUID, str]:
        """Who has that address and password, and the hash: the same way for an address that nobody has."""
        attempt = attempts.password(self.database.secret, email, visitor)
        await attempt.begin(self.database)
        async with self.database.work(None) as work:
            person = await queries.person_of(work, email) or NOBODY
            await queries.become(work, person)
            kept = await queries.password_hash(work, person)
        if not await self._hashing.fits(password, kept) or kept is None:
            # by the id of the request only: what was typed may be a password in the wrong field
            log.info("people.refused", known=person != NOBODY)
            raise WrongCredentials
        await attempt.passed(self.database)
        return person, kept


def is_theirs(session: Session | None, person: UUID) -> bool:
    """Whether the browser is signed in as that person, in full."""
    return session is not None and session.standing is Standing.OPEN and session.person == person
