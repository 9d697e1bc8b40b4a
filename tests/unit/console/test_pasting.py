"""Tables from a spreadsheet become limits, and what is not understood is told."""

import pytest

from market.console.pasting import names
from market.console.pasting.limits import PastedLimit, read

JAPANESE = "成分\t下限\t上限\t単位\n銅\t\t０．２５\t％\nＣｒ＋Ｎｉ＋Ｍｏ\t\t０．１７\t％\n亜鉛\t98.5\t\t％"
ENGLISH = "Element,Min,Max,Unit,Basis\nCopper,,0.25,%,dry\nZinc,98.5,,%,"


def _only(text: str) -> PastedLimit:
    found = read(text)
    assert (len(found.limits), found.doubts) == (1, ())
    return found.limits[0]


def _row(analytes: str, unit: str = "%", basis: str = "", **ends: str) -> PastedLimit:
    return PastedLimit(analytes=analytes, ends=ends, unit=unit, basis=basis, negotiable=False)


def test_japanese_headers_and_wide_digits_are_read() -> None:
    assert read(JAPANESE).limits == (_row("Cu", max="0.25"), _row("Cr+Ni+Mo", max="0.17"), _row("Zn", min="98.5"))


def test_comma_separated_english_is_read_with_its_basis() -> None:
    assert read(ENGLISH).limits == (_row("Cu", basis="dry", max="0.25"), _row("Zn", min="98.5"))


@pytest.mark.parametrize(
    ("cell", "ends"),
    [
        ("≤0.25 %", {"max": "0.25"}),
        ("<= 0.25%", {"max": "0.25"}),
        ("0.25 % 以下", {"max": "0.25"}),
        ("０．２５％以下", {"max": "0.25"}),
        ("max 0.25 %", {"max": "0.25"}),
        ("0.25 % max.", {"max": "0.25"}),
        ("0.25 % 未満", {"exclusive_max": "0.25"}),
        ("< 0.25 %", {"exclusive_max": "0.25"}),
        ("0.6 % 以上", {"min": "0.6"}),
        ("0.6 % を超える", {"exclusive_min": "0.6"}),
        ("0.6〜1.0 %", {"min": "0.6", "max": "1.0"}),
        ("0.6-1.0%", {"min": "0.6", "max": "1.0"}),
        ("0.6 to 1.0 %", {"min": "0.6", "max": "1.0"}),
        ("0.6以上1.0未満 %", {"min": "0.6", "exclusive_max": "1.0"}),
        ("1,000 % max", {"max": "1000"}),
        ("0.25 % >", {"exclusive_max": "0.25"}),
        ("0.25≧ %", {"max": "0.25"}),
        ("～0.05 %", {"max": "0.05"}),
        ("0.05%～", {"min": "0.05"}),
        ("0.1 - 0.5 %", {"min": "0.1", "max": "0.5"}),
        ("0.90±0.01 %", {"min": "0.89", "max": "0.91"}),
        ("≤1.5E-2 %", {"max": "0.015"}),
    ],
)
def test_a_cell_says_which_end_it_is(cell: str, ends: dict[str, str]) -> None:
    assert _only(f"Cu\t{cell}") == _row("Cu", **ends)


SHEET = (
    "銅スクラップ 受入規格\t\t\t\n\t\t\t\n項目\t規格値(%)\t\t備考\n\t下限\t上限\t\n銅(Cu)\t９６.０\t\t\n"
    "砒素　Ａｓ\t\t50ppm\t\n水分\t\t3 %(wet)\tJIS\n"
)


def test_heads_of_two_lines_below_a_title_are_found() -> None:
    found = read(SHEET)
    assert found.limits == (
        _row("Cu", min="96.0"),
        _row("As", "ppm", max="50"),
        _row("moisture", basis="as_received", max="3"),
    )
    assert [(d.line, d.code) for d in found.doubts] == [(1, "title"), (7, "unused")]


def test_a_unit_behind_a_head_holds_for_its_column() -> None:
    assert read("成分\tmin %\t最大%\nCu\t96\t99").limits == (_row("Cu", min="96", max="99"),)


@pytest.mark.parametrize(
    ("table", "ends", "doubted"),
    [
        ("成分\t上限\t単位\nPb\t50 ppm\t%", {"max": "50"}, "%"),
        ("成分\t下限\t上限\nPb\t0.1 %\t500 ppm", {"min": "0.1"}, "500 ppm"),
        ("成分\t下限(%)\t上限(ppm)\nPb\t0.1\t5000", {"min": "0.1"}, "5000"),
        ("Pb (%)\t≤50 ppm", {}, "≤50 ppm"),
    ],
)
def test_two_units_in_a_line_are_not_one(table: str, ends: dict[str, str], doubted: str) -> None:
    found = read(table)
    assert [(row.ends, row.unit) for row in found.limits] == [(ends, "")]
    assert [(d.code, d.text) for d in found.doubts] == [("two_units", doubted)]


@pytest.mark.parametrize(
    "table", ["項目\t規格\t乾湿\nCl\t10 ppm以下 (dry)\t湿量", "項目\t下限\t上限\nCl\t10 ppm(dry)\t20 ppm(wet)"]
)
def test_two_bases_in_a_line_are_none(table: str) -> None:
    found = read(table)
    assert ([row.basis for row in found.limits], [d.code for d in found.doubts]) == ([""], ["two_bases"])


def test_two_names_of_one_unit_are_one() -> None:
    assert _only("成分\t上限\t単位\nPb\t50 ppm\tmg/kg") == _row("Pb", "mg/kg", max="50")


@pytest.mark.parametrize("cell", ["≤0.25¹⁾ %", "≤0.25② %", "−0.25 %", "~0.25 %", "0.25— %", "≤2×10⁻³ %"])
def test_what_might_be_another_number_is_asked(cell: str) -> None:
    found = read(f"Cu\t{cell}")
    assert ([row.ends for row in found.limits], [d.code for d in found.doubts]) == ([{}], ["cell"])


def test_numbers_below_a_head_that_scales_them_are_not_taken() -> None:
    found = read("成分\t上限 (×10⁻³ %)\nCu\t2")
    assert ([row.ends for row in found.limits], [d.code for d in found.doubts]) == ([{}], ["column", "unused"])


def test_a_line_of_units_below_the_heads_holds_for_their_columns() -> None:
    assert read("元素\t下限\t上限\n\t%\tppm\nPb\t\t50").limits == (_row("Pb", "ppm", max="50"),)


@pytest.mark.parametrize(
    "text", ["\tCu\tPb (ppm)\n上限\t\t50\n下限\t96\t\n単位\t%\t", "Cu\tPb\n≧96%\t≦50ppm", "Cu\t≧96%\nPb\t≦50ppm"]
)
def test_analytes_side_by_side_are_limits_as_well(text: str) -> None:
    assert read(text).limits == (_row("Cu", min="96"), _row("Pb", "ppm", max="50"))


@pytest.mark.parametrize("line", ["銅　９６％以上", "Cu 96%以上", "Cu: ≥ 96 %", "Cu>=96%", "Copper min. 96 %"])
def test_a_line_of_a_letter_is_a_limit(line: str) -> None:
    assert _only(line) == _row("Cu", min="96")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("N.D.", "not_detected"),
        ("不検出", "not_detected"),
        ("0,250 %", "decimal_comma"),
        ("max 0,5 %", "decimal_comma"),
    ],
)
def test_what_only_its_author_can_make_a_number_is_asked(cell: str, code: str) -> None:
    found = read(f"Hg\t{cell}")
    assert [(row.analytes, row.ends) for row in found.limits] == [("Hg", {})]
    assert [(d.code, d.text) for d in found.doubts] == [(code, cell)]


@pytest.mark.parametrize("cell", ["-", "残部", "balance", "—", ""])
def test_an_analyte_without_a_limit_is_left_out(cell: str) -> None:
    found = read(f"Cu\t{cell}\nPb\t≤1 %")
    assert (found.limits, [(d.line, d.code) for d in found.doubts]) == ((_row("Pb", max="1"),), [(1, "no_end")])


def test_numbers_of_lines_are_no_limits() -> None:
    assert _only("No.\t項目\t規格\n1\tCu\t96 %以上") == _row("Cu", min="96")


@pytest.mark.parametrize(
    ("said", "conditions", "codes"),
    [("MFR（230℃/2.16kg）", "230°C, 2.16kg", []), ("MFR (ISO 1133)", "", ["unused"]), ("MFR (g/10min)", "", [])],
)
def test_the_conditions_of_a_test_stand_behind_its_name(said: str, conditions: str, codes: list[str]) -> None:
    found = read(f"{said}\t10～15 g/10min")
    assert ([row.conditions for row in found.limits], [d.code for d in found.doubts]) == ([conditions], codes)


@pytest.mark.parametrize("said", ["5 mg/kg-dry 以下", "≦5 mg/kg (dry)"])
def test_a_basis_in_the_cell_of_a_limit_is_read(said: str) -> None:
    assert read(f"Hg\t{said}").limits == (_row("Hg", "mg/kg", "dry", max="5"),)


@pytest.mark.parametrize("line", ["Pb,≤1,000 ppm", "Pb,≤1,200 ppm", "Pb ≤ 1,200 ppm", "Pb 1,200 ppm以下"])
def test_a_separator_of_thousands_is_no_column(line: str) -> None:
    assert _only(line) == _row("Pb", "ppm", max="1000" if "000" in line else "1200")


@pytest.mark.parametrize("said", ["Cu", "銅", "Copper", "copper", "Cu (銅)", "銅(Cu)", "Ｃｕ", "Cu (%)", "Cu%"])
def test_an_analyte_is_known_by_its_names(said: str) -> None:
    assert names.analyte(said)[0] == ("Cu",)


@pytest.mark.parametrize("said", ["すず", "スズ", "錫", "Tin"])
def test_kana_and_older_characters_are_the_same_analyte(said: str) -> None:
    assert names.analyte(said)[0] == ("Sn",)


def test_a_number_in_a_unit_is_no_limit() -> None:
    assert _only("MFR\t8 to 12 g/10 min") == _row("MFR", unit="g/10min", min="8", max="12")


def test_the_unit_of_a_header_holds_for_its_column() -> None:
    assert _only("元素\t上限(ppm)\nPb\t1000") == _row("Pb", unit="ppm", max="1000")


def test_two_columns_of_bare_numbers_are_the_lower_and_the_upper_end() -> None:
    found = read("密度\t0.9\t1.1\tg/cm3\nCu\t\t0.25\t%")
    assert found.limits == (_row("density", unit="g/cm3", min="0.9", max="1.1"), _row("Cu", max="0.25"))


def test_an_unknown_analyte_keeps_its_row_and_is_told() -> None:
    found = read("成分\t上限\t単位\n謎の元素\t1\t%")
    assert (found.limits, [d.code for d in found.doubts]) == ((_row("謎の元素", max="1"),), ["analyte"])


def test_a_number_that_does_not_say_which_end_it_is_is_not_guessed() -> None:
    found = read("Cd\t100 ppm")
    assert (found.limits, [(d.code, d.text) for d in found.doubts]) == ((_row("Cd", "ppm"),), [("side", "100 ppm")])


@pytest.mark.parametrize(
    ("line", "code", "text"),
    [
        ("Al,abc,1,%,", "cell", "abc"),
        ("Al,1,2,furlong,", "cell", "furlong"),
        ("Al,,2,%,see note", "unused", "see note"),
        ("Al,,2,,", "no_unit", "Al"),
        ("Al,,,%,", "no_end", "Al   %"),
        ("Al,,2,%,,stray", "unused", "stray"),
    ],
)
def test_what_is_not_understood_is_told_with_its_line(line: str, code: str, text: str) -> None:
    doubts = read(f"analyte,min,max,unit,remarks\n{line}").doubts
    assert (2, code, text.strip()) in [(d.line, d.code, d.text.strip()) for d in doubts]


def test_a_column_that_nobody_knows_is_told() -> None:
    assert [(d.code, d.text) for d in read("成分\t上限\t単位\t謎\nCu\t1\t%\t").doubts] == [("column", "謎")]


def test_an_upper_end_in_the_column_of_lower_ends_is_not_taken() -> None:
    assert [d.code for d in read("成分\t下限\t単位\nCu\t1 以下\t%").doubts] == ["cell"]


def test_lines_beyond_a_hundred_limits_are_told() -> None:
    found = read("\n".join(["Cu\t≤1 %"] * 101))
    assert (len(found.limits), [(d.line, d.code) for d in found.doubts]) == (100, [(101, "too_many")])


def test_nothing_pasted_is_nothing_understood() -> None:
    assert read(" \n\t\n") == read("")


def test_a_quoted_cell_of_two_lines_is_one_name() -> None:
    assert _only('"銅\n(Cu)"\t≤0.25 %') == _row("Cu", max="0.25")


@pytest.mark.parametrize("typed", ["Cr+Ni+Mo", "クロム、ニッケル、モリブデン", "Cr, Ni, Mo"])
def test_a_field_of_analytes_takes_names_for_codes(typed: str) -> None:
    assert names.codes(typed) == ("Cr", "Ni", "Mo")
