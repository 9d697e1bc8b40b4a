"""Tables whose numbers seem to be other ones than they are: what is meant is read, or asked."""

import pytest

from market.console.pasting import results


def test_a_limit_of_quantification_in_another_unit_bounds_nothing() -> None:
    found = results.read("項目\t結果\t定量下限(%)\t単位\nPb\tND\t0.0005\tppm")
    assert ([r.fields for r in found.results], [d.code for d in found.doubts]) == (
        [{"unit": "ppm"}],
        ["nd_without_limit"],
    )


@pytest.mark.parametrize("head", ["", "符号", "Qualifier"])
def test_a_sign_in_a_cell_of_its_own_is_its_numbers(head: str) -> None:
    found = results.read(f"項目\t{head}\t結果\t単位\nPb\t<\t5\tppm\nCd\t\t7\tppm")
    assert [r.fields for r in found.results] == [
        {"value": "5", "operator": "<", "unit": "ppm"},
        {"value": "7", "unit": "ppm"},
    ]


@pytest.mark.parametrize("line", ["5\t<", ">5\t<", "5 ± 1\t<"])
def test_a_sign_that_its_number_does_not_bear_is_asked(line: str) -> None:
    number, sign = line.split("\t")
    behind = results.read(f"項目\t結果\t符号\t単位\nPb\t{number}\t{sign}\tppm")
    before = results.read(f"項目\t符号\t結果\t単位\nPb\t{sign}\t{number}\tppm")
    assert behind.results[0].fields == {"unit": "ppm"}
    assert before.results[0].fields == {"unit": "ppm", **({"value": "5", "operator": "<"} if number == "5" else {})}


@pytest.mark.parametrize(
    "table",
    [
        "試料\tC (x100)\tP (×10⁻³%)\tS (%)\tCu (%)\nA\t12\t8\t0.1\t0.2",
        "試料\tC\tP\tS\tCu\n\t×100\t×1000\t%\t%\nA\t12\t8\t0.1\t0.2",
    ],
)
def test_numbers_below_a_head_that_scales_them_are_not_taken(table: str) -> None:
    found = results.read(table)
    assert [r.analyte for r in found.results] == ["S", "Cu"]
    assert [d.code for d in found.doubts] == ["column", "column"]


def test_a_scaled_column_of_results_leaves_them_open() -> None:
    found = results.read("成分\t結果 (×10⁻³ %)\nCu\t2")
    assert "value" not in found.results[0].fields
    assert "column" in [d.code for d in found.doubts]


@pytest.mark.parametrize("line", ["Pb 1,200 ppm", "Pb 1,200ppm"])
def test_a_comma_within_a_number_parts_no_columns(line: str) -> None:
    assert results.read(line).results[0].fields == {"value": "1200", "unit": "ppm"}


def test_a_ditto_mark_may_be_typed() -> None:
    found = results.read('Cu\t0.2\t%\nSn\t0.1\t"\nPb\t5\tppm')
    assert [(r.analyte, r.fields["unit"]) for r in found.results] == [("Cu", "%"), ("Sn", "%"), ("Pb", "ppm")]


def test_an_unknown_unit_is_not_the_one_above() -> None:
    found = results.read("成分\t結果\t単位\nCu\t0.2\t%\nSn\t0.1\tat%\nPb\t3\t")
    assert [r.fields.get("unit") for r in found.results] == ["%", None, None]
    assert [d.code for d in found.doubts] == ["unit", "no_unit"]


def test_a_unit_behind_an_uncertainty_is_the_values_too() -> None:
    found = results.read("項目\t結果 (%)\nPb\t5 ± 0.5 ppm")
    assert found.results[0].fields == {"value": "5", "uncertainty": "0.5", "unit": "ppm"}


@pytest.mark.parametrize("row", ["0.2 ± 10 %\t", "0.2\t10 %"])
def test_an_uncertainty_of_more_per_cent_than_its_value_has_is_asked(row: str) -> None:
    found = results.read(f"項目\t結果 (%)\t±\nPb\t{row}")
    assert found.results[0].fields == {"value": "0.2", "unit": "%"}
    assert [d.code for d in found.doubts] == ["uncertainty"]


def test_results_beyond_five_hundred_are_told() -> None:
    found = results.read("\n".join(["Cu\t1\t%"] * 501))
    assert (len(found.results), [(d.line, d.code, d.of) for d in found.doubts]) == (500, [(501, "unused", None)])


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ("灰分（無水ベース）", {"basis": "dry"}),
        ("水分 (湿量基準)", {"basis": "as_received"}),
        ("Cr (mg/kg-dry)", {"basis": "dry"}),
        ("MFR（230℃/2.16kg）", {"conditions": "230°C, 2.16kg"}),
    ],
)
def test_what_a_name_has_in_brackets_is_of_its_result(said: str, fields: dict[str, str]) -> None:
    assert fields.items() <= results.read(f"{said}\t5 %\n").results[0].fields.items()


def test_brackets_that_say_nothing_of_a_result_are_told() -> None:
    assert [(d.code, d.text) for d in results.read("銅 (ICP法)\t5 %").doubts] == [("unused", "ICP法")]


@pytest.mark.parametrize(
    "table",
    [
        "項目\t結果\t乾湿\nCl\t10 ppm (dry)\t湿量",
        "項目\t結果 (ppm-dry)\nCl (湿量)\t10",
        "項目\t結果 (dry)\t単位\nCl\t10\tppm (湿量)",
    ],
)
def test_two_bases_in_a_line_are_none(table: str) -> None:
    found = results.read(table)
    assert found.results[0].fields == {"value": "10", "unit": "ppm"}
    assert [d.code for d in found.doubts] == ["two_bases"]
