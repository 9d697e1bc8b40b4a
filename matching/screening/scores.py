"""The scores of lots that fit (rule 11), as `matching.score` and `matching.engine` round them. O(lots · analytes)."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.columns import Slots
from matching.freight import Quote
from matching.listings import Spec
from matching.score import FRESH_DAYS, FULL_OVERLAP_DAYS, NEUTRAL, STALE_DAYS, banded_price, distance, evidence
from matching.screening.alike import alike
from matching.screening.asked import Asked
from matching.screening.judging import Flags, Reals
from matching.screening.limits import Weighed
from matching.screening.lots import UNDATED, LotColumns

# utilities and scores are told to six digits; so near to the middle between two, the engine itself rounds
_DIGITS: Final = 6
_SCALE: Final = 10.0**_DIGITS
_DOUBT: Final = 1e-4
_SPAN: Final = STALE_DAYS - FRESH_DAYS


def scored(asked: Asked, slots: Slots, days: NDArray[np.int32], weighed: Weighed, at: Slots) -> tuple[Reals, Flags]:
    """Of the entries `at`, and where the last digit is the engine's to say; `days` are those that both sides share."""
    spec, lots, slots = asked.spec.content, asked.lots, slots[at]
    weights = spec.weights
    places = lots.numbers["place"]
    hauls = [asked.quote(str(places[number])) for number in range(len(places))]
    place = lots.sheet["place"][slots]
    limits, margins = weighed.shown.limits[at], weighed.shown.margins[at]
    utilities = (
        (weights.quality, _rounded(np.where(limits > 0, margins / np.maximum(limits, 1), NEUTRAL))),
        (weights.quantity, _quantity(spec, lots.sheet["tonnes"][slots])),
        (weights.timing, _rounded(np.minimum(1.0, days[at] / FULL_OVERLAP_DAYS))),
        (weights.price, _rounded(_prices(spec, lots, lots.sheet["price"][slots], place, hauls))),
        (weights.distance, _rounded(np.array([distance(haul).value for haul in hauls])[place])),
        (weights.evidence, _evidence(spec, lots, slots)),
    )
    total = math.fsum(weight for weight, _ in utilities)
    parts = [value * weight / total if total else value / len(utilities) for weight, (value, _) in utilities]
    whole = (1.0 + weighed.completeness[at]) / 2.0 * np.sum(parts, axis=0)
    score, doubtful = _rounded(weighed.counted.chance[at] * whole)
    return score, np.any([doubtful, *(unsure for _, (_, unsure) in utilities)], axis=0)


def _rounded(values: Reals) -> tuple[Reals, Flags]:
    scaled = values * _SCALE
    return np.rint(scaled) / _SCALE, np.abs(scaled - np.floor(scaled) - 0.5) < _DOUBT


def _quantity(spec: Spec, tonnes: Reals) -> tuple[Reals, Flags]:
    """One division, so the same number as the engine's: what is in the middle, as tonnes often are, rounds as there."""
    wanted, least = spec.quantity.tonnes, spec.quantity.min_lot_tonnes
    share = np.minimum(1.0, tonnes / wanted) if wanted > 0 else np.ones(len(tonnes))
    share = share if least is None else np.where(tonnes < least, 0.0, share)
    value, unsure = _rounded(share)
    value[unsure] = [round(one, _DIGITS) for one in share[unsure].tolist()]
    return value, np.zeros_like(unsure)


def _prices(spec: Spec, lots: LotColumns, price: Slots, place: Slots, hauls: Sequence[Quote]) -> Reals:
    """Once for each price on the grid and each haul."""
    pairs, which = alike(price, place)
    found = [banded_price(spec, lots.example("price", p).content, hauls[at]).value for p, at in pairs]
    return np.array(found, np.float64)[which]


def _evidence(spec: Spec, lots: LotColumns, slots: Slots) -> tuple[Reals, Flags]:
    """Ages in days make many that are in the middle: of those the engine is asked for this one part alone."""
    wanted = spec.delivery.from_.toordinal()
    fresh = np.zeros(len(slots))
    for newest in lots.newest(slots):
        age = np.maximum(0, wanted - newest)
        fresh += np.where(newest > UNDATED, np.clip((STALE_DAYS - age) / _SPAN, 0.0, 1.0), 0.0)
    counts = lots.sheet["methods"][slots] + lots.sheet["laboratories"][slots]
    analytes = lots.sheet["analytes"][slots]
    shares = np.where(analytes > 0, (fresh + counts) / np.maximum(analytes, 1), 0.0)
    value, unsure = _rounded((shares + lots.sheet["custody"][slots]) / 4.0)
    asked = [round(evidence(spec, lots.at(slot).content).value, _DIGITS) for slot in slots[unsure].tolist()]
    value[unsure] = asked
    return value, np.zeros_like(unsure)
