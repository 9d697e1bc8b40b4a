"""One material solved: tonnes by pair with their bound and prices, whichever way they were found."""

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from matching.allocation.answer import AllocationObjective
from matching.allocation.coupled import Coupled
from matching.allocation.market import Market, Places
from matching.allocation.pairs import Pairs, Told, filled
from matching.allocation.pins import Pin
from matching.allocation.prices import Prices
from matching.allocation.sharing import shared
from matching.allocation.single import Flowed, paired
from matching.allocation.tonnage import laden
from matching.allocation.wish import Goal, Offered, SmallFirms, Wish
from matching.solver import Vector
from matching.values import Currency

# an optimum of flows is exact; one of cones is cut down to
_MET, _ENOUGH = 1e-9, 1e-6
# the tonnes that a least cost may go without, beside those (`tonnage`)
_MISSING = 2e-6
# where nothing is made, a bound far below the least blend that is worth making says that nothing could be
_NOTHING = 1e-5


class Solution(msgspec.Struct, frozen=True):
    """Tonnes by pair, without and with the pinned ones; the goal's amount and its proven bound (None: not known).

    `most` are tonnes that none exceed, where tonnes come first.
    """

    free: Vector
    tonnes: Vector
    amount: float
    bound: float | None
    prices: Prices
    # the bound counts as met within this much, and within a billionth of either
    near: float = 0.0
    most: float | None = None

    @property
    def gap(self) -> float | None:
        """Distance from the bound as a share of the amount; 0 where they meet."""
        if self.bound is None:
            return None
        off = abs(self.bound - self.amount)
        if off <= max(self.near, _MET * max(abs(self.amount), abs(self.bound))):
            return 0.0
        return off / abs(self.amount) if self.amount else None

    @property
    def status(self) -> str:
        """`optimal` where the bound is met, with as many tonnes as there can be where they come first."""
        short = 0.0 if self.most is None else self.most - math.fsum(self.tonnes)
        met = short <= _MISSING * (self.most or 0.0)
        return "optimal" if self.gap == 0.0 and met else "feasible"


def counted(goal: Goal, pairs: Pairs, tonnes: Vector) -> float:
    """What the goal counts: JPY, tonnes, or kilograms of CO2."""
    match goal:
        case Goal.WELFARE:
            return math.fsum(pairs.profit * tonnes)
        case Goal.TONNES:
            return math.fsum(tonnes)
        case Goal.CO2:
            return math.fsum(pairs.co2 * tonnes)


def objective(goal: Goal, value: float) -> AllocationObjective:
    """The amount with what it is."""
    match goal:
        case Goal.WELFARE:
            return AllocationObjective(sense="max_welfare", amount=digits(value), currency=Currency.JPY)
        case Goal.TONNES:
            return AllocationObjective(sense="max_tonnes", amount=digits(value), unit="t")
        case Goal.CO2:
            return AllocationObjective(sense="min_freight_co2_at_most_tonnes", amount=digits(value), unit="kg CO2")


def solved(goal: Goal, pairs: Pairs, market: Market, pinned: Sequence[Pin], bonus: Vector) -> Solution:
    """Single pairings; `bonus` JPY per tonne by lot count in what is made most, not in what is told."""
    found = paired(msgspec.structs.replace(market, profit=market.profit + bonus[market.lot]))
    free = found.kilograms / 1000.0
    tonnes = free + fixed(pairs, pinned)
    reached, prices = counted(goal, pairs, tonnes), _leading(found.prices, pairs.weight)
    most = None if goal is Goal.WELFARE else math.fsum(found.relaxed / 1000.0) + math.fsum(tonnes - free)
    return Solution(free, tonnes, reached, _bound(goal, pairs, found, reached), prices, most=most)


def blended(
    wish: Wish, pairs: Pairs, market: Market, pinned: Sequence[Pin], bonus: Vector, *, told: Told | None
) -> Solution:
    """Where some specs take blends; all of them share the lots."""
    given = fixed(pairs, pinned)
    if wish.goal is not Goal.WELFARE:
        return _laden(wish, pairs, Coupled.of(market, pairs.limits), given, told)
    rewarded = msgspec.structs.replace(market, profit=market.profit + bonus[market.lot])
    problem = Coupled.of(rewarded, pairs.limits)
    found = shared(problem, wish.gap, wish.rounds, told=told)
    tonnes = found.tonnes + given
    reached = counted(wish.goal, pairs, tonnes)
    bound = reached + max(0.0, found.bound - problem.worth(found.tonnes))
    return Solution(found.tonnes, tonnes, reached, bound, found.prices, _little(_most(problem), found.tonnes))


def _laden(wish: Wish, pairs: Pairs, problem: Coupled, given: Vector, told: Told | None) -> Solution:
    """Tonnes first; then cost, or CO2 that counts with what is pinned."""
    costs = pairs.co2 if wish.goal is Goal.CO2 else filled(pairs.delivered)
    found = laden(problem, costs, wish, told)
    tonnes = found.tonnes + given
    reached = counted(wish.goal, pairs, tonnes)
    most = found.most + math.fsum(given)
    if wish.goal is Goal.TONNES:
        near = _little(math.fsum(problem.demand), found.tonnes)
        return Solution(found.tonnes, tonnes, reached, max(reached, most), found.prices, near, most)
    bound = reached - (found.cost - found.least)
    return Solution(found.tonnes, tonnes, reached, bound, found.prices, _little(found.scale, found.tonnes), most)


def _little(scale: float, tonnes: Vector) -> float:
    return scale * (_ENOUGH if tonnes.any() else _NOTHING)


def _most(problem: Coupled) -> float:
    """What the demand would be worth with the best lot of each spec: the scale of what is too little to matter."""
    best = np.zeros(len(problem.demand))
    np.maximum.at(best, problem.market.spec, problem.market.profit)
    return float(best @ problem.demand)


def _bound(goal: Goal, pairs: Pairs, found: Flowed, reached: float) -> float | None:
    if goal is Goal.WELFARE:
        return reached + (found.bound - found.worth)
    short = int(found.relaxed.sum()) - int(found.kilograms.sum())
    if goal is Goal.TONNES:
        return reached + short / 1000.0
    # the least CO2 at fewer tonnes than the bound has is another question
    better = counted(goal, pairs, found.relaxed / 1000.0) - counted(goal, pairs, found.kilograms / 1000.0)
    return None if short else reached + better


def _leading(prices: Prices, weight: float) -> Prices:
    """Where tonnes count first, the whole tonnes that one more tonne would bring."""
    if not weight:
        return prices
    return Prices(*(np.rint(p / weight) for p in (prices.lots, prices.specs, prices.owners)))


def fixed(pairs: Pairs, pinned: Sequence[Pin]) -> Vector:
    """Pinned tonnes by pair."""
    tonnes = np.zeros(len(pairs.lot))
    places = {(i, j): k for k, (i, j) in enumerate(zip(pairs.lot.tolist(), pairs.spec.tolist(), strict=True))}
    for pin in pinned:
        tonnes[places[pin.lot, pin.spec]] = pin.kilograms / 1000.0
    return tonnes


def firms(lots: Sequence[Offered]) -> tuple[Places, list[str]]:
    """The number of each lot's firm, and the firms; a lot without an owner is a firm of its own."""
    names = sorted({f"owner {one.owner}" if one.owner is not None else f"lot {one.id}" for one in lots})
    number = {name: i for i, name in enumerate(names)}
    each = [number[f"owner {one.owner}" if one.owner is not None else f"lot {one.id}"] for one in lots]
    return np.array(each, dtype=np.int64), [name.split(" ", 1)[1] for name in names]


def small(lots: Sequence[Offered], owner: Places, wish: SmallFirms | None) -> Vector:
    """1 for the lots of firms that offer at most so many tonnes in all, else 0."""
    offered = np.array([one.lot.quantity.tonnes for one in lots], dtype=np.float64)
    if wish is None:
        return np.zeros(len(lots))
    total = np.bincount(owner, weights=offered, minlength=1)
    return np.asarray(total[owner] <= wish.tonnes * (1.0 + 1e-12), dtype=np.float64)


def digits(value: float) -> float:
    """Twelve significant digits: what is beyond them is the order in which sums were taken."""
    return float(f"{value:.12g}")
