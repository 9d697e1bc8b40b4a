"""Freight tables to test with, and every fleet there is: the slow truth beside the engine's."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from matching.fares import Diesel, Emission, Fare, FreightTable, FuelCurve, Further, SeaRate, run_fare, sizes
from matching.fleet import Runs

SRC = {"src": "a quotation"}


def table(
    fares: Mapping[float, Sequence[tuple[float, float]]], beyond: Mapping[float, float] | None = None
) -> FreightTable:
    """A table of `{truck_t: [(km, jpy), …]}`; the default truck is the largest."""
    return FreightTable(
        fares=tuple(Fare(truck_t=t, km=km, jpy=jpy, **SRC) for t, rows in fares.items() for km, jpy in rows),
        beyond=tuple(Further(truck_t=t, jpy_per_50km=jpy, **SRC) for t, jpy in (beyond or {}).items()),
        truck_t=max(fares),
        sea=SeaRate(jpy_per_tkm=5, **SRC),
        truck_co2=Emission(kg_per_tkm=0.2, **SRC),
        ship_co2=Emission(kg_per_tkm=0.04, **SRC),
        fuel=FuelCurve(constant=2.71, load_power=0.812, payload_power=0.654, **SRC),
        diesel=Diesel(kg_per_l=2.62, **SRC),
    )


def all_fleets(tonnes: float, rates: FreightTable, largest_t: float | None = None) -> Iterator[tuple[Runs, ...]]:
    """Every way to carry the tonnes with no more runs of any size than that size alone would need."""
    allowed = [size for size in sizes(rates) if largest_t is None or size <= largest_t]
    counts = [range(math.ceil(tonnes / size) + 1) for size in allowed]
    for counted in product(*counts):
        if sum(n * size for n, size in zip(counted, allowed, strict=True)) >= tonnes - 1e-9:
            yield tuple(Runs(size, n) for n, size in zip(counted, allowed, strict=True) if n)


def least_fare(tonnes: float, km: float, rates: FreightTable, largest_t: float | None = None) -> float:
    """The fare of the cheapest of all fleets."""
    return min(
        sum(r.runs * run_fare(r.truck_t, km, rates)[0] for r in fleet) for fleet in all_fleets(tonnes, rates, largest_t)
    )
