"""What leaves an approval behind: a price beyond the band, a limit that gives way further, another lot or more of it.

A pure rule over what was approved. A price where none was approved, a lower mass, and a limit that gives way less
are what the coordinator has agreed to.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from uuid import UUID

import msgspec

from market.deals.held import Held
from market.deals.relaxing import moved, relaxed
from market.deals.review.terms import LegTerms
from market.deals.structs import Approval, ApprovedLeg, VoidCode, VoidReason
from matching.listings import Spec
from matching.values import Price
from specs.listing.structs import KG

_APPROVAL = msgspec.json.Decoder(Approval)


def voids(deal: Held, spec: Spec, terms: Sequence[LegTerms]) -> tuple[VoidReason, ...]:
    """Why these terms need a new review; none where nothing was approved. `spec` is the pinned one, as published."""
    if deal.approved is None:
        return ()
    return tuple(left_behind(_APPROVAL.decode(deal.approved), spec, terms))


def left_behind(approval: Approval, spec: Spec, terms: Sequence[LegTerms]) -> Iterator[VoidReason]:
    """In the order of the legs: price, limits, lots."""
    approved = {leg.leg_id: leg for leg in approval.legs}
    for offer in terms:
        leg = approved.get(offer.leg_id)
        if leg is None:
            yield from (_reason(offer.leg_id, VoidCode.OTHER_LOT, lot_id=str(lot.lot_id)) for lot in offer.lots)
            continue
        yield from _price(offer.leg_id, leg.price, offer.price, approval.price_band_percent)
        yield from _limits(offer, leg, spec)
        yield from _lots(offer, leg)


def _price(leg: UUID, approved: Price | None, offered: Price | None, band: float) -> Iterator[VoidReason]:
    if approved is None or offered is None:
        return
    if offered.currency is not approved.currency:
        yield _reason(
            leg, VoidCode.OTHER_CURRENCY, given=offered.currency.value, approved_currency=approved.currency.value
        )
        return
    if None not in (offered.incoterm, approved.incoterm) and offered.incoterm is not approved.incoterm:
        yield _reason(
            leg, VoidCode.OTHER_INCOTERM, given=str(offered.incoterm), approved_incoterm=str(approved.incoterm)
        )
    # whole in Decimal, so that a price right at the edge of the band stays inside
    if abs(offered.amount - approved.amount) * 100 > approved.amount * Decimal(str(band)):
        yield _reason(
            leg,
            VoidCode.PRICE_BEYOND_BAND,
            given=float(offered.amount),
            approved_price=float(approved.amount),
            currency=approved.currency.value,
            percent=band,
        )


def _limits(offer: LegTerms, leg: ApprovedLeg, spec: Spec) -> Iterator[VoidReason]:
    approved = relaxed(spec, leg.relaxations).limits
    for change in offer.relaxations:
        limit = approved[change.limit]
        if moved(limit, change.relax_to) is not None:
            yield _reason(
                offer.leg_id,
                VoidCode.LIMIT_RELAXED_FURTHER,
                analytes=list(limit.analytes),
                relax_to=change.relax_to,
                unit=limit.unit,
            )


def _lots(offer: LegTerms, leg: ApprovedLeg) -> Iterator[VoidReason]:
    approved = {lot.lot_id: lot.kg for lot in leg.lots}
    for lot in offer.lots:
        if lot.lot_id not in approved:
            yield _reason(offer.leg_id, VoidCode.OTHER_LOT, lot_id=str(lot.lot_id))
        elif lot.kg > approved[lot.lot_id]:
            yield _reason(
                offer.leg_id, VoidCode.MORE_TONNES, tonnes=lot.kg / KG, approved_tonnes=approved[lot.lot_id] / KG
            )


def _reason(leg: UUID, code: VoidCode, **params: str | float | list[str] | None) -> VoidReason:
    return VoidReason(leg_id=leg, code=code, params=dict(params))
