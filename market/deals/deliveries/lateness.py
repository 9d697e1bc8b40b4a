"""What of a deal's legs is late, kept with the deal so that its next day is found without looking at all of them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from market.deals import queries as deals
from market.deals import revisions
from market.deals.contract import agreed as agreements
from market.deals.deliveries import queries
from market.deals.deliveries.due import Due, Standing, dues, standing
from market.deals.deliveries.portion import portion
from market.deals.held import Held, HeldLeg
from market.deals.machine import Status
from specs.kit.tenancy import Work

_MOVING = (Status.CONTRACTED, Status.DELIVERING)


async def owed(work: Work, deal: Held, leg: HeldLeg) -> tuple[Due, ...]:
    """What is due of a leg, and when; as the engine."""
    spec = await revisions.spec(work, deal)
    terms = (await agreements.of_leg(work, deal, leg)).terms
    return dues(terms.schedule, spec.delivery.until, leg.kg)


async def of_leg(work: Work, deal: Held, leg: HeldLeg) -> Standing:
    """How a leg of a deal that is struck stands now; as the engine."""
    portions = [found for found in map(portion, await queries.of_deal(work, deal)) if found.leg_id == leg.id]
    terms = (await agreements.of_leg(work, deal, leg)).contract
    return standing(await owed(work, deal, leg), portions, terms, work.at)


async def any_overdue(work: Work, deal: Held, legs: Sequence[HeldLeg]) -> bool:
    """Whether something of these legs is overdue; as the engine."""
    return any([(await of_leg(work, deal, leg)).is_overdue for leg in legs])


async def renewed(work: Work, deal: Held) -> Held:
    """With the next day on which something is due, and since when something is overdue; as the engine."""
    if deal.status not in _MOVING:
        return deal
    found = [await of_leg(work, deal, leg) for leg in deal.legs]
    since: datetime | None = deal.overdue_since or work.at
    return msgspec.structs.replace(
        deal,
        deadline=min((one.next for one in found if one.next is not None), default=None),
        overdue_since=since if any(one.is_overdue for one in found) else None,
    )


async def renew(work: Work, deal: Held) -> Held:
    """The same, saved without a new version: it follows from the portions; as the engine, the deal locked."""
    after = await renewed(work, deal)
    if (after.deadline, after.overdue_since) != (deal.deadline, deal.overdue_since):
        await deals.set_due(work, deal, after.deadline, after.overdue_since)
    return after
