"""The score (rule 11): six utilities in [0, 1], each monotone in what a user would call better.

quality    mean over all limits of the margin to the limit in units of the limit; a limit not evaluated counts 0
quantity   share of the spec's open tonnes that the lot covers; 0 below the spec's smallest lot
timing     overlapping days, full at 30: an absolute count, so that widening a window never lowers it
price      1 at 25 % under the ceiling, 0 at the ceiling; across parties only the band: 1 within, 0.5 near, 0 over
distance   half at JPY 5,000 of freight per tonne
evidence   mean of: age of the results at `delivery.from` (full to 90 days, nothing after 730), share of results
           with a method, share with a laboratory (attestation), strength of the custody model
"""

import math
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from matching.evaluation import Criterion, Delivered, LimitResult, Params
from matching.freight import Quote
from matching.listings import Lot, Spec
from matching.tolerance import band
from matching.values import Assay, Currency, CustodyModel, Price, Verdict

NEUTRAL = 0.5
FULL_OVERLAP_DAYS = 30
PRICE_SPAN = 0.25
# across parties no price is told more finely than this ratio
GRID = 1.05
HALF_FREIGHT_JPY = 5000.0
FRESH_DAYS, STALE_DAYS = 90, 730
CUSTODY = {
    CustodyModel.IDENTITY_PRESERVED: 1.0,
    CustodyModel.SEGREGATED: 1.0,
    CustodyModel.CONTROLLED_BLENDING: 0.67,
    CustodyModel.MASS_BALANCE: 0.33,
    CustodyModel.BOOK_AND_CLAIM: 0.1,
}


class Utility(msgspec.Struct, frozen=True):
    """A utility before it is weighted."""

    value: float
    code: str
    params: Params


def criteria(
    spec: Spec, lot: Lot, limits: Sequence[LimitResult], freight: Quote, *, banded: bool
) -> tuple[Criterion, ...]:
    """The six criteria with the spec's weights, in the order of the design."""
    weights = spec.weights
    price = banded_price(spec, lot, freight) if banded else price_utility(spec, lot, freight)
    found = (
        ("quality", weights.quality, quality(limits)),
        ("quantity", weights.quantity, quantity(spec, lot)),
        ("timing", weights.timing, timing(spec, lot)),
        ("price", weights.price, price),
        ("distance", weights.distance, distance(freight)),
        ("evidence", weights.evidence, evidence(spec, lot)),
    )
    return tuple(
        Criterion(name=name, utility=round(u.value, 6), weight=weight, code=u.code, params=u.params)
        for name, weight, u in found
    )


def weighted(found: Sequence[Criterion]) -> float:
    """Weighted mean of utilities; weights that are all 0 count alike."""
    weights = [c.weight or 0.0 for c in found]
    total = math.fsum(weights)
    if total == 0.0:
        return math.fsum(c.utility for c in found) / len(found)
    return math.fsum(c.utility * w for c, w in zip(found, weights, strict=True)) / total


def quality(limits: Sequence[LimitResult]) -> Utility:
    """Mean margin; 0.5 where there is no limit to have a margin to."""
    if not limits:
        return Utility(NEUTRAL, "no_limits", {})
    margins = [margin(r) for r in limits if r.verdict is not Verdict.NOT_EVALUATED]
    value = math.fsum(margins) / len(limits)
    return Utility(value, "margin", {"share": value, "evaluated": len(margins), "limits": len(limits)})


def margin(result: LimitResult) -> float:
    """Distance of the worst end to the nearest limit, as a share of that limit, within 0..1."""
    limits = band(result)
    low = result.measured if result.measured is not None else result.low
    high = result.measured if result.measured is not None else result.high
    over = _share(limits.high - high, limits.high) if high is not None else 0.0
    under = _share(low - limits.low, limits.low) if low is not None else 0.0
    return min(over if math.isfinite(limits.high) else 1.0, under if math.isfinite(limits.low) else 1.0)


def _share(room: float, limit: float) -> float:
    if limit == 0.0:
        return 1.0 if room >= 0.0 else 0.0
    return min(1.0, max(0.0, room / abs(limit)))


def quantity(spec: Spec, lot: Lot) -> Utility:
    """Share of the demand that the lot covers."""
    tonnes, wanted = lot.quantity.tonnes, spec.quantity.tonnes
    params: Params = {"tonnes": tonnes, "wanted": wanted}
    least = spec.quantity.min_lot_tonnes
    if least is not None and tonnes < least:
        return Utility(0.0, "below_min_lot", {**params, "min_lot_tonnes": least})
    return Utility(min(1.0, tonnes / wanted) if wanted > 0 else 1.0, "covers", params)


def timing(spec: Spec, lot: Lot) -> Utility:
    """Days on which both sides are ready."""
    days = spec.delivery.overlap_days(lot.available)
    return Utility(min(1.0, days / FULL_OVERLAP_DAYS), "overlap", {"days": days})


def delivered_cost(lot: Lot, freight: Quote) -> Delivered | None:
    """Ask price at the buyer's gate; freight is added where the delivery term leaves it to the buyer (JPY only)."""
    ask = lot.ask_price
    if ask is None:
        return None
    buyer_pays = ask.incoterm is None or ask.incoterm.buyer_pays_freight
    if not buyer_pays:
        return Delivered(amount=ask.amount, currency=ask.currency)
    if ask.currency is not Currency.JPY:
        return None
    return Delivered(amount=ask.amount + Decimal(round(freight.jpy_per_t)), currency=ask.currency)


def price_utility(spec: Spec, lot: Lot, freight: Quote) -> Utility:
    """Delivered cost against the ceiling; neutral where there is nothing to compare."""
    ask, ceiling = lot.ask_price, spec.max_price
    if ask is None or ceiling is None:
        return Utility(NEUTRAL, "price_not_stated", {})
    if ask.currency is not ceiling.currency:
        return Utility(NEUTRAL, "currencies_differ", {"ask": ask.currency, "ceiling": ceiling.currency})
    delivered = delivered_cost(lot, freight)
    if delivered is None:
        return Utility(NEUTRAL, "freight_not_convertible", {"ask": ask.currency})
    params: Params = {
        "delivered": float(delivered.amount),
        "ceiling": float(ceiling.amount),
        "currency": ceiling.currency,
    }
    if delivered.amount > ceiling.amount:
        return Utility(0.0, "over_ceiling", params)
    room = 1.0 - float(delivered.amount) / float(ceiling.amount) if ceiling.amount else 0.0
    return Utility(min(1.0, room / PRICE_SPAN), "within_ceiling", params)


def banded_price(spec: Spec, lot: Lot, freight: Quote) -> Utility:
    """What one party may learn of the other's price before an offer: a band, and no number to solve it from.

    Both prices are first put on a logarithmic grid of 5 %, so that moving one's own price, or place, until the band
    turns never tells the other's more finely than the grid.
    """
    ask, ceiling = on_grid(lot.ask_price), on_grid(spec.max_price)
    coarse = price_utility(
        msgspec.structs.replace(spec, max_price=ceiling), msgspec.structs.replace(lot, ask_price=ask), freight
    )
    if coarse.code not in ("within_ceiling", "over_ceiling"):
        return coarse
    delivered, most = coarse.params["delivered"], coarse.params["ceiling"]
    if isinstance(delivered, float) and isinstance(most, float) and most / GRID < delivered <= most * GRID:
        return Utility(NEUTRAL, "price_band_near", {})
    if coarse.code == "within_ceiling":
        return Utility(1.0, "price_band_within", {})
    return Utility(0.0, "price_band_over", {})


def on_grid(price: Price | None) -> Price | None:
    """The price as the other side may reckon with it: the nearest power of 1.05; nothing and zero stay."""
    if price is None or not price.amount:
        return price
    steps = round(math.log(price.amount) / math.log(GRID))
    return msgspec.structs.replace(price, amount=Decimal(GRID**steps))


# by sea, extrapolated, and from fares that end somewhere
_HAULED = {
    (False, False, False): "freight",
    (True, False, False): "freight_by_sea",
    (False, True, False): "freight_extrapolated",
    (True, True, False): "freight_by_sea_extrapolated",
    (False, True, True): "freight_extrapolated_within",
    (True, True, True): "freight_by_sea_extrapolated_within",
}


def distance(freight: Quote) -> Utility:
    """Freight per tonne, half-valued at JPY 5,000."""
    params: Params = {
        "jpy_per_t": round(freight.jpy_per_t),
        "road_km": round(freight.road_km),
        "sea_km": round(freight.sea_km),
        "extrapolated": freight.extrapolated,
    }
    if freight.extrapolated:
        params["fares_from_km"] = freight.fares_from_km
        if freight.fares_to_km is not None:
            params["fares_to_km"] = freight.fares_to_km
    if freight.of_region:
        code = "freight_of_region_extrapolated" if freight.extrapolated else "freight_of_region"
    else:
        code = _HAULED[bool(freight.sea_km), freight.extrapolated, "fares_to_km" in params]
    return Utility(HALF_FREIGHT_JPY / (HALF_FREIGHT_JPY + max(0.0, freight.jpy_per_t)), code, params)


def evidence(spec: Spec, lot: Lot) -> Utility:
    """How well the results are founded, by analyte, so that a copied result counts once."""
    best: dict[str, tuple[float, float, float]] = {}
    for assay in lot.assays:
        worth = (
            _freshness(spec, assay),
            float(assay.method is not None),
            float(assay.laboratory is not None),
        )
        known = best.get(assay.analyte)
        if known is not None:
            worth = (max(known[0], worth[0]), max(known[1], worth[1]), max(known[2], worth[2]))
        best[assay.analyte] = worth
    shares = [math.fsum(w[i] for w in best.values()) / len(best) if best else 0.0 for i in range(3)]
    custody = CUSTODY.get(lot.custody_model, 0.0) if lot.custody_model else 0.0
    params: Params = {"fresh": shares[0], "method": shares[1], "laboratory": shares[2], "custody": custody}
    return Utility(math.fsum([*shares, custody]) / 4.0, "evidence" if best else "no_evidence", params)


def _freshness(spec: Spec, assay: Assay) -> float:
    if assay.sampled_on is None:
        return 0.0
    age = max(0, (spec.delivery.from_ - assay.sampled_on).days)
    return min(1.0, max(0.0, (STALE_DAYS - age) / (STALE_DAYS - FRESH_DAYS)))
