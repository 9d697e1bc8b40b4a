"""Offers that wait for the caller's answer, across deals."""

from typing import Any, Final
from uuid import UUID

import msgspec

from market.deals import listed
from market.deals import queries as deals
from market.deals.acting import Asking
from market.deals.machine import Actor
from market.deals.offers import queries, seen
from market.deals.offers.structs import Offer
from market.deals.own import own
from market.deals.seen import summary
from market.deals.structs import DealSummary
from matching.reference import Catalogue
from specs.kit.tenancy import Work

Row = Any
# the next to lapse first
_WAITING: Final = f"""select {deals.DEAL}, o.id as offer_id, o.leg_id from offer o
join deal d on d.tenant_id = o.tenant_id and d.id = o.deal_id
where o.state = 'standing' and d.status = 'negotiating' and o.valid_until > $2
  and ((o.side = 'buyer' and o.seller_tenant = $1) or (o.side = 'seller' and o.tenant_id = $1))
order by o.valid_until, o.id limit $3"""  # noqa: S608 - columns of ours


class WaitingOffer(msgspec.Struct, frozen=True, kw_only=True):
    """An offer of the other side that stands, its deal, and the version that an answer names."""

    deal: DealSummary
    version: int
    offer: Offer


async def waiting(work: Work, asking: Asking, limit: int, catalogue: Catalogue) -> tuple[WaitingOffer, ...]:
    """Under the caller's own policies: the next to lapse first."""
    rows: list[Row] = await work.connection.fetch(_WAITING, work.owner, work.at, limit)
    found = await listed.deals(work, rows)
    stamps = await deals.stamps(work, found)
    mine = await own(work, found)
    exchanged = await queries.of_legs(work, [row["leg_id"] for row in rows])
    offers = _by_reader(exchanged, asking.language, catalogue)
    return tuple(
        WaitingOffer(
            deal=summary(deal, stamps[deal.id], mine.get(deal.id, ()), asking.language),
            version=stamps[deal.id].version,
            offer=offers[deal.actor][row["offer_id"]],
        )
        for row, deal in zip(rows, found, strict=True)
    )


def _by_reader(rows: list[Row], language: str, catalogue: Catalogue) -> dict[Actor, dict[UUID, Offer]]:
    """What a side reads of the other's offers."""
    found = {}
    for reader in (Actor.BUYER, Actor.SELLER):
        mine = [row for row in rows if row["reader"] == reader]
        found[reader] = {one.id: one for one in seen.offers(mine, reader, language, catalogue).items}
    return found
