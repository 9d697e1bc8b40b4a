"""A coordinator's word on a disputed deal: a ruling on every escalated claim, and whether the deal goes on.

Nothing may keep it from an end: what else is open is ruled on with it, other claims and portions that nobody decided.
"""

from collections.abc import Iterator, Mapping
from uuid import UUID

import msgspec

from market.deals import completion, proposal, transition
from market.deals.claims import queries
from market.deals.claims.bounds import money_faults
from market.deals.claims.held import HeldClaim, claim
from market.deals.claims.machine import Act, State
from market.deals.claims.making import bound, refuse, take
from market.deals.claims.structs import Finding, Outcome, Resolution
from market.deals.deliveries import lateness, ruling
from market.deals.errors import OwnDeal
from market.deals.held import Held
from market.deals.machine import Act as DealAct
from market.deals.machine import Status, Turn
from matching.fault import Fault, fault, leaves
from specs.kit.tenancy import Work


async def resolve(work: Work, deal: Held, word: Resolution) -> Held:
    """The deal as it goes on, or its end. Raises TransitionRefused, OwnDeal, Invalid, MoreThanReserved, NotFinished."""
    transition.check(deal, DealAct.RESOLVE)
    if deal.caller in deal.parties:
        raise OwnDeal
    claims = {one.id: one for one in map(claim, await queries.of_deal(work, deal)) if not one.state.over}
    portions = await ruling.undecided(work, deal)
    refuse(_faults(word, claims), await _too_much(work, deal, word, claims), ruling.faults(word.portions, portions))
    for said in word.rulings:
        before = claims[said.claim_id]
        facts = msgspec.structs.replace(before.facts, ruling=said)
        decided = msgspec.structs.replace(before, facts=facts)
        await take(work, deal, before, Act.DECIDE, decided, {"what": said})
    for fate in word.portions:
        await ruling.rule(work, deal, portions[fate.delivery_id], fate)
    status = Status(word.outcome.value)
    if word.outcome is Outcome.DELIVERING:
        after = msgspec.structs.replace(deal, status=status, turn=Turn.BOTH, overdue_since=None)
        after = await lateness.renewed(work, after)
    else:
        await completion.refuse_open(work, deal, settled=False)
        await completion.end(work, deal)
        after = proposal.over(deal, status)
    told = {"outcome": word.outcome, "reason": word.reason}
    return await transition.take(work, deal, DealAct.RESOLVE, after, told)


def _faults(word: Resolution, claims: Mapping[UUID, HeldClaim]) -> Iterator[Fault]:
    yield from leaves(word)
    ruled = [said.claim_id for said in word.rulings]
    for i, said in enumerate(word.rulings):
        at = f"/rulings/{i}"
        if said.claim_id not in claims:
            yield fault(f"{at}/claim_id", "no_such_claim")
        elif said.claim_id in ruled[:i]:
            yield fault(f"{at}/claim_id", "duplicate", given=str(said.claim_id))
        if said.finding is Finding.DISMISSED and said.amount is not None:
            yield fault(f"{at}/amount", "not_when_dismissed")
    escalated = {one.id for one in claims.values() if one.state is State.ESCALATED}
    missing = sorted(str(one) for one in escalated - set(ruled))
    if missing:
        yield fault("/rulings", "rulings_missing", missing=missing)


async def _too_much(work: Work, deal: Held, word: Resolution, claims: Mapping[UUID, HeldClaim]) -> Iterator[Fault]:
    found: list[Fault] = []
    ruled: list[HeldClaim] = []
    for i, said in enumerate(word.rulings):
        held = claims.get(said.claim_id)
        if held is not None:
            limit = await bound(work, deal, held, ruled)
            found += money_faults(f"/rulings/{i}/amount", said.amount, held.currency, limit)
            facts = msgspec.structs.replace(held.facts, ruling=said)
            ruled.append(msgspec.structs.replace(held, state=State.DECIDED, facts=facts))
    return iter(found)
