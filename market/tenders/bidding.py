"""Bids: judged at once for their author, sealed, replaced and withdrawn until the deadline, and told to nobody else.

The tender's row is held FOR SHARE from before the bid is read until the commit, and the opening takes it FOR UPDATE:
so a bid that is acknowledged was stored before the opening looked, and none is stored after.
"""

from collections.abc import Iterator
from uuid import UUID

import msgspec

from market.deals import revisions
from market.deals.contract.structs import ContractTerms
from market.deals.errors import DealBlocked, RelaxationNeeded
from market.deals.offers import judging
from market.deals.offers.structs import Judged, Terms
from market.deals.offers.terms import Room, term_faults
from market.deals.taking import least, refuse_takes
from market.matches import reading
from market.matches.current import Current
from market.parties.structs import Principal
from market.tenders import bid_queries, permitted, sealing, transition
from market.tenders.bid_queries import NewBid
from market.tenders.errors import BidNotStanding
from market.tenders.held import Held
from market.tenders.structs import Act, BidDraft, BidTerms, Sealed
from matching.columns import Listing
from matching.evaluation import Evaluation
from matching.fault import Fault, fault, leaves
from matching.listings import Lot, Spec
from matching.values import Verdict
from specs.kit import clock, ids
from specs.kit.errors import Invalid
from specs.kit.tenancy import Role, Work
from specs.kit.wire import encode
from specs.listing.structs import KG


async def bid(
    work: Work, principal: Principal, current: Current, tender_id: UUID, draft: BidDraft
) -> tuple[Held, UUID]:
    """The tender, and the id of the new bid. Goes on as its author.

    Raises NotFound, NotOpen, TenderRefused, WindowPassed, TooManySuppliers, Invalid, DealBlocked, RelaxationNeeded.
    """
    await transition.read(work, principal, tender_id)
    await work.as_role(Role.TENANT)
    lot = await reading.own_lot(work, principal, current, draft.lot_id)
    await work.as_role(Role.TENANT)
    tender = await transition.share(work, principal, tender_id)
    tender.check(Act.BID, work.at)
    spec = await revisions.spec_at(work, tender.buyer, tender.spec_id, tender.spec_rev)
    terms = msgspec.convert(draft, BidTerms, from_attributes=True)
    await refuse_takes(work, tender.buyer, tender.spec_id, spec, (lot.content,), (work.owner,))
    room = _room(work, tender, spec, lot.content)
    faults = tuple(_faults(draft, terms, tender, room, current))
    if faults:
        raise Invalid(faults=faults)
    held = current.between(tender.buyer, work.owner)
    judged = judging.judge(offered(terms), spec, [(lot.content, round(terms.tonnes * KG))], held, current)
    standing = permitted.judged(current, tender, spec, work.owner, lot.content, terms.relaxations)
    _refuse_hopeless(standing, judged)
    await work.as_role(Role.TENANT)
    number = await bid_queries.alone(work, tender)
    new = _sealed(tender, lot, number, terms, least(spec, lot.content, blended=False), judged)
    await bid_queries.add(work, tender, new)
    await transition.note(work, tender, "bid", (work.owner,), {"digest": new.digest.hex()})
    return tender, new.id


async def withdraw(work: Work, principal: Principal, tender_id: UUID, bid_id: UUID) -> Held:
    """Before the deadline. Goes on as its author. Raises NotFound, TenderRefused, BidNotStanding."""
    tender = await transition.share(work, principal, tender_id)
    tender.check(Act.WITHDRAW_BID, work.at)
    await work.as_role(Role.TENANT)
    if not await bid_queries.withdraw(work, tender, bid_id):
        raise BidNotStanding
    await transition.note(work, tender, "withdraw_bid", (work.owner,), {"bid": bid_id})
    return tender


def offered(terms: BidTerms, kg: int | None = None, contract: ContractTerms | None = None) -> Terms:
    """As an offer of a deal would say it: of all that is bid, or of so many kilograms."""
    tonnes = terms.tonnes if kg is None else kg / KG
    return Terms(
        price=terms.price,
        tonnes=tonnes,
        relaxations=terms.relaxations,
        steps=terms.steps,
        contract=contract,
        message=terms.message,
    )


def _room(work: Work, tender: Held, spec: Spec, lot: Lot) -> Room:
    left = round(lot.quantity.tonnes * KG)
    most = min(tender.kg, left)
    return Room(spec=spec, lots=(lot,), left=(left,), parts=(1,), most=most, blended=False, today=clock.today(work.at))


def _faults(draft: BidDraft, terms: BidTerms, tender: Held, room: Room, current: Current) -> Iterator[Fault]:
    found = list(leaves(draft))
    if found:
        yield from found
        return
    if room.lots[0].material != tender.material:
        yield fault("/lot_id", "lot_of_other_material", material=tender.material)
        return
    yield from term_faults(offered(terms), room, current.catalogue)
    wanted = tender.wanted
    if terms.price.currency is not wanted.currency:
        yield fault("/price/currency", "not_as_wanted", given=terms.price.currency, wanted=wanted.currency)
    if wanted.incoterm is not None and terms.price.incoterm not in (None, wanted.incoterm):
        yield fault("/price/incoterm", "not_as_wanted", given=terms.price.incoterm, wanted=wanted.incoterm)
    if terms.min_tonnes is not None and not 0 < round(terms.min_tonnes * KG) <= round(terms.tonnes * KG):
        yield fault("/min_tonnes", "not_within_bid", given=terms.min_tonnes, tonnes=terms.tonnes)
    first = max(room.spec.delivery.from_, room.lots[0].available.from_)
    last = min(room.spec.delivery.until, room.lots[0].available.until)
    if not first <= terms.deliver_from <= last:
        yield fault(
            "/deliver_from", "day_outside_window", given=str(terms.deliver_from), first=str(first), last=str(last)
        )


def _refuse_hopeless(evaluation: Evaluation, judged: Judged) -> None:
    """As a deal on such a lot would be: steps that are promised may still lift it into the limits."""
    if evaluation.blockers:
        raise DealBlocked({"codes": [blocker.code for blocker in evaluation.blockers]})
    if evaluation.verdict is Verdict.OUT and not judged.projections:
        failing = ("+".join(limit.analytes) for limit in evaluation.limits if limit.verdict is Verdict.OUT)
        raise RelaxationNeeded({"limits": ", ".join(failing)})


def _sealed(  # noqa: PLR0917 - what a bid is made of
    tender: Held, lot: Listing[Lot], number: int, terms: BidTerms, fewest: int, judged: Judged
) -> NewBid:
    salt = sealing.new_salt()
    lot_id = UUID(lot.id)
    text = sealing.canonical(Sealed(tender_id=tender.id, lot_id=lot_id, lot_rev=lot.rev, no=number, terms=terms))
    kg = round(terms.tonnes * KG)
    given = max(fewest, round((terms.min_tonnes or 0.0) * KG))
    return NewBid(
        id=ids.new_id(),
        lot_id=lot_id,
        lot_rev=lot.rev,
        no=number,
        price=terms.price.amount,
        kg=kg,
        min_kg=max(1, min(given, kg)),
        salt=salt,
        sealed=text,
        digest=sealing.digest(salt, text),
        evaluation=encode(judged).decode(),
    )
