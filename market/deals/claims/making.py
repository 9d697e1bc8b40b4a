"""Claims between the two sides of a leg: made in time, answered, settled, withdrawn, or given to a coordinator."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec

from market.alerts import service as notices
from market.alerts.codes import Code
from market.deals import queries as deals
from market.deals import telling, transition
from market.deals.claims import evidence, machine, queries, subject
from market.deals.claims.bounds import money_faults, most
from market.deals.claims.held import HeldClaim, claim
from market.deals.claims.machine import Act, State
from market.deals.claims.outcome import given
from market.deals.claims.structs import Added, Answered, ClaimAnswer, ClaimDraft, ClaimEvidence, ClaimFacts
from market.deals.contract import agreed as agreements
from market.deals.deliveries import queries as portions
from market.deals.deliveries.portion import portion
from market.deals.errors import NoArbiter
from market.deals.held import Held
from market.deals.machine import Act as DealAct
from market.deals.machine import Status, Turn
from matching.fault import Fault, leaves
from specs.kit import ids
from specs.kit.errors import Invalid
from specs.kit.tenancy import Work

# how long the other side has before the claimant may go to a coordinator without an answer
PATIENCE: Final = timedelta(days=7)


async def make(work: Work, deal: Held, draft: ClaimDraft) -> HeldClaim:
    """A new claim. Raises TransitionRefused, Invalid, ClaimTooLate, ClaimTooEarly."""
    transition.check(deal, DealAct.CLAIM)
    leg, found = await subject.of(work, deal, draft)
    agreed = await agreements.of_leg(work, deal, leg)
    currency = agreed.terms.price.currency
    new = HeldClaim(
        id=ids.new_id(),
        leg_id=leg.id,
        seller_tenant=leg.seller_tenant,
        delivery_id=None if found is None else found.id,
        no=0,
        version=1,
        by=deal.actor,
        state=State.OPEN,
        kind=draft.kind,
        severity=draft.severity,
        amount=draft.amount,
        currency=currency,
        facts=ClaimFacts(draft=draft),
        created_at=work.at,
        updated_at=work.at,
    )
    refuse(
        money_faults(
            "/amount", draft.amount, currency, await _left(work, deal, new, most(draft.kind, leg, found, agreed))
        )
    )
    new = msgspec.structs.replace(new, no=await queries.add(work, deal, new))
    await evidence.show(work, deal, new.id, new.seller_tenant, draft.evidence)
    told = {"claim": new.id, "no": new.no, "what": draft}
    await transition.take(work, deal, DealAct.CLAIM, deal, told, leg=new.leg_id)
    await _tell(work, deal, new, Code.CLAIM_MADE)
    return new


async def answer(work: Work, deal: Held, before: HeldClaim, said: ClaimAnswer) -> HeldClaim:
    """What the other side offers. Raises ClaimRefused, Invalid."""
    check(deal, before, Act.ANSWER)
    limit = await bound(work, deal, before)
    refuse(money_faults("/amount", said.amount, before.currency, limit), leaves(said))
    answered = Answered(text=said.text, evidence=said.evidence, remedy=said.remedy, amount=said.amount, at=work.at)
    facts = msgspec.structs.replace(before.facts, answers=(*before.facts.answers, answered))
    await evidence.show(work, deal, before.id, before.seller_tenant, said.evidence)
    return await take(work, deal, before, Act.ANSWER, msgspec.structs.replace(before, facts=facts), {"what": said})


async def settle(work: Work, deal: Held, before: HeldClaim) -> HeldClaim:
    """The claimant takes the newest answer. Raises ClaimRefused, Invalid where others took what it would give."""
    check(deal, before, Act.SETTLE)
    said = before.facts.answers[-1].amount
    refuse(money_faults("/amount", said, before.currency, await bound(work, deal, before)))
    return await take(work, deal, before, Act.SETTLE, before, {})


async def withdraw(work: Work, deal: Held, before: HeldClaim) -> HeldClaim:
    """The claimant holds nothing against it any more. Raises ClaimRefused."""
    return await take(work, deal, before, Act.WITHDRAW, before, {})


async def escalate(work: Work, deal: Held, before: HeldClaim) -> HeldClaim:
    """A coordinator is to decide: the deal is disputed. Raises ClaimRefused, NoArbiter."""
    check(deal, before, Act.ESCALATE)
    as_whom = machine.role(deal.actor, before.by)
    if before.state is State.OPEN and work.at < before.created_at + PATIENCE:
        machine.refuse(Act.ESCALATE, before.state, as_whom)
    if not await deals.overseers(work, deal.prefectures, deal.parties):
        raise NoArbiter
    after = await take(work, deal, before, Act.ESCALATE, before, {})
    if deal.status is not Status.DISPUTED:
        disputed = msgspec.structs.replace(deal, status=Status.DISPUTED, turn=Turn.COORDINATOR, deadline=None)
        await transition.take(work, deal, DealAct.DISPUTE, disputed, {})
    await telling.tell_overseers(work, deal, Code.DEAL_DISPUTED)
    return after


async def add_evidence(work: Work, deal: Held, before: HeldClaim, said: ClaimEvidence) -> HeldClaim:
    """What came to light later. Raises ClaimRefused, Invalid, DocumentAwaiting."""
    check(deal, before, Act.ADD_EVIDENCE)
    refuse(leaves(said))
    added = Added(text=said.text, evidence=said.evidence, by=deal.actor, at=work.at)
    facts = msgspec.structs.replace(before.facts, added=(*before.facts.added, added))
    await evidence.show(work, deal, before.id, before.seller_tenant, said.evidence)
    after = msgspec.structs.replace(before, facts=facts)
    after = await take(work, deal, before, Act.ADD_EVIDENCE, after, {"what": said})
    if after.state is State.ESCALATED:
        await telling.tell_overseers(work, deal, Code.DISPUTE_EVIDENCE)
    return after


def check(deal: Held, before: HeldClaim, act: Act) -> State:
    """Where the act leads. Raises ClaimRefused."""
    return machine.check(act, before.state, machine.role(deal.actor, before.by))


async def take(  # noqa: PLR0917 - what a step is made of
    work: Work, deal: Held, before: HeldClaim, act: Act, after: HeldClaim, payload: dict[str, Any]
) -> HeldClaim:
    """Save `after` in the state that the act leads to, for the two sides of the leg to read. Raises ClaimRefused."""
    state = check(deal, before, act)
    closed = work.at if state.over else None
    after = msgspec.structs.replace(
        after, state=state, version=before.version + 1, updated_at=work.at, closed_at=closed
    )
    await queries.save(work, deal, after)
    told = {"claim": after.id, "no": after.no, "from": before.state, "to": state, **payload}
    await transition.note(work, deal, f"claim_{act}", told, leg=after.leg_id)
    await _tell(work, deal, after, Code(f"claim_{act}"))
    return after


def refuse(*several: Iterator[Fault]) -> None:
    """Raises Invalid where there is any."""
    found = tuple(one for faults in several for one in faults)
    if found:
        raise Invalid(faults=found)


async def bound(work: Work, deal: Held, held: HeldClaim, ruled: Iterable[HeldClaim] = ()) -> Decimal:
    """The most that a claim can come to beside the others, those that are being `ruled` on too; as the engine."""
    leg = next(one for one in deal.legs if one.id == held.leg_id)
    row = None if held.delivery_id is None else await portions.read(work, deal, held.delivery_id)
    agreed = await agreements.of_leg(work, deal, leg)
    return await _left(work, deal, held, most(held.kind, leg, None if row is None else portion(row), agreed), ruled)


async def _left(work: Work, deal: Held, held: HeldClaim, whole: Decimal, ruled: Iterable[HeldClaim] = ()) -> Decimal:
    """Of `whole`, what other claims did not take."""
    others = {one.id: one for one in (*map(claim, await queries.of_deal(work, deal)), *ruled)}
    return max(Decimal(0), whole - given(held, others.values()))


async def _tell(work: Work, deal: Held, claim: HeldClaim, code: Code) -> None:
    for tenant in (deal.buyer, claim.seller_tenant):
        if tenant != deal.caller:
            await notices.tell(work, tenant, code, {"deal_id": str(deal.id), "no": claim.no}, "claim", claim.id)
