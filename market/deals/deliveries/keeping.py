"""Carrying a portion from one state to the next: checked against its table, saved, chained, and told."""

from typing import Any

import msgspec

from market.alerts import service as notices
from market.alerts.codes import Code
from market.deals import transition
from market.deals.deliveries import machine, queries
from market.deals.deliveries.machine import Act
from market.deals.deliveries.portion import HeldPortion
from market.deals.held import Held
from specs.kit.errors import Params
from specs.kit.tenancy import Work
from specs.listing.structs import KG


def check(deal: Held, before: HeldPortion, act: Act) -> machine.State:
    """Where the act leads. Raises PortionRefused."""
    return machine.check(act, before.state, deal.status, deal.actor)


async def take(  # noqa: PLR0917 - what a step is made of
    work: Work, deal: Held, before: HeldPortion, act: Act, after: HeldPortion, payload: Any
) -> HeldPortion:
    """Save `after` in the state that the act leads to, for the two sides of the leg to read. Raises PortionRefused."""
    state = check(deal, before, act)
    after = msgspec.structs.replace(after, state=state, version=before.version + 1, updated_at=work.at)
    await queries.save(work, deal, after)
    await note(work, deal, after, f"delivery_{act}", {"from": before.state, "to": state, "what": payload})
    return after


async def note(work: Work, deal: Held, portion: HeldPortion, action: str, payload: dict[str, Any]) -> None:
    """One event in the deal's chain and a notice to the sides of the leg but the one who acts."""
    told = {"delivery": portion.id, "no": portion.no, **payload}
    await transition.note(work, deal, action, told, leg=portion.leg_id)
    params: Params = {"deal_id": str(deal.id), "no": portion.no, "tonnes": portion.weighs / KG}
    for tenant in (deal.buyer, portion.seller_tenant):
        if tenant != deal.caller:
            await notices.tell(work, tenant, Code(action), dict(params), "delivery", portion.id)
