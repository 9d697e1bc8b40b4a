"""Claims as their readers see them."""

from market.deals.claims import machine
from market.deals.claims.held import HeldClaim
from market.deals.claims.machine import Act
from market.deals.claims.structs import Claim
from market.deals.held import Held


def claim(deal: Held, held: HeldClaim) -> Claim:
    """What is decided with the deal is not among what may be done to the claim alone."""
    said = held.facts.draft
    may = machine.allowed(held.state, machine.role(deal.actor, held.by))
    return Claim(
        id=held.id,
        leg_id=held.leg_id,
        delivery_id=held.delivery_id,
        no=held.no,
        by=held.by,
        state=held.state,
        turn=machine.turn(held.state, held.by),
        allowed=() if deal.status.over else tuple(act for act in may if act is not Act.DECIDE),
        kind=held.kind,
        severity=held.severity,
        text=said.text,
        evidence=said.evidence,
        remedy=said.remedy,
        amount=held.amount,
        currency=held.currency,
        answers=held.facts.answers,
        added=held.facts.added,
        ruling=held.facts.ruling,
        created_at=held.created_at,
        updated_at=held.updated_at,
        closed_at=held.closed_at,
    )
