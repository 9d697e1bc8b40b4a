"""Where a hub pays: the tonnes, and the distances of the long haul, at which going through it is not dearer.

Both answers are exact, under the assumptions of `matching.consolidation`.

Tonnes: the fare of a cheapest fleet is a step function of the tonnes, all else is in proportion to them, so on each
step the hub pays up to (or from) one tonnage in closed form. One look-up for each step of payload.

Distance: the hub lies on the way. Between two published distances every fleet's fare is linear, so the fare of the
cheapest is concave, and so is what the hub saves: it pays on one interval. Each end is found by the discrete Newton
method (Radzik 1992, "Newton's method for fractional combinatorial optimization"): solve for the zero of the fleet that
is cheapest here, and go on from there until the fleet stays the same, which is then exact. At most one step for each
fleet that is ever the cheapest in the interval; a handful in practice.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

import msgspec

from matching.consolidation import Terms, Ways, fleets, shared
from matching.fares import FreightTable, ladder, run_fare, sizes
from matching.fleet import Fleets, Runs, fleet_fare
from matching.freight import Leg

# longer than Japan
FURTHEST_KM = 3000.0
# JPY per tonne that nobody can tell from nothing: the search for a zero ends there
_NOTHING = 1e-6
_TOUCHING = 1e-9


class Interval(msgspec.Struct, frozen=True):
    """From `low` to `high`, which are the break-even points unless they are the ends of what was asked."""

    low: float
    high: float


def paying_tonnes(way: Ways, table: FreightTable, terms: Terms, *, most_t: float) -> tuple[Interval, ...]:
    """All tonnes up to `most_t` for which the hub is not dearer, as intervals that do not hold their lower end."""
    alone, collected = (_stepped(legs, table, terms) for legs in (way.direct, way.collect))
    # JPY per tonne that the hub's way costs more, apart from the lot's own trucks
    onward = sum(shared(leg, table).jpy_per_t for leg in way.onward) + terms.handling_jpy_per_t
    onward += (_sea_km(way.collect) - _sea_km(way.direct)) * table.sea.jpy_per_tkm
    step = Fleets(0.0, table).step_t
    found: list[Interval] = []
    for n in range(round(most_t / step)):
        low, high = n * step, (n + 1) * step
        saved = alone(high) - collected(high)
        if onward > 0:
            high = min(high, saved / onward)
        elif onward < 0:
            low = max(low, saved / onward)
        elif saved < 0:
            continue
        if low < high:
            found.append(Interval(low, high))
    return tuple(_joined(found))


def _stepped(way: tuple[Leg, ...], table: FreightTable, terms: Terms) -> Callable[[float], float]:
    """JPY of the lot's own trucks on a way, by tonnes."""
    roads = [road for road in fleets(way, table, terms) if road is not None]
    return lambda tonnes: sum(road.cheapest(tonnes).jpy for road in roads)


def _sea_km(way: Iterable[Leg]) -> float:
    return sum(leg.km for leg in way if leg.by_sea)


def paying_km(
    tonnes: float, collect_km: float, table: FreightTable, terms: Terms, *, furthest_km: float = FURTHEST_KM
) -> tuple[Interval, ...]:
    """All road distances from the hub to the mill at which the hub is not dearer, as closed intervals.

    The hub is `collect_km` of road from the gate and on the way: the direct road is that much longer.
    """
    collected = Fleets(collect_km, table, terms.largest_t).cheapest(tonnes).jpy / tonnes + terms.handling_jpy_per_t
    largest = sizes(table)[-1]

    def cheapest(km: float) -> tuple[Runs, ...]:
        return Fleets(collect_km + km, table, terms.largest_t).cheapest(tonnes).runs

    def saved(runs: tuple[Runs, ...], km: float) -> float:
        """JPY per tonne that the hub saves against these runs."""
        alone = fleet_fare(runs, collect_km + km, table) / tonnes
        return alone - collected - run_fare(largest, km, table)[0] / largest

    found: list[Interval] = []
    for low, high in pairwise(_knots(collect_km, furthest_km, table)):
        from_, until = _zero(low, high, cheapest, saved), _zero(high, low, cheapest, saved)
        if from_ is not None and until is not None and from_ <= until:
            found.append(Interval(from_, until))
    return tuple(_joined(found))


def _zero(
    here: float,
    there: float,
    cheapest: Callable[[float], tuple[Runs, ...]],
    saved: Callable[[tuple[Runs, ...], float], float],
) -> float | None:
    """The first point from `here` towards `there` at which the hub is not dearer; None where there is none."""
    at, runs = here, cheapest(here)
    while True:
        lacking, beyond = saved(runs, at), saved(runs, there)
        if lacking >= -_NOTHING:
            return at
        if beyond < 0:
            return None
        # the line of these runs lies on or over what is saved by the cheapest, so its zero does not go too far
        at += (there - at) * lacking / (lacking - beyond)
        following = cheapest(at)
        if following == runs:
            return at
        runs = following


def _knots(collect_km: float, furthest_km: float, table: FreightTable) -> list[float]:
    """The distances from the hub between which every fare of either way is linear."""
    published = {fare.km for size in sizes(table) for fare in ladder(size, table)[0]}
    inside = {km for km in (*published, *(km - collect_km for km in published)) if 0 < km < furthest_km}
    return sorted({0.0, furthest_km, *inside})


def _joined(found: Iterable[Interval]) -> Iterator[Interval]:
    """Intervals in order, those that touch made one."""
    last: Interval | None = None
    for one in found:
        if last is not None and one.low - last.high <= _TOUCHING * max(1.0, last.high):
            last = Interval(last.low, one.high)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last
