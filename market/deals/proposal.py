"""A proposal's answer, and ways out before anything is agreed; names that are opened early."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec

from market.deals import transition
from market.deals.held import Held
from market.deals.machine import Act, Status, Turn
from market.deals.review import entering, requirement
from market.deals.structs import Reason
from specs.kit import clock
from specs.kit.tenancy import Work

# days that two sides have to come to an agreement
NEGOTIATING: Final = timedelta(days=60)


async def take_up(work: Work, deal: Held) -> Held:
    """One party more; when all have, the deal goes to review where a policy asks for it. Raises TransitionRefused."""
    assert deal.caller is not None  # noqa: S101 - parties only
    after = msgspec.structs.replace(deal, taken_up=(*deal.taken_up, deal.caller))
    if set(after.taken_up) >= set(after.parties):
        after = await begin(work, after)
    else:
        after = msgspec.structs.replace(after, turn=after.awaited)
    # a recycler's interest is nothing to the others; that all have taken it up is
    told = own_leg(deal) if after.status is Status.PROPOSED else None
    return await transition.take(work, deal, Act.TAKE_UP, after, {}, leg=told)


async def begin(work: Work, deal: Held) -> Held:
    """To review, or straight to negotiating."""
    found = await requirement.of(work, deal)
    if found.required:
        return await entering.enter(work, deal, found)
    return negotiating(work, deal)


def negotiating(work: Work, deal: Held) -> Held:
    """Both sides may make the first offer on every leg."""
    legs = tuple(msgspec.structs.replace(leg, turn=Turn.BOTH) for leg in deal.legs)
    deadline = clock.end_of(clock.today(work.at) + NEGOTIATING)
    return msgspec.structs.replace(deal, status=Status.NEGOTIATING, turn=Turn.BOTH, legs=legs, deadline=deadline)


async def decline(work: Work, deal: Held, why: Reason) -> Held:
    """Not of interest. Raises TransitionRefused."""
    return await transition.take(work, deal, Act.DECLINE, over(deal, Status.REJECTED), why, leg=own_leg(deal))


async def withdraw(work: Work, deal: Held, why: Reason) -> Held:
    """A side steps back before anything is agreed; of a blend all legs end together. Raises TransitionRefused.

    A recycler's reason is for the buyer: the other recyclers read that the deal has ended.
    """
    return await transition.take(work, deal, Act.WITHDRAW, over(deal, Status.WITHDRAWN), why, leg=own_leg(deal))


async def expire(work: Work, deal: Held) -> Held:
    """Its deadline has passed; as the system."""
    return await transition.take(work, deal, Act.EXPIRE, over(deal, Status.WITHDRAWN), {"deadline": deal.deadline})


def over(deal: Held, status: Status) -> Held:
    """At an end, with nobody's turn."""
    return msgspec.structs.replace(deal, status=status, turn=Turn.NOBODY, deadline=None, overdue_since=None)


def own_leg(deal: Held) -> UUID | None:
    """The leg of the recycler who acts; none where the buyer does, whose acts concern all."""
    leg = deal.leg_of(deal.caller)
    return leg.id if leg else None


async def open_names(work: Work, deal: Held) -> Held:
    """A party agrees to be named; names are shown once all have. Raises TransitionRefused."""
    assert deal.caller is not None  # noqa: S101 - parties only
    await refuse_opened(work, deal)
    after = msgspec.structs.replace(deal, names_opened=(*deal.names_opened, deal.caller))
    # whether the others have is told to all at once, by the names
    return await transition.take(work, deal, Act.OPEN_NAMES, after, {}, leg=own_leg(deal))


async def refuse_opened(_: Work, deal: Held) -> None:
    """Raises TransitionRefused where the caller has opened its name."""
    if deal.caller in deal.names_opened:
        transition.refuse(deal, Act.OPEN_NAMES)
