"""A near miss names the upgrade steps of the catalogue that can remove what is too much, and no figure for them."""

import pytest

from matching.evaluation import Change
from matching.explain import explain
from matching.values import Limit
from specs.catalogue.loader import catalogue
from tests.support.pairs import assay, judged, limit, lot, spec


def change(asked: Limit, *assays: object, material: str = "carbon_steel_scrap", **rest: object) -> Change:
    wanted = spec(asked, material=material, **rest)
    near = judged(wanted, lot(*assays, material=material)).near_miss  # type: ignore[arg-type]
    assert near is not None
    return near.changes[0]


def codes(one: Change) -> list[str]:
    return [step.code for step in one.steps]


def test_copper_in_steel_can_be_dismantled_sorted_or_picked_with_published_figures_first() -> None:
    found = change(limit("Cu", max=0.25), assay("Cu", 0.4))
    assert codes(found) == ["PRECISE_DISMANTLING", "BALLISTIC_LOWCU", "HAND_PICKING"]


def test_the_step_that_removes_more_members_of_a_sum_comes_first() -> None:
    found = change(limit("Cu", "Zn", "Si", max=0.25), *map(assay, ("Cu", "Zn", "Si"), (1, 1, 1)), material="al_scrap")
    assert codes(found)[:2] == ["LIBS_AL", "XRT"]


def test_what_no_step_removes_has_none() -> None:
    assert codes(change(limit("Ni", max=0.1), assay("Ni", 0.4))) == []


def test_steps_for_other_materials_are_not_named() -> None:
    assert "BALLISTIC_LOWCU" not in codes(change(limit("Cu", max=0.25), assay("Cu", 1), material="al_scrap"))


def test_too_little_of_something_is_no_case_for_removing_it() -> None:
    assert codes(change(limit("Cu", min=0.25), assay("Cu", 0.1))) == []


def test_a_band_too_narrow_to_land_in_names_no_step() -> None:
    found = change(limit("Cu", min=0.24, max=0.25), assay("Cu", 0.4, uncertainty=0.1), confidence=0.95)
    assert (found.remove_percent, codes(found)) == (None, [])


def test_charge_is_no_mass_and_still_has_its_step() -> None:
    found = change(limit("SoC", max=30), assay("SoC", 80), material="lib_pack")
    assert (found.remove_percent, codes(found)) == (None, ["LIB_DISCHARGE"])


def test_a_law_that_is_broken_names_the_steps_that_remove_it() -> None:
    found = change(limit("Cd", max=1), assay("PBDE", 5000, "ppm"), material="abs", regimes=("eu_rohs",))
    assert (found.code, codes(found)) == ("remove", ["BR_SORT"])


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Bromine sorting of WEEE/ELV plastics"), ("ja", "臭素選別(XRF/XRT)")]
)
def test_steps_are_named_in_the_language_of_the_reader(language: str, name: str) -> None:
    wanted, offered = spec(limit("Br", max=100, unit="ppm"), material="abs"), lot(assay("Br", 1, "%"), material="abs")
    near = explain(judged(wanted, offered), language, catalogue()).near_miss
    assert near is not None
    assert [step.name for step in near.changes[0].steps] == [name]
