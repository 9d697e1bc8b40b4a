"""What the operator of an installation does for people, and the demo: no request comes here.

There is always one way in that needs neither a mail server nor an administrator who is already in.
"""

from datetime import timedelta
from uuid import UUID

import msgspec

from market.parties import queries as parties
from market.parties import users
from market.parties.structs import UserDraft, UserRole
from market.people import factor_queries, links, queries
from market.people.errors import HasLogin, NoMembership
from market.people.inviting import CONSOLE, Handed
from market.people.structs import LinkPurpose
from specs.kit import audit
from specs.kit.errors import NotFound
from specs.kit.tenancy import Database, Work


class Forget(msgspec.Struct, frozen=True, kw_only=True):
    """What a person who is let in again has lost."""

    password: bool = False
    second_factor: bool = False


async def member(work: Work, draft: UserDraft) -> UUID:
    """The tenant's user of that address, made where it has none. Raises Invalid."""
    known = await queries.user_by_email(work, draft.email.lower())
    return known or (await users.add(work, draft))["id"]


async def link_for(
    work: Work, email: str, name: str, role: UserRole = UserRole.ADMIN, lifetime: timedelta | None = None
) -> str:
    """The path of a link that signs in the tenant's user of that address, made where it has none. Raises Invalid."""
    user = await member(work, UserDraft(email=email, name=name, role=role))
    return CONSOLE + await links.make(work, user, LinkPurpose.SIGN_IN, lifetime)


async def invite(database: Database, organisation: UUID, draft: UserDraft) -> Handed:
    """A link for the first of an organisation's people, or any. Raises NotFound, Invalid, HasLogin."""
    async with database.work(organisation) as work:
        if await parties.organisation(work, organisation) is None:
            raise NotFound
        user = await member(work, draft)
        if await queries.joined(work, (user,)):
            raise HasLogin
        return await _handed(work, user, LinkPurpose.INVITATION)


async def let_in(database: Database, email: str, organisation: UUID | None, forget: Forget) -> Handed:
    """A link that signs in whoever has a login of that address, or is that organisation's user.

    What they lost is forgotten at once, and every session ends with it. Raises NotFound, NoMembership.
    """
    async with database.work(None) as work:
        person = await queries.person_of(work, email)
        members = [] if person is None else await queries.memberships(work, person)
    tenant = organisation or (members[0]["tenant_id"] if members else None)
    if tenant is None:
        raise NoMembership if person else NotFound
    async with database.work(tenant) as work:
        user = await queries.user_by_email(work, email.lower())
        if user is None:
            raise NotFound
        if person is not None and (forget.password or forget.second_factor):
            await _forget(work, person, forget)
        return await _handed(work, user, LinkPurpose.SIGN_IN)


async def _forget(work: Work, person: UUID, forget: Forget) -> None:
    await queries.become(work, person)
    if forget.password:
        await queries.forget_hash(work, person)
        await audit.record(work, "forget", "password", person)
    if forget.second_factor:
        await factor_queries.drop(work, person)
        await audit.record(work, "forget", "second_factor", person)
    await queries.end_others(work, person, None)


async def _handed(work: Work, user: UUID, purpose: LinkPurpose) -> Handed:
    token = await links.make(work, user, purpose)
    return Handed(user_id=user, purpose=purpose, path=CONSOLE + token, expires_at=work.at + links.LIFETIME[purpose])
