"""What laboratories' tables say is read, and what they do not say is told."""

from datetime import date

import pytest

from market.console.pasting import results
from market.console.pasting.days import day


def _cell(text: str, unit: str = "%") -> dict[str, str]:
    """The fields of one result of copper."""
    found = results.read(f"成分\t結果\t単位\nCu\t{text}\t{unit}").results
    return found[0].fields


def _codes(text: str) -> list[str]:
    return [doubt.code for doubt in results.read(text).doubts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.22", {"value": "0.22"}),
        ("０．２２", {"value": "0.22"}),
        ("1,200", {"value": "1200"}),
        ("1.2E-3", {"value": "0.0012"}),
        ("1.2×10⁻³", {"value": "0.0012"}),
        ("<0.01", {"value": "0.01", "operator": "<"}),
        ("< 0.01 %", {"value": "0.01", "operator": "<"}),
        ("≦0.01", {"value": "0.01", "operator": "<="}),
        ("0.01未満", {"value": "0.01", "operator": "<"}),
        ("0.01 以下", {"value": "0.01", "operator": "<="}),
        ("99以上", {"value": "99", "operator": ">="}),
        ("max. 0.3", {"value": "0.3", "operator": "<="}),
        ("ND (<0.005)", {"value": "0.005", "operator": "<"}),
        ("N.D.(0.005)", {"value": "0.005", "operator": "<"}),
        ("検出限界以下 (0.005 %)", {"value": "0.005", "operator": "<"}),
        ("0.2〜0.3", {"low": "0.2", "high": "0.3"}),
        ("0.2-0.3", {"low": "0.2", "high": "0.3"}),
        ("0.22 ± 0.02 (k=1)", {"value": "0.22", "uncertainty": "0.02"}),
        ("0.22±0.02 (k=2)", {"value": "0.22", "uncertainty": "0.01"}),
        ("(0.22 ± 0.02) % k=2", {"value": "0.22", "uncertainty": "0.01"}),
        ("0.22 +/- 0.02 % (k = 2)", {"value": "0.22", "uncertainty": "0.01"}),
    ],
)
def test_a_result_is_read(text: str, expected: dict[str, str]) -> None:
    assert _cell(text) == {"unit": "%", **expected}


def test_a_share_of_the_value_becomes_its_uncertainty() -> None:
    assert _cell("120 ± 5 % (k=1)", "ppm") == {"value": "120", "unit": "ppm", "uncertainty": "6"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ND", "nd_without_limit"),
        ("不検出", "nd_without_limit"),
        ("検出限界以下", "nd_without_limit"),
        ("<LOD", "nd_without_limit"),
        ("tr.", "trace"),
        ("痕跡", "trace"),
        ("0,22", "decimal_comma"),
        ("12,5", "decimal_comma"),
        ("0.22 / 0.24", "cell"),
        ("-0.01", "cell"),
        ("約0.2", "cell"),
        ("0.01 <", "cell"),
        ("0.25¹⁾", "cell"),
        ("0.25①", "cell"),
        ("10⁻³", "cell"),
        ("2nd", "cell"),
    ],
)
def test_what_is_no_result_stays_without_a_value_and_is_told(text: str, code: str) -> None:
    found = results.read(f"成分\t結果\t単位\nCu\t{text}\t%")
    assert [(r.analyte, r.fields) for r in found.results] == [("Cu", {"unit": "%"})]
    assert [(d.code, d.of) for d in found.doubts] == [(code, 0)]


@pytest.mark.parametrize("text", ["", "-", "未測定", "残部", "Bal."])
def test_what_nobody_measured_is_told_and_leaves_no_line_to_remove(text: str) -> None:
    found = results.read(f"成分\t結果\t単位\nFe\t{text}\t%\nCu\t0.2\t%")
    assert [r.analyte for r in found.results] == ["Cu"]
    assert [(d.line, d.code, d.text, d.of) for d in found.doubts] == [(2, "no_value", "Fe", None)]


@pytest.mark.parametrize("mark", ["〃", "″", "同上", "々", "ditto"])
def test_a_ditto_mark_is_what_it_repeats(mark: str) -> None:
    found = results.read(f"成分\t結果\t単位\t方法\nCu\t0.2\t%\tICP-OES\n\nSn\t0.1\t{mark}\t{mark}")
    assert found.results[1].fields == {"value": "0.1", "unit": "%", "method": "ICP-OES"}
    assert found.doubts == ()


def test_a_unit_that_is_merged_over_several_lines_is_taken_and_told() -> None:
    found = results.read("成分\t結果\t単位\nCu\t0.2\t%\nSn\t0.1\t\nAs\t12\tppm\nPb\t30\t")
    assert [r.fields["unit"] for r in found.results] == ["%", "%", "ppm", "ppm"]
    assert [(d.of, d.code, d.text) for d in found.doubts] == [(1, "unit_above", "%"), (3, "unit_above", "ppm")]


def test_labels_side_by_side_over_a_table_are_all_read() -> None:
    found = results.read("試料名\tA-1\t\t採取日:\tR6.4.1\n分析機関: 第一分析\t件名\t月例\n成分\t結果\nCu\t0.2 %")
    assert found.results[0].fields == {
        "sample": "A-1",
        "sampled_on": "2024-04-01",
        "laboratory": "第一分析",
        "value": "0.2",
        "unit": "%",
    }
    assert [(d.line, d.text) for d in found.doubts] == [(2, "件名 月例")]


def test_samples_side_by_side_over_a_table_are_not_one_sample() -> None:
    found = results.read("試料名\tA-1\tA-2\n成分\t結果\nCu\t0.2 %")
    assert "sample" not in found.results[0].fields
    assert [d.code for d in found.doubts] == ["unused"]


@pytest.mark.parametrize("said", ["平均", "最大値", "標準偏差", "Mean", "規格値"])
def test_a_line_that_sums_up_the_samples_is_no_sample(said: str) -> None:
    found = results.read(f"試料\tCu (%)\tSn (%)\nL-1\t0.22\t0.01\nL-2\t0.24\t0.02\n{said}\t0.23\t0.015")
    assert [r.fields["sample"] for r in found.results] == ["L-1", "L-1", "L-2", "L-2"]
    assert [(d.line, d.code) for d in found.doubts] == [(4, "unused")]


def test_a_total_under_a_table_is_no_result() -> None:
    found = results.read("成分\t結果\t単位\nCu\t60\t%\nZn\t40\t%\n合計\t100\t%")
    assert [r.analyte for r in found.results] == ["Cu", "Zn"]
    assert [(d.line, d.text, d.of) for d in found.doubts] == [(4, "合計 100 %", None)]


@pytest.mark.parametrize("said", ["2026/4/1 0:00", "2026-04-01T09:30:00", "2026年4月1日 9:30"])
def test_an_hour_behind_a_day_is_left_out(said: str) -> None:
    assert day(said) == date(2026, 4, 1)


def test_a_plus_minus_without_its_k_is_taken_carefully_and_told() -> None:
    found = results.read("Cu\t0.22 ± 0.02\t%")
    assert found.results[0].fields["uncertainty"] == "0.02"
    assert [d.code for d in found.doubts] == ["coverage"]


def test_who_says_what_the_plus_minus_means_is_not_told() -> None:
    found = results.read("Cu\t0.22 ± 0.02\t%", 2)
    assert (found.results[0].fields["uncertainty"], found.doubts) == ("0.01", ())


def test_a_limit_of_quantification_in_its_own_column_bounds_what_was_not_detected() -> None:
    found = results.read("項目\t結果\t定量下限\t単位\nPb\tND\t5\tppm\nCd\t7\t5\tppm")
    assert [r.fields for r in found.results] == [
        {"value": "5", "operator": "<", "unit": "ppm"},
        {"value": "7", "unit": "ppm"},
    ]
    assert found.doubts == ()


def test_an_expanded_uncertainty_is_halved() -> None:
    found = results.read("項目\t結果\t拡張不確かさ\t単位\nPb\t100\t10\tppm")
    assert found.results[0].fields["uncertainty"] == "5"


@pytest.mark.parametrize(
    "said", ["銅", "Cu", "Ｃｕ", "銅 (Cu)", "Copper", "銅含有量", "Cu (%)", "全銅", "copper content"]
)
def test_names_are_read_in_both_languages(said: str) -> None:
    found = results.read(f"項目\t結果\n{said}\t0.2 %")
    assert [r.analyte for r in found.results] == ["Cu"]


def test_oxides_and_other_oxidation_states_are_what_they_are() -> None:
    found = results.read("Nd2O3\t30\t%\n六価クロム\t<2\tppm")
    assert [r.analyte for r in found.results] == ["Nd2O3", "Cr6"]


def test_what_nobody_knows_is_kept_by_its_name() -> None:
    found = results.read("項目\t結果\t単位\nUnobtainium\t3\t%")
    assert [(r.analyte, r.fields["value"]) for r in found.results] == [("Unobtainium", "3")]
    assert [(d.code, d.text, d.of) for d in found.doubts] == [("analyte", "Unobtainium", 0)]


def test_a_sum_is_no_result_of_one_analyte() -> None:
    assert _codes("Cr+Ni+Mo\t0.12\t%") == ["sum"]


def test_units_that_differ_leave_the_unit_open() -> None:
    found = results.read("項目\t結果\t単位\nPb\t0.5 %\tppm")
    assert "unit" not in found.results[0].fields
    assert [d.code for d in found.doubts] == ["two_units"]


def test_units_stand_in_headers_cells_and_columns_side_by_side() -> None:
    found = results.read("項目\t結果 (ppm)\nPb\t1,200\nCd\t0.5 mg/kg\nCu\t0.2 %")
    assert [(r.fields.get("unit")) for r in found.results] == ["ppm", "mg/kg", "%"]
    assert found.doubts == ()


def test_a_unit_says_its_basis() -> None:
    found = results.read("Cr\t12 mg/kg-dry\nCu\t0.2 % (乾量)")
    assert [(r.fields["unit"], r.fields["basis"]) for r in found.results] == [("mg/kg", "dry"), ("%", "dry")]


def test_one_sample_a_line_has_a_result_in_each_column() -> None:
    found = results.read("試料\tCu (%)\tPb\t採取日\n\t\tppm\t\nA\t0.22\t80\tR8.11.20\nB\tND(<0.01)\t90\t2026/11/21")
    assert [(r.analyte, r.fields) for r in found.results] == [
        ("Cu", {"value": "0.22", "unit": "%", "sample": "A", "sampled_on": "2026-11-20"}),
        ("Pb", {"value": "80", "unit": "ppm", "sample": "A", "sampled_on": "2026-11-20"}),
        ("Cu", {"value": "0.01", "operator": "<", "unit": "%", "sample": "B", "sampled_on": "2026-11-21"}),
        ("Pb", {"value": "90", "unit": "ppm", "sample": "B", "sampled_on": "2026-11-21"}),
    ]
    assert found.doubts == ()


def test_what_stands_over_a_table_is_of_all_its_results() -> None:
    found = results.read("試料名: A-1\n採取日\t令和8年11月20日\n分析機関\tX 分析\n項目\t結果\nCu\t0.2 %\nPb\t5 ppm")
    shared = {"sample": "A-1", "sampled_on": "2026-11-20", "laboratory": "X 分析"}
    assert [shared.items() <= r.fields.items() for r in found.results] == [True, True]


def test_lines_of_a_document_have_blanks_between_their_columns() -> None:
    found = results.read("Cu 0.22 % ICP-OES\n鉛 <0.001 %\nSi   0.21 ± 0.02 % (k=2)")
    assert [(r.analyte, r.fields["value"]) for r in found.results] == [("Cu", "0.22"), ("Pb", "0.001"), ("Si", "0.21")]
    assert [(d.code, d.text) for d in found.doubts] == [("unused", "ICP-OES")]


def test_csv_with_thousands_that_are_not_quoted_is_not_guessed() -> None:
    found = results.read("Pb,1,200,ppm")
    assert [(r.analyte, r.fields) for r in found.results] == [("Pb", {"unit": "ppm"})]
    assert [d.code for d in found.doubts] == ["two_values"]


def test_semicolons_part_columns_and_decimal_commas_are_refused() -> None:
    assert _codes("Cu;0,22;%\nSn;0.01;%") == ["decimal_comma"]


def test_a_leachate_unit_is_kept_for_the_engine_to_refuse() -> None:
    assert results.read("Pb\t0.1 mg/L").results[0].fields == {"value": "0.1", "unit": "mg/L"}


@pytest.mark.parametrize("text", ["分析結果報告書", "以上", "※ NDは定量下限未満を示す"])
def test_a_line_without_a_result_is_told_and_makes_no_row(text: str) -> None:
    found = results.read(f"Cu\t0.2\t%\n{text}")
    assert len(found.results) == 1
    assert [(d.code, d.of) for d in found.doubts] == [("unused", None)]


def test_a_column_that_is_not_used_is_named() -> None:
    found = results.read("項目\t結果\t単位\t基準値\nCu\t0.2\t%\t0.3")
    assert [(d.code, d.text) for d in found.doubts] == [("column", "基準値")]
    assert found.results[0].fields == {"value": "0.2", "unit": "%"}


@pytest.mark.parametrize("text", ["Cu\t0.25\t%\nPb\tND\t%", "Pb\tND\t%\nCu\t0.25\t%"])
def test_what_was_not_detected_is_no_column_of_neodymium(text: str) -> None:
    found = results.read(text)
    assert sorted(r.analyte for r in found.results) == ["Cu", "Pb"]
    assert [d.code for d in found.doubts] == ["nd_without_limit"]


def test_neodymium_has_a_column_of_its_own() -> None:
    found = results.read("試料\tNd (%)\tPr (%)\nA\t28\t2")
    assert [(r.analyte, r.fields["value"]) for r in found.results] == [("Nd", "28"), ("Pr", "2")]


def test_an_empty_paste_is_nothing() -> None:
    assert results.read(" \n\t\n") == results.Pasted((), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-20", date(2026, 12, 20)),
        ("2026/12/20", date(2026, 12, 20)),
        ("2026年12月20日", date(2026, 12, 20)),
        ("20261220", date(2026, 12, 20)),
        ("令和8年12月20日", date(2026, 12, 20)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R8.12.20", date(2026, 12, 20)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("20 Dec 2026", date(2026, 12, 20)),
        ("Dec 20, 2026", date(2026, 12, 20)),
        ("20/12/2026", date(2026, 12, 20)),
        ("12/20/2026", date(2026, 12, 20)),
        ("03/03/2026", date(2026, 3, 3)),
        ("03/04/2026", None),
        ("2026-02-30", None),
        ("46376", None),
        ("20-Dec-26", None),
        ("yesterday", None),
    ],
)
def test_a_day_is_read_or_is_none(text: str, expected: date | None) -> None:
    assert day(text) == expected
