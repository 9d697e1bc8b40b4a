"""The caller's own deals that are not over, by what they pair a listing of its own with: no match is proposed twice."""

from collections.abc import Sequence
from typing import Final, Literal
from uuid import UUID

import msgspec

from market.deals.machine import Status
from market.deals.queries import NOT_OVER
from specs.kit.tenancy import Role, Work

_UNDER_WAY: Final = {
    "spec": f"""select l.lot_id as far, d.id, d.status
from deal d join deal_lot l on l.tenant_id = d.tenant_id and l.deal_id = d.id
where d.tenant_id = $1 and d.spec_id = $2 and l.lot_id = any ($3::uuid[]) and {NOT_OVER} order by d.id""",  # noqa: S608 - ours
    "lot": f"""select d.spec_id as far, d.id, d.status
from deal_lot l join deal d on d.tenant_id = l.tenant_id and d.id = l.deal_id
where l.seller_tenant = $1 and l.lot_id = $2 and d.spec_id = any ($3::uuid[]) and {NOT_OVER} order by d.id""",  # noqa: S608 - same
}


class UnderWay(msgspec.Struct, frozen=True, kw_only=True):
    """A deal, and where it stands."""

    id: UUID
    status: Status


async def under_way(
    work: Work, kind: Literal["spec", "lot"], listing: UUID, far: Sequence[UUID]
) -> dict[UUID, UnderWay]:
    """By the listing of the other side, in one query; goes on as the tenant."""
    await work.as_role(Role.TENANT)
    rows = await work.connection.fetch(_UNDER_WAY[kind], work.owner, listing, far)
    return {row["far"]: UnderWay(id=row["id"], status=Status(row["status"])) for row in rows}
