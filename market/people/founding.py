"""A person for an organisation without one who could invite: the operator's command line, and the demo."""

from datetime import timedelta

from market.parties import queries as parties
from market.parties.structs import UserRole
from market.people import links, queries
from market.people.structs import LinkPurpose
from specs.kit import audit, ids
from specs.kit.tenancy import Work

CONSOLE = "/console/link/"


async def link_for(
    work: Work,
    email: str,
    name: str,
    *,
    role: UserRole = UserRole.ADMIN,
    purpose: LinkPurpose = LinkPurpose.SIGN_IN,
    lifetime: timedelta | None = None,
) -> str:
    """The path of a fresh link for that address in the tenant, where it becomes a user if it is none."""
    user = await queries.user_by_email(work, email.lower())
    if user is None:
        user = ids.new_id()
        await parties.add_user(work, user, email.lower(), name, role.value)
        await audit.record(work, "create", "user", user)
    return CONSOLE + await links.make(work, user, purpose, lifetime)
