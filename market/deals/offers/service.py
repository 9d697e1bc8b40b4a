"""Offers and their acceptance: each is judged at once, only the newest counts, and the whole exchange is kept."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from market.deals import revisions, transition
from market.deals.errors import BlendBroken, OfferExpired, OfferNotStanding, RelaxationNeeded
from market.deals.held import Held, HeldLeg, combined
from market.deals.machine import Act, Actor, Turn
from market.deals.offers import judging, queries
from market.deals.offers.queries import NewOffer
from market.deals.offers.structs import Judged, OfferDraft, OfferState, Terms
from market.deals.offers.terms import STANDS, Room, term_faults
from market.deals.relaxing import relaxed
from market.deals.review.concluding import conclude
from market.deals.sharing import shared_out
from market.deals.taking import refuse_takes
from market.matches.current import Current
from matching.fault import fault
from matching.listings import Lot, Spec
from matching.values import Verdict
from specs.catalogue.loader import catalogue
from specs.kit import clock, ids
from specs.kit.errors import Invalid
from specs.kit.tenancy import Work
from specs.kit.wire import encode
from specs.listing.structs import KG

_TERMS: Final = msgspec.json.Decoder(Terms)

_JUDGED = msgspec.json.Decoder(Judged)


class Pinned(msgspec.Struct, frozen=True):
    """A leg's listings at the revisions that are dealt in."""

    spec: Spec
    lots: tuple[Lot, ...]


async def offer(work: Work, deal: Held, draft: OfferDraft, current: Current) -> Held:
    """A new offer on a leg, and the turn to the other side.

    Raises Invalid, TransitionRefused, WindowPassed, TooManySuppliers.
    """
    leg = _leg(deal, draft.leg_id)
    if not leg.turn.includes(deal.actor):
        transition.refuse(deal, Act.OFFER, leg.turn)
    terms = msgspec.convert(draft, Terms, from_attributes=True)
    pinned = await _pinned(work, deal, leg)
    await refuse_takes(work, deal.buyer, deal.spec_id, pinned.spec, pinned.lots, deal.sellers)
    room = await _room(work, deal, leg, pinned)
    faults = tuple(term_faults(terms, room, current.catalogue))
    if faults:
        raise Invalid(faults=faults)
    kg = round(terms.tonnes * KG)
    judged = await _judged(work, deal, leg, terms, pinned, current)
    until = clock.end_of(terms.valid_until or clock.today(work.at) + STANDS)
    new = NewOffer(
        id=ids.new_id(),
        leg=leg.id,
        seller=leg.seller_tenant,
        side=deal.actor.value,
        price=terms.price.amount,
        currency=terms.price.currency.value,
        kg=kg,
        content=encode(terms).decode(),
        evaluation=encode(judged).decode(),
        valid_until=until,
    )
    number = await queries.add(work, deal, new)
    other = Turn.SELLER if deal.actor is Actor.BUYER else Turn.BUYER
    after = with_leg(deal, msgspec.structs.replace(leg, turn=other, kg=kg))
    return await transition.take(work, deal, Act.OFFER, after, {"no": number, "terms": terms}, leg=leg.id)


async def accept(work: Work, deal: Held, offer_id: UUID) -> Held:
    """The other side's newest offer; when every leg has one, the deal is agreed, or reviewed again.

    Raises OfferNotStanding, OfferExpired, TransitionRefused, RelaxationNeeded, WindowPassed, TooManySuppliers,
    StockTaken, BlendOutdated, BlendBroken.
    """
    row, leg = await _standing(work, deal, offer_id)
    if not leg.turn.includes(deal.actor):
        transition.refuse(deal, Act.ACCEPT, leg.turn)
    if row["valid_until"] <= work.at:
        raise OfferExpired({"valid_until": row["valid_until"].isoformat()})
    if deal.blend is None:
        _refuse_missing(row)
    await queries.close(work, deal, leg.id, OfferState.ACCEPTED.value)
    after = with_leg(deal, msgspec.structs.replace(leg, turn=Turn.NOBODY, accepted_offer=offer_id))
    if all(one.accepted_offer for one in after.legs):
        if after.blend is not None:
            await _refuse_broken(work, after)
        after = await conclude(work, after)
    return await transition.take(work, deal, Act.ACCEPT, after, {"offer": offer_id, "no": row["no"]}, leg=leg.id)


async def retract(work: Work, deal: Held, offer_id: UUID) -> Held:
    """One's own offer that stands, or one that is accepted while other legs are not.

    Raises OfferNotStanding, TransitionRefused.
    """
    leg = next((one for one in deal.seen_legs if one.accepted_offer == offer_id), None)
    if leg is not None:
        await queries.reopen(work, deal, leg.id)
    else:
        row, leg = await _standing(work, deal, offer_id)
        if row["side"] != deal.actor.value:
            transition.refuse(deal, Act.RETRACT)
        await queries.close(work, deal, leg.id, OfferState.ENDED.value)
    after = with_leg(deal, msgspec.structs.replace(leg, turn=Turn.BOTH, accepted_offer=None))
    return await transition.take(work, deal, Act.RETRACT, after, {"offer": offer_id}, leg=leg.id)


async def lapse(work: Work, deal: Held, leg_id: UUID) -> Held:
    """An offer whose last day has passed; as the system."""
    leg = next(one for one in deal.legs if one.id == leg_id)
    await queries.close(work, deal, leg.id, OfferState.EXPIRED.value)
    after = with_leg(deal, msgspec.structs.replace(leg, turn=Turn.BOTH))
    return await transition.take(work, deal, Act.LAPSE, after, {}, leg=leg.id)


async def refuse_nothing_to_accept(work: Work, deal: Held) -> None:
    """As the engine. Raises OfferNotStanding where no offer of the other side stands on a leg of the caller's turn."""
    mine = {leg.id for leg in deal.seen_legs if leg.turn.includes(deal.actor)}
    if not any(leg in mine and side != deal.actor for leg, side in await queries.standing(work, deal)):
        raise OfferNotStanding


async def refuse_nothing_to_retract(work: Work, deal: Held) -> None:
    """As the engine. Raises OfferNotStanding where the caller has offered nothing that stands, nor is one accepted."""
    mine = {leg.id for leg in deal.seen_legs}
    if any(leg.accepted_offer for leg in deal.seen_legs):
        return
    if not any(leg in mine and side == deal.actor for leg, side in await queries.standing(work, deal)):
        raise OfferNotStanding


def with_leg(deal: Held, leg: HeldLeg) -> Held:
    """The deal with one leg changed, and whose turn it is then."""
    legs = tuple(leg if one.id == leg.id else one for one in deal.legs)
    turn = combined(tuple(one.turn for one in legs))
    return msgspec.structs.replace(deal, legs=legs, turn=turn, kg=sum(one.kg for one in legs))


def _leg(deal: Held, leg_id: UUID | None) -> HeldLeg:
    legs = deal.seen_legs
    if leg_id is None and len(legs) == 1:
        return legs[0]
    found = next((leg for leg in legs if leg.id == leg_id), None)
    if found is None:
        raise Invalid(faults=(fault("/leg_id", "no_such_leg" if leg_id else "leg_missing"),))
    return found


async def _standing(work: Work, deal: Held, offer_id: UUID) -> tuple[queries.Row, HeldLeg]:
    legs = {leg.id: leg for leg in deal.seen_legs}
    for row in await queries.of_deal(work, deal.buyer, deal.id):
        if row["id"] == offer_id and row["leg_id"] in legs and row["state"] == OfferState.STANDING.value:
            return row, legs[row["leg_id"]]
    raise OfferNotStanding


def _refuse_missing(row: queries.Row) -> None:
    """What misses the spec under the terms, promised steps counted, may be talked about, and is not agreed on."""
    judged = _JUDGED.decode(row["evaluation"])
    missed = {
        "+".join(limit.analytes)
        for one in judged.projections or judged.evaluations
        for limit in one.limits
        if limit.verdict is Verdict.OUT
    }
    if missed:
        raise RelaxationNeeded({"limits": ", ".join(sorted(missed))})


async def _refuse_broken(work: Work, deal: Held) -> None:
    """The accepted tonnes miss the spec together, even with all that gives way in any leg. Raises BlendBroken.

    Each leg is accepted by itself, so that no single offer shows it. What promised steps will make of a lot is for the
    sides to judge.
    """
    spec, takes = await revisions.spec(work, deal), []
    for leg in deal.legs:
        terms = _TERMS.decode((await queries.accepted(work, deal, leg.id))["content"])
        if terms.steps:
            return
        spec = relaxed(spec, terms.relaxations)
        takes += _takes(leg, leg.kg, await revisions.lots(work, leg))
    if not judging.blend_holds(spec, takes, catalogue()):
        raise BlendBroken


def _takes(leg: HeldLeg, kg: int, lots: Sequence[Lot]) -> list[tuple[str, Lot, float]]:
    shares = shared_out(kg, [lot.kg for lot in leg.lots])
    return [(str(lot.lot_id), own, part / KG) for lot, own, part in zip(leg.lots, lots, shares, strict=True)]


async def _pinned(work: Work, deal: Held, leg: HeldLeg) -> Pinned:
    return Pinned(await revisions.spec(work, deal), await revisions.lots(work, leg))


async def _room(work: Work, deal: Held, leg: HeldLeg, pinned: Pinned) -> Room:
    left = [await queries.left(work, "lot", leg.seller_tenant, lot.lot_id) for lot in leg.lots]
    wanted = await queries.left(work, "spec", deal.buyer, deal.spec_id)
    most = min(wanted, sum(left))
    return Room(
        spec=pinned.spec,
        lots=pinned.lots,
        left=tuple(left),
        parts=tuple(lot.kg for lot in leg.lots),
        most=most,
        blended=deal.blend is not None,
        today=clock.today(work.at),
    )


async def _judged(  # noqa: PLR0917 - the whole question
    work: Work, deal: Held, leg: HeldLeg, terms: Terms, pinned: Pinned, current: Current
) -> Judged:
    shares = shared_out(round(terms.tonnes * KG), [lot.kg for lot in leg.lots])
    held = current.between(deal.buyer, leg.seller_tenant)
    found = judging.judge(terms, pinned.spec, list(zip(pinned.lots, shares, strict=True)), held, current)
    if deal.blend is None:
        return found
    takes = _takes(leg, round(terms.tonnes * KG), pinned.lots)
    for other in deal.legs:
        if other.id != leg.id:
            takes += _takes(other, other.kg, await revisions.lots(work, other))
    asked = relaxed(pinned.spec, terms.relaxations)
    return msgspec.structs.replace(found, blend_holds=judging.blend_holds(asked, takes, current.catalogue))
