"""The buyer's side of a portion: weighed, inspected, taken or not; and the seller's word that it is settled."""

from decimal import Decimal

import msgspec

from market.deals import stock
from market.deals.contract import agreed as agreements
from market.deals.contract.agreed import Agreed
from market.deals.contract.formula import Settlement, counted, settlement
from market.deals.deliveries import blended, drafting, keeping, queries
from market.deals.deliveries.leaving import most
from market.deals.deliveries.machine import Act
from market.deals.deliveries.portion import HeldPortion, portion
from market.deals.deliveries.promised import JudgedBy, promised
from market.deals.deliveries.structs import Acceptance, ReceiptDraft
from market.deals.errors import MoreThanReserved, NothingToDeduct
from market.deals.held import Held, HeldLeg
from market.deals.structs import Reason
from matching.composition import Composition
from matching.engine import Disclosure, evaluate
from matching.listings import Lot
from matching.reference import Catalogue
from specs.kit import clock
from specs.kit.tenancy import Work
from specs.listing.structs import KG


async def receive(
    work: Work, deal: Held, before: HeldPortion, draft: ReceiptDraft, catalogue: Catalogue
) -> HeldPortion:
    """Weighed, and what was measured judged; of a blend against what its own lot was taken for.

    Raises PortionRefused, Invalid.
    """
    keeping.check(deal, before, Act.RECEIVE)
    today = clock.today(work.at)
    dispatched = before.dispatched_on or today
    drafting.refuse(drafting.receipt(draft, dispatched, today, catalogue))
    leg = leg_of(deal, before)
    agreed = await agreements.of_leg(work, deal, leg)
    kg = round(draft.tonnes * KG)
    spec, pinned = await agreements.listings(work, deal, leg, before.lot_id, agreed)
    quantity = msgspec.structs.replace(pinned.quantity, tonnes=kg / KG)
    lot = msgspec.structs.replace(pinned, assays=draft.assays, quantity=quantity, ask_price=agreed.terms.price)
    by = JudgedBy.AGREED_LIMITS if deal.blend is None else JudgedBy.OWN_LOT
    against = spec if deal.blend is None else promised(spec, pinned, catalogue)
    found = evaluate(against, lot, catalogue, disclosure=Disclosure.BANDED)
    whole = await blended.holds(work, deal, before.lot_id, draft.assays, catalogue)
    facts = msgspec.structs.replace(before.facts, receipt=draft, evaluation=found, judged_by=by, blend_holds=whole)
    after = msgspec.structs.replace(before, measured_kg=kg, received_on=draft.received_on or today, facts=facts)
    told = {"tonnes": draft.tonnes, "verdict": found.verdict, "assays": draft.assays}
    return await keeping.take(work, deal, before, Act.RECEIVE, after, told)


async def accept(work: Work, deal: Held, before: HeldPortion, how: Acceptance, catalogue: Catalogue) -> HeldPortion:
    """At the full price, or at what the contract's formula leaves of it; committed stock becomes delivered.

    Raises PortionRefused, Invalid, NothingToDeduct, MoreThanReserved.
    """
    act = Act.DEDUCT if how.deduct else Act.ACCEPT
    state = keeping.check(deal, before, act)
    leg = leg_of(deal, before)
    agreed = await agreements.of_leg(work, deal, leg)
    most_counted = counts(before, agreed)
    drafting.refuse(drafting.acceptance(how.tonnes, most_counted / KG))
    kg = most_counted if how.tonnes is None else round(how.tonnes * KG)
    await fits(work, deal, leg, before, agreed, kg)
    _, lot = await agreements.listings(work, deal, leg, before.lot_id, agreed)
    owed = settle_by(before, agreed, lot, kg, catalogue if how.deduct else None)
    if how.deduct and not owed.deducts:
        raise NothingToDeduct
    booked = await stock.book(work, deal, leg, before.lot_id, kg)
    after = msgspec.structs.replace(
        before,
        outcome=state,
        accepted_kg=kg,
        booked_kg=booked,
        net=owed.amount.net,
        currency=owed.amount.currency.value,
        facts=msgspec.structs.replace(before.facts, settlement=owed),
    )
    return await keeping.take(work, deal, before, act, after, {"tonnes": kg / KG, "settlement": owed})


async def reject(work: Work, deal: Held, before: HeldPortion, why: Reason) -> HeldPortion:
    """Not as agreed: the stock stays committed, the seller owes another portion. Raises PortionRefused."""
    state = keeping.check(deal, before, Act.REJECT)
    after = msgspec.structs.replace(
        before,
        outcome=state,
        accepted_kg=0,
        booked_kg=0,
        net=Decimal(0),
        facts=msgspec.structs.replace(before.facts, reason=why.reason),
    )
    return await keeping.take(work, deal, before, Act.REJECT, after, {"reason": why.reason})


async def settle(work: Work, deal: Held, before: HeldPortion) -> HeldPortion:
    """The seller was paid, or took it back. Raises PortionRefused."""
    return await keeping.take(work, deal, before, Act.SETTLE, before, {})


def leg_of(deal: Held, held: HeldPortion) -> HeldLeg:
    """The leg that a portion is of."""
    return next(leg for leg in deal.legs if leg.id == held.leg_id)


def counts(held: HeldPortion, agreed: Agreed) -> int:
    """Kilograms that the contract counts of a portion that was received."""
    assert held.declared_kg is not None  # noqa: S101 - dispatched before
    assert held.measured_kg is not None  # noqa: S101 - received before
    return counted(held.declared_kg, held.measured_kg, agreed.contract)


def settle_by(held: HeldPortion, agreed: Agreed, lot: Lot, kg: int, catalogue: Catalogue | None) -> Settlement:
    """What the portion is worth; without a catalogue nothing is deducted."""
    found = None
    if catalogue is not None and held.facts.receipt is not None:
        measured = msgspec.structs.replace(lot, assays=held.facts.receipt.assays)
        found = Composition(measured, catalogue)
    return settlement(agreed.terms.price, kg, agreed.contract, found)


async def fits(  # noqa: PLR0917 - the whole question
    work: Work, deal: Held, leg: HeldLeg, before: HeldPortion, agreed: Agreed, kg: int
) -> None:
    """Accepted portions of a lot are no more than was agreed of it and the tolerance. Raises MoreThanReserved."""
    rows = [portion(row) for row in await queries.of_deal(work, deal)]
    accepted = sum(one.accepted_kg or 0 for one in rows if (one.leg_id, one.lot_id) == (leg.id, before.lot_id))
    left = most(await stock.taken(work, leg, before.lot_id), agreed.contract) - accepted
    if kg > left:
        raise MoreThanReserved({"tonnes": kg / KG, "left": max(left, 0) / KG})
