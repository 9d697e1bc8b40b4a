"""How an act on a deal runs: once for an idempotency key, on the locked deal, and its answer kept for a repeat."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec

from market.deals import transition
from market.deals.held import Held
from market.deals.machine import Actor
from market.parties.structs import Principal
from specs.kit import idempotency
from specs.kit.idempotency import Answer, Idempotency
from specs.kit.tenancy import Role, Work
from specs.kit.versions import Versions

Run = Callable[[Work, Held], Awaitable[Answer]]


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, in which language, and under which conditions."""

    principal: Principal
    language: str
    if_match: Versions = None
    once: Idempotency | None = None


async def on_deal(work: Work, asking: Asking, deal: UUID, run: Run, if_match: Versions = None) -> Answer:
    """What `run` answers, the deal locked. Raises NotFound, VersionMismatch, and what `run` raises."""
    first = await idempotency.claim(work, asking.once)
    if first is not None:
        return first
    before = await transition.lock(work, asking.principal, deal, if_match)
    return await kept(work, asking, await run(work, before))


async def kept(work: Work, asking: Asking, answer: Answer) -> Answer:
    """The answer, stored for a repeat of the request."""
    # a stored answer is its own tenant's, and the engine may not write one
    await work.as_role(Role.TENANT)
    await idempotency.keep(work, asking.once, answer)
    return answer


async def as_reader(work: Work, deal: Held) -> None:
    """Go on under the policies of whoever reads the deal."""
    await work.as_role(Role.COORDINATOR if deal.actor is Actor.COORDINATOR else Role.TENANT)
