"""What samples mean to their deal: whether a contract has to wait for them, and who may leave it alone."""

from market.deals.errors import NotFinished, SampleOpen
from market.deals.held import Held
from market.deals.machine import Actor
from market.deals.samples import queries
from market.deals.samples.machine import State
from market.deals.samples.sample import HeldSample, sample
from specs.kit.tenancy import Work


async def refuse_open(work: Work, deal: Held) -> None:
    """A sample is still on its way or disputed; of other recyclers' a recycler learns no more than that the deal is not
    ready. As the engine. Raises SampleOpen, NotFinished.
    """
    for leg in deal.seen_legs:
        if await queries.any_open(work, deal, leg.id):
            raise SampleOpen
    if await queries.any_open(work, deal):
        raise NotFinished({"deliveries": [], "claims": []})


async def may_leave_alone(work: Work, deal: Held) -> bool:
    """Whether the caller may cancel without the others, because a sample failed; as the engine.

    A recycler may over its own leg only. The last word counts: of each lot, or of a blend as a whole. While another
    sample of the same is open nobody may, because that one can still turn the verdict.
    """
    if deal.actor not in (Actor.BUYER, Actor.SELLER):
        return False
    legs = {leg.id for leg in deal.seen_legs}
    last: dict[object, HeldSample] = {}
    waiting = set()
    for one in sorted(map(sample, await queries.of_deal(work, deal)), key=_in_time):
        about = None if deal.blend else (one.leg_id, one.lot_id)
        if one.leg_id in legs and not one.state.over:
            waiting.add(about)
        elif one.leg_id in legs and one.state is State.SETTLED:
            last[about] = one
    return any(one.facts.judged and one.facts.judged.fails for about, one in last.items() if about not in waiting)


def _in_time(held: HeldSample) -> tuple[object, int]:
    return held.updated_at, held.no
