"""Signing in: with a password, or by a link that somebody with the right to it handed over."""

from uuid import UUID

from market.people import attempts, links, queries
from market.people.errors import NoMembership, WrongCredentials
from market.people.passwords import LONGEST, Passwords
from market.people.sessions import Sessions
from market.people.structs import Link, LinkPurpose, Membership, Visitor
from specs.kit.tenancy import Database

# who asks for an address that nobody has asks for this one: the same queries find nothing
NOBODY = UUID(int=0)


class People:
    """What the door needs; opened once by a root."""

    def __init__(self, database: Database, sessions: Sessions, passwords: Passwords) -> None:
        self.database = database
        self.sessions = sessions
        self.passwords = passwords

    async def sign_in(self, email: str, password: str, visitor: Visitor) -> str:
        """The token of a new session. Raises WrongCredentials, TooManyAttempts, NoMembership, Unavailable."""
        email = email.strip().lower()
        attempt = attempts.password(email, visitor.address)
        await attempt.begin(self.database)
        async with self.database.work(None) as work:
            person = await queries.person_of(work, email) or NOBODY
            await queries.become(work, person)
            kept = await queries.password_hash(work, person)
        if not await self.passwords.fits(password, kept) or len(password) > LONGEST or kept is None:
            raise WrongCredentials
        await attempt.passed(self.database)
        fresh = await self.passwords.hashed(password) if self.passwords.outdated(kept) else None
        member = await self._first_membership(person)
        async with self.database.work(member.tenant, actor=member.user, request_id=visitor.request_id) as work:
            token = await self.sessions.open(work, person, member.user, visitor)
            if fresh is not None:
                await queries.keep_hash(work, person, fresh)
        return token

    async def sign_in_by(self, link: Link, visitor: Visitor) -> str:
        """The token of a new session; the link works no more. Raises LinkSpent."""
        if link.purpose is not LinkPurpose.SIGN_IN:
            raise ValueError(link.purpose)
        async with self.database.work(link.tenant, actor=link.user, request_id=visitor.request_id) as work:
            await links.use(work, link)
            person = await links.settled(work, link)
            return await self.sessions.open(work, person, link.user, visitor)

    async def _first_membership(self, person: UUID) -> Membership:
        async with self.database.work(None) as work:
            rows = await queries.memberships(work, person)
        if not rows:
            raise NoMembership
        row = rows[0]
        return Membership(
            tenant=row["tenant_id"],
            user=row["user_id"],
            organisation=row["organisation"],
            kind=row["kind"],
            role=row["role"],
        )
