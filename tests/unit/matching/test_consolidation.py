"""Direct or through a hub: both routes worked out by hand, over land and sea."""

import pytest

from matching.consolidation import Consolidation, Mode, Terms, Via, Ways, consolidate, ways
from matching.emissions import truck_kg_per_tkm
from matching.fares import run_fare
from matching.freight import Leg, locate
from matching.values import Place
from specs.catalogue.loader import catalogue
from tests.support.freight import least_fare, table

KNOWN = catalogue()
RATES = KNOWN.freight
SMALL = Terms(largest_t=4)


def by_road(direct: float, collect: float, onward: float) -> Ways:
    return Ways(direct=(Leg(direct),), collect=(Leg(collect),), onward=(Leg(onward),))


def between(gate: str, hub: str, mill: str, *, by_ship: bool = False) -> Ways:
    points = (locate(Place(prefecture=code), KNOWN, exact=True) for code in (gate, hub, mill))
    return ways(*points, KNOWN.ports, by_ship=by_ship)


def choice(tonnes: float, way: Ways, terms: Terms = SMALL) -> Consolidation:
    return consolidate(tonnes, way, RATES, terms)


def test_three_tonnes_go_in_a_four_tonne_truck_and_share_a_ten_tonne_one_from_the_hub() -> None:
    found = choice(3, by_road(500, 100, 400))
    assert found.direct.jpy_per_t == pytest.approx(126_060 / 3)
    assert found.hub.jpy_per_t == pytest.approx(38_290 / 3 + 138_610 / 10)
    assert found.cheapest.via is Via.HUB
    assert found.hub.extrapolated is found.direct.extrapolated is False


def test_co2_goes_by_the_load_of_each_truck() -> None:
    found = choice(3, by_road(500, 100, 400))
    assert found.direct.co2_kg_per_t == pytest.approx(500 * truck_kg_per_tkm(4, 0.75, RATES))
    alone, pooled = 100 * truck_kg_per_tkm(4, 0.75, RATES), 400 * truck_kg_per_tkm(10, 1.0, RATES)
    assert found.hub.co2_kg_per_t == pytest.approx(alone + pooled)


def test_handling_is_added_to_the_hubs_way_only() -> None:
    plain, handled = (
        choice(3, by_road(500, 100, 400)),
        choice(3, by_road(500, 100, 400), Terms(largest_t=4, handling_jpy_per_t=700)),
    )
    assert handled.direct == plain.direct
    assert handled.hub.jpy_per_t == pytest.approx(plain.hub.jpy_per_t + 700)


def test_a_hub_that_costs_the_same_is_not_chosen() -> None:
    rates = table({4: [(100, 20_000), (200, 60_000)]})
    found = consolidate(4, by_road(200, 100, 100), rates, Terms(handling_jpy_per_t=5000))
    assert found.hub.jpy_per_t == found.direct.jpy_per_t == 15_000
    assert found.cheapest.via is Via.DIRECT


def test_a_full_large_truck_at_the_gate_never_needs_a_hub() -> None:
    assert choice(10, by_road(500, 100, 400), Terms()).cheapest.via is Via.DIRECT


def test_from_hokkaido_the_gate_limits_the_first_road_only() -> None:
    way = between("JP-01", "JP-14", "JP-13")
    found = choice(12, way)
    first, ship, last = found.direct.hauls
    assert [haul.mode for haul in found.direct.hauls] == [Mode.TRUCK, Mode.SHIP, Mode.TRUCK]
    assert first.jpy_per_t == pytest.approx(least_fare(12, first.km, RATES, 4) / 12)
    assert ship.jpy_per_t == pytest.approx(ship.km * RATES.sea.jpy_per_tkm)
    assert last.jpy_per_t == pytest.approx(least_fare(12, last.km, RATES) / 12)
    assert found.direct.sea_km == ship.km
    assert found.direct.extrapolated is True


def test_a_ship_from_the_hub_goes_through_ports_also_where_a_road_leads() -> None:
    way = between("JP-41", "JP-40", "JP-13", by_ship=True)
    found = choice(3, way, Terms(largest_t=4, handling_jpy_per_t=3000))
    assert [haul.mode for haul in found.hub.hauls] == [Mode.TRUCK, Mode.TRUCK, Mode.SHIP, Mode.TRUCK]
    _, to_port, ship, from_port = found.hub.hauls
    shared = sum(run_fare(10, haul.km, RATES)[0] / 10 for haul in (to_port, from_port))
    collected = least_fare(3, way.collect[0].km, RATES, 4) / 3
    assert found.hub.jpy_per_t == pytest.approx(collected + shared + 5 * ship.km + 3000)
    assert found.direct.sea_km == 0


def test_an_own_fleet_is_shown_by_its_runs_and_a_shared_truck_by_its_size() -> None:
    collect, onward = choice(13, by_road(500, 100, 400)).hub.hauls
    assert [(r.truck_t, r.runs) for r in collect.runs] == [(4, 3), (2, 1)]
    assert (collect.shared_t, onward.runs, onward.shared_t) == (None, (), 10)
