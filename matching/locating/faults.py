"""What is wrong with a posted location problem, all of it at once, each with a JSON Pointer.

Types are refused by decoding; these are the faults of meaning. That the capacities cannot serve everyone is none: it
is an answer.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import chain

from matching.fault import Fault, fault, leaves, repeated, unknown
from matching.locating.instance import Instance, Row, Spot
from matching.reference import Catalogue
from matching.values import Currency

MOST_PAIRS = 4_000_000
# two echelons are left to branch and cut, which does not go as far
MOST_PAIRS_OF_TWO = 20_000
MOST = 1e15
LONGEST_DETOUR = 10.0
# of all that is demanded: smaller amounts would drown in the rounding of the larger
SMALLEST_SHARE = 1e-9


def instance_faults(instance: Instance, catalogue: Catalogue) -> tuple[Fault, ...]:
    """Every fault, in document order."""
    return tuple(
        chain(
            leaves(instance),
            _sites(instance),
            _customers(instance),
            _suppliers(instance),
            _spots("/sites", instance.sites, instance, catalogue),
            _spots("/customers", instance.customers, instance, catalogue),
            _spots("/suppliers", instance.suppliers, instance, catalogue),
            _costs(instance),
            _terms(instance),
            _size(instance),
            _shares(instance),
        )
    )


def _amount(pointer: str, value: float) -> Iterator[Fault]:
    """Neither negative nor beyond what sums can carry; what is not finite is told already."""
    if value < 0.0:
        yield fault(pointer, "negative", given=value)
    elif math.isfinite(value) and value > MOST:
        yield fault(pointer, "too_large", given=value, most=MOST)


def _sites(instance: Instance) -> Iterator[Fault]:
    for i, site in enumerate(instance.sites):
        yield from _amount(f"/sites/{i}/capacity", site.capacity)
        yield from _amount(f"/sites/{i}/fixed_cost", site.fixed_cost)
        if math.isfinite(site.yield_) and not 0.0 < site.yield_ <= 1.0:
            yield fault(f"/sites/{i}/yield", "yield_range", given=site.yield_)
    yield from _once("/sites", instance.sites)


def _customers(instance: Instance) -> Iterator[Fault]:
    for j, customer in enumerate(instance.customers):
        yield from _amount(f"/customers/{j}/demand", customer.demand)
    yield from _once("/customers", instance.customers)


def _suppliers(instance: Instance) -> Iterator[Fault]:
    for p, supplier in enumerate(instance.suppliers):
        yield from _amount(f"/suppliers/{p}/supply", supplier.supply)
    yield from _once("/suppliers", instance.suppliers)


def _once(pointer: str, spots: Sequence[Spot]) -> Iterator[Fault]:
    ids = tuple(spot.id for spot in spots)
    if len(set(ids)) == len(ids):
        return
    for found in repeated(pointer, ids):
        yield Fault(f"{found.pointer}/id", found.code, found.params)


def _spots(pointer: str, spots: Sequence[Spot], instance: Instance, catalogue: Catalogue) -> Iterator[Fault]:
    wanted = instance.cost is None
    for i, spot in enumerate(spots):
        at = f"{pointer}/{i}"
        yield from unknown(f"{at}/prefecture", spot.prefecture, "prefecture", catalogue.prefectures)
        if (spot.lat is None) != (spot.lon is None) or not _on_earth(spot):
            yield fault(at, "coordinates_range")
        elif wanted and spot.lat is None and spot.prefecture is None:
            yield fault(at, "coordinates_missing", given=spot.id)


def _on_earth(spot: Spot) -> bool:
    """Missing and infinite numbers are told elsewhere."""
    lat, lon = spot.lat or 0.0, spot.lon or 0.0
    return not (math.isfinite(lat) and math.isfinite(lon)) or (abs(lat) <= 90.0 and abs(lon) <= 180.0)


def _costs(instance: Instance) -> Iterator[Fault]:
    rate, cost = instance.jpy_per_t_km, instance.cost
    if cost is not None and rate is not None:
        yield fault("/jpy_per_t_km", "cost_and_rate")
    if cost is not None:
        yield from _matrix("/cost", cost, len(instance.customers), len(instance.sites))
        for j, (customer, row) in enumerate(zip(instance.customers, cost, strict=False)):
            if customer.demand == 0.0 and any(row):
                yield fault(f"/cost/{j}", "cost_without_tonnes", given=customer.id)
    inbound = instance.inbound_cost
    if (inbound is not None) != (bool(instance.suppliers) and cost is not None):
        yield fault("/inbound_cost", "inbound_cost")
    elif inbound is not None:
        yield from _matrix("/inbound_cost", inbound, len(instance.suppliers), len(instance.sites))
        for p, (supplier, row) in enumerate(zip(instance.suppliers, inbound, strict=False)):
            if supplier.supply == 0.0 and any(row):
                yield fault(f"/inbound_cost/{p}", "cost_without_tonnes", given=supplier.id)


def _matrix(pointer: str, rows: Sequence[Row], height: int, width: int) -> Iterator[Fault]:
    if len(rows) != height:
        yield fault(pointer, "rows_of_matrix", given=len(rows), wanted=height)
    for j, row in enumerate(rows):
        if len(row) != width:
            yield fault(f"{pointer}/{j}", "columns_of_matrix", given=len(row), wanted=width)
        if not all(0.0 <= value <= MOST for value in row):
            for i, value in enumerate(row):
                yield from _amount(f"{pointer}/{j}/{i}", value)


def _terms(instance: Instance) -> Iterator[Fault]:
    for name in ("jpy_per_t_km", "sea_jpy_per_t_km"):
        value = getattr(instance, name)
        if value is not None:
            yield from _amount(f"/{name}", value)
    if math.isfinite(instance.detour) and not 1.0 <= instance.detour <= LONGEST_DETOUR:
        yield fault("/detour", "detour_range", given=instance.detour, most=LONGEST_DETOUR)
    if instance.cost is None and instance.currency not in (None, Currency.JPY):
        yield fault("/currency", "rate_is_in_yen", given=str(instance.currency))
    if instance.max_open is not None and instance.max_open < 1:
        yield fault("/max_open", "not_positive", given=instance.max_open)


def _size(instance: Instance) -> Iterator[Fault]:
    pairs = len(instance.sites) * (len(instance.customers) + len(instance.suppliers))
    most = MOST_PAIRS_OF_TWO if instance.suppliers else MOST_PAIRS
    if pairs > most:
        yield fault("/sites", "too_many_places", given=pairs, most=most)


def _shares(instance: Instance) -> Iterator[Fault]:
    given = [(f"/customers/{j}/demand", c.demand) for j, c in enumerate(instance.customers)]
    tonnes = math.fsum(value for _, value in given if 0.0 < value <= MOST)
    given += [(f"/sites/{i}/capacity", s.capacity) for i, s in enumerate(instance.sites)]
    given += [(f"/suppliers/{p}/supply", s.supply) for p, s in enumerate(instance.suppliers)]
    for pointer, value in given:
        if 0.0 < value < SMALLEST_SHARE * tonnes:
            yield fault(pointer, "too_small_beside", given=value, tonnes=tonnes)
