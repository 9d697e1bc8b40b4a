"""Who decides between two results: a laboratory that both sides propose, or that a coordinator names."""

from uuid import UUID

import msgspec

from market.alerts.codes import Code
from market.deals.errors import OwnDeal
from market.deals.held import Held
from market.deals.machine import Actor
from market.deals.samples import keeping, queries
from market.deals.samples.machine import Act, State
from market.deals.samples.sample import HeldSample
from market.deals.samples.structs import UmpireDraft
from matching.fault import fault
from specs.kit.errors import Invalid
from specs.kit.tenancy import Work


async def umpire(work: Work, deal: Held, before: HeldSample, draft: UmpireDraft) -> HeldSample:
    """Named by a coordinator, or proposed by a side. Raises SampleRefused, OwnDeal, Invalid."""
    act = Act.NAME_UMPIRE if deal.actor is Actor.COORDINATOR else Act.PROPOSE_UMPIRE
    keeping.check(deal, before, act, deal.actor)
    if deal.actor is Actor.COORDINATOR and deal.caller in deal.parties:
        raise OwnDeal
    laboratory = draft.organisation_id
    if await queries.laboratory(work, laboratory) is None:
        raise Invalid(faults=(fault("/organisation_id", "no_such_laboratory"),))
    after = before
    if act is Act.PROPOSE_UMPIRE:
        proposed = before.facts.proposed | {deal.actor.value: laboratory}
        facts = msgspec.structs.replace(before.facts, proposed=proposed)
        after = msgspec.structs.replace(before, facts=facts)
        if any(proposed.get(side.value) != laboratory for side in (Actor.BUYER, Actor.SELLER)):
            after = await keeping.take(work, deal, before, act, after, draft)
            await keeping.tell(work, after, keeping.others(deal, after), Code.SAMPLE_UMPIRE_PROPOSED)
            return after
    return await _ask(work, deal, before, after, act, laboratory)


async def _ask(  # noqa: PLR0917 - what a step is made of
    work: Work, deal: Held, before: HeldSample, after: HeldSample, act: Act, laboratory: UUID
) -> HeldSample:
    after = msgspec.structs.replace(after, state=State.WITH_UMPIRE, umpire=laboratory)
    after = await keeping.take(work, deal, before, act, after, {"umpire": laboratory})
    await keeping.tell(work, after, keeping.others(deal, after), Code.SAMPLE_UMPIRE_NAMED)
    if before.umpire != laboratory:
        await keeping.tell(work, after, (laboratory,), Code.UMPIRE_ASKED, material=deal.material)
    return after
