"""Costs and kilometres between places: roads with their detour, ships to Hokkaido and Okinawa."""

import msgspec
import pytest

from matching.freight import Point, great_circle_km, quote
from matching.locating.instance import Customer, Instance, Site
from specs.catalogue.loader import catalogue
from tests.support.sitings import sited

TOKYO, OSAKA, SAPPORO, NAHA = (35.69, 139.69), (34.69, 135.52), (43.06, 141.35), (26.21, 127.68)
RATE = 30.0


def between(there: tuple[float, float], here: tuple[float, float], **rest: object) -> Instance:
    return Instance(
        sites=(Site(id="hub", capacity=100, fixed_cost=0, lat=there[0], lon=there[1]),),
        customers=(Customer(id="mill", demand=50, lat=here[0], lon=here[1]),),
        **{"jpy_per_t_km": RATE, **rest},
    )


def km(a: tuple[float, float], b: tuple[float, float]) -> float:
    return great_circle_km(Point(*a, ""), Point(*b, ""))


def test_a_road_is_the_great_circle_with_its_detour() -> None:
    found = sited(between(TOKYO, OSAKA))
    assert found.flows[0].road_km == pytest.approx(1.3 * km(TOKYO, OSAKA))
    assert found.flows[0].sea_km == 0.0
    assert found.objective.amount == pytest.approx(50 * RATE * 1.3 * km(TOKYO, OSAKA))


def test_costs_that_follow_from_places_are_in_yen() -> None:
    assert sited(between(TOKYO, OSAKA)).objective.currency == "JPY"


def test_the_detour_may_be_another() -> None:
    found = sited(between(TOKYO, OSAKA, detour=1.5))
    assert found.objective.amount == pytest.approx(50 * RATE * 1.5 * km(TOKYO, OSAKA))


@pytest.mark.parametrize("overseas", [SAPPORO, NAHA])
def test_islands_without_a_road_are_reached_by_ship(overseas: tuple[float, float]) -> None:
    flow = sited(between(TOKYO, overseas)).flows[0]
    assert flow.sea_km > 0.7 * km(TOKYO, overseas)
    assert flow.road_km < 0.3 * km(TOKYO, overseas)
    by_sea = catalogue().freight.sea.jpy_per_tkm
    assert flow.cost == pytest.approx(50 * (RATE * flow.road_km + by_sea * flow.sea_km))


def test_the_rate_by_sea_may_be_another() -> None:
    flow = sited(between(TOKYO, SAPPORO, sea_jpy_per_t_km=11.0)).flows[0]
    assert flow.cost == pytest.approx(50 * (RATE * flow.road_km + 11.0 * flow.sea_km))


@pytest.mark.parametrize(
    ("where", "by_sea"),
    [
        ((41.77, 140.73), True),  # Hakodate
        ((41.43, 140.11), True),  # Matsumae
        ((45.41, 141.67), True),  # Wakkanai
        ((43.33, 145.58), True),  # Nemuro
        ((41.53, 140.90), False),  # Oma
        ((41.25, 140.34), False),  # Tappi
        ((24.34, 124.16), True),  # Ishigaki
        ((28.38, 129.49), False),  # Amami, of Kagoshima: no port of its own is known, and no rule for it
        ((31.60, 130.56), False),  # Kagoshima
        ((33.56, 133.53), False),  # Kochi
    ],
)
def test_degrees_tell_the_island(where: tuple[float, float], *, by_sea: bool) -> None:
    assert (sited(between(TOKYO, where)).flows[0].sea_km > 0) is by_sea


def test_a_prefecture_stands_for_its_office() -> None:
    known = catalogue().prefectures
    by_code = Instance(
        sites=(Site(id="hub", capacity=100, fixed_cost=0, prefecture="JP-01"),),
        customers=(Customer(id="mill", demand=50, prefecture="JP-13"),),
        jpy_per_t_km=RATE,
    )
    offices = [(known[code].lat, known[code].lon) for code in ("JP-01", "JP-13")]
    assert sited(by_code).objective.amount == pytest.approx(sited(between(*offices)).objective.amount)


def test_without_a_rate_the_published_fares_count() -> None:
    found = sited(msgspec.structs.replace(between(TOKYO, OSAKA), jpy_per_t_km=None))
    fare = quote(Point(*OSAKA, "honshu"), Point(*TOKYO, "honshu"), catalogue()).jpy_per_t
    assert found.objective.amount == pytest.approx(50 * fare)
    assert found.objective.currency == "JPY"


def test_other_detours_are_solved_again() -> None:
    found = sited(between(TOKYO, OSAKA), changes=True)
    told = {c.value: c.amount for c in found.changes if c.what == "detour"}
    assert told == {k: pytest.approx(50 * RATE * k * km(TOKYO, OSAKA)) for k in (1.2, 1.4)}
