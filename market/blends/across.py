"""A blend across parties: what goes in is as coarse as what the caller may know, so nothing finer can come out.

Hiding numbers in the answer would not be enough: which lots are chosen, moved by one's own ceiling or by a limit more,
solves for a price like a score does. So the lots are made coarse first (prices on the 5 % grid of a match, places
without their point), and then the amounts are left out as well, because no price is told before an offer.
"""

import math
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import msgspec

from market.blends.structs import BarredCount, BlendSeen, PriceBand, SeenTake
from matching.blending.answer import Barred, Blend
from matching.blending.candidates import delivered_cost, haul
from matching.evaluation import Params
from matching.explain import render
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from matching.score import GRID, on_grid
from matching.values import Currency, Place

# what stands in the way of counting a lot's cost is its own price, of which the buyer is not told the currency
_OF_PRICE = frozenset({"no_ask_price", "currency_not_jpy"})


def coarse_lot(lot: Lot, at: str) -> Lot:
    """The lot as a buyer may reckon with it: no name, no price finer than the grid, and where it is said to be."""
    place = Place(prefecture=at)
    return msgspec.structs.replace(lot, title=None, location=place, ask_price=on_grid(lot.ask_price))


def coarse_spec(spec: Spec, at: str) -> Spec:
    """Distances across parties run between what is said of places: prefectures, or regions where few firms are."""
    place = Place(prefecture=at)
    return msgspec.structs.replace(spec, delivery=msgspec.structs.replace(spec.delivery, location=place))


def seen(found: Blend, spec: Spec, lots: Sequence[tuple[str, Lot]], language: str, catalogue: Catalogue) -> BlendSeen:
    """The answer for the owner of the spec; `spec` and `lots` are coarse already."""
    code = _band(found, spec, dict(lots), catalogue)
    return BlendSeen(
        status=found.status,
        sense=found.objective.sense,
        gap=found.gap,
        tonnes=found.tonnes,
        takes=tuple(SeenTake(lot=UUID(take.lot), tonnes=take.tonnes) for take in found.takes),
        price=PriceBand(code=code, params={}, reason=render(code, {}, language, catalogue)),
        limits=tuple(msgspec.structs.replace(limit, shadow_price=None) for limit in found.limits),
        relaxations=found.relaxations,
        joint_probability=found.joint_probability,
        joint_probability_shared_error=found.joint_probability_shared_error,
        lab_correlation=found.lab_correlation,
        barred=_counted(found.barred, language, catalogue),
        engine=found.engine,
        catalogue=found.catalogue,
        freight=found.freight,
    )


def worded(found: BlendSeen, language: str, catalogue: Catalogue) -> BlendSeen:
    """The same in another language: reasons are rendered, and nothing is worked out again."""
    price = found.price
    return msgspec.structs.replace(
        found,
        price=msgspec.structs.replace(price, reason=render(price.code, price.params, language, catalogue)),
        barred=tuple(
            msgspec.structs.replace(bar, reason=render(bar.code, bar.params, language, catalogue))
            for bar in found.barred
        ),
    )


def _band(found: Blend, spec: Spec, lots: dict[str, Lot], catalogue: Catalogue) -> str:
    """The mean delivered price against the ceiling, both on the grid, in the words of a single match."""
    ceiling = on_grid(spec.max_price)
    if not found.takes or ceiling is None:
        return "price_not_stated"
    costs = [
        delivered_cost(lots[take.lot], haul(lots[take.lot].location, spec.delivery.location, catalogue))
        for take in found.takes
    ]
    if ceiling.currency is not Currency.JPY or any(cost is None for cost in costs):
        return "price_not_stated"
    paid = math.fsum(take.tonnes * (cost or 0.0) for take, cost in zip(found.takes, costs, strict=True))
    return price_band(paid / found.tonnes, float(ceiling.amount))


def price_band(mean: float, most: float) -> str:
    """Where a delivered price stands to a ceiling, both on the grid, in the words of a single match."""
    if most / GRID < mean <= most * GRID:
        return "price_band_near"
    return "price_band_within" if mean <= most else "price_band_over"


def _counted(barred: Sequence[Barred], language: str, catalogue: Catalogue) -> tuple[BarredCount, ...]:
    """Reasons by how many lots they bar, most first: a count, so that no lot is named that was not taken."""
    told: dict[tuple[str, bytes], Params] = {}
    counts: Counter[tuple[str, bytes]] = Counter()
    for bar in barred:
        code, params = ("price_not_stated", {}) if bar.code in _OF_PRICE else (bar.code, bar.params)
        key = (code, msgspec.json.encode(params, order="sorted"))
        told[key] = params
        counts[key] += 1
    return tuple(
        BarredCount(code=key[0], params=told[key], lots=n, reason=render(key[0], told[key], language, catalogue))
        for key, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
