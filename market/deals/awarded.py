"""A deal that a tender was awarded for: both sides have taken it up, and the bid is the seller's accepted offer."""

from uuid import UUID

import msgspec

from market.deals import queries, transition
from market.deals.agreement import strike
from market.deals.held import Held
from market.deals.machine import Act, Actor, Turn
from market.deals.offers import queries as offers
from market.deals.offers.queries import NewOffer
from market.deals.offers.service import with_leg
from market.deals.offers.structs import Judged, OfferState, Terms
from market.deals.opening import new
from market.deals.review import entering, requirement
from market.deals.structs import DealDraft
from market.deals.subject import Part, Subject
from matching.columns import Listing
from matching.evaluation import Evaluation
from matching.listings import Lot, Spec
from specs.kit import clock, ids
from specs.kit.tenancy import Work
from specs.kit.wire import encode


class Won(msgspec.Struct, frozen=True, kw_only=True):
    """A spec and a lot at the revisions that were bid on, and what both sides have agreed to."""

    spec: Listing[Spec]
    lot: Listing[Lot]
    kg: int
    evaluation: Evaluation
    terms: Terms
    judged: Judged


async def open_awarded(work: Work, won: Won) -> Held:
    """In review where a policy asks for it, else agreed. As the engine, in the name of the buyer. Raises StockTaken."""
    part = Part(lot=won.lot, kg=won.kg, evaluation=won.evaluation)
    found = Subject(side=Actor.BUYER, origin="tender", spec=won.spec, parts=(part,))
    deal = new(work, found, DealDraft(relaxations=won.terms.relaxations))
    deal = msgspec.structs.replace(deal, taken_up=deal.parties, turn=Turn.NOBODY)
    await queries.add(work, deal)
    offer = await _accepted(work, deal, won)
    leg = msgspec.structs.replace(deal.legs[0], turn=Turn.NOBODY, accepted_offer=offer)
    ready = with_leg(deal, leg)
    review = await requirement.of(work, ready)
    after = await (entering.enter(work, ready, review) if review.required else strike(work, ready))
    after = msgspec.structs.replace(after, version=deal.version + 1)
    await queries.save(work, deal, after)
    told = {"to": after.status, "turn": after.turn, "terms": won.terms}
    await transition.note(work, after, Act.OPEN, told)
    return after


async def _accepted(work: Work, deal: Held, won: Won) -> UUID:
    leg = deal.legs[0]
    offer = NewOffer(
        id=ids.new_id(),
        leg=leg.id,
        seller=leg.seller_tenant,
        side=Actor.SELLER.value,
        price=won.terms.price.amount,
        currency=won.terms.price.currency.value,
        kg=won.kg,
        content=encode(won.terms).decode(),
        evaluation=encode(won.judged).decode(),
        valid_until=clock.end_of(clock.today(work.at)),
    )
    await offers.add(work, deal, offer)
    await offers.close(work, deal, leg.id, OfferState.ACCEPTED.value)
    return offer.id
