"""What speaks for a closer look at a deal, and how much: a pure rule over its facts.

Each reason has a weight in (0, 1). The level is 1 minus the product of what the weights leave, as if each reason were
an independent chance that something is wrong: it grows with every reason, and no number of them passes 1.
"""

import math
from collections.abc import Iterator
from typing import Final

from market.deals.review.facts import Facts
from market.deals.structs import Risk, RiskCode, RiskReason
from matching.evaluation import Params

# prices this share away from the median of so many like deals are worth a word
UNUSUAL: Final = 0.25
LEAST_LIKE_DEALS: Final = 5
# kilometres from which a way is worth a word, and its weight for each thousand of them
FAR_KM: Final = 500.0
PER_1000_KM: Final = 0.1
_MOST: Final = 0.8


def assessed(facts: Facts) -> Risk:
    """The reasons, the heaviest first, and their level."""
    reasons = tuple(sorted(_reasons(facts), key=lambda reason: -reason.weight))
    left = math.prod(1.0 - reason.weight for reason in reasons)
    return Risk(level=round(1.0 - left, 4), reasons=reasons)


def _reasons(facts: Facts) -> Iterator[RiskReason]:
    yield from _quality(facts)
    yield from _stream(facts)
    yield from _price(facts)
    if facts.newcomers:
        yield _reason(RiskCode.FIRST_DEAL, 0.15 * facts.newcomers, count=facts.newcomers)
    if facts.road_km + facts.sea_km >= FAR_KM:
        weight = PER_1000_KM * (facts.road_km + facts.sea_km) / 1000.0
        yield _reason(RiskCode.FAR_APART, weight, road_km=facts.road_km, sea_km=facts.sea_km)
    if facts.opened_by_coordinator:
        yield _reason(RiskCode.OPENED_BY_COORDINATOR, 0.2)


def _quality(facts: Facts) -> Iterator[RiskReason]:
    if facts.probability is not None and facts.probability < facts.confidence:
        short = 1.0 - facts.probability / facts.confidence
        yield _reason(
            RiskCode.LOW_PROBABILITY, 0.2 + 0.6 * short, probability=facts.probability, confidence=facts.confidence
        )
    if facts.not_evaluated:
        yield _reason(
            RiskCode.ASSAYS_MISSING, 0.3 + 0.05 * len(facts.not_evaluated), analytes=list(facts.not_evaluated)
        )
    if facts.relaxed:
        yield _reason(RiskCode.LIMITS_RELAXED, 0.2 + 0.05 * len(facts.relaxed), analytes=list(facts.relaxed))


def _stream(facts: Facts) -> Iterator[RiskReason]:
    if facts.hazards:
        yield _reason(RiskCode.HAZARDOUS_STREAM, 0.5 + 0.1 * len(facts.hazards), hazards=list(facts.hazards))
    if facts.family == "battery":
        yield _reason(RiskCode.BATTERY_STREAM, 0.5, material=facts.material)
    if facts.permits_unproven:
        yield _reason(RiskCode.PERMIT_UNPROVEN, 0.4, permits=list(facts.permits_unproven))
    if facts.permits_ending:
        yield _reason(RiskCode.PERMIT_ENDING, 0.3, permits=list(facts.permits_ending))
    if facts.yards_unknown:
        yield _reason(RiskCode.YARD_RULES_UNKNOWN, 0.05, prefectures=list(facts.yards_unknown))


def _price(facts: Facts) -> Iterator[RiskReason]:
    """The leg farthest from the median, where enough like deals were made in its currency."""
    found = []
    for price in facts.prices:
        like = facts.like.get(price.currency)
        if like is not None and like.offers >= LEAST_LIKE_DEALS and like.median:
            away = abs(float(price.amount / like.median) - 1.0)
            found.append((away, price, like))
    if not found:
        return
    away, price, like = max(found, key=lambda one: one[0])
    if away > UNUSUAL:
        yield _reason(
            RiskCode.PRICE_UNUSUAL,
            0.2 + (away - UNUSUAL),
            price=float(price.amount),
            currency=price.currency.value,
            median=float(like.median),
            percent=round(away * 100.0, 1),
            offers=like.offers,
        )


def _reason(code: RiskCode, weight: float, **params: str | float | list[str] | None) -> RiskReason:
    told: Params = dict(params)
    return RiskReason(code=code, params=told, weight=round(min(weight, _MOST), 4))
