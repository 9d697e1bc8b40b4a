"""Where a hub pays: closed forms by hand, and every answer against brute force over a grid."""

import pytest

from matching.break_even import Interval, paying_km, paying_tonnes
from matching.consolidation import Terms, Ways
from matching.fares import FreightTable, run_fare, sizes
from matching.freight import Leg
from specs.catalogue.loader import catalogue
from tests.support.freight import least_fare, table

RATES = catalogue().freight
ODD = table(
    {
        2.9: [(50, 18_000), (120, 40_000), (300, 60_000)],
        6.5: [(50, 30_000), (200, 60_000), (300, 95_000)],
        13.4: [(80, 61_000), (250, 100_000), (300, 190_000)],
    }
)
CLEAR = 1e-6


def inside(value: float, found: tuple[Interval, ...]) -> bool:
    return any(one.low < value <= one.high for one in found)


def near_an_end(value: float, found: tuple[Interval, ...]) -> bool:
    return any(abs(value - end) < CLEAR for one in found for end in (one.low, one.high))


def by_road(direct: float, collect: float, onward: float) -> Ways:
    return Ways(direct=(Leg(direct),), collect=(Leg(collect),), onward=(Leg(onward),))


def test_full_small_trucks_break_even_where_the_saving_of_each_kilometre_has_paid_the_second_start() -> None:
    # for a tonne, the 4 t truck takes 55.2 JPY a km up to 150 km and 55.15 up to 200, the 10 t truck 2,084 + 29.64 a km
    (found,) = paying_km(4, 100, RATES, Terms(largest_t=4))
    lacking_at_50 = 2084 + 50 * 29.64 - 50 * 55.2
    assert found.low == pytest.approx(50 + lacking_at_50 / (55.15 - 29.64))
    assert found.high == 3000


def test_handling_moves_the_break_even_distance_out() -> None:
    # beyond 200 km a tonne of the 4 t truck costs 54.75 JPY a km
    (found,) = paying_km(4, 100, RATES, Terms(largest_t=4, handling_jpy_per_t=1000))
    lacking_at_100 = 1000 + 2084 + 100 * 29.64 - (60_360 - 38_290) / 4
    assert found.low == pytest.approx(100 + lacking_at_100 / (54.75 - 29.64))


def test_a_hub_whose_handling_is_never_earned_pays_nowhere() -> None:
    assert paying_km(4, 100, RATES, Terms(largest_t=4, handling_jpy_per_t=1_000_000)) == ()


def test_up_to_how_many_tonnes_a_hub_pays_follows_from_two_fares() -> None:
    # one 2 t truck either way saves 109,750 - 33,080 JPY, and the shared truck costs 13,861 JPY for each tonne
    found = paying_tonnes(by_road(500, 100, 400), RATES, Terms(), most_t=2)
    assert found == (Interval(0, 2),)
    dear = Terms(handling_jpy_per_t=40_000)
    assert paying_tonnes(by_road(500, 100, 400), RATES, dear, most_t=2) == (
        Interval(0, pytest.approx((109_750 - 33_080) / (13_861 + 40_000))),
    )


def test_past_each_size_of_truck_the_hub_may_pay_again() -> None:
    found = paying_tonnes(by_road(225, 150, 132), RATES, Terms(largest_t=4), most_t=8)
    assert [one.low for one in found] == pytest.approx([0, 4])
    assert all(one.high < next_size for one, next_size in zip(found, (4, 8), strict=True))


@pytest.mark.parametrize("rates", [RATES, ODD], ids=["published", "odd"])
@pytest.mark.parametrize("tonnes", [0.7, 2.5, 3.0, 5.5, 8.0, 13.0])
@pytest.mark.parametrize(("collect_km", "handling"), [(0, 0.0), (40, 500.0), (130, 0.0), (260, 2500.0)])
def test_distances_agree_with_brute_force(
    rates: FreightTable, tonnes: float, collect_km: float, handling: float
) -> None:
    gate, largest = sizes(rates)[1], sizes(rates)[-1]
    found = paying_km(tonnes, collect_km, rates, Terms(largest_t=gate, handling_jpy_per_t=handling), furthest_km=900)
    collected = least_fare(tonnes, collect_km, rates, gate) / tonnes + handling
    for km in range(1, 900, 11):
        through = collected + run_fare(largest, km, rates)[0] / largest
        pays = through <= least_fare(tonnes, collect_km + km, rates, gate) / tonnes
        assert inside(km, found) is pays or near_an_end(km, found), (km, found)


@pytest.mark.parametrize("rates", [RATES, ODD], ids=["published", "odd"])
@pytest.mark.parametrize("gate", [None, 1])
@pytest.mark.parametrize(
    ("km", "handling"),
    [((500, 100, 400), 0), ((225, 150, 132), 0), ((120, 30, 110), 1500), ((80, 200, 60), 0), ((500, 20, 490), 4000)],
)
def test_tonnes_agree_with_brute_force(
    rates: FreightTable, gate: int | None, km: tuple[float, float, float], handling: float
) -> None:
    direct, collect, onward = km
    largest_t, largest = None if gate is None else sizes(rates)[gate], sizes(rates)[-1]
    terms = Terms(largest_t=largest_t, handling_jpy_per_t=handling)
    found = paying_tonnes(by_road(direct, collect, onward), rates, terms, most_t=30)
    rate = run_fare(largest, onward, rates)[0] / largest + handling
    for hundredths in range(5, 3000, 37):
        tonnes = hundredths / 100
        through = least_fare(tonnes, collect, rates, largest_t) + rate * tonnes
        pays = through <= least_fare(tonnes, direct, rates, largest_t)
        assert inside(tonnes, found) is pays or near_an_end(tonnes, found), (tonnes, found)


def test_a_ship_that_only_the_hubs_way_takes_makes_up_for_more_trucks_from_some_tonnes_on() -> None:
    # the direct way crosses the sea at 5 JPY/t km, the hub's does not: it saves more the heavier the load
    way = Ways(direct=(Leg(100), Leg(4000, by_sea=True)), collect=(Leg(300),), onward=(Leg(100),))
    found = paying_tonnes(way, RATES, Terms(), most_t=2)
    lacking, saved_per_tonne = 71_450 - 33_080, 4000 * 5 - 5048
    assert lacking / saved_per_tonne > 2
    assert found == ()
    wider = paying_tonnes(way, RATES, Terms(), most_t=4)
    assert wider == (Interval(pytest.approx((82_260 - 38_290) / saved_per_tonne), 4),)
