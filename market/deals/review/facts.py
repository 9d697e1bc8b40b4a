"""What a deal's risk and the coordinators' policies are worked out from, read once."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

from market.deals.held import Held
from market.deals.machine import Actor
from market.deals.review import queries
from market.deals.review.terms import LegTerms, offered
from market.deals.structs import Asked
from matching.evaluation import Evaluation, Params
from matching.listings import Lot
from matching.reference import Catalogue
from matching.values import Currency, Price, Verdict
from specs.kit.tenancy import Work
from specs.listing.structs import KG
from specs.lot.service import LOTS
from specs.spec.service import SPECS

# how long a deal stays one to compare prices with
COMPARED: Final = timedelta(days=180)
# what an evaluation says of permits that its way asks for: nobody has checked them, or they end too early
_UNPROVEN: Final = frozenset({"permit_unchecked", "exemption_unchecked", "permit_not_known"})
_ENDING: Final = frozenset({"permit_ends_in_window"})
_UNREAD: Final = "yard_rules_unknown"
_EVALUATION: Final = msgspec.json.Decoder(Evaluation)
_ASKED: Final = msgspec.json.Decoder(Asked)


class _Whole(msgspec.Struct, frozen=True):
    joint_probability: float | None


class _Pinned(msgspec.Struct, frozen=True):
    """What is asked here of a blend as a deal pins it."""

    blend: _Whole


_PINNED: Final = msgspec.json.Decoder(_Pinned)


class LikeDeals(msgspec.Struct, frozen=True):
    """The median price per tonne of the accepted offers of struck deals in the same material, and of how many."""

    median: Decimal
    offers: int


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """`probability` is that of the blend, else of the lot; None where not every limit could be judged.

    `prices` are per tonne, one of each leg that has one: the newest offer, else what is asked. `value` is the money
    of the whole deal where every leg has a price in one currency. `yards_unknown` are prefectures of lots whose yards
    may need what nobody has read.
    """

    material: str
    family: str
    tonnes: float
    origin: str
    opened_by_coordinator: bool
    probability: float | None
    confidence: float
    not_evaluated: tuple[str, ...]
    relaxed: tuple[str, ...]
    hazards: tuple[str, ...]
    permits_unproven: tuple[str, ...]
    permits_ending: tuple[str, ...]
    yards_unknown: tuple[str, ...]
    newcomers: int
    road_km: float
    sea_km: float
    prices: tuple[Price, ...]
    value: tuple[Decimal, Currency] | None
    like: dict[str, LikeDeals]


async def of(work: Work, deal: Held, catalogue: Catalogue) -> Facts:
    """Of the pinned revisions and the offers so far; as the engine."""
    found = await queries.facts(work, deal)
    spec = SPECS.kind.decode(found["spec"])
    lots = {row["lot_id"]: LOTS.kind.decode(row["content"]) for row in await queries.lots(work, deal)}
    terms = offered(deal, await queries.offers(work, deal))
    evaluations = [_EVALUATION.decode(lot.evaluation) for leg in deal.legs for lot in leg.lots]
    limits = _relaxed(deal, terms)
    road, sea = _way(evaluations)
    prices = _prices(deal, terms, lots)
    return Facts(
        material=deal.material,
        family=catalogue.materials[deal.material].family,
        tonnes=deal.kg / KG,
        origin=deal.origin,
        opened_by_coordinator=deal.opened_as is Actor.COORDINATOR,
        probability=_probability(deal, evaluations),
        confidence=spec.confidence,
        not_evaluated=_not_evaluated(evaluations),
        relaxed=tuple(sorted({analyte for at in limits for analyte in spec.limits[at].analytes})),
        hazards=tuple(sorted({hazard for lot in lots.values() for hazard in lot.hazards})),
        permits_unproven=_permits(evaluations, _UNPROVEN),
        permits_ending=_permits(evaluations, _ENDING),
        yards_unknown=_unread(deal, lots),
        newcomers=found["newcomers"],
        road_km=road,
        sea_km=sea,
        prices=tuple(price for _, price in prices),
        value=_value(deal, prices),
        like=_like(await queries.like_deals(work, deal, work.at - COMPARED)),
    )


def _relaxed(deal: Held, terms: Sequence[LegTerms]) -> set[int]:
    """Places of the limits that give way, by what was asked and what was offered since."""
    asked = _ASKED.decode(deal.asked).relaxations
    return {change.limit for change in (*asked, *(one for leg in terms for one in leg.relaxations))}


def _probability(deal: Held, evaluations: Iterable[Evaluation]) -> float | None:
    """That all limits hold. Lots that fail by themselves are what a blend is made for: it counts as a whole."""
    if deal.blend is not None:
        return _PINNED.decode(deal.blend).blend.joint_probability
    found = [one.conformance_probability for one in evaluations]
    known = [probability for probability in found if probability is not None]
    return min(known) if len(known) == len(found) else None


def _not_evaluated(evaluations: Iterable[Evaluation]) -> tuple[str, ...]:
    limits = (limit for one in evaluations for limit in one.limits if limit.verdict is Verdict.NOT_EVALUATED)
    return tuple(sorted({analyte for limit in limits for analyte in limit.analytes}))


def _permits(evaluations: Iterable[Evaluation], flags: frozenset[str]) -> tuple[str, ...]:
    """Kinds of permits that the flags of the pinned evaluations name; what blocks a way opens no deal."""
    named = (flag.params.get("permits") for one in evaluations for flag in one.flags if flag.code in flags)
    return tuple(sorted({str(kind) for kinds in named if isinstance(kinds, list) for kind in kinds}))


def _unread(deal: Held, lots: dict[UUID, Lot]) -> tuple[str, ...]:
    pinned = ((lot.lot_id, _EVALUATION.decode(lot.evaluation)) for leg in deal.legs for lot in leg.lots)
    found = (lots[lot] for lot, one in pinned if any(flag.code == _UNREAD for flag in one.flags))
    return tuple(sorted({lot.location.prefecture for lot in found}))


def _way(evaluations: Iterable[Evaluation]) -> tuple[float, float]:
    """Kilometres by road and by sea, the longest of any lot, as it was judged: between prefectures, not gates."""
    found = [c.params for one in evaluations for c in one.criteria if c.name == "distance"]
    ways = [(_number(params, "road_km"), _number(params, "sea_km")) for params in found]
    return max(ways, key=sum, default=(0.0, 0.0))


def _number(params: Params, name: str) -> float:
    value = params.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


def _prices(deal: Held, terms: Sequence[LegTerms], lots: dict[UUID, Lot]) -> list[tuple[int, Price]]:
    """Kilograms and price of each leg that has a price."""
    offers = {leg.leg_id: leg.price for leg in terms}
    prices = ((leg.kg, offers.get(leg.id) or lots[leg.lots[0].lot_id].ask_price) for leg in deal.legs)
    return [(kg, price) for kg, price in prices if price is not None]


def _value(deal: Held, prices: Sequence[tuple[int, Price]]) -> tuple[Decimal, Currency] | None:
    currencies = {price.currency for _, price in prices}
    if len(prices) < len(deal.legs) or len(currencies) != 1:
        return None
    return sum((price.amount * kg / KG for kg, price in prices), Decimal(0)), currencies.pop()


def _like(rows: Iterable[Any]) -> dict[str, LikeDeals]:
    return {row["currency"]: LikeDeals(row["median"], row["offers"]) for row in rows}
