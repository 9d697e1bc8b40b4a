"""What the table lets a caller do and the case does not, whatever is sent with it: told before it is tried.

Each guard is the one by which the act itself refuses, so that the two never differ.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from market.deals import completion, machine, proposal
from market.deals.claims import subject
from market.deals.contract import calling_off, signing
from market.deals.held import Held
from market.deals.machine import Act
from market.deals.offers import service as offering
from market.deals.structs import Blocked
from specs.kit.errors import Refusal
from specs.kit.tenancy import Work

Guard = Callable[[Work, Held], Awaitable[None]]

_GUARDS: Final[Mapping[Act, Guard]] = {
    Act.ACCEPT: offering.refuse_nothing_to_accept,
    Act.RETRACT: offering.refuse_nothing_to_retract,
    Act.OPEN_NAMES: proposal.refuse_opened,
    Act.CONTRACT: signing.refuse_unready,
    Act.CANCEL: calling_off.refuse_asked,
    Act.CLAIM: subject.refuse_nothing,
    Act.COMPLETE: completion.refuse_unfinished,
}


async def blocked(work: Work, deal: Held) -> tuple[Blocked, ...]:
    """In the order of the table; as the engine."""
    found = []
    for act in machine.allowed(deal.status, deal.seen_turn, deal.actor):
        guard = _GUARDS.get(act)
        if guard is None:
            continue
        try:
            await guard(work, deal)
        except Refusal as refusal:
            found.append(Blocked(act=act, code=refusal.code))
    return tuple(found)
