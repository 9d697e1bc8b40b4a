"""Which lot may serve which spec, and what a tonne of it is worth to the goal.

Welfare is the spec's price ceiling less the delivered cost: the ceiling is what the buyer says a tonne is worth at the
gate. A spec without a ceiling in JPY states no value and is left out of a welfare run by name, as is a lot without a
price in JPY; no number is made up for either. For tonnes and CO2 they take part, and only a pair whose delivered cost
is known to be over the ceiling is left out.

For tonnes (and, among the most tonnes, least cost; for CO2 least freight CO2) a tonne is worth M - c, with M so large
that no detour of costs along a chain of exchanges makes up for one kilogram less: lexicographic in one flow. Where
there are blends, which no flow solves, cost counts a thousandth of a tonne at most instead.

A spec that takes blends is paired with every lot that may enter one, whatever its own verdict and price.
"""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from matching.allocation.coupled import Limits
from matching.allocation.market import NO_CAP, Market, Places
from matching.allocation.mixing import Mixer
from matching.allocation.screening import Screen
from matching.allocation.wish import AllocationRefusedError, Goal, Offered, Wanted, Wish
from matching.blending.candidates import delivered_cost, haul
from matching.flow import Whole
from matching.freight import Quote
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from matching.solver import Vector
from matching.values import Currency, Place, Price

# beyond so many pairs that could trade the answer would take minutes and gigabytes
MOST_PAIRS, MOST_BLENDED = 3_000_000, 1_000_000
# what cost counts beside tonnes where there are blends
TIE = 1e-3
_NONE = np.empty(0, dtype=np.int64)
Told = Callable[[str, int, int], None]


class Pairs(msgspec.Struct, frozen=True):
    """k pairs in order of spec and lot; JPY (NaN: not stated) and kg CO2 per tonne at the gate.

    `why_spec` and `why_lot` say why a side has no pair at all ("" where it has one). A tonne counts `weight` besides
    its cost: 0 for welfare, M for tonnes and CO2.
    """

    lot: Places
    spec: Places
    delivered: Vector
    co2: Vector
    profit: Vector
    limits: tuple[Limits, ...]
    weight: float
    why_spec: tuple[str, ...]
    why_lot: tuple[str, ...]


class _Row(msgspec.Struct, frozen=True):
    """The pairs of one spec; `accepted` are the lots that conform, whatever they cost."""

    lot: Places
    accepted: Places
    delivered: Vector
    co2: Vector
    limits: Limits
    why: str


class Freights:
    """Hauls by pair of places, worked out once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[tuple[Place, Place], Quote] = {}

    def between(self, origin: Place, destination: Place) -> Quote:
        """One quote."""
        key = (origin, destination)
        if key not in self._known:
            self._known[key] = haul(origin, destination, self._catalogue)
        return self._known[key]


def jpy(price: Price | None) -> float:
    """JPY per tonne; NaN where none is stated."""
    return float(price.amount) if price is not None and price.currency is Currency.JPY else np.nan


def pairs(
    specs: Sequence[Wanted], lots: Sequence[Offered], catalogue: Catalogue, wish: Wish, told: Told | None = None
) -> Pairs:
    """Every pair that conforms (the whole spec's lots together where it blends: `blended`), with its worth."""
    return Search(specs, lots, catalogue, wish).run(told)


class Search:
    """One pass over the specs of a material."""

    def __init__(self, specs: Sequence[Wanted], lots: Sequence[Offered], catalogue: Catalogue, wish: Wish) -> None:
        self._specs = specs
        self._lots = lots
        inside = [one.lot for one in lots]
        self._screen = Screen(inside, catalogue, conditional=wish.conditional)
        self._mixer = Mixer(inside, self._screen, catalogue)
        self._freights = Freights(catalogue)
        self._goal = wish.goal
        self._asks = np.array([jpy(one.lot.ask_price) for one in lots], dtype=np.float64)
        self._forbidden: dict[str, set[str]] = {}
        for pairing in wish.forbidden:
            self._forbidden.setdefault(pairing.spec, set()).add(pairing.lot)

    def run(self, told: Told | None) -> Pairs:
        """Every pair, spec by spec."""
        rows: list[_Row] = []
        accepted = np.zeros(len(self._lots), dtype=bool)
        total = blended = 0
        for j, wanted in enumerate(self._specs):
            row = self._row(wanted)
            accepted[row.accepted] = True
            total += len(row.lot)
            blended += len(row.lot) if wanted.mixes else 0
            if total > MOST_PAIRS or blended > MOST_BLENDED:
                raise AllocationRefusedError("allocation_too_large", {"most": MOST_BLENDED if blended else MOST_PAIRS})
            rows.append(row)
            if told is not None:
                told("pairs", j + 1, len(self._specs))
        lot = np.concatenate([row.lot for row in rows] or [_NONE])
        delivered, co2 = (
            np.concatenate([row[i] for row in ((r.delivered, r.co2) for r in rows)] or [np.empty(0)]) for i in (0, 1)
        )
        spec = np.repeat(np.arange(len(rows)), [len(row.lot) for row in rows])
        profit, weight = self._profit(spec, delivered, co2)
        return Pairs(
            lot=lot,
            spec=spec,
            delivered=delivered,
            co2=co2,
            profit=profit,
            limits=tuple(row.limits for row in rows),
            weight=weight,
            why_spec=tuple(row.why for row in rows),
            why_lot=self._why_lots(lot, accepted),
        )

    def _row(self, wanted: Wanted) -> "_Row":
        """The pairs of one spec."""
        spec, nothing = wanted.spec, np.empty(0)
        if self._goal is Goal.WELFARE and np.isnan(jpy(spec.max_price)):
            why = "no_ceiling" if spec.max_price is None else "ceiling_not_jpy"
            return _Row(_NONE, _NONE, nothing, nothing, _unlimited(0), why)
        places = self._screen.admitted(spec)
        barred = self._forbidden.get(wanted.id)
        if barred:
            places = places[[self._lots[i].id not in barred for i in places]]
        places = places[self._may_pay(wanted, self._asks[places])]
        places = places[[_large_enough(spec, self._lots[i].lot) for i in places]]
        if wanted.mixes:
            places, limits = self._mixer.enter(spec, places)
        else:
            places = self._screen.passing(spec, places)
            limits = _unlimited(len(places))
        freights = [self._freights.between(self._lots[i].lot.location, spec.delivery.location) for i in places]
        costs = [delivered_cost(self._lots[i].lot, f) for i, f in zip(places, freights, strict=True)]
        delivered = np.array([np.nan if c is None else c for c in costs], dtype=np.float64)
        co2 = np.array([f.co2_kg_per_t for f in freights], dtype=np.float64)
        kept = self._may_pay(wanted, delivered)
        why = "" if len(kept) else "no_lot_worth_it" if len(places) else "no_lot_conforms"
        limits = Limits(limits.means[:, kept], limits.spreads[:, kept], limits.correlation)
        if wanted.mixes and self._goal is not Goal.WELFARE:
            limits = _within_ceiling(limits, delivered[kept], jpy(spec.max_price))
        return _Row(places[kept], places, delivered[kept], co2[kept], limits, why)

    def _may_pay(self, wanted: Wanted, costs: Vector) -> Places:
        """Those that do not cost more than the ceiling by themselves; in a welfare run a price must be stated."""
        ceiling = jpy(wanted.spec.max_price)
        if wanted.mixes:
            return np.flatnonzero(~np.isnan(costs) | (self._goal is not Goal.WELFARE))
        if self._goal is Goal.WELFARE:
            return np.flatnonzero(costs < ceiling)
        return np.flatnonzero(~(costs > ceiling))

    def _profit(self, spec: Places, delivered: Vector, co2: Vector) -> tuple[Vector, float]:
        if self._goal is Goal.WELFARE:
            ceilings = np.array([jpy(one.spec.max_price) for one in self._specs], dtype=np.float64)
            return ceilings[spec] - delivered, 0.0
        costs = co2 if self._goal is Goal.CO2 else filled(delivered)
        costs = costs - costs.min(initial=np.inf) if len(costs) else costs
        if any(one.mixes for one in self._specs):
            return 1.0 - TIE * costs / (float(costs.max(initial=0.0)) or 1.0), 1.0
        chain = 2 * (min(len(self._lots), len(self._specs)) + 1)
        weight = chain * (float(costs.max(initial=0.0)) + 1.0)
        return weight - costs, weight

    def _why_lots(self, paired: Places, accepted: Places) -> tuple[str, ...]:
        has = np.zeros(len(self._lots), dtype=bool)
        has[paired] = True
        return tuple(
            "" if has[i] else self._why_lot(one.lot, accepted=bool(accepted[i])) for i, one in enumerate(self._lots)
        )

    def _why_lot(self, lot: Lot, *, accepted: bool) -> str:
        if self._goal is Goal.WELFARE and np.isnan(jpy(lot.ask_price)):
            return "no_ask_price" if lot.ask_price is None else "currency_not_jpy"
        return "no_spec_worth_it" if accepted else "no_spec_accepts"


def _unlimited(lots: int) -> Limits:
    return Limits(np.zeros((0, lots)), np.zeros((0, lots)), 0.0)


def _within_ceiling(limits: Limits, delivered: Vector, ceiling: float) -> Limits:
    """One more row: a blend costs no more than the ceiling; a lot without a price counts at the ceiling."""
    if not ceiling > 0.0:
        return limits
    over = np.nan_to_num(delivered / ceiling - 1.0, nan=0.0)
    return Limits(np.vstack((limits.means, over)), np.vstack((limits.spreads, 0.0 * over)), limits.correlation)


def filled(delivered: Vector) -> Vector:
    """Costs to break ties by: a lot that states no price comes after all that do."""
    stated = delivered[~np.isnan(delivered)]
    return np.where(np.isnan(delivered), stated.max(initial=0.0) + 1.0, delivered)


def _large_enough(spec: Spec, lot: Lot) -> bool:
    """A lot smaller than the spec's least, or that gives no less than more than the spec wants, cannot serve it."""
    least = max(spec.quantity.min_lot_tonnes or 0.0, lot.quantity.min_take_tonnes or 0.0)
    return least <= min(lot.quantity.tonnes, spec.quantity.tonnes)


def kilograms(tonnes: float) -> int:
    """Whole kilograms, never more than there are."""
    return int(tonnes * 1000.0 + 1e-6)


def market(
    specs: Sequence[Wanted], lots: Sequence[Offered], found: Pairs, firms: Places, caps: Whole | None = None
) -> Market:
    """The arrays that are solved; `caps` are by firm."""
    supply, wanted = [one.lot.quantity for one in lots], [one.spec.quantity for one in specs]
    takes = np.array([kilograms(q.min_take_tonnes or 0.0) for q in supply], dtype=np.int64)
    leasts = np.array([kilograms(q.min_lot_tonnes or 0.0) for q in wanted], dtype=np.int64)
    most = [len(lots) if q.max_suppliers is None else q.max_suppliers for q in wanted]
    return Market(
        available=np.array([kilograms(q.tonnes) for q in supply], dtype=np.int64),
        demand=np.array([kilograms(q.tonnes) for q in wanted], dtype=np.int64),
        owner=firms,
        caps=np.full(int(firms.max(initial=-1)) + 1, NO_CAP) if caps is None else caps,
        suppliers=np.array(most, dtype=np.int64),
        lot=found.lot,
        spec=found.spec,
        profit=found.profit,
        least=np.maximum(takes[found.lot], leasts[found.spec]),
    )
