"""Days of a schedule that pass: both sides are told of what is due, and of what is overdue those who oversee it too."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from market.alerts import service as notices
from market.alerts.codes import Code
from market.deals import transition
from market.deals.deliveries import lateness
from market.deals.held import Held, HeldLeg
from market.deals.machine import Act
from market.deals.review import requirement
from specs.kit.tenancy import Work
from specs.listing.structs import KG


async def remind(work: Work, deal: Held) -> None:
    """Everyone once of each day, as the system, the deal locked; then it waits for its next one."""
    overseers = await requirement.overseeing(work, deal)
    told = [leg for leg in deal.legs if await _told(work, deal, leg, overseers)]
    if not told:
        await lateness.renew(work, deal)
        return
    after = await lateness.renewed(work, deal)
    what = {"deadline": deal.deadline}
    for leg in told[1:]:
        await transition.note(work, deal, Act.REMIND, {"from": deal.status, "to": deal.status, "what": what}, leg.id)
    await transition.take(work, deal, Act.REMIND, after, what, leg=told[0].id)


async def _told(work: Work, deal: Held, leg: HeldLeg, overseers: Sequence[UUID]) -> bool:
    """Whether anyone was told anything new of a leg."""
    found = await lateness.of_leg(work, deal, leg)
    sides = (deal.buyer, leg.seller_tenant)
    overdue = {due.day for due in found.overdue}
    new = False
    for due in found.late:
        params = {"material": deal.material, "day": due.day.isoformat(), "tonnes": due.kg / KG}
        if due.day not in overdue:
            new |= await _tell(work, deal, sides, Code.DELIVERY_DUE, params, f"{leg.id} {due.day}")
            continue
        new |= await _tell(work, deal, (*sides, *overseers), Code.DELIVERY_OVERDUE, params, f"{leg.id} {due.day}")
    for portion in found.waiting:
        params = {"material": deal.material, "no": portion.no, "tonnes": portion.weighs / KG}
        new |= await _tell(work, deal, (*sides, *overseers), Code.RECEIPT_OVERDUE, params, str(portion.id))
    return new


async def _tell(  # noqa: PLR0917 - whom, what, once by what
    work: Work, deal: Held, tenants: Sequence[UUID], code: Code, params: dict[str, Any], once: str
) -> bool:
    told = [
        await notices.tell(work, tenant, code, dict(params), "deal", deal.id, dedupe=f"{code.value} {once}")
        for tenant in tenants
    ]
    return any(told)
