"""The cheapest trucks for some tonnes, against every fleet there is."""

import pytest

from matching.emissions import truck_kg_per_tkm
from matching.fleet import Fleets, Runs, fleet_fare, fleet_kg_per_tkm
from specs.catalogue.loader import catalogue
from tests.support.freight import least_fare, table

RATES = catalogue().freight
ODD = table(
    {
        2.9: [(50, 18_000), (300, 60_000)],
        6.5: [(50, 30_000), (300, 95_000)],
        13.4: [(50, 61_000), (300, 190_000)],
    }
)
# a middle truck that is cheapest for each tonne, and one that is never worth it
STRANGE = table(
    {3: [(100, 40_000), (200, 41_000)], 5: [(100, 30_000), (200, 61_000)], 7: [(100, 49_000), (200, 90_000)]}
)


def runs(tonnes: float, km: float, largest_t: float | None = None) -> list[tuple[float, int]]:
    return [(r.truck_t, r.runs) for r in Fleets(km, RATES, largest_t).cheapest(tonnes).runs]


@pytest.mark.parametrize(
    ("tonnes", "expected"),
    [
        (0.5, [(2, 1)]),
        (2.0, [(2, 1)]),
        (2.001, [(4, 1)]),
        (4.5, [(10, 1)]),
        (10.0, [(10, 1)]),
        (10.1, [(10, 1), (2, 1)]),
        (12.0, [(10, 1), (2, 1)]),
        (14.0, [(10, 1), (4, 1)]),
        (15.0, [(10, 2)]),
        (1_000_003.0, [(10, 100_000), (4, 1)]),
    ],
)
def test_small_trucks_take_what_a_full_large_one_leaves(tonnes: float, expected: list[tuple[float, int]]) -> None:
    assert runs(tonnes, 200) == expected


@pytest.mark.parametrize(("tonnes", "expected"), [(3.0, [(4, 1)]), (12.0, [(4, 3)]), (13.0, [(4, 3), (2, 1)])])
def test_no_truck_is_larger_than_the_gate_allows(tonnes: float, expected: list[tuple[float, int]]) -> None:
    assert runs(tonnes, 200, largest_t=4) == expected


def test_a_gate_that_no_truck_fits_is_refused() -> None:
    with pytest.raises(ValueError, match="no truck of at most 1 t"):
        Fleets(100, RATES, 1)


@pytest.mark.parametrize("rates", [RATES, ODD, STRANGE], ids=["published", "odd", "strange"])
@pytest.mark.parametrize("km", [0, 60, 100, 170, 450, 1200])
def test_no_fleet_at_all_is_cheaper(rates: object, km: float) -> None:
    fleets = Fleets(km, rates)  # type: ignore[arg-type]
    for tenths in range(1, 420, 7):
        tonnes = tenths / 10
        assert fleets.cheapest(tonnes).jpy == pytest.approx(least_fare(tonnes, km, rates)), tonnes  # type: ignore[arg-type]


@pytest.mark.parametrize("rates", [RATES, ODD, STRANGE], ids=["published", "odd", "strange"])
def test_the_fleet_carries_the_tonnes_and_costs_what_its_runs_cost(rates: object) -> None:
    fleets = Fleets(150, rates)  # type: ignore[arg-type]
    for tenths in range(1, 900, 13):
        fleet = fleets.cheapest(tenths / 10)
        assert sum(r.runs * r.truck_t for r in fleet.runs) >= tenths / 10 - 1e-9
        assert fleet_fare(fleet.runs, 150, rates) == pytest.approx(fleet.jpy)  # type: ignore[arg-type]


def test_a_long_train_of_trucks_costs_a_bulk_run_more_for_each_bulk_load() -> None:
    fleets = Fleets(300, ODD)
    steps = [fleets.cheapest(5000 + tenths / 10 + bulk).jpy for tenths in range(140) for bulk in (0, 13.4)]
    assert [more - less for less, more in zip(steps[::2], steps[1::2], strict=True)] == pytest.approx([190_000] * 140)


def test_what_is_not_loaded_is_missing_on_one_run_of_the_smallest_truck() -> None:
    whole, part = 10 * truck_kg_per_tkm(10, 1.0, RATES), 1.5 * truck_kg_per_tkm(2, 0.75, RATES)
    assert fleet_kg_per_tkm((Runs(10, 1), Runs(2, 1)), 11.5, RATES) == pytest.approx((whole + part) / 11.5)


def test_full_trucks_emit_as_full_trucks() -> None:
    assert fleet_kg_per_tkm((Runs(4, 3),), 12, RATES) == pytest.approx(truck_kg_per_tkm(4, 1.0, RATES))
