"""Which deals a coordinator wants to review: ordered rules as data, evaluated by a pure function.

The first rule whose conditions all hold decides; where none does, the deal is reviewed. What is not known of a deal
counts against waiving: it fulfils the conditions of a rule that asks for a review, and none of one that does not.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta

from market.deals.approval import Bands
from market.deals.review.facts import Facts
from market.parties.structs import Posted
from matching.fault import Fault, fault, leaves, repeated, unknown_any
from matching.reference import Catalogue
from matching.values import Code, Currency

Codes = Annotated[tuple[Code, ...], Meta(max_length=50)]
MOST_RULES: Final = 50
MOST_DAYS: Final = 60
MOST_PERCENT: Final = 100.0


class DealOrigin(StrEnum):
    """What a deal was opened on."""

    MATCH = "match"
    NEAR_MISS = "near_miss"
    BLEND = "blend"
    TENDER = "tender"


class DealValue(Posted, frozen=True, kw_only=True):
    """The money of a whole deal."""

    amount: Decimal
    currency: Currency = Currency.JPY


class ReviewWhen(Posted, frozen=True, kw_only=True):
    """All that is given must hold; without any, the rule is for every deal.

    `min_probability` is of the deal's least certain lot. `min_value` is at the newest offers, else the asking prices;
    it is not known across currencies.
    """

    materials: Codes = ()
    families: Codes = ()
    origins: Annotated[tuple[DealOrigin, ...], Meta(max_length=4)] = ()
    min_tonnes: float | None = None
    max_tonnes: float | None = None
    min_probability: float | None = None
    min_value: DealValue | None = None
    max_value: DealValue | None = None
    hazards: bool | None = None
    first_deal: bool | None = None


class ReviewRule(Posted, frozen=True, kw_only=True):
    """Whether deals of which `when` holds are reviewed."""

    when: ReviewWhen = ReviewWhen()
    review: bool


class ReviewPolicyDraft(Bands, frozen=True, kw_only=True):
    """`days` are Japanese calendar days, inclusive, that a review may take. The rest says how far terms may move from
    what was approved before the approval is void: a price either way, tonnes down (more of a lot always voids it), the
    share of the tonnes that comes in another month, and what holds where nothing was offered before the approval.
    """

    rules: Annotated[tuple[ReviewRule, ...], Meta(max_length=MOST_RULES)] = ()
    days: Annotated[int, Meta(ge=1, le=MOST_DAYS)] = 3


class ReviewPolicy(ReviewPolicyDraft, frozen=True, kw_only=True):
    """As it is stored; version 0 is what holds until one is set."""

    version: int = 0
    updated_at: datetime | None = None


def reviewed(policy: ReviewPolicyDraft, facts: Facts) -> bool:
    """By the first rule that holds, else yes."""
    return next((rule.review for rule in policy.rules if holds(rule, facts)), True)


def holds(rule: ReviewRule, facts: Facts) -> bool:
    """Whether every condition that the rule gives is fulfilled."""
    when, unknown = rule.when, rule.review
    given: list[bool] = [
        wanted(facts)
        for present, wanted in (
            (when.materials, lambda f: f.material in when.materials),
            (when.families, lambda f: f.family in when.families),
            (when.origins, lambda f: f.origin in when.origins),
            (when.min_tonnes is not None, lambda f: f.tonnes >= when.min_tonnes),
            (when.max_tonnes is not None, lambda f: f.tonnes <= when.max_tonnes),
            (when.hazards is not None, lambda f: bool(f.hazards) is when.hazards),
            (when.first_deal is not None, lambda f: bool(f.newcomers) is when.first_deal),
            (when.min_probability is not None, lambda f: _probable(when, f, unknown=unknown)),
            (when.min_value is not None, lambda f: _worth(when.min_value, f, Decimal.__ge__, unknown=unknown)),
            (when.max_value is not None, lambda f: _worth(when.max_value, f, Decimal.__le__, unknown=unknown)),
        )
        if present
    ]
    return all(given)


def _probable(when: ReviewWhen, facts: Facts, *, unknown: bool) -> bool:
    if facts.probability is None or when.min_probability is None:
        return unknown
    return facts.probability >= when.min_probability


def _worth(
    bound: DealValue | None, facts: Facts, compare: Callable[[Decimal, Decimal], bool], *, unknown: bool
) -> bool:
    if facts.value is None or bound is None or facts.value[1] is not bound.currency:
        return unknown
    return compare(facts.value[0], bound.amount)


def faults(draft: ReviewPolicyDraft, catalogue: Catalogue) -> Iterator[Fault]:
    """All at once: unknown codes, numbers out of range, ends the wrong way round, rules that no deal reaches."""
    yield from leaves(draft)
    for name in ("price_band_percent", "tonnes_band_percent", "schedule_band_percent"):
        percent = getattr(draft, name)
        if not 0.0 <= percent <= MOST_PERCENT:
            yield fault(f"/{name}", "out_of_range", given=percent, low=0.0, high=MOST_PERCENT)
    families = {material.family: material for material in catalogue.materials.values()}
    everything = False
    for i, rule in enumerate(draft.rules):
        at, when = f"/rules/{i}/when", rule.when
        if everything:
            yield fault(f"/rules/{i}", "rule_never_reached", rule=i - 1)
            return
        yield from unknown_any(f"{at}/materials", when.materials, "material", catalogue.materials)
        yield from unknown_any(f"{at}/families", when.families, "family", families)
        yield from repeated(f"{at}/origins", when.origins)
        yield from _numbers(at, when)
        everything = when == ReviewWhen()


def _numbers(at: str, when: ReviewWhen) -> Iterator[Fault]:
    for name in ("min_tonnes", "max_tonnes"):
        tonnes = getattr(when, name)
        if tonnes is not None and tonnes <= 0.0:
            yield fault(f"{at}/{name}", "not_positive", given=name)
    if when.min_tonnes is not None and when.max_tonnes is not None and when.min_tonnes > when.max_tonnes:
        yield fault(f"{at}/max_tonnes", "range_reversed", low=when.min_tonnes, high=when.max_tonnes)
    if when.min_probability is not None and not 0.0 <= when.min_probability <= 1.0:
        yield fault(f"{at}/min_probability", "out_of_range", given=when.min_probability, low=0.0, high=1.0)
    for name in ("min_value", "max_value"):
        value = getattr(when, name)
        if value is not None and not value.amount.is_finite():
            yield fault(f"{at}/{name}/amount", "not_finite")
        elif value is not None and value.amount < 0:
            yield fault(f"{at}/{name}/amount", "negative", given="amount")
