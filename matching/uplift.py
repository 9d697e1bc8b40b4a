"""Which specs that a lot misses it could be lifted into, each by its cheapest path, and what that would earn.

For each spec that the lot nearly fits: minimise the delivered cost of a path of at most three offered steps
(`upgrading.searching`). The specs are ranked by what the rest of their ceilings makes of the lot at its own gate:

    gate price = Y (ceiling - delivered cost) + ask,  uplift = tonnes that enter × (gate price - as it is)

where Y is what is left of a tonne and `as it is` the best that a tonne may fetch untreated: the greatest ceiling less
freight among the specs that it fits, or its ask price where that is more (nothing where neither is). Freight that the
seller pays is his cost in both. The specs are alternatives, since a tonne is treated once, and so each path has all
the capacity. One search for each spec: specs × (offers × 2^steps) labels.
"""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from matching.blending.candidates import haul
from matching.engine import evaluate
from matching.evaluation import ENGINE, Shown
from matching.explain import render
from matching.freight import rated
from matching.listings import Lot, Spec
from matching.ranking import is_near_miss
from matching.reference import Catalogue
from matching.score import GRID
from matching.units import close
from matching.upgrading.answer import Path
from matching.upgrading.judging import curable
from matching.upgrading.labels import Ground, seller_pays
from matching.upgrading.offer import UpgradeOffer
from matching.upgrading.searching import Supplied, Way, cheapest, ground
from matching.upgrading.telling import shown, told_path
from matching.values import Currency, Price, Verdict

_ACCEPTABLE = (Verdict.IN, Verdict.CONDITIONAL)


class Earning(StrEnum):
    """How a tonne of the lot would do by a path, against as it is; less than 5 % apart is alike."""

    MORE = "earns_more"
    ALIKE = "earns_alike"
    LESS = "earns_less"
    UNKNOWN = "earns_unknown"


class Lifted(Shown, frozen=True, kw_only=True):
    """A spec with the cheapest path into it.

    `tonnes_in` are treated, so many that no more arrives than is wanted. `gate_price` and `uplift` are JPY per tonne
    that enters and JPY in all, None where a price is missing or in another currency.
    """

    spec: str
    path: Path
    tonnes_in: float
    tonnes: float
    gate_price: float | None
    uplift: float | None
    earning: Earning
    reason: str = ""


class Uplift(Shown, frozen=True, kw_only=True):
    """What a lot could become: best first, of the `missed` specs; `fits` are those that it conforms to as it is."""

    items: tuple[Lifted, ...]
    fits: int
    missed: int
    engine: str
    catalogue: str
    freight: tuple[str, ...] = ()


def uplift(lot: Lot, specs: Sequence[tuple[str, Spec]], offers: Sequence[UpgradeOffer], catalogue: Catalogue) -> Uplift:
    """By what is earned, then by tonnes; raises `UpgradeRefusedError` where there are too many paths to search."""
    supply = Supplied.of(offers)
    found: list[tuple[str, Spec, Ground, Way]] = []
    sold, fits, missed = 0.0, 0, 0
    for id_, spec in sorted(specs, key=lambda one: one[0]):
        before = evaluate(spec, lot, catalogue)
        if is_near_miss(before):
            missed += 1
            here = ground(lot, before.limits, supply, catalogue)
            way = cheapest(spec, here, before) if curable(before) else None
            found += [(id_, spec, here, way)] if way is not None else []
        elif before.verdict in _ACCEPTABLE:
            fits += 1
            sold = max(sold, _net(_jpy(spec.max_price), lot, spec, catalogue))
    items = [_lifted(id_, spec, here, way, sold) for id_, spec, here, way in found]
    return Uplift(
        items=tuple(sorted(items, key=_order)),
        fits=fits,
        missed=missed,
        engine=ENGINE,
        catalogue=catalogue.version,
        freight=rated([lot.location, *(offer.location for offer in offers)], catalogue),
    )


def _net(price: float | None, lot: Lot, spec: Spec, catalogue: Catalogue) -> float:
    """A price at the gate of the mill, less the freight from the lot's gate; nothing where there is none."""
    return 0.0 if price is None else price - haul(lot.location, spec.delivery.location, catalogue).jpy_per_t


def _lifted(id_: str, spec: Spec, here: Ground, way: Way, sold: float) -> Lifted:
    label, lot = way.label, here.lot
    tonnes = min(label.tonnes, spec.quantity.tonnes)
    ceiling, ask = _jpy(spec.max_price), _jpy(lot.ask_price)
    gate, gain, earning = None, None, Earning.UNKNOWN
    if ceiling is not None and (ask is not None or lot.ask_price is None):
        asked = ask or 0.0
        pays = seller_pays(lot)
        first = here.freight(lot.location, here.offers[label.path[0]].location).jpy_per_t if pays else 0.0
        gate = label.kept * (ceiling - way.delivered) + asked - first
        least = _net(ask, lot, spec, here.catalogue) if pays else asked
        base = max(sold, least)
        gain, earning = tonnes / label.kept * (gate - base), _earning(gate, base)
    return Lifted(
        spec=id_,
        path=shown(spec, way, here),
        tonnes_in=round(tonnes / label.kept, 6),
        tonnes=round(tonnes, 6),
        gate_price=None if gate is None else round(gate, 6),
        uplift=None if gain is None else round(gain, 2),
        earning=earning,
    )


def _earning(gate: float, base: float) -> Earning:
    if gate > base * GRID and not close(gate, base * GRID):
        return Earning.MORE
    return Earning.LESS if gate < base / GRID and not close(gate, base / GRID) else Earning.ALIKE


def _jpy(price: Price | None) -> float | None:
    return float(price.amount) if price is not None and price.currency is Currency.JPY else None


def _order(one: Lifted) -> tuple[int, float, float, str]:
    """What earns more than as it is, then what cannot be compared, then the rest; of equals the larger volume."""
    gain = one.uplift
    place = 1 if gain is None else 0 if gain > 0.0 else 2
    return (place, -(gain or 0.0), -one.tonnes, one.spec)


def told(found: Uplift, language: str, names: Catalogue) -> Uplift:
    """Every reason and name filled in."""
    items = (
        msgspec.structs.replace(
            one,
            path=told_path(one.path, language, names),
            reason=render(one.earning.value, {}, language, names),
        )
        for one in found.items
    )
    return msgspec.structs.replace(found, items=tuple(items))
