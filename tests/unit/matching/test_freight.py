"""Distance and freight (design, Distance): great circle, published fares, sea legs."""

import math

import pytest

from matching.fares import Fare, truck_fare
from matching.freight import Point, great_circle_km, locate, quote
from matching.values import Place
from specs.catalogue.loader import catalogue


def place(prefecture: str, lat: float | None = None, lon: float | None = None) -> Point:
    return locate(Place(prefecture=prefecture, lat=lat, lon=lon), catalogue(), exact=True)


def test_a_degree_of_longitude_on_the_equator_is_a_360th_of_the_circumference() -> None:
    assert great_circle_km(Point(0, 0, ""), Point(0, 1, "")) == pytest.approx(2 * math.pi * 6371.0088 / 360)
    assert great_circle_km(Point(0, 0, ""), Point(0, 180, "")) == pytest.approx(math.pi * 6371.0088)


FARES = (
    Fare(truck_t=10, km=100, jpy=50_480),
    Fare(truck_t=10, km=150, jpy=65_300),
    Fare(truck_t=10, km=500, jpy=167_860),
)


@pytest.mark.parametrize(
    ("km", "jpy", "extrapolated"),
    [
        (100, 50_480, False),
        (125, 57_890, False),
        (150, 65_300, False),
        (500, 167_860, False),
        (550, 182_480, False),
        (0, 20_840, True),
        (50, 35_660, True),
    ],
)
def test_fares_are_linear_between_and_beyond_the_published_distances(
    km: float, jpy: float, *, extrapolated: bool
) -> None:
    assert truck_fare(km, FARES, 14_620) == (pytest.approx(jpy), extrapolated)


def test_freight_never_falls_with_distance() -> None:
    prices = [truck_fare(km, FARES, 14_620)[0] for km in range(0, 1500, 10)]
    assert prices == sorted(prices)


def test_the_road_is_a_third_longer_than_the_great_circle() -> None:
    tokyo, osaka = place("JP-13"), place("JP-27")
    found = quote(tokyo, osaka, catalogue())
    assert found.road_km == pytest.approx(1.3 * great_circle_km(tokyo, osaka))
    assert (found.sea_km, found.extrapolated) == (0.0, False)


@pytest.mark.parametrize(
    ("here", "there", "by_sea"),
    [
        ("JP-01", "JP-13", True),
        ("JP-47", "JP-13", True),
        ("JP-01", "JP-47", True),
        ("JP-40", "JP-13", False),
        ("JP-37", "JP-33", False),
        ("JP-01", "JP-01", False),
        ("JP-47", "JP-47", False),
    ],
)
def test_hokkaido_and_okinawa_have_sea_legs(here: str, there: str, *, by_sea: bool) -> None:
    out, back = quote(place(here), place(there), catalogue()), quote(place(there), place(here), catalogue())
    assert (out.sea_km > 0) is by_sea
    assert out.jpy_per_t == pytest.approx(back.jpy_per_t)
    assert out.jpy_per_t > 0
    assert out.co2_kg_per_t == pytest.approx(back.co2_kg_per_t)


def test_across_parties_every_place_is_its_prefecture() -> None:
    exact = Place(prefecture="JP-14", lat=35.1, lon=139.1)
    office = locate(Place(prefecture="JP-14"), catalogue(), exact=True)
    assert locate(exact, catalogue(), exact=False) == office
    assert locate(exact, catalogue(), exact=True) == Point(35.1, 139.1, office.island, "JP-14")
