"""Opened bids side by side, each with what the buyer has to know to choose: cost at its gate, proof, time and CO2.

Freight and CO2 run between what is said of both places: prefectures, or regions where few firms are.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec

from market.deals import queries as deals
from market.deals import revisions
from market.deals.machine import Actor
from market.deals.offers import judging
from market.deals.offers import seen as offers
from market.deals.offers.structs import Judged
from market.matches.current import Current
from market.tenders import bid_queries
from market.tenders.bidding import offered
from market.tenders.errors import BidsSealed
from market.tenders.held import Held
from market.tenders.structs import BidState, BidTerms, ComparedBid, Comparison, Sealed
from matching.freight import Quote, between
from matching.listings import Lot, Spec
from matching.permits.permit import Held as Permits
from matching.values import Currency, Place, Price, Verdict
from specs.kit import clock
from specs.kit.tenancy import Work
from specs.listing.structs import KG
from specs.lot.seen import lot_seen
from specs.lot.service import LOTS

_SEALED = msgspec.json.Decoder(Sealed)
_JUDGED = msgspec.json.Decoder(Judged)


async def compare(work: Work, tender: Held, language: str, current: Current) -> Comparison:
    """As the engine. Raises BidsSealed before the opening."""
    if tender.opened_at is None:
        raise BidsSealed
    # by the freight tables of now
    await current.refresh(work.connection)
    spec = await revisions.spec_at(work, tender.buyer, tender.spec_id, tender.spec_rev)
    rows = await bid_queries.opened(work, tender)
    lots = await deals.pinned_lots(work, [(row["seller_tenant"], row["lot_id"], row["lot_rev"]) for row in rows])
    found = [_compared(tender, spec, row, lots[row["lot_id"], row["lot_rev"]], language, current) for row in rows]
    ranked = sorted(found, key=_rank)
    return Comparison(items=tuple(msgspec.structs.replace(one, place=i) for i, one in enumerate(ranked, 1)))


def _rank(one: ComparedBid) -> tuple[Any, ...]:
    price = one.delivered_price
    cost = Decimal("Infinity") if price is None else price.amount
    return (one.verdict.rank, cost, -(one.conformance_probability or 0.0), one.lead_days, one.id)


def _compared(  # noqa: PLR0917 - the whole question
    tender: Held, spec: Spec, row: Any, pinned: deals.Pinned, language: str, current: Current
) -> ComparedBid:
    lot = LOTS.kind.decode(pinned.content)
    terms = _SEALED.decode(row["sealed"]).terms
    held = current.between(tender.buyer, row["seller_tenant"])
    verdict, probability = _at_limits(terms, spec, (lot, row["kg"]), held, current)
    freight = haul(lot, spec, current)
    return ComparedBid(
        id=row["id"],
        place=0,
        state=BidState(row["state"]),
        lot=lot_seen(row["lot_id"], lot, row["kg"] / KG, pinned.firms, current.catalogue),
        lot_rev=row["lot_rev"],
        terms=terms,
        delivered_price=delivered(terms.price, freight),
        verdict=verdict,
        conformance_probability=probability,
        judged=offers.told(_JUDGED.decode(row["evaluation"]), Actor.BUYER, language, current.catalogue),
        lead_days=(terms.deliver_from - clock.last_day(tender.deadline)).days,
        co2_kg_per_t=freight.co2_kg_per_t,
        digest=row["digest"].hex(),
        awarded_tonnes=None if row["awarded_kg"] is None else row["awarded_kg"] / KG,
        deal_id=row["deal_id"],
    )


def haul(lot: Lot, spec: Spec, current: Current) -> Quote:
    """Between what is said of both places."""
    origin, gate = (Place(prefecture=current.said(content)) for content in (lot, spec))
    return between(origin, gate, current.catalogue, exact=False)


def delivered(price: Price, freight: Quote) -> Price | None:
    """At the buyer's gate, in whole yen where freight is added; None where freight in JPY would be added to another
    currency."""
    if price.incoterm is not None and not price.incoterm.buyer_pays_freight:
        return msgspec.structs.replace(price, incoterm=None)
    if price.currency is not Currency.JPY:
        return None
    amount = (price.amount + Decimal(str(freight.jpy_per_t))).quantize(Decimal(1), ROUND_HALF_UP)
    return Price(amount=amount, currency=price.currency)


def _at_limits(
    terms: BidTerms, spec: Spec, taken: tuple[Lot, int], held: Permits, current: Current
) -> tuple[Verdict, float | None]:
    """As all bids are held against the same limits, whatever each asks to give way."""
    strict = msgspec.structs.replace(offered(terms), relaxations=())
    judged = judging.judge(strict, spec, [taken], held, current)
    one = judged.projections[0] if judged.projections else judged.evaluations[0]
    return one.verdict, one.conformance_probability
