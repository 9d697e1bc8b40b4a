"""Who wrote a revision of one's own listing, by name."""

from typing import Literal
from uuid import UUID

from specs.kit.tenancy import Work

# the person where there is one, else what the key is called
_WHO = """select coalesce(u.name, k.name) from {table}_revision r
left join app_user u on u.tenant_id = r.tenant_id and u.id = r.actor
left join api_key k on k.tenant_id = r.tenant_id and k.id = r.actor
where r.tenant_id = $1 and r.id = $2 and r.rev = $3"""


async def author(work: Work, kind: Literal["spec", "lot"], listing: UUID, rev: int) -> str | None:
    """None where nobody's name is known."""
    name: str | None = await work.connection.fetchval(_WHO.format(table=kind), work.owner, listing, rev)
    return name
