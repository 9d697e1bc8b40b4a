"""Laws of freight, over random tables without faults: a fuller truck is never dearer, a longer way never cheaper."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.break_even import paying_km, paying_tonnes
from matching.consolidation import Terms, Via, Ways, consolidate
from matching.emissions import truck_kg_per_tkm
from matching.fares import FreightTable, run_fare, sizes
from matching.fleet import Fleets
from matching.freight import Leg, Point, Truck, quote
from matching.freight_faults import table_faults
from specs.catalogue.loader import catalogue
from tests.support.freight import least_fare, table

KNOWN = catalogue()
ROUNDING = 1e-9
kilometres = st.integers(0, 1500)
loads = st.floats(0.01, 1.0)
tonnes = st.integers(1, 250).map(lambda n: n / 10)
places = st.builds(
    Point, st.floats(26, 45), st.floats(128, 145), st.sampled_from(("hokkaido", "honshu", "kyushu", "okinawa"))
)


@st.composite
def tables(draw: st.DrawFn) -> FreightTable:
    """Fares that rise with distance by steps that a straight line to 0 km never takes below zero."""
    fares: dict[float, list[tuple[float, float]]] = {}
    for truck_t in draw(st.lists(st.integers(10, 200).map(lambda n: n / 10), min_size=1, max_size=4, unique=True)):
        km, jpy = draw(st.integers(0, 100)), draw(st.integers(20_000, 60_000))
        rows = [(float(km), float(jpy))]
        for _ in range(draw(st.integers(1, 4))):
            far = draw(st.integers(20, 200))
            km, jpy = km + far, jpy + far * draw(st.integers(0, 200))
            rows.append((float(km), float(jpy)))
        fares[truck_t] = rows
    beyond = {t: float(draw(st.integers(0, 20_000))) for t in fares if draw(st.booleans())}
    return table(fares, beyond)


def not_over(less: float, more: float) -> bool:
    return less <= more + ROUNDING * max(1.0, abs(more))


@given(tables())
def test_the_tables_drawn_here_are_without_fault(rates: FreightTable) -> None:
    assert table_faults(rates) == ()


@given(tables(), kilometres, kilometres)
def test_a_longer_way_never_costs_less(rates: FreightTable, km: int, further: int) -> None:
    for size in sizes(rates):
        near, far = run_fare(size, km, rates)[0], run_fare(size, km + further, rates)[0]
        assert near >= 0
        assert not_over(near, far)


@given(tables(), tonnes, kilometres, kilometres)
def test_a_longer_way_never_costs_the_cheapest_fleet_less(rates: FreightTable, t: float, km: int, further: int) -> None:
    near, far = (Fleets(way, rates).cheapest(t).jpy for way in (km, km + further))
    assert not_over(near, far)


@given(tables(), tonnes, tonnes, kilometres)
def test_more_tonnes_never_cost_less_in_all(rates: FreightTable, t: float, more: float, km: int) -> None:
    fleets = Fleets(km, rates)
    assert not_over(fleets.cheapest(t).jpy, fleets.cheapest(t + more).jpy)


@settings(deadline=None)
@given(tables(), st.integers(1, 60).map(lambda n: n / 10), kilometres)
def test_no_fleet_at_all_is_cheaper_than_the_cheapest(rates: FreightTable, t: float, km: int) -> None:
    assert math.isclose(Fleets(km, rates).cheapest(t).jpy, least_fare(t, km, rates), rel_tol=1e-9)


@given(places, places, st.sampled_from((2.0, 4.0, 10.0)), loads, loads)
def test_a_fuller_truck_never_costs_or_emits_more_for_each_tonne(
    here: Point, there: Point, size: float, one: float, other: float
) -> None:
    emptier, fuller = sorted((one, other))
    dear, cheap = (quote(here, there, KNOWN, truck=Truck(size, load)) for load in (emptier, fuller))
    assert not_over(cheap.jpy_per_t, dear.jpy_per_t)
    assert not_over(cheap.co2_kg_per_t, dear.co2_kg_per_t)


@given(st.sampled_from((2.0, 4.0, 10.0)), loads, loads)
def test_a_fuller_truck_never_burns_less_in_all(size: float, one: float, other: float) -> None:
    emptier, fuller = sorted((one, other))
    less, more = (load * truck_kg_per_tkm(size, load, KNOWN.freight) for load in (emptier, fuller))
    assert not_over(less, more)


@given(places, places, st.floats(1, 2), st.floats(0, 1))
def test_a_longer_detour_never_costs_less(here: Point, there: Point, detour: float, more: float) -> None:
    short, long = (quote(here, there, KNOWN, detour=by) for by in (detour, detour + more))
    assert not_over(short.jpy_per_t, long.jpy_per_t)
    assert not_over(short.co2_kg_per_t, long.co2_kg_per_t)


ways = st.builds(
    lambda direct, collect, onward, sea: Ways(
        direct=(Leg(direct),), collect=(Leg(collect),), onward=(Leg(onward), *((Leg(sea, by_sea=True),) if sea else ()))
    ),
    kilometres,
    kilometres,
    kilometres,
    kilometres,
)


@given(tables(), tonnes, ways, st.integers(0, 3000))
def test_the_hub_is_chosen_only_where_it_is_cheaper(rates: FreightTable, t: float, way: Ways, handling: int) -> None:
    found = consolidate(t, way, rates, Terms(handling_jpy_per_t=handling))
    cheaper = found.hub.jpy_per_t < found.direct.jpy_per_t
    assert (found.cheapest.via is Via.HUB) is cheaper
    assert found.cheapest.jpy_per_t == min(found.direct.jpy_per_t, found.hub.jpy_per_t)


@given(tables(), tonnes, ways, st.integers(0, 3000))
def test_the_tonnes_for_which_a_hub_pays_are_those_for_which_it_is_not_dearer(
    rates: FreightTable, t: float, way: Ways, handling: int
) -> None:
    terms = Terms(handling_jpy_per_t=handling)
    paying = paying_tonnes(way, rates, terms, most_t=30)
    found = consolidate(t, way, rates, terms)
    gain = found.direct.jpy_per_t - found.hub.jpy_per_t
    if abs(gain) > 1e-3:
        assert any(one.low < t <= one.high for one in paying) is (gain > 0)


@given(tables(), tonnes, st.integers(0, 400), kilometres, st.integers(0, 3000))
def test_the_distances_at_which_a_hub_pays_are_those_at_which_it_is_not_dearer(
    rates: FreightTable, t: float, collect: int, onward: int, handling: int
) -> None:
    terms = Terms(largest_t=sizes(rates)[0], handling_jpy_per_t=handling)
    way = Ways(direct=(Leg(collect + onward),), collect=(Leg(collect),), onward=(Leg(onward),))
    found = consolidate(t, way, rates, terms)
    gain = found.direct.jpy_per_t - found.hub.jpy_per_t
    if abs(gain) > 1e-3:
        assert any(one.low <= onward <= one.high for one in paying_km(t, collect, rates, terms)) is (gain > 0)
