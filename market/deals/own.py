"""The caller's own listings in deals, by the titles that it gave them: among forty lots, a number names none."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from market.deals.held import Held
from market.deals.machine import Actor
from market.deals.structs import OwnListing
from specs.kit.tenancy import Work

Own = dict[UUID, tuple[OwnListing, ...]]
_OWN: Final = """select dl.deal_id, l.id, l.content->>'title' as title from deal_lot dl
join lot l on l.tenant_id = dl.seller_tenant and l.id = dl.lot_id
where dl.seller_tenant = $1 and dl.deal_id = any ($2::uuid[])
union all
select d.id, s.id, s.content->>'title' from deal d join spec s on s.tenant_id = d.tenant_id and s.id = d.spec_id
where d.tenant_id = $1 and d.id = any ($2::uuid[])
order by 1, 2"""


async def own(work: Work, deals: Iterable[Held]) -> Own:
    """By deal, in one query; of a coordinator there are none."""
    wanted = [deal.id for deal in deals if deal.actor in (Actor.BUYER, Actor.SELLER)]
    found: Own = {}
    if wanted:
        for row in await work.connection.fetch(_OWN, work.owner, wanted):
            found[row["deal_id"]] = (*found.get(row["deal_id"], ()), OwnListing(id=row["id"], title=row["title"]))
    return found
