"""Every fault of a freight table at once, each with a pointer; and what is told of it in both languages."""

from typing import Any

import msgspec
import pytest

from matching.consolidation import Terms
from matching.explain import render
from matching.fares import FreightTable
from matching.freight_faults import load_faults, table_faults
from matching.words import LANGUAGES
from specs.catalogue.loader import catalogue
from tests.support.freight import table

INFINITE = float("inf")
SOUND = table({4: [(100, 40_000), (200, 60_000)], 10: [(100, 50_000), (200, 80_000)]}, {10: 14_000})


def row(**fields: object) -> dict[str, object]:
    return {"truck_t": 10, "km": 300, "jpy": 100_000, "src": "a quotation"} | fields


def changed(**parts: object) -> FreightTable:
    """The sound table with parts of its document replaced; `fares` and `beyond` are rows to add."""
    document: dict[str, Any] = msgspec.to_builtins(SOUND)
    for name, part in parts.items():
        if name in {"fares", "beyond"}:
            document[name] = [*document[name], *part]  # type: ignore[misc]
        elif isinstance(part, dict):
            document[name] = document[name] | part
        else:
            document[name] = part
    return msgspec.convert(document, FreightTable)


def faults(**parts: object) -> list[tuple[str, str]]:
    return [(f.pointer, f.code) for f in table_faults(changed(**parts))]


def test_a_sound_table_has_no_fault() -> None:
    assert faults() == []
    assert faults(fares=[row()]) == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (row(jpy=79_999), [("/fares/4/jpy", "fare_falls")]),
        (row(km=190, jpy=81_000), [("/fares/3/jpy", "fare_falls")]),
        (row(km=200), [("/fares/4", "duplicate")]),
        (row(km=-1, jpy=20_000), [("/fares/4/km", "negative")]),
        (row(km=1e6, jpy=1e6), [("/fares/4/km", "too_large")]),
        (row(jpy=1e12), [("/fares/4/jpy", "too_large")]),
        (row(jpy=INFINITE), [("/fares/4/jpy", "not_finite")]),
        (row(km=INFINITE), [("/fares/4/km", "not_finite")]),
        (row(km=50, jpy=-1), [("/fares/4/jpy", "negative"), ("/fares/4", "fare_below_zero")]),
        (row(km=0, jpy=0), [("/fares/4/jpy", "not_positive")]),
        (row(km=99, jpy=10_000), [("/fares/4", "fare_below_zero")]),
        (row(truck_t=2), [("/fares/4", "few_distances")]),
        (row(truck_t=0), [("/fares/4/truck_t", "truck_size"), ("/fares/4", "few_distances")]),
        (row(truck_t=13.45), [("/fares/4/truck_t", "truck_size"), ("/fares/4", "few_distances")]),
        (row(truck_t=100), [("/fares/4/truck_t", "truck_size"), ("/fares/4", "few_distances")]),
        (row(src=""), [("/fares/4/src", "source_required")]),
        (row(src="  "), [("/fares/4/src", "source_required")]),
        (row(src="a\x00b"), [("/fares/4/src", "control_character")]),
    ],
)
def test_a_fare_that_cannot_be_meant_is_named(given: dict[str, object], expected: list[tuple[str, str]]) -> None:
    assert faults(fares=[given]) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"truck_t": 7}, [("/truck_t", "no_fares")]),
        ({"beyond": [{"truck_t": 7, "jpy_per_50km": 1, "src": "x"}]}, [("/beyond/1/truck_t", "no_fares")]),
        ({"beyond": [{"truck_t": 10, "jpy_per_50km": 1, "src": "x"}]}, [("/beyond/1/truck_t", "duplicate")]),
        (
            {"beyond": [{"truck_t": 4, "jpy_per_50km": -1}]},
            [("/beyond/1/jpy_per_50km", "negative"), ("/beyond/1/src", "source_required")],
        ),
        ({"sea": {"jpy_per_tkm": -1}}, [("/sea/jpy_per_tkm", "negative")]),
        ({"sea": {"src": ""}}, [("/sea/src", "source_required")]),
        ({"truck_co2": {"kg_per_tkm": INFINITE}}, [("/truck_co2/kg_per_tkm", "not_finite")]),
        ({"ship_co2": {"kg_per_tkm": -0.1}}, [("/ship_co2/kg_per_tkm", "negative")]),
        ({"diesel": {"kg_per_l": -1}}, [("/diesel/kg_per_l", "negative")]),
        ({"fuel": {"load_power": 1.2}}, [("/fuel/load_power", "out_of_range")]),
        ({"fuel": {"payload_power": -0.1}}, [("/fuel/payload_power", "out_of_range")]),
        ({"fuel": {"constant": 1000, "src": ""}}, [("/fuel/constant", "too_large"), ("/fuel/src", "source_required")]),
    ],
)
def test_a_rate_that_cannot_be_meant_is_named(parts: dict[str, object], expected: list[tuple[str, str]]) -> None:
    assert faults(**parts) == expected


def test_all_faults_are_told_at_once() -> None:
    found = faults(fares=[row(jpy=-5), row(truck_t=2, src="")], truck_t=7, sea={"jpy_per_tkm": -1})
    assert len(found) >= 6
    assert {"/fares/4/jpy", "/fares/5/src", "/fares/5", "/truck_t", "/sea/jpy_per_tkm"} <= {at for at, _ in found}


def test_more_trucks_than_can_be_compared_are_refused() -> None:
    crowd = table({tenths / 10: [(100, 40_000), (200, 60_000)] for tenths in range(40, 61)})
    assert [(f.pointer, f.code) for f in table_faults(crowd)] == [("/fares", "too_many_trucks")]


def test_an_empty_table_is_a_table_without_its_truck() -> None:
    empty = msgspec.structs.replace(SOUND, fares=(), beyond=())
    assert [(f.pointer, f.code) for f in table_faults(empty)] == [("/truck_t", "no_fares")]


@pytest.mark.parametrize(
    ("tonnes", "terms", "expected"),
    [
        (12.0, Terms(), []),
        (12.0, Terms(largest_t=4, handling_jpy_per_t=500), []),
        (0.0, Terms(), [("/tonnes", "not_positive")]),
        (float("nan"), Terms(), [("/tonnes", "not_positive")]),
        (INFINITE, Terms(), [("/tonnes", "too_large")]),
        (1.0, Terms(largest_t=3), [("/largest_t", "no_truck_that_small")]),
        (1.0, Terms(handling_jpy_per_t=-1), [("/handling_jpy_per_t", "out_of_range")]),
    ],
)
def test_a_load_that_cannot_be_moved_is_named(tonnes: float, terms: Terms, expected: list[tuple[str, str]]) -> None:
    assert [(f.pointer, f.code) for f in load_faults(tonnes, terms, SOUND)] == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_is_told_without_a_gap(language: str) -> None:
    bad = changed(
        fares=[row(jpy=79_999), row(km=99, jpy=10_000), row(truck_t=13.45, src="")],
        truck_t=7,
        fuel={"load_power": 2.0},
    )
    found = (*table_faults(bad), *load_faults(1.0, Terms(largest_t=3), SOUND))
    assert len({fault.code for fault in found}) == 8
    for fault in found:
        reason = render(fault.code, fault.params, language, catalogue())
        assert reason != fault.code
        assert not {"?", "{", "None", "nan"} & {*reason, *reason.split()}, reason
