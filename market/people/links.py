"""One-time links: made for a user of an organisation, looked at by whoever holds them, used once.

There is no mail server: whoever makes a link hands it over. Looking burns nothing, for mail scanners and chat
previews look too; the button on the page does.
"""

from datetime import timedelta
from uuid import UUID

from market.people import queries, tokens
from market.people.errors import LinkSpent
from market.people.structs import Link, LinkPurpose
from specs.kit import audit, ids
from specs.kit.tenancy import Database, Work

LIFETIME = {
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.RESET: timedelta(hours=1),
    LinkPurpose.SIGN_IN: timedelta(minutes=15),
}


async def make(
    work: Work, user: UUID, purpose: LinkPurpose, lifetime: timedelta | None = None, token: str | None = None
) -> str:
    """The token, shown once; in the tenant of the user, whose earlier links of the purpose are void."""
    token, link = token or tokens.fresh(), ids.new_id()
    expires_at = work.at + (lifetime or LIFETIME[purpose])
    await queries.add_link(
        work, link, user=user, purpose=purpose.value, digest=tokens.digest(token), expires_at=expires_at
    )
    await audit.record(work, "make", "sign_in_link", link, user=str(user), purpose=purpose.value)
    return token


async def look(database: Database, token: str) -> Link:
    """What a token opens. Raises LinkSpent."""
    if not tokens.well_formed(token):
        raise LinkSpent
    async with database.work(None) as work:
        row = await queries.link_of(work, tokens.digest(token))
        if row is None or row["used_at"] is not None or row["expires_at"] <= work.at:
            raise LinkSpent
    return Link(
        tenant=row["tenant_id"],
        id=row["id"],
        user=row["user_id"],
        purpose=LinkPurpose(row["purpose"]),
        expires_at=row["expires_at"],
        person=row["person_id"],
        email=row["email"],
        name=row["name"],
        organisation=row["organisation"],
    )


async def use(work: Work, link: Link) -> None:
    """Burn it, in the link's tenant. Raises LinkSpent for all but the first."""
    if not await queries.use_link(work, link.id):
        raise LinkSpent
    await audit.record(work, "use", "sign_in_link", link.id, purpose=link.purpose.value)


async def settled(work: Work, link: Link) -> tuple[UUID, bool]:
    """The person that the link's user is, and whether they were made for it: nobody signed in with that address yet.

    Raises LinkSpent where somebody took the address, or the user, meanwhile.
    """
    known = link.person or await queries.person_of(work, link.email)
    person = known or ids.new_id()
    await queries.become(work, person)
    if known is None and not await queries.add_person(work, person, link.email, link.name):
        raise LinkSpent
    if not await queries.join(work, link.user, person):
        raise LinkSpent
    return person, known is None
