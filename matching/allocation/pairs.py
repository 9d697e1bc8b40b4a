"""Which lot may serve which spec, and what a tonne of it is worth to the goal.

Welfare is the spec's price ceiling less the delivered cost: the ceiling is what the buyer says a tonne is worth at the
gate. A spec without a ceiling in JPY states no value and is left out of a welfare run by name, as is a lot without a
price in JPY; no number is made up for either. For tonnes and CO2 they take part, and only a pair whose delivered cost
is known to be over the ceiling is left out.

For tonnes (and, among the most tonnes, least cost; for CO2 least freight CO2) a tonne is worth M - c, with M so large
that no detour of costs along a chain of exchanges makes up for one kilogram less: lexicographic in one flow.
"""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from matching.allocation.market import NO_CAP, Market, Places
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
MOST_PAIRS = 3_000_000
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
    weight: float
    why_spec: tuple[str, ...]
    why_lot: tuple[str, ...]


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
    screen = Screen([one.lot for one in lots], catalogue, conditional=wish.conditional)
    return Search(specs, lots, screen, Freights(catalogue), wish).run(told)


class Search:
    """One pass over the specs of a material."""

    def __init__(
        self, specs: Sequence[Wanted], lots: Sequence[Offered], screen: Screen, freights: Freights, wish: Wish
    ) -> None:
        self._specs = specs
        self._lots = lots
        self._screen = screen
        self._freights = freights
        self._goal = wish.goal
        self._asks = np.array([jpy(one.lot.ask_price) for one in lots], dtype=np.float64)
        self._forbidden: dict[str, set[str]] = {}
        for pairing in wish.forbidden:
            self._forbidden.setdefault(pairing.spec, set()).add(pairing.lot)

    def run(self, told: Told | None) -> Pairs:
        rows: list[tuple[Places, Vector, Vector]] = []
        why_spec: list[str] = []
        accepted = np.zeros(len(self._lots), dtype=bool)
        total = 0
        for j, wanted in enumerate(self._specs):
            places, why = self._places(wanted)
            accepted[places] = True
            row = self._worth(wanted.spec, places)
            total += len(row[0])
            if total > MOST_PAIRS:
                raise AllocationRefusedError("allocation_too_large", {"most": MOST_PAIRS})
            why_spec.append("" if len(row[0]) else why or "no_lot_worth_it")
            rows.append(row)
            if told is not None:
                told("pairs", j + 1, len(self._specs))
        lot, delivered, co2 = (np.concatenate([row[i] for row in rows] or [np.empty(0)]) for i in range(3))
        lot = lot.astype(np.int64)
        spec = np.repeat(np.arange(len(rows)), [len(row[0]) for row in rows])
        profit, weight = self._profit(spec, delivered, co2)
        return Pairs(lot, spec, delivered, co2, profit, weight, tuple(why_spec), self._why_lots(lot, accepted))

    def _places(self, wanted: Wanted) -> tuple[Places, str]:
        """The lots that may serve a spec, and why there is none."""
        if self._goal is Goal.WELFARE and np.isnan(jpy(wanted.spec.max_price)):
            return np.empty(0, dtype=np.int64), "no_ceiling" if wanted.spec.max_price is None else "ceiling_not_jpy"
        places = self._screen.admitted(wanted.spec)
        barred = self._forbidden.get(wanted.id)
        if barred:
            places = places[[self._lots[i].id not in barred for i in places]]
        places = places[self._may_pay(wanted.spec, self._asks[places])]
        places = places[[_large_enough(wanted.spec, self._lots[i].lot) for i in places]]
        places = self._screen.passing(wanted.spec, places)
        return places, "" if len(places) else "no_lot_conforms"

    def _may_pay(self, spec: Spec, asks: Vector) -> Places:
        """Those whose ask alone is not already over the ceiling; in a welfare run a price must be stated."""
        ceiling = jpy(spec.max_price)
        if self._goal is Goal.WELFARE:
            return np.flatnonzero(asks < ceiling)
        return np.flatnonzero(~(asks > ceiling))

    def _worth(self, spec: Spec, places: Places) -> tuple[Places, Vector, Vector]:
        """The lots whose delivered cost is not over the ceiling, with that cost and the CO2 of their freight."""
        to = spec.delivery.location
        freights = [self._freights.between(self._lots[i].lot.location, to) for i in places]
        costs = [delivered_cost(self._lots[i].lot, f) for i, f in zip(places, freights, strict=True)]
        delivered = np.array([np.nan if c is None else c for c in costs], dtype=np.float64)
        co2 = np.array([f.co2_kg_per_t for f in freights], dtype=np.float64)
        kept = self._may_pay(spec, delivered)
        return places[kept], delivered[kept], co2[kept]

    def _profit(self, spec: Places, delivered: Vector, co2: Vector) -> tuple[Vector, float]:
        if self._goal is Goal.WELFARE:
            ceilings = np.array([jpy(one.spec.max_price) for one in self._specs], dtype=np.float64)
            return ceilings[spec] - delivered, 0.0
        costs = co2 if self._goal is Goal.CO2 else _filled(delivered)
        costs = costs - costs.min(initial=np.inf) if len(costs) else costs
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


def _filled(delivered: Vector) -> Vector:
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
