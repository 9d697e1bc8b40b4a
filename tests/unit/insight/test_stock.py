"""Figures put together: what is told of levers and gaps, and in which words."""

from typing import Any

import pytest

from market.insight.service import told
from market.insight.standing import Cause, Lever
from market.insight.stock import _gaps, _levers, _Numbers, coarse, quarter
from matching.words import LANGUAGES, messages
from specs.catalogue.loader import catalogue

GATES = ("material", "grade", "form", "origin", "custody_model", "legal_status", "hazard", "documents", "permit")
STEEL = "carbon_steel_scrap"


def row(kind: str, code: str, about: str, firms: int, kg: int = 1000) -> dict[str, Any]:
    """A finding of so many firms."""
    names = [f"{kind} {n}" for n in range(firms)]
    return {"object_kind": kind, "material": STEEL, "code": code, "about": about, "firms": names, "kg": kg}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cause_and_every_lever_has_words(language: str):
    gaps = [(cause.value, "Cu") for cause in Cause if cause is not Cause.GATE]
    gaps += [("gate", gate) for gate in GATES] + [(None, None), ("limit", None), ("test", ""), ("gate", None)]
    codes = [told("gap", code, about)[0] for code, about in gaps]
    codes += [told("lever", lever.value, "Cu")[0] for lever in Lever]
    assert [code for code in codes if f"balance.{code}" not in messages(language)] == []


@pytest.mark.parametrize(("specs", "lots", "shown"), [(5, 5, 1), (4, 5, 0), (5, 4, 0)])
def test_a_lever_is_told_where_five_firms_stand_on_either_side(specs: int, lots: int, shown: int):
    rows = [row("spec", "relax", "Cu", specs), row("lot", "relax", "Cu", lots)]
    assert len(list(_levers(rows, catalogue()))) == shown


def test_a_lever_counts_the_tonnes_of_one_side_in_two_digits():
    (found,) = _levers([row("spec", "relax", "Cu", 5, 123_456), row("lot", "relax", "Cu", 5, 123_456)], catalogue())
    assert found.kg == 120_000


def test_causes_of_few_firms_are_told_as_other_reasons():
    rows = [row("spec", "limit", "Cu", 6), row("spec", "limit", "Sn", 2), row("spec", "price", "", 1)]
    rows[1]["firms"], rows[2]["firms"] = ["a", "b", "c"], ["d", "e"]
    found = {(one.code, one.about): one.kg for one in _gaps(rows, catalogue(), _Numbers())}
    assert found == {("limit", "Cu"): 1000, (None, None): 2000}


@pytest.mark.parametrize(("kg", "told"), [(7, 7), (95, 95), (994, 990), (996, 1000), (123_456, 120_000)])
def test_two_digits_are_told(kg: int, told: int):
    assert coarse(kg) == told


@pytest.mark.parametrize(("month", "of"), [("2027-01", "2027-Q1"), ("2027-06", "2027-Q2"), ("2027-12", "2027-Q4")])
def test_a_month_is_in_its_quarter(month: str, of: str):
    assert quarter(month) == of
