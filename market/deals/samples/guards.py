"""What samples mean to their deal: whether a contract has to wait for them, and who may leave it alone."""

from market.deals.held import Held
from market.deals.machine import Actor
from market.deals.samples import queries
from market.deals.samples.machine import State
from market.deals.samples.sample import HeldSample, sample
from specs.kit.tenancy import Work


async def samples_open(work: Work, deal: Held) -> bool:
    """Whether a sample of any leg is still on its way or disputed; as the engine."""
    return await queries.any_open(work, deal)


async def may_leave_alone(work: Work, deal: Held) -> bool:
    """Whether the caller may cancel without the others, because a sample failed; as the engine.

    A recycler may over its own leg only. While another sample of that leg is open nobody may: it can turn the verdict.
    """
    if deal.actor not in (Actor.BUYER, Actor.SELLER):
        return False
    last: dict[object, HeldSample] = {}
    legs = {leg.id for leg in deal.seen_legs}
    held = [one for one in map(sample, await queries.of_deal(work, deal)) if one.leg_id in legs]
    waiting = {one.leg_id for one in held if not one.state.over}
    for one in sorted((one for one in held if one.opened_at and one.state is State.SETTLED), key=_settled):
        last[one.leg_id, one.lot_id] = one
    return any(one.facts.judged and one.facts.judged.fails for one in last.values() if one.leg_id not in waiting)


def _settled(held: HeldSample) -> tuple[object, int]:
    return held.updated_at, held.no
