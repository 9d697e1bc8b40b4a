"""Who is told of what happens to a deal: the other parties whom the event concerns, never the one who acted."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from market.alerts import service as notices
from market.alerts.codes import Code
from market.deals import queries
from market.deals.held import Held
from market.deals.machine import Act, Status
from specs.kit.tenancy import Work

# acts that are told of by themselves; what a review decides is told where it is decided
_OF: Final = {
    Act.OPEN: Code.DEAL_PROPOSED,
    Act.DECLINE: Code.DEAL_DECLINED,
    Act.WITHDRAW: Code.DEAL_WITHDRAWN,
    Act.OFFER: Code.OFFER_MADE,
    Act.ACCEPT: Code.OFFER_ACCEPTED,
    Act.RETRACT: Code.OFFER_RETRACTED,
    Act.LAPSE: Code.OFFER_LAPSED,
    Act.CONTRACT: Code.CONTRACT_SIGNED,
    Act.CANCEL: Code.CANCEL_ASKED,
    Act.RESOLVE: Code.DEAL_RESOLVED,
}
# where an act of the sides brought the deal, whatever it was
_NOW: Final = {
    Status.NEGOTIATING: Code.DEAL_NEGOTIATING,
    Status.AGREED: Code.DEAL_AGREED,
    Status.CONTRACTED: Code.DEAL_CONTRACTED,
    Status.COMPLETED: Code.DEAL_COMPLETED,
}


async def tell(work: Work, before: Held | None, after: Held, act: Act, leg: UUID | None = None) -> None:
    """In the transaction of the change; of a leg's event only its two parties are told, unless it ends the deal."""
    seller = next((one.seller_tenant for one in after.legs if one.id == leg), None)
    concerned = after.parties if seller is None or after.status.over else (after.buyer, seller)
    if act in _OF:
        await _put(work, after, _OF[act], concerned)
    if before is not None and before.status is not after.status and act is not Act.APPROVE and after.status in _NOW:
        await _put(work, after, _NOW[after.status], after.parties)
    if before is not None and before.status.struck and after.status is Status.WITHDRAWN:
        await _put(work, after, Code.DEAL_CALLED_OFF, after.parties)


async def tell_overseers(work: Work, deal: Held, code: Code) -> None:
    """Every coordinator who oversees the deal; as the engine."""
    await _put(work, deal, code, await queries.overseers(work, deal.prefectures, deal.parties))


async def _put(work: Work, deal: Held, code: Code, parties: Iterable[UUID]) -> None:
    for party in parties:
        if party != deal.caller:
            await notices.tell(work, party, code, {"material": deal.material}, "deal", deal.id)
