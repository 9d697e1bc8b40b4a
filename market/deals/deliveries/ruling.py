"""A coordinator's word on a portion that nobody has decided, with its word on the disputed deal."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

import msgspec

from market.deals import stock
from market.deals.contract import agreed as agreements
from market.deals.contract.formula import settlement
from market.deals.deliveries import drafting, keeping, queries
from market.deals.deliveries.machine import Act, State
from market.deals.deliveries.portion import HeldPortion, portion
from market.deals.deliveries.receiving import counts, fits, leg_of
from market.deals.deliveries.structs import PortionFate, PortionRuling
from market.deals.held import Held
from matching.fault import Fault, fault
from specs.kit import clock
from specs.kit.tenancy import Work
from specs.listing.structs import KG

_ACTS: Final = {
    PortionFate.ACCEPTED: Act.RULE_ACCEPTED,
    PortionFate.REJECTED: Act.RULE_REJECTED,
    PortionFate.LOST: Act.RULE_LOST,
}


async def undecided(work: Work, deal: Held) -> dict[UUID, HeldPortion]:
    """By id, what is on its way or was received; as the engine."""
    found = map(portion, await queries.of_deal(work, deal))
    return {one.id: one for one in found if not one.state.decided}


def faults(words: Sequence[PortionRuling], known: dict[UUID, HeldPortion]) -> Iterator[Fault]:
    """Of portions that are not to be decided, or not like that."""
    ruled = [word.delivery_id for word in words]
    for i, word in enumerate(words):
        at, before = f"/portions/{i}", known.get(word.delivery_id)
        if before is None:
            yield fault(f"{at}/delivery_id", "not_undecided")
            continue
        if word.delivery_id in ruled[:i]:
            yield fault(f"{at}/delivery_id", "duplicate", given=str(word.delivery_id))
        if (word.fate, before.state) in (
            (PortionFate.LOST, State.RECEIVED),
            (PortionFate.REJECTED, State.DISPATCHED),
        ):
            yield fault(f"{at}/fate", "other_fate", given=word.fate, state=before.state)
        if word.tonnes is not None and word.fate is not PortionFate.ACCEPTED:
            yield fault(f"{at}/tonnes", "only_when_accepted")
        elif word.tonnes is not None:
            yield from drafting.mass(f"{at}/tonnes", word.tonnes)


async def rule(work: Work, deal: Held, before: HeldPortion, word: PortionRuling) -> HeldPortion:
    """Decided as ruled; as the engine, the deal locked. Raises PortionRefused, Invalid, MoreThanReserved."""
    act = _ACTS[word.fate]
    state = keeping.check(deal, before, act)
    after = msgspec.structs.replace(before, facts=msgspec.structs.replace(before.facts, reason=word.text))
    if word.fate is PortionFate.REJECTED:
        after = msgspec.structs.replace(after, outcome=state, accepted_kg=0, booked_kg=0, net=Decimal(0))
    elif word.fate is PortionFate.ACCEPTED:
        after = await _accepted(work, deal, after, word)
    return await keeping.take(work, deal, before, act, after, word)


async def _accepted(work: Work, deal: Held, before: HeldPortion, word: PortionRuling) -> HeldPortion:
    """At the full price; what it lacks is for a claim. What nobody weighed weighs what the seller declared."""
    leg = leg_of(deal, before)
    agreed = await agreements.of_leg(work, deal, leg)
    arrived = before
    if before.received_on is None:
        arrived = msgspec.structs.replace(before, received_on=clock.today(work.at), measured_kg=before.declared_kg)
    counted = counts(arrived, agreed)
    drafting.refuse(drafting.acceptance(word.tonnes, counted / KG))
    kg = counted if word.tonnes is None else round(word.tonnes * KG)
    await fits(work, deal, leg, before, agreed, kg)
    owed = settlement(agreed.terms.price, kg, agreed.contract, None)
    return msgspec.structs.replace(
        arrived,
        outcome=State.ACCEPTED,
        accepted_kg=kg,
        booked_kg=await stock.book(work, deal, leg, before.lot_id, kg),
        net=owed.amount.net,
        currency=owed.amount.currency.value,
        facts=msgspec.structs.replace(arrived.facts, settlement=owed),
    )
