"""What a claim is about: a portion that was received, in time, or a leg of which something is overdue."""

import contextlib
from collections.abc import Iterator

from market.deals.claims.limit import until
from market.deals.claims.structs import ClaimDraft, Kind
from market.deals.contract import agreed as agreements
from market.deals.deliveries import lateness, queries
from market.deals.deliveries.portion import HeldPortion, portion
from market.deals.deliveries.receiving import leg_of
from market.deals.errors import ClaimTooEarly, ClaimTooLate
from market.deals.held import Held, HeldLeg
from market.deals.machine import Actor
from matching.fault import Fault, fault, leaves
from specs.kit.errors import Invalid
from specs.kit.tenancy import Work

_BY = {Kind.NON_DELIVERY: Actor.BUYER, Kind.NON_ACCEPTANCE: Actor.SELLER}


async def of(work: Work, deal: Held, draft: ClaimDraft) -> tuple[HeldLeg, HeldPortion | None]:
    """As the engine. Raises Invalid, ClaimTooLate, ClaimTooEarly."""
    row = None if draft.delivery_id is None else await queries.read(work, deal, draft.delivery_id)
    found = None if row is None or row["leg_id"] not in {leg.id for leg in deal.seen_legs} else portion(row)
    faults = tuple(_faults(deal, draft, found))
    if faults:
        raise Invalid(faults=faults)
    leg = leg_of(deal, found) if found is not None else _leg(deal, draft)
    assert leg is not None  # noqa: S101 - one of the faults
    if draft.kind.of_lateness:
        await _refuse_early(work, deal, leg)
    else:
        assert found is not None  # noqa: S101 - one of the faults
        await _refuse_late(work, deal, leg, found)
    return leg, found


async def refuse_nothing(work: Work, deal: Held) -> None:
    """As the engine. Raises ClaimTooEarly where no portion of the caller's legs is in time, and nothing is overdue."""
    for leg in deal.seen_legs:
        days = (await agreements.of_leg(work, deal, leg)).contract.claim_days
        for one in map(portion, await queries.of_deal(work, deal)):
            if one.leg_id == leg.id and one.received_on is not None and work.at < until(one.received_on, days):
                return
    for leg in deal.seen_legs:
        with contextlib.suppress(ClaimTooEarly):
            await _refuse_early(work, deal, leg)
            return
    raise ClaimTooEarly({"next": None})


def _faults(deal: Held, draft: ClaimDraft, found: HeldPortion | None) -> Iterator[Fault]:
    yield from leaves(draft)
    if _BY.get(draft.kind, deal.actor) is not deal.actor:
        yield fault("/kind", "kind_of_other_side", given=draft.kind)
    if draft.delivery_id is None and not draft.kind.of_lateness:
        yield fault("/delivery_id", "delivery_missing")
    elif draft.delivery_id is not None and found is None:
        yield fault("/delivery_id", "no_such_delivery")
    elif found is not None and draft.kind.of_lateness and found.state.decided:
        yield fault("/delivery_id", "not_undecided")
    elif found is not None and not draft.kind.of_lateness and found.received_on is None:
        yield fault("/delivery_id", "not_received")
    if found is not None and draft.leg_id not in (None, found.leg_id):
        yield fault("/leg_id", "no_such_leg")
    elif draft.delivery_id is None and draft.kind.of_lateness and _leg(deal, draft) is None:
        yield fault("/leg_id", "no_such_leg" if draft.leg_id else "leg_missing")


def _leg(deal: Held, draft: ClaimDraft) -> HeldLeg | None:
    if draft.leg_id is None:
        return deal.seen_legs[0] if len(deal.seen_legs) == 1 else None
    return next((leg for leg in deal.seen_legs if leg.id == draft.leg_id), None)


async def _refuse_early(work: Work, deal: Held, leg: HeldLeg) -> None:
    found = await lateness.of_leg(work, deal, leg)
    if not found.is_overdue:
        raise ClaimTooEarly({"next": None if found.overdue_from is None else found.overdue_from.isoformat()})


async def _refuse_late(work: Work, deal: Held, leg: HeldLeg, found: HeldPortion) -> None:
    agreed = await agreements.of_leg(work, deal, leg)
    assert found.received_on is not None  # noqa: S101 - received
    last = until(found.received_on, agreed.contract.claim_days)
    if work.at >= last:
        raise ClaimTooLate({"until": last.isoformat(), "days": agreed.contract.claim_days})
