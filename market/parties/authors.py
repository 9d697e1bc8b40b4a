"""Who wrote a revision of one's own listing, and who changed a thing last, by name."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from specs.kit.tenancy import Work

# the person where there is one, else what the key is called
_WHO = """select coalesce(u.name, k.name) from {table}_revision r
left join app_user u on u.tenant_id = r.tenant_id and u.id = r.actor
left join api_key k on k.tenant_id = r.tenant_id and k.id = r.actor
where r.tenant_id = $1 and r.id = $2 and r.rev = $3"""
# among the newest thousand events of the tenant's own trail; looking changes nothing
_LAST = """select coalesce(u.name, k.name) as who, e.at as "when" from (
  select * from audit_event where tenant_id = $1 order by seq desc limit 1000) e
left join app_user u on u.tenant_id = e.tenant_id and u.id = e.actor
left join api_key k on k.tenant_id = e.tenant_id and k.id = e.actor
where e.object_id = $2 and e.action <> 'oversee'
order by e.seq desc limit 1"""


class Touch(msgspec.Struct, frozen=True):
    """A change of a thing; `who` is None where nobody's name is known."""

    who: str | None
    when: datetime


async def last(work: Work, thing: UUID) -> Touch | None:
    """By somebody of one's own organisation; None where it was another's, or is long ago."""
    row = await work.connection.fetchrow(_LAST, work.owner, thing)
    return None if row is None else Touch(**row)


async def author(work: Work, kind: Literal["spec", "lot"], listing: UUID, rev: int) -> str | None:
    """None where nobody's name is known."""
    name: str | None = await work.connection.fetchval(_WHO.format(table=kind), work.owner, listing, rev)
    return name
