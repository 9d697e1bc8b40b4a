"""The cheapest trucks that carry some tonnes over one distance: sizes, runs, and one run that is not full.

Minimises Σ n·fare over whole numbers of runs n of each size whose payloads together reach the tonnes: a covering
knapsack without bounds on n. Its tail is periodic (Gilmore and Gomory 1966, "The Theory and Computation of Knapsack
Functions"): with payloads in whole steps, all but a few tonnes go by the truck of the least fare per tonne, because
as many other runs as that truck has steps contain some that it replaces at no greater cost. So one table of the rest
(at most steps × sizes operations; the published sizes leave 8 steps of 2 t) answers for every tonnage, exactly.

Assumed: every run is a charter at its full fare, whatever it carries; every run is full but one of the smallest truck.
"""

import math
from collections import Counter

import msgspec

from matching.emissions import truck_kg_per_tkm
from matching.fares import FreightTable, run_fare, sizes

# payloads are whole multiples of 0.1 t (`matching.freight_faults`)
_UNITS_PER_T = 10


class Runs(msgspec.Struct, frozen=True):
    """Runs of one size of truck."""

    truck_t: float
    runs: int


class Fleet(msgspec.Struct, frozen=True):
    """Runs, largest truck first, and their fares together in JPY."""

    runs: tuple[Runs, ...]
    jpy: float


class Fleets:
    """The cheapest fleet for any tonnes over `km`, with trucks of at most `largest_t` tonnes.

    Raises ValueError where the table has no truck that small.
    """

    def __init__(self, km: float, table: FreightTable, largest_t: float | None = None) -> None:
        allowed = [size for size in sizes(table) if largest_t is None or size <= largest_t]
        if not allowed:
            raise ValueError(f"no truck of at most {largest_t:g} t in the freight table")
        units = {size: round(size * _UNITS_PER_T) for size in allowed}
        step = math.gcd(*units.values())
        self.step_t = step / _UNITS_PER_T
        self._steps = {size: unit // step for size, unit in reversed(units.items())}
        self._fares = {size: run_fare(size, km, table)[0] for size in self._steps}
        self._bulk = min(self._steps, key=lambda size: (self._fares[size] / self._steps[size], -size))
        self._rest = self._left_to_others()
        # least JPY that carries so many steps, and a truck of that fleet; grown as far as a question needs
        self._cover: list[float] = [0.0]
        self._last: list[float] = [0.0]

    def cheapest(self, tonnes: float) -> Fleet:
        """The fleet for `tonnes` over 0."""
        need = max(1, math.ceil(round(tonnes * 1000, 6) / round(self.step_t * 1000)))
        bulk = max(0, -((self._rest - need) // self._steps[self._bulk]))
        counted = Counter({self._bulk: bulk})
        left = need - bulk * self._steps[self._bulk]
        self._grow(left)
        while left > 0:
            size = self._last[left]
            counted[size] += 1
            left -= self._steps[size]
        runs = tuple(Runs(size, counted[size]) for size in self._steps if counted[size])
        return Fleet(runs, sum(r.runs * self._fares[r.truck_t] for r in runs))

    def _grow(self, steps: int) -> None:
        trucks = [(size, self._steps[size], fare) for size, fare in self._fares.items()]
        for need in range(len(self._cover), steps + 1):
            least, last = math.inf, 0.0
            for size, carried, fare in trucks:
                cost = fare + self._cover[max(0, need - carried)]
                if cost < least:
                    least, last = cost, size
            self._cover.append(least)
            self._last.append(last)

    def _left_to_others(self) -> int:
        """Steps of payload that a cheapest fleet leaves to other trucks at most.

        Fewer runs than the bulk truck has steps (else some of them make up whole bulk loads), and only as much as
        their dearer tonnes cost less than one more bulk run.
        """
        bulk, fare = self._steps[self._bulk], self._fares[self._bulk]
        others = {size: steps for size, steps in self._steps.items() if size != self._bulk}
        if not others:
            return 0
        most = (bulk - 1) * max(others.values())
        dearer = min(self._fares[size] / steps for size, steps in others.items()) - fare / bulk
        return most if dearer <= 0 or fare / dearer > most else math.ceil(fare / dearer)


def fleet_fare(runs: tuple[Runs, ...], km: float, table: FreightTable) -> float:
    """JPY for the same runs over another distance."""
    return sum(r.runs * run_fare(r.truck_t, km, table)[0] for r in runs)


def fleet_kg_per_tkm(runs: tuple[Runs, ...], tonnes: float, table: FreightTable) -> float:
    """Kilograms of CO2 for one tonne over one kilometre; what is not loaded is missing on one run of the smallest."""
    smallest = runs[-1].truck_t
    spare = sum(r.runs * r.truck_t for r in runs) - tonnes
    full = sum(r.runs * r.truck_t * truck_kg_per_tkm(r.truck_t, 1.0, table) for r in runs)
    if spare <= 0:
        return full / tonnes
    last = smallest - spare
    full -= smallest * truck_kg_per_tkm(smallest, 1.0, table)
    return (full + last * truck_kg_per_tkm(smallest, last / smallest, table)) / tonnes
