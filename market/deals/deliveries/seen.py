"""Portions as their readers see them, with reasons in words."""

from market.deals.claims.limit import until
from market.deals.contract import agreed as agreements
from market.deals.deliveries import machine
from market.deals.deliveries.machine import State
from market.deals.deliveries.portion import HeldPortion
from market.deals.deliveries.receiving import counts, leg_of, settle_by
from market.deals.deliveries.structs import Delivery
from market.deals.held import Held
from market.deals.machine import Actor
from market.matches.across import told_to_seller
from matching.evaluation import Evaluation
from matching.explain import explain
from matching.reference import Catalogue
from specs.kit.tenancy import Work
from specs.listing.structs import KG


async def delivery(work: Work, deal: Held, held: HeldPortion, language: str, catalogue: Catalogue) -> Delivery:
    """As the engine."""
    leg = leg_of(deal, held)
    agreed = await agreements.of_leg(work, deal, leg)
    weight = None if held.measured_kg is None else counts(held, agreed)
    would = None
    if held.state is State.RECEIVED and weight is not None:
        _, lot = await agreements.listings(work, deal, leg, held.lot_id, agreed)
        would = settle_by(held, agreed, lot, weight, catalogue)
    facts = held.facts
    return Delivery(
        id=held.id,
        leg_id=held.leg_id,
        lot_id=held.lot_id,
        no=held.no,
        state=held.state,
        turn=machine.turn(held.state),
        # what a coordinator rules it rules with the deal
        allowed=() if deal.actor is Actor.COORDINATOR else machine.allowed(held.state, deal.status, deal.actor),
        planned_tonnes=held.planned_kg / KG,
        planned_on=facts.planned_on,
        declared_tonnes=_tonnes(held.declared_kg),
        dispatched_on=held.dispatched_on,
        dispatch=facts.dispatch,
        measured_tonnes=_tonnes(held.measured_kg),
        counted_tonnes=_tonnes(weight),
        received_on=held.received_on,
        receipt=facts.receipt,
        evaluation=_told(facts.evaluation, deal.actor, language, catalogue),
        judged_by=facts.judged_by,
        blend_holds=facts.blend_holds,
        would_settle=would,
        outcome=held.outcome,
        accepted_tonnes=_tonnes(held.accepted_kg),
        settlement=facts.settlement,
        reason=facts.reason,
        claims_until=None if held.received_on is None else until(held.received_on, agreed.contract.claim_days),
        created_at=held.created_at,
        updated_at=held.updated_at,
    )


def _tonnes(kg: int | None) -> float | None:
    return None if kg is None else kg / KG


def _told(found: Evaluation | None, reader: Actor, language: str, catalogue: Catalogue) -> Evaluation | None:
    if found is None:
        return None
    return explain(told_to_seller(found) if reader is Actor.SELLER else found, language, catalogue)
