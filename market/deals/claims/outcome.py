"""What a claim came to, once it is over: the remedy and the money, and how much of its subject is spoken for by it."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from market.deals.claims.held import HeldClaim
from market.deals.claims.machine import State
from market.deals.claims.structs import Remedy


def outcome(one: HeldClaim) -> tuple[Remedy, Decimal] | None:
    """What the claimant took of the newest answer, or what a coordinator awarded; None where that is no money."""
    said = one.facts.ruling if one.state is State.DECIDED else None
    if one.state is State.SETTLED:
        word = one.facts.answers[-1]
        return None if word.amount is None else (word.remedy or one.facts.draft.remedy, word.amount)
    if said is None or said.amount is None:
        return None
    return said.remedy or one.facts.draft.remedy, said.amount


def given(about: HeldClaim, others: Iterable[HeldClaim]) -> Decimal:
    """What the same side was given before for what `about` is about, so that no portion is refunded twice."""
    alike = (one for one in others if one.id != about.id and one.by is about.by and _subject(one) == _subject(about))
    return sum((found[1] for one in alike if (found := outcome(one)) is not None), Decimal(0))


def _subject(one: HeldClaim) -> tuple[str, UUID | None]:
    if one.kind.harmful:
        return "harm", one.leg_id
    return ("leg", one.leg_id) if one.kind.of_the_leg else ("portion", one.delivery_id)
