"""Carrying a sample from one state to the next: checked against its table, saved, chained, and told."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec

from market.alerts import service as notices
from market.alerts.codes import Code
from market.deals import transition
from market.deals.errors import TransitionRefused
from market.deals.held import Held, HeldLeg
from market.deals.machine import Actor, Status
from market.deals.samples import machine, queries
from market.deals.samples.machine import Act
from market.deals.samples.sample import HeldSample
from specs.kit.errors import Params
from specs.kit.tenancy import Work


def check(deal: Held, before: HeldSample, act: Act, actor: Actor) -> machine.Transition:
    """Raises SampleRefused, and TransitionRefused where the deal itself has gone on."""
    step = machine.check(act, before.state, before.filed, actor)
    if deal.status is not Status.SAMPLING:
        raise TransitionRefused(
            {"act": f"sample_{act}", "status": deal.status.value, "turn": deal.seen_turn.value, "allowed": []}
        )
    return step


async def take(  # noqa: PLR0917 - what a step is made of
    work: Work, deal: Held, before: HeldSample, act: Act, after: HeldSample, payload: Any, actor: Actor | None = None
) -> HeldSample:
    """Save `after`, for the two sides of the leg to read. Raises SampleRefused, TransitionRefused."""
    step = check(deal, before, act, actor or deal.actor)
    if after.state not in step.targets:
        raise RuntimeError(f"{act} may not lead to {after.state}")
    after = msgspec.structs.replace(after, version=before.version + 1, updated_at=work.at)
    await queries.save(work, deal, after)
    told = {"sample": after.id, "no": after.no, "from": before.state, "to": after.state, "what": payload}
    await transition.note(work, deal, f"sample_{act}", told, leg=after.leg_id)
    return after


async def tell(work: Work, held: HeldSample, tenants: Iterable[UUID], code: Code, **params: Any) -> None:
    """A notice about the sample; the umpire is not told of which deal."""
    for tenant in tenants:
        deal: Params = {} if tenant == held.umpire else {"deal_id": str(held.deal_id)}
        await notices.tell(work, tenant, code, deal | {"no": held.no, **params}, "sample", held.id)


def others(deal: Held, held: HeldSample) -> tuple[UUID, ...]:
    """The sides of the leg but the one who acts."""
    return tuple(tenant for tenant in (deal.buyer, held.seller_tenant) if tenant != deal.caller)


def leg_of(deal: Held, held: HeldSample) -> HeldLeg:
    """The leg that a sample is of."""
    return next(leg for leg in deal.legs if leg.id == held.leg_id)
