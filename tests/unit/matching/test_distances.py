"""Matrices of distances and prices that a user knows better, and what is wrong with one."""

import msgspec
import pytest

from matching.distances import DistanceMatrix, Given
from matching.fares import run_fare
from matching.freight import great_circle_km, locate, quote
from matching.freight_faults import matrix_faults
from matching.values import Place
from specs.catalogue.loader import catalogue

KNOWN = catalogue()
PLACES = {code: locate(Place(prefecture=code), KNOWN, exact=True) for code in ("JP-13", "JP-14", "JP-27", "JP-01")}
TOKYO, YOKOHAMA = PLACES["JP-13"], PLACES["JP-14"]
SRC = "measured on the map of the consortium"
INFINITE = float("inf")


def test_a_square_matrix_answers_for_every_pair_both_ways() -> None:
    matrix = DistanceMatrix(origins=("a", "b"), km=((0, 30), (32, None)), src=SRC)
    assert matrix.pairs() == {("a", "a"): Given(0), ("a", "b"): Given(30), ("b", "a"): Given(32)}


def test_a_rectangular_matrix_may_give_kilometres_and_prices() -> None:
    matrix = DistanceMatrix(origins=("a",), destinations=("b", "c"), km=((7, None),), jpy_per_t=((None, 900),), src=SRC)
    assert matrix.pairs() == {("a", "b"): Given(km=7), ("a", "c"): Given(jpy_per_t=900)}


def test_given_kilometres_are_priced_as_they_are_without_a_detour() -> None:
    found = quote(TOKYO, YOKOHAMA, KNOWN, given=Given(km=150))
    assert (found.road_km, found.sea_km, found.jpy_per_t) == (150, 0, 6_530)
    assert found.extrapolated is False


def test_a_given_price_counts_as_it_is_and_leaves_kilometres_and_co2() -> None:
    plain, found = quote(TOKYO, YOKOHAMA, KNOWN), quote(TOKYO, YOKOHAMA, KNOWN, given=Given(jpy_per_t=1234))
    assert (found.jpy_per_t, found.extrapolated) == (1234, False)
    assert (found.road_km, found.co2_kg_per_t) == (plain.road_km, plain.co2_kg_per_t)


def test_a_cell_that_is_not_given_is_worked_out_as_usual() -> None:
    assert quote(TOKYO, YOKOHAMA, KNOWN, given=Given()) == quote(TOKYO, YOKOHAMA, KNOWN)


def test_a_given_detour_takes_the_place_of_the_usual_one() -> None:
    found = quote(TOKYO, PLACES["JP-27"], KNOWN, detour=1.5)
    km = 1.5 * great_circle_km(TOKYO, PLACES["JP-27"])
    assert found.road_km == pytest.approx(km)
    assert found.jpy_per_t == pytest.approx(run_fare(10, km, KNOWN.freight)[0] / 10)


@pytest.mark.parametrize("detour", [0.99, 0.0, float("nan")])
def test_a_road_shorter_than_the_great_circle_is_refused(detour: float) -> None:
    with pytest.raises(ValueError, match="detour"):
        quote(TOKYO, YOKOHAMA, KNOWN, detour=detour)


def test_a_detour_lengthens_roads_only_never_the_sea() -> None:
    short, long = (quote(TOKYO, PLACES["JP-01"], KNOWN, detour=detour) for detour in (1.0, 2.0))
    assert long.sea_km == short.sea_km
    assert long.road_km == pytest.approx(2 * short.road_km)


def faults(**fields: object) -> list[tuple[str, str]]:
    document = {"origins": ["JP-13", "JP-14"], "km": [[0, 30], [30, 0]], "src": SRC} | fields
    return [(f.pointer, f.code) for f in matrix_faults(msgspec.convert(document, DistanceMatrix), PLACES)]


def test_a_sound_matrix_has_no_fault() -> None:
    assert faults() == []
    assert faults(destinations=["JP-27"], km=[[400], [380]]) == []
    assert faults(origins=["JP-13", "JP-01"], km=[[0, None], [None, 0]]) == []
    assert faults(origins=["JP-13", "JP-01"], km=[], jpy_per_t=[[0, 9000], [9000, 0]]) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"km": [[0, 30]]}, [("/km", "matrix_rows")]),
        ({"km": [[0, 30], [30]]}, [("/km/1", "matrix_columns")]),
        ({"destinations": ["JP-27"]}, [("/km/0", "matrix_columns"), ("/km/1", "matrix_columns")]),
        ({"km": [[0, -1], [30, 0]]}, [("/km/0/1", "negative")]),
        ({"jpy_per_t": [[0, 1], [-1, 0]]}, [("/jpy_per_t/1/0", "negative")]),
        ({"km": [[0, 1e9], [30, 0]]}, [("/km/0/1", "too_large")]),
        ({"km": [[0, INFINITE], [30, 0]]}, [("/km/0/1", "not_finite")]),
        ({"origins": ["JP-13", "JP-15"]}, [("/origins/1", "unknown_code_nearest")]),
        ({"origins": ["JP-13", "JP-13"]}, [("/origins/1", "duplicate")]),
        ({"origins": ["JP-13", "JP-01"]}, [("/km/0/1", "sea_between"), ("/km/1/0", "sea_between")]),
        ({"km": []}, [("", "matrix_empty")]),
        ({"src": " "}, [("/src", "source_required")]),
        (
            {"origins": ["JP-13", "mill"], "km": [[0, -1], [30]]},
            [("/origins/1", "unknown_code"), ("/km/0/1", "negative"), ("/km/1", "matrix_columns")],
        ),
    ],
)
def test_every_fault_of_a_matrix_is_named_with_its_pointer(
    fields: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    assert faults(**fields) == expected
