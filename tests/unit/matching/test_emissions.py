"""CO2 of trucks by payload and load: the improved tonne-kilometre method against its formula worked out by hand."""

import pytest

from matching.emissions import litres_per_tkm, truck_kg_per_tkm
from matching.freight import Truck, locate, quote
from matching.values import Place
from specs.catalogue.loader import catalogue

KNOWN = catalogue()

# ln y = 2.71 - 0.812 ln(x/100) - 0.654 ln z, rounded to 5 decimals (l) and, times 2.62 kg/l, to 4 (kg)
BY_HAND = [
    (2, 0.2, 0.38515, 1.0091),
    (2, 0.6, 0.15784, 0.4135),
    (2, 1.0, 0.10425, 0.2731),
    (4, 0.2, 0.24477, 0.6413),
    (4, 0.4, 0.13942, 0.3653),
    (4, 0.8, 0.07941, 0.2081),
    (4, 1.0, 0.06625, 0.1736),
    (10, 0.2, 0.13443, 0.3522),
    (10, 0.6, 0.05509, 0.1443),
    (10, 1.0, 0.03639, 0.0953),
    (20, 0.2, 0.08543, 0.2238),
    (20, 1.0, 0.02312, 0.0606),
]


@pytest.mark.parametrize(("truck_t", "load", "litres", "kg"), BY_HAND)
def test_diesel_and_co2_follow_the_formula(truck_t: float, load: float, litres: float, kg: float) -> None:
    assert litres_per_tkm(truck_t, load, KNOWN.freight) == pytest.approx(litres, abs=5e-6)
    assert truck_kg_per_tkm(truck_t, load, KNOWN.freight) == pytest.approx(kg, abs=5e-5)


def test_a_quote_with_a_named_truck_emits_by_its_load_and_the_ship_by_its_own_factor() -> None:
    tokyo, sapporo = (locate(Place(prefecture=code), KNOWN, exact=True) for code in ("JP-13", "JP-01"))
    found = quote(tokyo, sapporo, KNOWN, truck=Truck(4, 0.4))
    assert found.co2_kg_per_t == pytest.approx(0.3653 * found.road_km + 0.039 * found.sea_km, rel=1e-3)


def test_a_quote_without_a_truck_emits_the_average_of_all_trucks() -> None:
    tokyo, osaka = (locate(Place(prefecture=code), KNOWN, exact=True) for code in ("JP-13", "JP-27"))
    found = quote(tokyo, osaka, KNOWN)
    assert found.co2_kg_per_t == pytest.approx(0.208 * found.road_km)
