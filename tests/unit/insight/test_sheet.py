"""Tables that a spreadsheet opens."""

import csv
import io

import pytest

from market.insight.sheet import cell, sheet


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x"])
def test_what_could_be_a_formula_is_written_as_a_text(text: str):
    assert cell(text) == "'" + text


@pytest.mark.parametrize("text", ["JP.H2", "鉄鋼", "", "a=b", "2027-01"])
def test_other_texts_stay(text: str):
    assert cell(text) == text


@pytest.mark.parametrize(
    ("value", "told"),
    [(1100.0, "1100"), (0.0, "0"), (0.125, "0.125"), (1234567.5, "1234567.5"), (True, "true"), (7, "7"), (None, "")],
)
def test_numbers_are_written_plainly_to_the_kilogram(value: object, told: str):
    assert cell(value) == told


def test_what_is_read_back_is_what_was_written():
    text = sheet(("a", "b"), [("x, y", 1.5), ('say "z"', None)])
    assert text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(text[1:], newline=""))) == [["a", "b"], ["x, y", "1.5"], ['say "z"', ""]]
