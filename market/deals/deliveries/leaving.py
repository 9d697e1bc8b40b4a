"""The seller's side of a portion: planned, called off, and on its way."""

from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

import msgspec

from market.deals import stock, transition
from market.deals.contract import agreed as agreements
from market.deals.contract import guards
from market.deals.contract.structs import ContractTerms
from market.deals.deliveries import drafting, keeping, queries
from market.deals.deliveries.machine import Act, State
from market.deals.deliveries.portion import HeldPortion, portion
from market.deals.deliveries.structs import DeliveryDraft, DispatchDraft, Facts
from market.deals.errors import MoreThanReserved, PermitMissing
from market.deals.held import Held, HeldLeg
from market.deals.machine import Act as DealAct
from market.deals.machine import Status, Turn
from market.deals.structs import Reason
from matching.fault import fault
from specs.kit import clock, ids
from specs.kit.errors import Invalid
from specs.kit.tenancy import Work
from specs.listing.structs import KG

_PERCENT: Final = Decimal(100)


async def plan(work: Work, deal: Held, draft: DeliveryDraft) -> HeldPortion:
    """A new portion of the caller's leg. Raises TransitionRefused, Invalid, MoreThanReserved."""
    transition.check(deal, DealAct.DELIVER)
    leg = deal.seen_legs[0]
    drafting.refuse(drafting.plan(draft, clock.today(work.at)))
    lot = _lot(leg, draft.lot_id)
    kg = round(draft.tonnes * KG)
    agreed = await agreements.of_leg(work, deal, leg)
    await room(work, deal, leg, lot, agreed.contract, kg)
    new = HeldPortion(
        id=ids.new_id(),
        leg_id=leg.id,
        seller_tenant=leg.seller_tenant,
        lot_id=lot,
        no=0,
        version=1,
        state=State.PLANNED,
        planned_kg=kg,
        facts=Facts(planned_on=draft.planned_on),
        created_at=work.at,
        updated_at=work.at,
    )
    new = msgspec.structs.replace(new, no=await queries.add(work, deal, new))
    await keeping.note(work, deal, new, "delivery_plan", {"to": new.state, "what": draft})
    return new


async def call_off(work: Work, deal: Held, before: HeldPortion, why: Reason) -> HeldPortion:
    """It will not come. Raises PortionRefused."""
    facts = msgspec.structs.replace(before.facts, reason=why.reason)
    return await keeping.take(
        work, deal, before, Act.CALL_OFF, msgspec.structs.replace(before, facts=facts), {"reason": why.reason}
    )


async def dispatch(work: Work, deal: Held, before: HeldPortion, draft: DispatchDraft) -> HeldPortion:
    """It leaves; with the first one the deal is delivering.

    Permits have to hold on the day that is stated and on the day on which it is: an earlier date saves none that ended.

    Raises PortionRefused, TransitionRefused, Invalid, PermitMissing, MoreThanReserved.
    """
    keeping.check(deal, before, Act.DISPATCH)
    leg = deal.seen_legs[0]
    agreed = await agreements.of_leg(work, deal, leg)
    _, lot = await agreements.listings(work, deal, leg, before.lot_id, agreed)
    today = clock.today(work.at)
    drafting.refuse(drafting.dispatch(draft, lot, await guards.contracted_on(work, deal), today))
    day: date = draft.dispatched_on or today
    missing = await guards.permits_missing(work, deal, (leg,), sorted({day, today}), draft.carrier_id)
    if missing:
        raise PermitMissing({"permits": list(missing)})
    kg = round(draft.tonnes * KG)
    await room(work, deal, leg, before.lot_id, agreed.contract, kg, before.id)
    facts = msgspec.structs.replace(before.facts, dispatch=draft)
    after = msgspec.structs.replace(before, declared_kg=kg, dispatched_on=day, facts=facts)
    moving = msgspec.structs.replace(deal, status=Status.DELIVERING, turn=Turn.BOTH)
    # the portion's own event has the details
    told = {"delivery": before.id, "no": before.no}
    after = await keeping.take(work, deal, before, Act.DISPATCH, after, draft)
    await transition.take(work, deal, DealAct.DELIVER, moving, told, leg=leg.id)
    return after


async def room(  # noqa: PLR0917 - the whole question
    work: Work, deal: Held, leg: HeldLeg, lot: UUID, contract: ContractTerms, kg: int, but: UUID | None = None
) -> None:
    """All portions of a lot together are no more than was agreed of it and the tolerance. Raises MoreThanReserved."""
    rows = [portion(row) for row in await queries.of_deal(work, deal)]
    others = sum(one.weighs for one in rows if (one.leg_id, one.lot_id) == (leg.id, lot) and one.id != but)
    left = most(await stock.taken(work, leg, lot), contract) - others
    if kg > left:
        raise MoreThanReserved({"tonnes": kg / KG, "left": max(left, 0) / KG})


def most(agreed: int, contract: ContractTerms) -> int:
    """Kilograms that may be delivered of what was agreed, whole ones."""
    return int(agreed * (_PERCENT + contract.weight_tolerance_percent) / _PERCENT)


def _lot(leg: HeldLeg, lot: UUID | None) -> UUID:
    if lot is None and len(leg.lots) == 1:
        return leg.lots[0].lot_id
    found = next((one.lot_id for one in leg.lots if one.lot_id == lot), None)
    if found is None:
        raise Invalid(faults=(fault("/lot_id", "no_such_lot" if lot else "lot_missing"),))
    return found
