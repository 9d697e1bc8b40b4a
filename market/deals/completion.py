"""The end of a deal that was struck: what was not delivered goes back to both listings."""

from market.deals import proposal, queries, stock, transition
from market.deals.claims import queries as claims
from market.deals.claims.held import claim
from market.deals.claims.limit import until
from market.deals.contract import agreed as agreements
from market.deals.deliveries import lateness
from market.deals.deliveries import queries as portions
from market.deals.deliveries.machine import State
from market.deals.deliveries.portion import HeldPortion, portion
from market.deals.errors import NotFinished
from market.deals.held import Held
from market.deals.machine import Act, Actor, Status
from specs.kit.tenancy import Work


async def complete(work: Work, deal: Held) -> Held:
    """Every portion is settled and no claim is open. Raises TransitionRefused, NotFinished.

    The buyer may say so at any time, and lets go of what did not come. A recycler may once all is delivered and the
    time for claims has passed: it can neither walk away from what it owes nor cut the buyer's time short. Where what
    is left is overdue and there is no coordinator to decide, its stock does not wait for ever either.
    """
    transition.check(deal, Act.COMPLETE)
    await refuse_unfinished(work, deal)
    await end(work, deal)
    return await transition.take(work, deal, Act.COMPLETE, proposal.over(deal, Status.COMPLETED), {})


async def refuse_unfinished(work: Work, deal: Held) -> None:
    """As the engine. Raises NotFinished."""
    await refuse_open(work, deal, settled=True)
    if deal.actor is Actor.SELLER and not await hopeless(work, deal):
        await _refuse_early(work, deal)


async def hopeless(work: Work, deal: Held) -> bool:
    """Something of the caller's legs is overdue, and nobody oversees the deal who could decide; as the engine."""
    if await queries.overseers(work, deal.prefectures, deal.parties):
        return False
    return await lateness.any_overdue(work, deal, deal.seen_legs)


async def end(work: Work, deal: Held) -> None:
    """What was planned will not come, and what is still committed is free for others; as the engine."""
    await portions.call_off_planned(work, deal)
    await stock.release(work, deal)


async def refuse_open(work: Work, deal: Held, *, settled: bool) -> None:
    """A portion is on its way, undecided or (`settled`) not settled, or a claim is open. Raises NotFinished."""
    moving = [one for one in await _portions(work, deal) if _open(one, settled=settled)]
    claimed = [one for one in map(claim, await claims.of_deal(work, deal)) if not one.state.over]
    if moving or claimed:
        seen = {leg.id for leg in deal.seen_legs}
        raise NotFinished(
            {
                "deliveries": [str(one.id) for one in moving if one.leg_id in seen],
                "claims": [str(one.id) for one in claimed if one.leg_id in seen],
            }
        )


def _open(held: HeldPortion, *, settled: bool) -> bool:
    if not held.state.decided:
        return True
    return settled and not held.state.over and held.state is not State.PLANNED


async def _refuse_early(work: Work, deal: Held) -> None:
    """Raises NotFinished."""
    committed = await stock.committed(work, deal)
    late = True
    for one in await _portions(work, deal):
        if one.received_on is not None:
            leg = next(leg for leg in deal.legs if leg.id == one.leg_id)
            days = (await agreements.of_leg(work, deal, leg)).contract.claim_days
            late = late and work.at >= until(one.received_on, days)
    if committed or not late:
        raise NotFinished({"deliveries": [], "claims": []})


async def _portions(work: Work, deal: Held) -> list[HeldPortion]:
    return [portion(row) for row in await portions.of_deal(work, deal)]
