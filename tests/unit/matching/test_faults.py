"""Every fault of a document at once, each with a pointer and a code (the wire's semantic checks)."""

from datetime import date
from decimal import Decimal
from time import perf_counter
from typing import Annotated

import msgspec
import pytest

from matching.fault import leaves, unknown
from matching.faults import lot_faults, spec_faults
from matching.listings import Delivery, Demand, Lot, Spec, Supply, Weights
from matching.values import LINES, Assay, Basis, Operator, Origin, Place, Portion, Price, Window
from specs.catalogue.loader import catalogue
from tests.support.pairs import FIRST, LAST, assay, limit, lot, spec

INFINITE = float("inf")


def of_spec(*limits: object, **rest: object) -> list[tuple[str, str]]:
    return [(f.pointer, f.code) for f in spec_faults(spec(*limits, **rest), catalogue())]  # type: ignore[arg-type]


def of_lot(*assays: object, **rest: object) -> list[tuple[str, str]]:
    return [(f.pointer, f.code) for f in lot_faults(lot(*assays, **rest), catalogue())]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        (limit("zzzzz", max=1), "/limits/0/analytes/0", "unknown_code"),
        (limit("moistur", max=1), "/limits/0/analytes/0", "unknown_code_nearest"),
        (limit("Cu", "Cu", max=1), "/limits/0/analytes/1", "duplicate"),
        (limit("Cu", max=1, unit="percent"), "/limits/0/unit", "unknown_code"),
        (limit("Cu", max=1, unit="t/m3"), "/limits/0/unit", "unit_of_other_dimension"),
        (limit("Cu", "density", max=1), "/limits/0/analytes", "mixed_sum"),
        (limit("Cu"), "/limits/0", "no_bounds"),
        (limit("Cu", min=2, max=1), "/limits/0", "min_above_max"),
        (limit("Cu", exclusive_min=1, max=1), "/limits/0", "min_above_max"),
        (limit("Cu", max=2500), "/limits/0/max", "implausible_limit"),
        (limit("Cu", min=-1), "/limits/0/min", "implausible_limit"),
        (limit("density", max=1, unit="g/cm3", basis=Basis.DRY), "/limits/0/basis", "basis_without_fraction"),
        (limit("Cu", max=INFINITE), "/limits/0/max", "not_finite"),
    ],
)
def test_a_limit_that_cannot_be_meant_is_named(given: object, pointer: str, code: str) -> None:
    assert of_spec(given) == [(pointer, code)]


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        (assay("Nd2O", 1), "/assays/0/analyte", "unknown_code_nearest"),
        (assay("Cu", 2500), "/assays/0/value", "implausible_assay"),
        (assay("Cu", low=1, high=2500), "/assays/0/high", "implausible_assay"),
        (assay("izod_notched_iso", 60, "J/m"), "/assays/0/unit", "unit_of_other_dimension"),
        (assay("Cu"), "/assays/0", "value_or_range"),
        (assay("Cu", 1, low=1, high=2), "/assays/0", "value_or_range"),
        (assay("Cu", low=1), "/assays/0", "value_or_range"),
        (assay("Cu", low=2, high=1), "/assays/0/low", "range_reversed"),
        (assay("Cu", low=1, high=2, operator=Operator.BELOW), "/assays/0/operator", "operator_with_range"),
        (assay("Cu", 1, uncertainty=-0.1), "/assays/0/uncertainty", "negative"),
        (assay("Cu", 1, uncertainty=1e300), "/assays/0/uncertainty", "too_large"),
        (assay("Cu", 1, laboratory="a\x00b"), "/assays/0/laboratory", "control_character"),
    ],
)
def test_a_result_that_cannot_be_meant_is_named(given: Assay, pointer: str, code: str) -> None:
    assert of_lot(given) == [(pointer, code)]


HERE = Place(prefecture="JP-13")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"material": "steel_scrap"}, [("/material", "unknown_code_nearest")]),
        (
            {"grades": ("JP.H2", "JIS.AD12.1", "JP.H2")},
            [("/grades/1", "grade_of_other_material"), ("/grades/2", "duplicate")],
        ),
        ({"forms": ("shred",)}, [("/forms/0", "unknown_code_nearest")]),
        ({"regimes": ("rohs",)}, [("/regimes/0", "unknown_code_nearest")]),
        ({"origins": (Origin.INTERNAL, Origin.INTERNAL)}, [("/origins/1", "duplicate")]),
        ({"confidence": 0.49}, [("/confidence", "confidence_range")]),
        ({"confidence": 0.99999}, [("/confidence", "confidence_range")]),
        ({"quantity": Demand(tonnes=-1)}, [("/quantity/tonnes", "not_positive")]),
        ({"quantity": Demand(tonnes=1e9)}, [("/quantity/tonnes", "too_large")]),
        ({"quantity": Demand(tonnes=1, min_lot_tonnes=2)}, [("/quantity/min_lot_tonnes", "min_over_total")]),
        ({"quantity": Demand(tonnes=1, max_suppliers=0)}, [("/quantity/max_suppliers", "not_positive")]),
        (
            {"quantity": Demand(tonnes=3, schedule=(Portion(month="2027-01", tonnes=1),) * 2)},
            [("/quantity/schedule/1", "duplicate"), ("/quantity/schedule", "schedule_sum")],
        ),
        ({"delivery": Delivery(location=HERE, from_=LAST, until=FIRST)}, [("/delivery/until", "dates_reversed")]),
        (
            {"delivery": Delivery(location=Place(prefecture="JP-48"), from_=FIRST, until=LAST)},
            [("/delivery/location/prefecture", "unknown_code_nearest")],
        ),
        (
            {"delivery": Delivery(location=Place(prefecture="JP-13", lat=35.0), from_=FIRST, until=LAST)},
            [("/delivery/location", "coordinates")],
        ),
        ({"max_price": Price(amount=Decimal("NaN"))}, [("/max_price/amount", "not_finite")]),
        ({"max_price": Price(amount=Decimal(-1))}, [("/max_price/amount", "negative")]),
        ({"max_price": Price(amount=Decimal("1e30"))}, [("/max_price/amount", "too_many_digits")]),
        ({"weights": Weights(quality=-1)}, [("/weights/quality", "negative")]),
        (
            {"weights": Weights(quality=0, quantity=0, timing=0, price=0, distance=0, evidence=0)},
            [("/weights", "weights_all_zero")],
        ),
        ({"title": "a\tb"}, [("/title", "control_character")]),
    ],
)
def test_a_spec_that_cannot_be_meant_is_named(given: dict[str, object], expected: list[tuple[str, str]]) -> None:
    assert of_spec(**given) == expected


class _Said(msgspec.Struct):
    text: str = ""
    lines: Annotated[str, msgspec.Meta(max_length=9), LINES] | None = None
    many: tuple[Annotated[str, LINES], ...] = ()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (_Said(lines="a\r\n\tb", many=("a\nb",)), []),
        (_Said(lines="a\x00", many=("a", "a\x0bb")), ["/lines", "/many/1"]),
        (_Said(text="a\nb"), ["/text"]),
    ],
)
def test_only_a_text_of_lines_may_have_several(said: _Said, expected: list[str]) -> None:
    assert [one.pointer for one in leaves(said)] == expected


def test_all_faults_of_a_lot_are_named_at_once() -> None:
    twice = assay("Sn", 0.1)
    found = of_lot(
        assay("Cu", 2500),
        twice,
        twice,
        grade="JP.H9",
        quantity=Supply(tonnes=0),
        available=Window(from_=LAST, until=date(2027, 1, 1)),
        hazards=("oil", "oil"),
    )
    assert found == [
        ("/grade", "unknown_code_nearest"),
        ("/quantity/tonnes", "not_positive"),
        ("/available/until", "dates_reversed"),
        ("/assays/0/value", "implausible_assay"),
        ("/assays/2", "duplicate_result"),
        ("/hazards/1", "duplicate"),
    ]


def test_a_what_if_is_not_refused_for_a_doubt_that_the_engine_answers() -> None:
    twice = assay("izod_notched_iso", 60, "J/m")
    doubtful = lot(twice, twice, assay("Cu", 2500), assay("Cux", 1))
    kept = lot_faults(doubtful, catalogue(), doubts=False)
    assert [(f.pointer, f.code) for f in kept] == [("/assays/3/analyte", "unknown_code_nearest")]
    assert spec_faults(spec(limit("Cu", max=2500)), catalogue(), doubts=False) == ()


def test_other_results_of_one_analyte_are_welcome() -> None:
    assert of_lot(assay("Cu", 0.2, sample="a"), assay("Cu", 0.2, sample="b"), assay("Cu", 0.21)) == []


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("analytes", "Bulk-Density", "bulk_density"),
        ("analytes", "Copper", "Cu"),
        ("analytes", "銅", "Cu"),
        ("grades", "H2", "JP.H2"),
        ("units", "％", "%"),
        ("units", "mg／kg", "mg/kg"),
        ("prefectures", "Tokyo", "JP-13"),
        ("materials", "carbon-steel scrap", "carbon_steel_scrap"),
    ],
)
def test_the_code_that_is_meant_is_suggested_first(kind: str, given: str, expected: str) -> None:
    (fault,) = unknown("/x", given, kind.removesuffix("s"), getattr(catalogue(), kind))
    assert isinstance(near := fault.params["nearest"], list)
    assert near[0] == expected


def test_what_resembles_nothing_suggests_nothing() -> None:
    assert [f.code for f in unknown("/x", "zzzzzz", "analyte", catalogue().analytes)] == ["unknown_code"]


def test_five_hundred_unknown_analytes_are_answered_at_once() -> None:
    many = tuple(assay(f"moisture_{i:03}" + "x" * 40, 1.0, unit=f"unit{i}") for i in range(500))
    start = perf_counter()
    assert len(of_lot(*many)) == 1000
    assert perf_counter() - start < 5


@pytest.mark.parametrize("kind", [Spec, Lot])
def test_the_pointers_lead_into_the_posted_document(kind: type[msgspec.Struct]) -> None:
    posted = spec(limit("Cux", max=1)) if kind is Spec else lot(assay("Cux", 1))
    faults = spec_faults(posted, catalogue()) if isinstance(posted, Spec) else lot_faults(posted, catalogue())  # type: ignore[arg-type]
    document: object = msgspec.json.decode(msgspec.json.encode(posted))
    for token in faults[0].pointer.split("/")[1:]:
        document = document[int(token)] if isinstance(document, list) else document[token]  # type: ignore[index]
    assert document == "Cux"
