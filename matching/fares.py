"""The freight table: published truck fares, the sea rate and emission factors, each row with its source.

A table is one frozen value, so that a coordinator's own can stand in for the catalogue's (`quote(…, table=…)`); what
is wrong with one is named by `matching.freight_faults`, and everything here trusts a table without faults.

Fares are JPY for one loaded run and linear between published distances. Beyond the longest one the published price
of each further 50 km counts, in proportion. Anything else outside the published distances follows the nearest
published slope, and is said to be extrapolated.
"""

from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Literal

from msgspec import Meta

from matching.values import Text, Value

BEYOND_STEP_KM = 50.0
Provenance = Literal["read", "knowledge", "derived", "calculated"]


class Sourced(Value, frozen=True, kw_only=True, omit_defaults=False):
    """A figure with where it comes from: a code of the catalogue's sources, or a text that names one.

    The flag is always written: a figure from memory says so.
    """

    src: Text = ""
    flag: Provenance = "knowledge"
    note: Text = ""


class Fare(Sourced, frozen=True, kw_only=True):
    """A published truck fare: `jpy` for one loaded run of `km` with a truck of `truck_t` tonnes payload."""

    truck_t: float
    km: float
    jpy: float


class Further(Sourced, frozen=True, kw_only=True):
    """The published price of each 50 km beyond the longest distance of a truck."""

    truck_t: float
    jpy_per_50km: float


class SeaRate(Sourced, frozen=True, kw_only=True):
    """Line haul by coastal ship; port handling is not in it."""

    jpy_per_tkm: float


class Emission(Sourced, frozen=True, kw_only=True):
    """Kilograms of CO2 for one tonne over one kilometre, whatever carries it."""

    kg_per_tkm: float


class FuelCurve(Sourced, frozen=True, kw_only=True):
    """ln(litres per t km) = constant - load_power ln(load) - payload_power ln(payload in kg), load in (0, 1]."""

    constant: float
    load_power: float
    payload_power: float


class Diesel(Sourced, frozen=True, kw_only=True):
    """Kilograms of CO2 from one litre burnt."""

    kg_per_l: float


class FreightTable(Value, frozen=True, kw_only=True, cache_hash=True):
    """All figures of freight. `truck_t` is the truck whose full load prices a tonne where no truck is named."""

    fares: Annotated[tuple[Fare, ...], Meta(max_length=1000)]
    beyond: Annotated[tuple[Further, ...], Meta(max_length=100)] = ()
    truck_t: float = 10.0
    sea: SeaRate
    # the average of all trucks, for a truck that is not known
    truck_co2: Emission
    ship_co2: Emission
    fuel: FuelCurve
    diesel: Diesel
    excludes: Text = ""


@lru_cache(maxsize=256)
def sizes(table: FreightTable) -> tuple[float, ...]:
    """The payloads of its trucks in tonnes, smallest first."""
    return tuple(sorted({fare.truck_t for fare in table.fares}))


@lru_cache(maxsize=256)
def ladder(truck_t: float, table: FreightTable) -> tuple[tuple[Fare, ...], float | None]:
    """The fares of one truck by distance, and the price of each 50 km beyond them. Raises KeyError for no fares."""
    fares = sorted((fare for fare in table.fares if fare.truck_t == truck_t), key=lambda fare: fare.km)
    if not fares:
        raise KeyError(f"no fares for a truck of {truck_t:g} t")
    beyond = next((further.jpy_per_50km for further in table.beyond if further.truck_t == truck_t), None)
    return tuple(fares), beyond


def run_fare(truck_t: float, km: float, table: FreightTable) -> tuple[float, bool]:
    """JPY for one run of a truck of the table; True where it is extrapolated."""
    return truck_fare(km, *ladder(truck_t, table))


def truck_fare(km: float, fares: tuple[Fare, ...], beyond: float | None) -> tuple[float, bool]:
    """JPY for one loaded run, linear between the distances of `fares`; True where it is extrapolated."""
    first, last = fares[0], fares[-1]
    if km < first.km:
        return first.jpy - _slope(first, fares[1]) * (first.km - km), True
    if km > last.km:
        if beyond is None:
            return last.jpy + _slope(fares[-2], last) * (km - last.km), True
        return last.jpy + beyond * (km - last.km) / BEYOND_STEP_KM, False
    for near, far in pairwise(fares):
        if km <= far.km:
            return near.jpy + (far.jpy - near.jpy) * (km - near.km) / (far.km - near.km), False
    return last.jpy, False


def _slope(near: Fare, far: Fare) -> float:
    return (far.jpy - near.jpy) / (far.km - near.km)
