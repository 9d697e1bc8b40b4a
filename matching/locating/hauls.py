"""Kilometres and costs between the places of a location problem.

Great circle × detour by road. Hokkaido and Okinawa are reached by ship between the nearest scrap ports, at the
coastal rate of the freight table unless the problem states one, and the detour counts for the roads to the ports only
(design, Distance). Without a rate, the fares of the table's truck count. The table is that of the prefecture where a
haul is loaded (`matching.tariffs`). A place with a prefecture lies on its island; one without is told by its degrees.
"""

from collections.abc import Sequence

import msgspec
import numpy as np

from matching.fares import run_fare
from matching.freight import Point, legs
from matching.locating.instance import Instance, Spot
from matching.reference import Catalogue
from matching.solver import Vector
from matching.tariffs import EVERYWHERE

_MAINLAND = "honshu"
# Oma in Aomori (41.55 N, 140.91 E) lies north of Cape Shirakami in Hokkaido (41.40 N, 140.20 E)
_HOKKAIDO_LAT, _STRAIT_LAT, _STRAIT_LON = 41.6, 41.38, 140.6
_HOKKAIDO = (45.6, 139.0, 149.0)
# Yoron (27.0 N) belongs to Kagoshima; east of 132 there is only Ogasawara
_OKINAWA = (24.0, 26.95, 122.0, 132.0)


class Hauls(msgspec.Struct, frozen=True):
    """By (spot, site): money for a tonne, kilometres of road (with the detour) and of sea."""

    rate: Vector
    road: Vector
    sea: Vector


def hauls(
    instance: Instance, spots: Sequence[Spot], sites: Sequence[Spot], catalogue: Catalogue, *, outward: bool
) -> Hauls:
    """Between every spot and every site, at the rates of the problem; `outward` from the sites."""
    here = [_point(spot, catalogue) for spot in spots]
    there = [_point(spot, catalogue) for spot in sites]
    rate, road, sea = (np.zeros((len(here), len(there))) for _ in range(3))
    by_sea = instance.sea_jpy_per_t_km
    for a, start in enumerate(here):
        for b, end in enumerate(there):
            table = catalogue.rates((end if outward else start).prefecture)
            coastal = table.sea.jpy_per_tkm if by_sea is None else by_sea
            for leg in legs(start, end, catalogue.ports, instance.detour):
                (sea if leg.by_sea else road)[a, b] += leg.km
                if leg.by_sea:
                    rate[a, b] += coastal * leg.km
                elif instance.jpy_per_t_km is not None:
                    rate[a, b] += instance.jpy_per_t_km * leg.km
                else:
                    rate[a, b] += run_fare(table.truck_t, leg.km, table)[0] / table.truck_t
    return Hauls(rate, road, sea)


def rated(instance: Instance, catalogue: Catalogue) -> tuple[str, ...]:
    """Stamps of the freight tables that the costs of a problem rest on; none where it states its own."""
    if instance.cost is not None or not (instance.jpy_per_t_km is None or instance.sea_jpy_per_t_km is None):
        return ()
    return catalogue.rated(spot.prefecture or EVERYWHERE for spot in (*instance.suppliers, *instance.sites))


def _point(spot: Spot, catalogue: Catalogue) -> Point:
    """Its own degrees before those of its prefecture's office."""
    lat, lon = spot.lat or 0.0, spot.lon or 0.0
    if spot.prefecture is None:
        return Point(lat, lon, _island(lat, lon))
    office = catalogue.prefectures[spot.prefecture]
    if spot.lat is None:
        lat, lon = office.lat, office.lon
    return Point(lat, lon, office.island, spot.prefecture)


def _island(lat: float, lon: float) -> str:
    """Only what decides between road and sea: the mainland is one."""
    north, west, east = _HOKKAIDO
    if lat < north and west < lon < east and (lat >= _HOKKAIDO_LAT or (lat >= _STRAIT_LAT and lon <= _STRAIT_LON)):
        return "hokkaido"
    south, north, west, east = _OKINAWA
    return "okinawa" if south <= lat < north and west < lon < east else _MAINLAND
