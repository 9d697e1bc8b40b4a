"""Out of what was agreed, before anything moves: when every side asks for it, and alone after a sample that failed."""

import msgspec

from market.deals import completion, proposal, transition
from market.deals.held import Held
from market.deals.machine import Act, Status
from market.deals.samples.guards import may_leave_alone
from market.deals.structs import Reason
from specs.kit.tenancy import Work


async def cancel(work: Work, deal: Held, why: Reason) -> Held:
    """One more who asks for it; with the last one the stock is free again. Raises TransitionRefused."""
    transition.check(deal, Act.CANCEL)
    assert deal.caller is not None  # noqa: S101 - parties only
    await refuse_asked(work, deal)
    after = msgspec.structs.replace(deal, cancelling=(*deal.cancelling, deal.caller))
    alone = await may_leave_alone(work, deal) or await _given_up(work, deal)
    if set(after.cancelling) >= set(after.parties) or alone:
        await completion.end(work, deal)
        after = proposal.over(after, Status.WITHDRAWN)
    return await transition.take(work, deal, Act.CANCEL, after, why, leg=proposal.own_leg(deal))


async def _given_up(work: Work, deal: Held) -> bool:
    """Nothing has moved though it is overdue, and there is nobody who could decide."""
    return deal.status is Status.CONTRACTED and await completion.hopeless(work, deal)


async def refuse_asked(_: Work, deal: Held) -> None:
    """Raises TransitionRefused where the caller has asked."""
    if deal.caller in deal.cancelling:
        transition.refuse(deal, Act.CANCEL)
