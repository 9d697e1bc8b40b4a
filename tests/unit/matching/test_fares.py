"""The freight table: published rows, what lies between and beyond them, and a table in place of the catalogue's."""

import msgspec
import pytest

from matching.fares import FreightTable, run_fare, sizes
from matching.freight import Truck, locate, quote
from matching.values import Place
from specs.catalogue.files import freight
from specs.catalogue.loader import catalogue
from tests.support.freight import table

KNOWN = catalogue()
TOKYO, OSAKA, SAPPORO = (locate(Place(prefecture=code), KNOWN, exact=True) for code in ("JP-13", "JP-27", "JP-01"))


def test_every_published_fare_is_reproduced_exactly() -> None:
    rows = freight().fares
    assert len(rows) == 18
    for row in rows:
        assert run_fare(row.truck_t, row.km, KNOWN.freight) == (row.jpy, False)


@pytest.mark.parametrize(
    ("truck_t", "km", "jpy"),
    [
        (2, 125, (33_080 + 42_690) / 2),
        (4, 250, (60_360 + 82_260) / 2),
        (10, 425, 138_610 + (167_860 - 138_610) / 4),
        (2, 550, 109_750 + 9_580),
        (4, 1000, 126_060 + 10 * 10_950),
        (10, 525, 167_860 + 14_620 / 2),
    ],
)
def test_between_and_beyond_the_published_distances_the_published_prices_count(
    truck_t: float, km: float, jpy: float
) -> None:
    assert run_fare(truck_t, km, KNOWN.freight) == (pytest.approx(jpy), False)


@pytest.mark.parametrize(("truck_t", "jpy"), [(2, 33_080 - 9_610), (4, 38_290 - 11_040), (10, 50_480 - 14_820)])
def test_below_the_shortest_published_distance_a_fare_is_extrapolated_and_says_so(truck_t: float, jpy: float) -> None:
    assert run_fare(truck_t, 50, KNOWN.freight) == (pytest.approx(jpy), True)


def test_a_truck_without_a_price_beyond_its_distances_follows_its_last_slope_and_says_so() -> None:
    rates = table({4: [(100, 40_000), (200, 60_000), (300, 70_000)]})
    assert run_fare(4, 500, rates) == (pytest.approx(90_000), True)


def test_fares_may_be_listed_in_any_order() -> None:
    rows = [(200.0, 60_000.0), (100.0, 40_000.0)]
    assert run_fare(4, 150, table({4: rows})) == run_fare(4, 150, table({4: rows[::-1]})) == (50_000, False)


def test_an_unknown_truck_is_refused_by_name() -> None:
    with pytest.raises(KeyError, match="no fares for a truck of 7 t"):
        quote(TOKYO, OSAKA, KNOWN, truck=Truck(7))


@pytest.mark.parametrize("load", [0.0, -0.5, 1.01, float("nan")])
def test_an_empty_or_overloaded_truck_is_refused(load: float) -> None:
    with pytest.raises(ValueError, match="loaded over 0 and up to 1"):
        Truck(10, load)


def test_sizes_are_listed_once_from_the_smallest() -> None:
    assert sizes(KNOWN.freight) == (2, 4, 10)


def test_a_full_truck_of_the_tables_own_size_costs_what_an_unnamed_one_costs() -> None:
    for place in (OSAKA, SAPPORO):
        unnamed, named = quote(TOKYO, place, KNOWN), quote(TOKYO, place, KNOWN, truck=Truck(10, 1.0))
        assert unnamed.jpy_per_t == named.jpy_per_t
        assert (unnamed.road_km, unnamed.sea_km) == (named.road_km, named.sea_km)


def test_half_a_load_costs_twice_as_much_for_each_tonne_by_road_but_not_by_sea() -> None:
    full, half = (quote(TOKYO, SAPPORO, KNOWN, truck=Truck(4, load)) for load in (1.0, 0.5))
    by_sea = full.sea_km * KNOWN.freight.sea.jpy_per_tkm
    assert half.jpy_per_t - by_sea == pytest.approx(2 * (full.jpy_per_t - by_sea))


def test_a_table_in_place_of_the_catalogues_prices_and_emits_by_its_own_figures() -> None:
    rates = table({10: [(0, 10_000), (1000, 60_000)]})
    found = quote(TOKYO, OSAKA, KNOWN, table=rates)
    assert found.jpy_per_t == pytest.approx((10_000 + 50 * found.road_km) / 10)
    assert found.co2_kg_per_t == pytest.approx(0.2 * found.road_km)


def test_a_table_survives_json_unchanged() -> None:
    raw = msgspec.json.encode(KNOWN.freight)
    assert msgspec.json.decode(raw, type=FreightTable) == KNOWN.freight


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"per_km": 1}, "unknown field `per_km`"),
        ({"sea": None}, r"\$\.sea"),
        ({"fares": [{"truck_t": 2, "km": 100, "jpy": 1, "yen": 1}]}, r"\$\.fares\[0\]"),
        ({"fares": [{"truck_t": 2, "km": 100, "jpy": 1, "flag": "guess"}]}, r"\$\.fares\[0\]\.flag"),
    ],
)
def test_a_document_of_another_shape_is_no_table(change: dict[str, object], complaint: str) -> None:
    document = msgspec.to_builtins(KNOWN.freight) | change
    with pytest.raises(msgspec.ValidationError, match=complaint):
        msgspec.json.decode(msgspec.json.encode(document), type=FreightTable)
