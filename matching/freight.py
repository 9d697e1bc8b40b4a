"""Delivered cost of moving a tonne between two places at the published full-truck fares (design, Distance).

Great circle × 1.3 on land; Hokkaido and Okinawa are reached by a sea leg between the nearest scrap ports of the
two islands, never by a road factor. Beyond the longest published distance the published price of each further 50 km
counts, in proportion; below the shortest the fare is extrapolated along the nearest published slope, and the quote
says so. Port handling is not in the published figures and is left out.
"""

import math
from functools import cache
from itertools import pairwise

import msgspec

from matching.reference import Catalogue, Fare, Port
from matching.values import Place

EARTH_RADIUS_KM = 6371.0088
ROAD_FACTOR = 1.3
TRUCK_T = 10.0
_BEYOND_STEP_KM = 50.0
_OVERSEAS = ("hokkaido", "okinawa")


class Point(msgspec.Struct, frozen=True):
    """Degrees, and the island that decides between road and sea."""

    lat: float
    lon: float
    island: str


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """Freight per tonne at full-truck rates; kilometres by mode; `extrapolated` outside the published distances."""

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


def truck_fare(km: float, fares: tuple[Fare, ...], beyond: float) -> tuple[float, bool]:
    """JPY for one loaded run, linear between published distances; True where it is extrapolated."""
    first, second, last = fares[0], fares[1], fares[-1]
    if km < first.km:
        slope = (second.jpy - first.jpy) / (second.km - first.km)
        return first.jpy - slope * (first.km - km), True
    if km > last.km:
        return last.jpy + beyond * (km - last.km) / _BEYOND_STEP_KM, False
    for near, far in pairwise(fares):
        if km <= far.km:
            return near.jpy + (far.jpy - near.jpy) * (km - near.km) / (far.km - near.km), False
    return last.jpy, False


def quote(origin: Point, destination: Point, catalogue: Catalogue) -> Quote:
    """Freight of one tonne from `origin` to `destination`."""
    legs = _legs(origin, destination, catalogue.ports)
    fares, beyond = _table(catalogue)
    freight = catalogue.freight
    cost, road, sea, extrapolated = 0.0, 0.0, 0.0, False
    for a, b, by_sea in legs:
        if by_sea:
            sea += great_circle_km(a, b)
            continue
        km = great_circle_km(a, b) * ROAD_FACTOR
        fare, outside = truck_fare(km, fares, beyond)
        cost, road, extrapolated = cost + fare / TRUCK_T, road + km, extrapolated or outside
    cost += sea * freight.sea_jpy_per_tkm
    co2 = road * freight.truck_co2 + sea * freight.ship_co2
    return Quote(jpy_per_t=cost, road_km=road, sea_km=sea, co2_kg_per_t=co2, extrapolated=extrapolated)


def _table(catalogue: Catalogue) -> tuple[tuple[Fare, ...], float]:
    return _fares(catalogue.freight.fares), catalogue.freight.per_50km_beyond["10"]


@cache
def _fares(fares: tuple[Fare, ...]) -> tuple[Fare, ...]:
    return tuple(sorted((f for f in fares if f.truck_t == TRUCK_T), key=lambda f: f.km))


def _legs(origin: Point, destination: Point, ports: tuple[Port, ...]) -> list[tuple[Point | Port, Point | Port, bool]]:
    apart = origin.island != destination.island
    if not apart or not (origin.island in _OVERSEAS or destination.island in _OVERSEAS):
        return [(origin, destination, False)]
    out, into = _port(origin, ports), _port(destination, ports)
    return [(origin, out, False), (out, into, True), (into, destination, False)]


def _port(point: Point, ports: tuple[Port, ...]) -> Point | Port:
    """The nearest port that trucks reach; a place on an island without a listed port is its own landing."""
    mainland = ("honshu", "shikoku", "kyushu")
    islands = (point.island,) if point.island in _OVERSEAS else mainland
    near = [p for p in ports if p.island in islands]
    return min(near, key=lambda p: (great_circle_km(point, p), p.code), default=point)
