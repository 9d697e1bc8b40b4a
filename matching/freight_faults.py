"""What is wrong with a freight table, a distance matrix or a load, all at once, each with a JSON Pointer (RFC 6901).

A table without faults prices every distance from 0 km at 0 JPY or more, never less for a longer way, and a tonne
never dearer for a fuller truck; a matrix without faults answers for every pair of its places.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain, pairwise

from matching.consolidation import Terms
from matching.distances import Cells, DistanceMatrix
from matching.fares import Fare, FreightTable, Sourced, sizes
from matching.fault import Fault, fault, leaves, unknown_any
from matching.faults import MOST_TONNES
from matching.freight import Point, parted
from matching.units import close

# walls against absurd numbers, not business rules; payloads are whole multiples of 0.1 t (`matching.fleet`)
MOST_TRUCK_T, MOST_KM, MOST_JPY = 60.0, 100_000.0, 1_000_000_000.0
# even with sizes of nearly one price for each tonne, `matching.fleet` then answers within seconds
MOST_TRUCKS = 20


def table_faults(table: FreightTable) -> tuple[Fault, ...]:
    """Every fault of a table."""
    return tuple(
        chain(
            leaves(table),
            chain.from_iterable(_fare(f"/fares/{i}", fare) for i, fare in enumerate(table.fares)),
            _ladders(table),
            _beyond(table),
            _known_truck("/truck_t", table.truck_t, table),
            _rate("/sea", "jpy_per_tkm", table.sea),
            _rate("/truck_co2", "kg_per_tkm", table.truck_co2),
            _rate("/ship_co2", "kg_per_tkm", table.ship_co2),
            _rate("/diesel", "kg_per_l", table.diesel),
            _fuel(table),
        )
    )


def _fare(pointer: str, fare: Fare) -> Iterator[Fault]:
    yield from _payload(f"{pointer}/truck_t", fare.truck_t)
    yield from _amount(f"{pointer}/km", "km", fare.km, MOST_KM)
    if fare.jpy == 0:
        yield fault(f"{pointer}/jpy", "not_positive", given="jpy")
    yield from _amount(f"{pointer}/jpy", "jpy", fare.jpy, MOST_JPY)
    yield from _source(pointer, fare.src)


def _payload(pointer: str, truck_t: float) -> Iterator[Fault]:
    if math.isfinite(truck_t) and not (0 < truck_t <= MOST_TRUCK_T and close(truck_t, round(truck_t, 1))):
        yield fault(pointer, "truck_size", given=truck_t, most=MOST_TRUCK_T)


def _amount(pointer: str, name: str, value: float, most: float) -> Iterator[Fault]:
    """A figure that may be 0; one that is not finite is told by its leaf."""
    if value < 0:
        yield fault(pointer, "negative", given=name)
    elif most < value < math.inf:
        yield fault(pointer, "too_large", given=value, most=most)


def _source(pointer: str, src: str) -> Iterator[Fault]:
    if not src.strip():
        yield fault(f"{pointer}/src", "source_required")


def _ladders(table: FreightTable) -> Iterator[Fault]:
    """Each truck's fares against each other: two distances, none twice, none falling, none below zero at 0 km."""
    if len(sizes(table)) > MOST_TRUCKS:
        yield fault("/fares", "too_many_trucks", trucks=len(sizes(table)), most=MOST_TRUCKS)
    for size in sizes(table):
        rows = [(i, fare) for i, fare in enumerate(table.fares) if fare.truck_t == size]
        if not all(math.isfinite(fare.km + fare.jpy) for _, fare in rows):
            continue  # told by its leaf
        rows.sort(key=lambda row: row[1].km)
        if len({fare.km for _, fare in rows}) < 2:
            yield fault(f"/fares/{rows[0][0]}", "few_distances", truck_t=size)
            continue
        for (_, near), (i, far) in pairwise(rows):
            if near.km == far.km:
                yield fault(f"/fares/{i}", "duplicate", given=f"{size:g} t, {far.km:g} km")
            elif far.jpy < near.jpy:
                yield fault(f"/fares/{i}/jpy", "fare_falls", jpy=far.jpy, km=far.km, less_than=near.jpy, at_km=near.km)
        (i, first), second = rows[0], next(fare for _, fare in rows if fare.km > rows[0][1].km)
        if first.jpy * (second.km - first.km) < (second.jpy - first.jpy) * first.km:
            yield fault(f"/fares/{i}", "fare_below_zero", truck_t=size)


def _beyond(table: FreightTable) -> Iterator[Fault]:
    seen: Counter[float] = Counter()
    for i, further in enumerate(table.beyond):
        pointer = f"/beyond/{i}"
        yield from _known_truck(f"{pointer}/truck_t", further.truck_t, table)
        seen[further.truck_t] += 1
        if seen[further.truck_t] > 1:
            yield fault(f"{pointer}/truck_t", "duplicate", given=f"{further.truck_t:g} t")
        yield from _amount(f"{pointer}/jpy_per_50km", "jpy_per_50km", further.jpy_per_50km, MOST_JPY)
        yield from _source(pointer, further.src)


def _known_truck(pointer: str, truck_t: float, table: FreightTable) -> Iterator[Fault]:
    if truck_t not in sizes(table) and math.isfinite(truck_t):
        yield fault(pointer, "no_fares", truck_t=truck_t, sizes=[f"{size:g}" for size in sizes(table)])


def _rate(pointer: str, name: str, row: Sourced) -> Iterator[Fault]:
    yield from _amount(f"{pointer}/{name}", name, getattr(row, name), MOST_JPY)
    yield from _source(pointer, row.src)


def _fuel(table: FreightTable) -> Iterator[Fault]:
    """Powers from 0 to 1: a fuller or larger truck burns more in all, and less for each tonne."""
    for name in ("load_power", "payload_power"):
        value = getattr(table.fuel, name)
        if math.isfinite(value) and not 0 <= value <= 1:
            yield fault(f"/fuel/{name}", "out_of_range", given=value, low=0.0, high=1.0)
    yield from _amount("/fuel/constant", "constant", abs(table.fuel.constant), 100.0)
    yield from _source("/fuel", table.fuel.src)


def load_faults(tonnes: float, terms: Terms, table: FreightTable) -> tuple[Fault, ...]:
    """What `matching.consolidation` cannot answer: `/tonnes`, `/largest_t`, `/handling_jpy_per_t`."""
    return tuple(_load(tonnes, terms, table))


def _load(tonnes: float, terms: Terms, table: FreightTable) -> Iterator[Fault]:
    if not tonnes > 0:
        yield fault("/tonnes", "not_positive", given="tonnes")
    elif tonnes > MOST_TONNES:
        yield fault("/tonnes", "too_large", given=tonnes, most=MOST_TONNES)
    if terms.largest_t is not None and not terms.largest_t >= sizes(table)[0]:
        yield fault("/largest_t", "no_truck_that_small", given=terms.largest_t, smallest=sizes(table)[0])
    if not 0 <= terms.handling_jpy_per_t <= MOST_JPY:
        yield fault("/handling_jpy_per_t", "out_of_range", given=terms.handling_jpy_per_t, low=0.0, high=MOST_JPY)


def matrix_faults(matrix: DistanceMatrix, known: Mapping[str, Point]) -> tuple[Fault, ...]:
    """Every fault of a matrix between places that are `known` by name.

    Kilometres of road across the sea are refused: a sea leg is never priced as a road (design, Distance).
    """
    return tuple(
        chain(
            leaves(matrix),
            unknown_any("/origins", matrix.origins, "place", known),
            unknown_any("/destinations", matrix.destinations, "place", known),
            _neither(matrix),
            _cells("km", matrix.km, matrix, MOST_KM),
            _cells("jpy_per_t", matrix.jpy_per_t, matrix, MOST_JPY),
            _across(matrix, known),
            _source("", matrix.src),
        )
    )


def _neither(matrix: DistanceMatrix) -> Iterator[Fault]:
    if not matrix.km and not matrix.jpy_per_t:
        yield fault("", "matrix_empty")


def _cells(name: str, cells: Cells, matrix: DistanceMatrix, most: float) -> Iterator[Fault]:
    if not cells:
        return
    if len(cells) != len(matrix.origins):
        yield fault(f"/{name}", "matrix_rows", rows=len(cells), places=len(matrix.origins))
    for i, row in enumerate(cells):
        if len(row) != len(matrix.columns):
            yield fault(f"/{name}/{i}", "matrix_columns", columns=len(row), places=len(matrix.columns))
        for j, value in enumerate(row):
            if value is not None:
                yield from _amount(f"/{name}/{i}/{j}", name, value, most)


def _across(matrix: DistanceMatrix, known: Mapping[str, Point]) -> Iterator[Fault]:
    for i, (origin, row) in enumerate(zip(matrix.origins, matrix.km, strict=False)):
        for j, (destination, km) in enumerate(zip(matrix.columns, row, strict=False)):
            if km is None or origin not in known or destination not in known:
                continue
            if parted(known[origin], known[destination]):
                yield fault(f"/km/{i}/{j}", "sea_between", origin=origin, destination=destination)
