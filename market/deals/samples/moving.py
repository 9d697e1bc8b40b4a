"""The way of a sample from one side to the other: requested, sent under a seal, received, or called off."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import msgspec

from market.alerts.codes import Code
from market.deals import transition
from market.deals.held import Held, HeldLeg
from market.deals.machine import Act as DealAct
from market.deals.machine import Status
from market.deals.samples import agreed as agreements
from market.deals.samples import keeping, queries
from market.deals.samples.machine import Act, State
from market.deals.samples.sample import Facts, HeldSample
from market.deals.samples.structs import Receiving, SampleDraft, Sending
from market.deals.samples.wanted import request_faults, wanted
from market.deals.structs import Reason
from matching.fault import Fault, fault, leaves
from matching.reference import Catalogue
from specs.kit import clock, ids
from specs.kit.errors import Invalid
from specs.kit.tenancy import Work


async def request(work: Work, deal: Held, draft: SampleDraft, catalogue: Catalogue) -> HeldSample:
    """Another sample; with the first one the deal is sampling. Raises TransitionRefused, Invalid."""
    transition.check(deal, DealAct.REQUEST_SAMPLE)
    leg, lot = _subject(deal, draft)
    refuse(request_faults(draft, catalogue))
    agreed = await agreements.of_leg(work, deal, leg)
    found = wanted(draft.analytes, agreed, catalogue)
    new = HeldSample(
        id=ids.new_id(),
        deal_id=deal.id,
        leg_id=leg.id,
        seller_tenant=leg.seller_tenant,
        lot_id=lot,
        no=0,
        version=1,
        state=State.REQUESTED,
        facts=Facts(wanted=found, taken=draft.taken, message=draft.message),
        created_at=work.at,
        updated_at=work.at,
    )
    new = msgspec.structs.replace(new, no=await queries.add(work, deal, new))
    told = {"sample": new.id, "no": new.no, "lot": lot, "analytes": found}
    after = msgspec.structs.replace(deal, status=Status.SAMPLING)
    await transition.take(work, deal, DealAct.REQUEST_SAMPLE, after, told, leg=leg.id)
    await keeping.tell(work, new, (leg.seller_tenant,), Code.SAMPLE_REQUESTED)
    return new


async def send(work: Work, deal: Held, before: HeldSample, how: Sending) -> HeldSample:
    """Sealed and on its way. Raises SampleRefused, Invalid."""
    keeping.check(deal, before, Act.SEND, deal.actor)
    today = clock.today(work.at)
    sent = how.sent_on or today
    refuse(
        leaves(how),
        _day("/sent_on", how.sent_on, clock.today(before.created_at), today),
        _day("/sampled_on", how.sampled_on, date.min, sent),
    )
    facts = msgspec.structs.replace(before.facts, sending=msgspec.structs.replace(how, sent_on=sent))
    after = msgspec.structs.replace(before, state=State.SENT, facts=facts)
    after = await keeping.take(work, deal, before, Act.SEND, after, how)
    await keeping.tell(work, after, keeping.others(deal, after), Code.SAMPLE_SENT, seal=how.seal)
    return after


async def receive(work: Work, deal: Held, before: HeldSample, how: Receiving) -> HeldSample:
    """It arrived: both laboratories measure. Raises SampleRefused, Invalid."""
    keeping.check(deal, before, Act.RECEIVE, deal.actor)
    sending = before.facts.sending
    assert sending is not None  # noqa: S101 - sent before
    today = clock.today(work.at)
    refuse(leaves(how), _day("/received_on", how.received_on, sending.sent_on or today, today))
    facts = msgspec.structs.replace(
        before.facts, receiving=msgspec.structs.replace(how, received_on=how.received_on or today)
    )
    after = msgspec.structs.replace(before, state=State.RECEIVED, facts=facts)
    after = await keeping.take(work, deal, before, Act.RECEIVE, after, how)
    await keeping.tell(work, after, keeping.others(deal, after), Code.SAMPLE_RECEIVED)
    return after


async def cancel(work: Work, deal: Held, before: HeldSample, why: Reason) -> HeldSample:
    """Before anything is filed. Raises SampleRefused."""
    facts = msgspec.structs.replace(before.facts, reason=why.reason)
    after = msgspec.structs.replace(before, state=State.CANCELLED, facts=facts)
    after = await keeping.take(work, deal, before, Act.CANCEL, after, why)
    await keeping.tell(work, after, keeping.others(deal, after), Code.SAMPLE_CANCELLED)
    return after


def refuse(*faults: Iterator[Fault]) -> None:
    """Raises Invalid where there is any."""
    found = tuple(one for several in faults for one in several)
    if found:
        raise Invalid(faults=found)


def _subject(deal: Held, draft: SampleDraft) -> tuple[HeldLeg, UUID]:
    legs = deal.legs
    if draft.leg_id is None and len(legs) > 1:
        raise Invalid(faults=(fault("/leg_id", "leg_missing"),))
    leg = legs[0] if draft.leg_id is None else next((one for one in legs if one.id == draft.leg_id), None)
    if leg is None:
        raise Invalid(faults=(fault("/leg_id", "no_such_leg"),))
    lots = [lot.lot_id for lot in leg.lots]
    if draft.lot_id is None and len(lots) > 1:
        raise Invalid(faults=(fault("/lot_id", "lot_missing"),))
    lot = draft.lot_id or lots[0]
    if lot not in lots:
        raise Invalid(faults=(fault("/lot_id", "no_such_lot"),))
    return leg, lot


def _day(pointer: str, day: date | None, first: date, last: date) -> Iterator[Fault]:
    if day is not None and not first <= day <= last:
        yield fault(pointer, "day_out_of_range", given=str(day), first=str(first), last=str(last))
