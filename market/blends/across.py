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

from market.blends.structs import BarredCount, BlendSeen, PriceBand, SeenProcessing, SeenStep, SeenTake
from matching.blending.answer import Barred, Blend, Processing
from matching.evaluation import Flag, Params
from matching.explain import render
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from matching.score import GRID, on_grid
from matching.upgrading.answer import PathStep
from matching.values import Currency, Place
from matching.words import step_name

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


def seen(found: Blend, spec: Spec, language: str, catalogue: Catalogue) -> BlendSeen:
    """The answer for the owner of the spec; `spec` and the lots behind it are coarse already."""
    code = _band(found, spec)
    return BlendSeen(
        status=found.status,
        sense=found.objective.sense,
        gap=found.gap,
        tonnes=found.tonnes,
        takes=tuple(
            SeenTake(
                lot=UUID(take.lot), tonnes=take.tonnes, steps=tuple(_step(s, language, catalogue) for s in take.steps)
            )
            for take in found.takes
        ),
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
        processing=None if found.processing is None else _processing(found.processing, language, catalogue),
    )


def _step(step: PathStep, language: str, catalogue: Catalogue) -> SeenStep:
    return SeenStep(
        offer=step.offer,
        step=step.step,
        name=step_name(step.step, language, catalogue),
        tonnes_in=step.tonnes_in,
        tonnes_out=step.tonnes_out,
    )


def _processing(found: Processing, language: str, catalogue: Catalogue) -> SeenProcessing:
    return SeenProcessing(
        tonnes_in=found.tonnes_in,
        tonnes=found.tonnes,
        share=found.share,
        routes=found.routes,
        lots=found.lots,
        flags=_flags(found.flags, language, catalogue),
    )


def _flags(flags: Sequence[Flag], language: str, catalogue: Catalogue) -> tuple[Flag, ...]:
    return tuple(msgspec.structs.replace(f, reason=render(f.code, f.params, language, catalogue)) for f in flags)


def worded(found: BlendSeen, language: str, catalogue: Catalogue) -> BlendSeen:
    """The same in another language: reasons are rendered, and nothing is worked out again."""
    price, processing = found.price, found.processing
    return msgspec.structs.replace(
        found,
        takes=tuple(
            msgspec.structs.replace(
                take,
                steps=tuple(
                    msgspec.structs.replace(step, name=step_name(step.step, language, catalogue)) for step in take.steps
                ),
            )
            for take in found.takes
        ),
        processing=None
        if processing is None
        else msgspec.structs.replace(processing, flags=_flags(processing.flags, language, catalogue)),
        price=msgspec.structs.replace(price, reason=render(price.code, price.params, language, catalogue)),
        barred=tuple(
            msgspec.structs.replace(bar, reason=render(bar.code, bar.params, language, catalogue))
            for bar in found.barred
        ),
    )


def _band(found: Blend, spec: Spec) -> str:
    """The mean delivered price against the ceiling, both on the grid, in the words of a single match."""
    ceiling = on_grid(spec.max_price)
    if not found.takes or ceiling is None:
        return "price_not_stated"
    costs = [take.delivered_cost for take in found.takes]
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
