"""A person for an organisation without one who could invite: the operator's command line, and the demo."""

from uuid import UUID

from market.parties import queries as parties
from market.parties.structs import UserRole
from market.people import queries
from specs.kit import audit, ids
from specs.kit.tenancy import Work


async def member(work: Work, email: str, name: str, role: UserRole = UserRole.ADMIN) -> UUID:
    """The tenant's user of that address, made where it has none."""
    user = await queries.user_by_email(work, email.lower())
    if user is None:
        user = ids.new_id()
        await parties.add_user(work, user, email.lower(), name, role.value)
        await audit.record(work, "create", "user", user)
    return user
