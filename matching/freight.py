"""Delivered cost and CO2 of moving a tonne between two places (design, Distance).

Great circle × 1.3 on land; Hokkaido and Okinawa are reached by a sea leg between the nearest scrap ports of the
two islands, never by a road factor. Road legs cost the fares of the table, full or partly loaded, sea legs its rate;
outside the published distances the quote says that it is extrapolated (`matching.fares`). A haul is priced by the
table of the prefecture where it is loaded (`matching.tariffs`). Port handling is not in the
published figures and is left out. A truck that is not named is a full one of the table's own size at the average
emission of all trucks; a named one emits by payload and load (`matching.emissions`).
"""

import math
from collections.abc import Iterable, Sequence

import msgspec

from matching.distances import Given
from matching.emissions import truck_kg_per_tkm
from matching.fares import FreightTable, ladder, run_fare
from matching.reference import Catalogue, Port
from matching.tariffs import EVERYWHERE
from matching.values import Place

EARTH_RADIUS_KM = 6371.0088
ROAD_FACTOR = 1.3
OVERSEAS = ("hokkaido", "okinawa")


class Point(msgspec.Struct, frozen=True):
    """Degrees, the island that decides between road and sea, and the prefecture whose freight table counts."""

    lat: float
    lon: float
    island: str
    prefecture: str = EVERYWHERE


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
    """Freight per tonne; kilometres by mode; `extrapolated` outside the published distances of the truck.

    Those begin at `fares_from_km` and end at `fares_to_km`, None where each further 50 km has a price. `of_region`
    where it is the mean over the prefectures of a region; `tables` are the stamps of what priced it.
    """

    jpy_per_t: float
    road_km: float
    sea_km: float
    co2_kg_per_t: float
    extrapolated: bool
    fares_from_km: float = 0.0
    fares_to_km: float | None = None
    of_region: bool = False
    tables: tuple[str, ...] = ()


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
        return Point(place.lat, place.lon, prefecture.island, place.prefecture)
    return Point(prefecture.lat, prefecture.lon, prefecture.island, place.prefecture)


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
    """Freight of one tonne, by `table` or else that of the origin.

    KeyError for a truck that the table does not have, ValueError for a detour under 1. `given` (a cell of a
    `DistanceMatrix`) replaces the way by its kilometres of road, and the cost by its price.
    """
    rates = table or catalogue.rates(origin.prefecture)
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
    fares, beyond = ladder(size, rates)
    return Quote(
        jpy_per_t=cost,
        road_km=road,
        sea_km=sea,
        co2_kg_per_t=co2,
        extrapolated=extrapolated,
        fares_from_km=fares[0].km,
        fares_to_km=fares[-1].km if beyond is None else None,
        tables=catalogue.rated((origin.prefecture,)) if table is None else (),
    )


def between(origin: Place, destination: Place, catalogue: Catalogue, *, exact: bool) -> Quote:
    """Freight of one tonne between places; of one that is only a region, the mean over the prefectures in it."""
    starts, ends = _points(origin, catalogue, exact=exact), _points(destination, catalogue, exact=exact)
    found = [quote(start, end, catalogue) for start in starts for end in ends]
    return found[0] if len(found) == 1 else _mean(found)


def _points(place: Place, catalogue: Catalogue, *, exact: bool) -> list[Point]:
    if place.prefecture in catalogue.prefectures:
        return [locate(place, catalogue, exact=exact)]
    return [locate(Place(prefecture=code), catalogue, exact=exact) for code in catalogue.within(place.prefecture)]


def _mean(quotes: Sequence[Quote]) -> Quote:
    return Quote(
        jpy_per_t=math.fsum(q.jpy_per_t for q in quotes) / len(quotes),
        road_km=math.fsum(q.road_km for q in quotes) / len(quotes),
        sea_km=math.fsum(q.sea_km for q in quotes) / len(quotes),
        co2_kg_per_t=math.fsum(q.co2_kg_per_t for q in quotes) / len(quotes),
        extrapolated=any(q.extrapolated for q in quotes),
        fares_from_km=max(q.fares_from_km for q in quotes),
        fares_to_km=min((q.fares_to_km for q in quotes if q.fares_to_km is not None), default=None),
        of_region=True,
        tables=tuple(sorted({stamp for q in quotes for stamp in q.tables})),
    )


def rated(origins: Iterable[Place], catalogue: Catalogue) -> tuple[str, ...]:
    """Stamps of the freight tables that price hauls from these places."""
    return catalogue.rated({place.prefecture for place in origins})
