"""A coordinator's word on a disputed deal: a ruling on every escalated claim, and whether the deal goes on."""

from collections.abc import Iterator, Sequence

import msgspec

from market.deals import completion, proposal, transition
from market.deals.claims import queries
from market.deals.claims.held import HeldClaim, claim
from market.deals.claims.machine import Act, State
from market.deals.claims.making import money_faults, refuse, take
from market.deals.claims.structs import Outcome, Resolution
from market.deals.held import Held
from market.deals.machine import Act as DealAct
from market.deals.machine import Status, Turn
from matching.fault import Fault, fault, leaves
from specs.kit.tenancy import Work


async def resolve(work: Work, deal: Held, word: Resolution) -> Held:
    """The deal as it goes on, or its end. Raises TransitionRefused, Invalid, NotFinished."""
    transition.check(deal, DealAct.RESOLVE)
    escalated = [one for one in map(claim, await queries.of_deal(work, deal)) if one.state is State.ESCALATED]
    refuse(_faults(word, escalated))
    by_id = {one.id: one for one in escalated}
    for ruling in word.rulings:
        before = by_id[ruling.claim_id]
        facts = msgspec.structs.replace(before.facts, ruling=ruling)
        decided = msgspec.structs.replace(before, facts=facts)
        await take(work, deal, before, Act.DECIDE, decided, {"what": ruling})
    status = Status(word.outcome.value)
    if word.outcome is Outcome.DELIVERING:
        after = msgspec.structs.replace(deal, status=status, turn=Turn.BOTH)
    else:
        await completion.refuse_open(work, deal, settled=False)
        await completion.end(work, deal)
        after = proposal.over(deal, status)
    told = {"outcome": word.outcome, "reason": word.reason}
    return await transition.take(work, deal, DealAct.RESOLVE, after, told)


def _faults(word: Resolution, escalated: Sequence[HeldClaim]) -> Iterator[Fault]:
    yield from leaves(word)
    known = {one.id for one in escalated}
    ruled = [ruling.claim_id for ruling in word.rulings]
    for i, ruling in enumerate(word.rulings):
        at = f"/rulings/{i}"
        if ruling.claim_id not in known:
            yield fault(f"{at}/claim_id", "no_such_claim")
        elif ruling.claim_id in ruled[:i]:
            yield fault(f"{at}/claim_id", "duplicate", given=str(ruling.claim_id))
        yield from money_faults(f"{at}/amount", ruling.amount)
    missing = sorted(str(one) for one in known - set(ruled))
    if missing:
        yield fault("/rulings", "rulings_missing", missing=missing)
