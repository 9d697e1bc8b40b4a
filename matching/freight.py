"""Delivered cost and CO2 of moving a tonne between two places (design, Distance).

Great circle × 1.3 on land; Hokkaido and Okinawa are reached by a sea leg between the nearest scrap ports of the
two islands, never by a road factor. Road legs cost the fares of the table, full or partly loaded, sea legs its rate;
outside the published distances the quote says that it is extrapolated (`matching.fares`). Port handling is not in the
published figures and is left out. A truck that is not named is a full one of the table's own size at the average
emission of all trucks; a named one emits by payload and load (`matching.emissions`).
"""

import math

import msgspec

from matching.distances import Given
from matching.emissions import truck_kg_per_tkm
from matching.fares import FreightTable, run_fare
from matching.reference import Catalogue, Port
from matching.values import Place

EARTH_RADIUS_KM = 6371.0088
ROAD_FACTOR = 1.3
OVERSEAS = ("hokkaido", "okinawa")


class Point(msgspec.Struct, frozen=True):
    """Degrees, and the island that decides between road and sea."""

    lat: float
    lon: float
    island: str


class Truck(msgspec.Struct, frozen=True):
    """A truck of the table by its payload in tonnes, and the share of it that is loaded, in (0, 1]."""

    truck_t: float
    load: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.load <= 1:
            raise ValueError(f"a truck is loaded over 0 and up to 1, not {self.load}")


class Leg(msgspec.Struct, frozen=True):
    """A part of the way, in kilometres of road (with the detour) or of sea."""

    km: float
    by_sea: bool = False


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """Freight per tonne; kilometres by mode; `extrapolated` outside the published distances."""

    jpy_per_t: float
    road_km: float
    sea_km: float
    co2_kg_per_t: float
    extrapolated: bool


def great_circle_km(a: Point | Port, b: Point | Port) -> float:
    """Haversine on a sphere of mean radius 6371.0088 km."""
    phi, psi = math.radians(a.lat), math.radians(b.lat)
    half = math.sin((psi - phi) / 2) ** 2
    half += math.cos(phi) * math.cos(psi) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))


def locate(place: Place, catalogue: Catalogue, *, exact: bool) -> Point:
    """The point of a place; `exact=False` (across parties) always takes the prefecture's office."""
    prefecture = catalogue.prefectures[place.prefecture]
    if exact and place.lat is not None and place.lon is not None:
        return Point(place.lat, place.lon, prefecture.island)
    return Point(prefecture.lat, prefecture.lon, prefecture.island)


def parted(origin: Point, destination: Point) -> bool:
    """Whether no road leads from one to the other."""
    return origin.island != destination.island and not {origin.island, destination.island}.isdisjoint(OVERSEAS)


def legs(origin: Point, destination: Point, ports: tuple[Port, ...], detour: float = ROAD_FACTOR) -> tuple[Leg, ...]:
    """The way by road, or by road and sea where there is none; a road is `detour` times the great circle."""
    if parted(origin, destination):
        return legs_by_ship(origin, destination, ports, detour)
    return (_road(origin, destination, detour),)


def legs_by_ship(
    origin: Point, destination: Point, ports: tuple[Port, ...], detour: float = ROAD_FACTOR
) -> tuple[Leg, ...]:
    """The way through the scrap ports nearest to both ends, also where a road leads."""
    out, into = _port(origin, ports), _port(destination, ports)
    sea = Leg(great_circle_km(out, into), by_sea=True)
    return (_road(origin, out, detour), sea, _road(into, destination, detour))


def _road(a: Point | Port, b: Point | Port, detour: float) -> Leg:
    if not detour >= 1:
        raise ValueError(f"no road is shorter than the great circle: the detour must be 1 or more, not {detour}")
    return Leg(great_circle_km(a, b) * detour)


def _port(point: Point, ports: tuple[Port, ...]) -> Point | Port:
    """The nearest port that trucks reach; a place on an island without a listed port is its own landing."""
    mainland = ("honshu", "shikoku", "kyushu")
    islands = (point.island,) if point.island in OVERSEAS else mainland
    near = [p for p in ports if p.island in islands]
    return min(near, key=lambda p: (great_circle_km(point, p), p.code), default=point)


def quote(
    origin: Point,
    destination: Point,
    catalogue: Catalogue,
    *,
    table: FreightTable | None = None,
    truck: Truck | None = None,
    detour: float = ROAD_FACTOR,
    given: Given | None = None,
) -> Quote:
    """Freight of one tonne. KeyError for a truck that the table does not have, ValueError for a detour under 1.

    `given` (a cell of a `DistanceMatrix`) replaces the way by its kilometres of road, and the cost by its price.
    """
    rates = table or catalogue.freight
    known = given or Given()
    way = legs(origin, destination, catalogue.ports, detour) if known.km is None else (Leg(known.km),)
    size, load = (rates.truck_t, 1.0) if truck is None else (truck.truck_t, truck.load)
    cost, road, sea, extrapolated = 0.0, 0.0, 0.0, False
    for leg in way:
        if leg.by_sea:
            sea += leg.km
            continue
        fare, outside = run_fare(size, leg.km, rates)
        cost, road, extrapolated = cost + fare / (size * load), road + leg.km, extrapolated or outside
    cost += sea * rates.sea.jpy_per_tkm
    if known.jpy_per_t is not None:
        cost, extrapolated = known.jpy_per_t, False
    kg_per_tkm = rates.truck_co2.kg_per_tkm if truck is None else truck_kg_per_tkm(size, load, rates)
    co2 = road * kg_per_tkm + sea * rates.ship_co2.kg_per_tkm
    return Quote(jpy_per_t=cost, road_km=road, sea_km=sea, co2_kg_per_t=co2, extrapolated=extrapolated)
