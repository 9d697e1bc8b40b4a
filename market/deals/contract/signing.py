"""Signing what was agreed: when every side has, the deal is contracted."""

import msgspec

from market.deals import transition
from market.deals.contract import guards
from market.deals.deliveries import lateness
from market.deals.errors import PermitMissing
from market.deals.held import Held
from market.deals.machine import Act, Status, Turn
from market.deals.samples import guards as samples
from specs.kit.tenancy import Work


async def sign(work: Work, deal: Held) -> Held:
    """One signature more. Raises TransitionRefused, SampleOpen, NotFinished, PermitMissing."""
    transition.check(deal, Act.CONTRACT)
    assert deal.caller is not None  # noqa: S101 - parties only
    await refuse_unready(work, deal)
    after = msgspec.structs.replace(deal, signed=(*deal.signed, deal.caller))
    if set(after.signed) >= set(after.parties):
        after = msgspec.structs.replace(after, status=Status.CONTRACTED, turn=Turn.SELLER)
        after = await lateness.renewed(work, after)
    else:
        after = msgspec.structs.replace(after, turn=after.unsigned)
    leg = deal.leg_of(deal.caller)
    # a recycler's signature is nothing to the others; that all have signed is
    told = None if leg is None or after.status is Status.CONTRACTED else leg.id
    return await transition.take(work, deal, Act.CONTRACT, after, {}, leg=told)


async def refuse_unready(work: Work, deal: Held) -> None:
    """As the engine. Raises TransitionRefused, SampleOpen, NotFinished, PermitMissing."""
    if deal.caller in deal.signed:
        transition.refuse(deal, Act.CONTRACT)
    await samples.refuse_open(work, deal)
    missing = await guards.permits_missing(work, deal, deal.seen_legs)
    if missing:
        raise PermitMissing({"permits": list(missing)})
