"""What leaves an approval behind: a price, tonnes or months beyond its bands, a limit that gives way further, another
lot or more of it, other promised steps, other terms of the contract.

A pure rule over what was approved. A limit that gives way less is what the coordinator has agreed to. Of a leg on which
nothing was offered before the approval, months and contract were not looked at: they stay within the windows of both
listings and the contract's own rules. What holds for its first price and steps, the approval's `first_offer` says.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

import msgspec

from market.deals.approval import Approval, ApprovedLeg, FirstOffer, VoidCode, VoidReason
from market.deals.contract.structs import ContractTerms
from market.deals.held import Held
from market.deals.relaxing import moved, relaxed
from market.deals.review.terms import LegTerms
from matching.listings import Spec
from matching.values import Portion, Price
from specs.listing.structs import KG

Asks = Mapping[UUID, Sequence[Price | None]]
_APPROVAL = msgspec.json.Decoder(Approval)
_LEG = msgspec.json.Decoder(ApprovedLeg)


def voids(deal: Held, spec: Spec, terms: Sequence[LegTerms], asks: Asks) -> tuple[VoidReason, ...]:
    """Why these terms need a new review; none where nothing was approved. `spec` is the pinned one, as published."""
    if deal.approved is None:
        return ()
    legs = tuple(_LEG.decode(leg.approved) for leg in deal.legs if leg.approved is not None)
    approval = msgspec.structs.replace(_APPROVAL.decode(deal.approved), legs=legs)
    return tuple(left_behind(approval, spec, terms, asks))


def left_behind(approval: Approval, spec: Spec, terms: Sequence[LegTerms], asks: Asks) -> Iterator[VoidReason]:
    """In the order of the legs. `asks` are the prices of each leg's lots, as they were pinned."""
    approved = {leg.leg_id: leg for leg in approval.legs}
    for offer in terms:
        leg = approved.get(offer.leg_id)
        if leg is None:
            yield from (_reason(offer.leg_id, VoidCode.OTHER_LOT, lot_id=str(lot.lot_id)) for lot in offer.lots)
            continue
        if leg.price is None:
            yield from _first(offer, asks.get(offer.leg_id, ()), approval)
        else:
            yield from _price(offer.leg_id, leg.price, offer.price, approval.price_band_percent)
            yield from _promised(offer, leg)
            yield from _months(offer, leg, approval.schedule_band_percent)
            yield from _contract(offer, leg)
        yield from _limits(offer, leg, spec)
        yield from _lots(offer, leg, approval.tonnes_band_percent)


def _first(offer: LegTerms, asks: Sequence[Price | None], approval: Approval) -> Iterator[VoidReason]:
    """Of a leg on which nothing was offered before. The reason names no ask, which is not the buyer's to read."""
    if approval.first_offer is FirstOffer.ANY or offer.price is None:
        return
    known = [ask for ask in asks if ask is not None and ask.currency is offer.price.currency]
    if approval.first_offer is FirstOffer.REVIEW or len(known) < len(asks) or not known:
        yield _reason(offer.leg_id, VoidCode.FIRST_OFFER)
        return
    band = Decimal(str(approval.price_band_percent))
    low, high = min(ask.amount for ask in known), max(ask.amount for ask in known)
    if not low * (100 - band) <= offer.price.amount * 100 <= high * (100 + band):
        given = {"given": float(offer.price.amount), "currency": offer.price.currency.value}
        yield _reason(offer.leg_id, VoidCode.FIRST_PRICE_BEYOND_BAND, **given, percent=approval.price_band_percent)
    if offer.steps:
        yield _reason(offer.leg_id, VoidCode.OTHER_STEPS, steps=[promise.step for promise in offer.steps])


def _price(leg: UUID, approved: Price, offered: Price | None, band: float) -> Iterator[VoidReason]:
    if offered is None:
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


def _promised(offer: LegTerms, leg: ApprovedLeg) -> Iterator[VoidReason]:
    """A step more, one less, or one that promises something else: what the lot will be was judged by them."""
    if offer.steps != leg.steps:
        steps = sorted({promise.step for promise in (*offer.steps, *leg.steps)})
        yield _reason(offer.leg_id, VoidCode.OTHER_STEPS, steps=steps)


def _months(offer: LegTerms, leg: ApprovedLeg, band: float) -> Iterator[VoidReason]:
    if not leg.schedule:
        return
    percent = moved_percent(leg.schedule, offer.schedule)
    if percent > band:
        yield _reason(offer.leg_id, VoidCode.OTHER_MONTHS, percent=round(percent, 1), band=band)


def moved_percent(before: Sequence[Portion], after: Sequence[Portion]) -> float:
    """The share of the tonnes that comes in another month: half the sum of what the shares of each month differ by.
    Where one of the two names no month, all."""
    change: dict[str, float] = defaultdict(float)
    for portions, sign in ((before, -1.0), (after, 1.0)):
        whole = sum(portion.tonnes for portion in portions)
        for portion in portions:
            change[portion.month] += sign * portion.tonnes / whole
    return 50.0 * sum(map(abs, change.values())) if before and after else 100.0


def _contract(offer: LegTerms, leg: ApprovedLeg) -> Iterator[VoidReason]:
    """What is not said are the contract's defaults."""
    before, after = leg.contract or ContractTerms(), offer.contract or ContractTerms()
    differing = [name for name in ContractTerms.__struct_fields__ if getattr(before, name) != getattr(after, name)]
    if differing:
        yield _reason(offer.leg_id, VoidCode.OTHER_CONTRACT, terms=differing)


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


def _lots(offer: LegTerms, leg: ApprovedLeg, band: float) -> Iterator[VoidReason]:
    approved = {lot.lot_id: lot.kg for lot in leg.lots}
    for lot in offer.lots:
        if lot.lot_id not in approved:
            yield _reason(offer.leg_id, VoidCode.OTHER_LOT, lot_id=str(lot.lot_id))
        elif lot.kg > approved[lot.lot_id]:
            yield _reason(
                offer.leg_id, VoidCode.MORE_TONNES, tonnes=lot.kg / KG, approved_tonnes=approved[lot.lot_id] / KG
            )
    before, after = sum(approved.values()), sum(lot.kg for lot in offer.lots)
    if after * 100 < before * (100 - Decimal(str(band))):
        yield _reason(offer.leg_id, VoidCode.LESS_TONNES, tonnes=after / KG, approved_tonnes=before / KG, percent=band)


def _reason(leg: UUID, code: VoidCode, **params: str | float | list[str] | None) -> VoidReason:
    return VoidReason(leg_id=leg, code=code, params=dict(params))
