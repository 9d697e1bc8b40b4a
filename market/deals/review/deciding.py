"""What a coordinator decides on a deal in review, and what the sides answer where it was returned."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec

from market.alerts import service as notices
from market.alerts.codes import Code
from market.deals import proposal, transition
from market.deals.agreement import strike
from market.deals.approval import Approval, ApprovedLeg, ApprovedLot, Bands
from market.deals.errors import OwnDeal
from market.deals.held import Held, HeldLeg
from market.deals.machine import Act, Status, Turn
from market.deals.relaxing import Relaxation
from market.deals.review import entering, policies, queries, requirement
from market.deals.review.structs import Answers, Decision, ReviewContent, ReviewDraft
from market.deals.review.terms import LegTerms, offered
from market.deals.structs import Asked
from matching.fault import Fault, fault, leaves
from specs.kit import clock
from specs.kit.errors import Invalid
from specs.kit.tenancy import Work
from specs.kit.wire import encode

# days that the sides have to answer what a coordinator asks
ANSWERING: Final = timedelta(days=14)
_ASKED: Final = msgspec.json.Decoder(Asked)
_CONTENT: Final = msgspec.json.Decoder(ReviewContent)
# what belongs to which decision
_OWN: Final = {Decision.APPROVE: "conditions", Decision.RETURN: "questions", Decision.REJECT: "reason_code"}
_ACTS: Final = {
    Decision.APPROVE: (Act.APPROVE, Code.DEAL_APPROVED),
    Decision.RETURN: (Act.RETURN, Code.DEAL_RETURNED),
    Decision.REJECT: (Act.REJECT, Code.DEAL_REJECTED),
}


async def decide(work: Work, deal: Held, draft: ReviewDraft) -> Held:
    """As a coordinator. Raises Invalid, OwnDeal, TransitionRefused, StockTaken."""
    found = (*leaves(draft), *_draft_faults(draft))
    if found:
        raise Invalid(faults=found)
    if deal.caller in deal.parties:
        raise OwnDeal
    act, told = _ACTS[draft.act]
    after = await transition.take(work, deal, act, await _decided(work, deal, draft), draft)
    content = ReviewContent(conditions=draft.conditions, questions=draft.questions, note=draft.note)
    await queries.add(work, after, draft.act.value, content, after.parties, reason_code=draft.reason_code)
    for party in deal.parties:
        await notices.tell(work, party, told, {"material": deal.material}, "deal", deal.id)
    return after


def _draft_faults(draft: ReviewDraft) -> Iterator[Fault]:
    for decision, name in _OWN.items():
        if decision is not draft.act and getattr(draft, name):
            yield fault(f"/{name}", "only_with_act", act=decision.value)
    if draft.act is not Decision.APPROVE and not getattr(draft, _OWN[draft.act]):
        yield fault(f"/{_OWN[draft.act]}", "needed_by_act", act=draft.act.value)


async def _decided(work: Work, deal: Held, draft: ReviewDraft) -> Held:
    if draft.act is Decision.REJECT:
        return proposal.over(deal, Status.REJECTED)
    if draft.act is Decision.RETURN:
        deadline = clock.end_of(clock.today(work.at) + ANSWERING)
        return msgspec.structs.replace(deal, status=Status.RETURNED, turn=Turn.BOTH, deadline=deadline)
    return await _onward(work, await _approved(work, deal, draft.conditions))


async def _onward(work: Work, deal: Held) -> Held:
    """Agreed where both sides had accepted every leg before, else both may make the first offer."""
    if all(leg.accepted_offer for leg in deal.legs):
        return await strike(work, deal)
    return proposal.negotiating(work, deal)


async def _approved(work: Work, deal: Held, conditions: tuple[str, ...]) -> Held:
    """With the bands of the coordinator's policy, and of each leg, apart from the others, its newest terms; where
    nothing was offered yet, what the deal was opened on."""
    policy = (await policies.of(work, (work.owner,)))[work.owner]
    bands = {name: getattr(policy, name) for name in Bands.__struct_fields__}
    terms = {leg.leg_id: leg for leg in offered(deal, await queries.offers(work, deal))}
    asked = _ASKED.decode(deal.asked).relaxations
    legs = tuple(_approved_leg(leg, terms.get(leg.id), asked) for leg in deal.legs)
    approval = encode(Approval(**bands, at=work.at, conditions=conditions)).decode()
    return msgspec.structs.replace(deal, approved=approval, legs=legs)


def _approved_leg(leg: HeldLeg, terms: LegTerms | None, asked: tuple[Relaxation, ...]) -> HeldLeg:
    if terms is None:
        lots = tuple(ApprovedLot(lot_id=lot.lot_id, kg=lot.kg) for lot in leg.lots)
        approved = ApprovedLeg(leg_id=leg.id, relaxations=asked, lots=lots)
    else:
        approved = msgspec.convert(terms, ApprovedLeg, from_attributes=True)
    return msgspec.structs.replace(leg, approved=encode(approved).decode())


async def resubmit(work: Work, deal: Held, draft: Answers) -> Held:
    """As a party, with an answer to every question. Raises Invalid, TransitionRefused."""
    last = await queries.last(work, deal, Decision.RETURN.value)
    questions = _CONTENT.decode(last).questions if last is not None else ()
    found = list(leaves(draft))
    if deal.status is Status.RETURNED and len(draft.answers) != len(questions):
        found.append(fault("/answers", "answer_each_question", given=len(draft.answers), wanted=len(questions)))
    if found:
        raise Invalid(faults=found)
    again = await entering.enter(work, deal, await requirement.of(work, deal))
    leg = deal.leg_of(deal.caller)
    audience = _audience(deal, leg, draft)
    # that the deal goes on is for all, and what a buyer answers need not be
    apart = leg is None and not draft.for_all
    said: Answers | dict[str, str] = {} if apart else draft
    after = await transition.take(work, deal, Act.RESUBMIT, again, said, leg=leg.id if leg else None)
    if apart:
        await transition.note_for(work, after, "answer", draft, audience)
    content = ReviewContent(answers=draft.answers, note=draft.note)
    await queries.add(work, after, Act.RESUBMIT.value, content, audience)
    return after


def _audience(deal: Held, leg: HeldLeg | None, draft: Answers) -> tuple[UUID, ...]:
    """Of the parties, who reads the answers: whose they are and the buyer, or everyone where they are for all."""
    if draft.for_all:
        return deal.parties
    return (deal.buyer,) if leg is None else (deal.buyer, leg.seller_tenant)
