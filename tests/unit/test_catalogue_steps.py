"""What the catalogue says of upgrade steps in codes: known ones, never both ways, and figures that follow."""

import pytest

from matching.reference import Gives
from specs.catalogue import files, views
from specs.catalogue.loader import catalogue

KNOWN = catalogue()


def test_every_step_of_the_data_is_in_the_engines_catalogue_in_the_order_of_the_process() -> None:
    assert list(KNOWN.steps) == [row.id for row in files.steps().steps]


@pytest.mark.parametrize("step", KNOWN.steps.values(), ids=lambda step: step.code)
def test_a_step_names_known_analytes_and_none_both_ways(step: object) -> None:
    removes, cannot = set(step.removes), set(step.cannot_remove)  # type: ignore[attr-defined]
    assert removes | cannot <= set(KNOWN.analytes)
    assert removes & cannot == set()


def test_a_step_that_removes_nothing_names_nothing() -> None:
    idle = {step.code for step in KNOWN.steps.values() if step.removes_nothing}
    assert idle == {"DILUTION", "COMPATIBILISE", "BLEND_VIRGIN"}
    assert [code for code in idle if KNOWN.steps[code].removes] == []


def test_codes_of_what_cannot_be_removed_stand_beside_the_words_they_are_taken_from() -> None:
    wordless = [row.id for row in files.steps().steps if row.cannot and not row.does_not_remove]
    assert wordless == []


def test_figures_that_the_engine_reads_are_shares_in_order_and_name_what_they_are_of() -> None:
    for step in KNOWN.steps.values():
        for figure in step.figures:
            assert 0 <= figure.low <= figure.high <= 100, step.code
            assert KNOWN.units[figure.unit].dimension == "mass_fraction", step.code
            assert set(figure.of) <= set(KNOWN.analytes), step.code
            assert bool(figure.of) is (figure.gives is not Gives.YIELD), step.code


def test_the_calculated_removal_of_copper_follows_from_the_contents_and_the_yield() -> None:
    step = KNOWN.steps["BALLISTIC_LOWCU"]
    (content,), (kept,) = step.published(Gives.CONTENT, "Cu"), step.published(Gives.YIELD)
    (removal,) = step.published(Gives.REMOVAL, "Cu")
    feed = next(f.nominal for f in files.steps().steps[1].performance if f.what == "Cu in regular shred")
    assert feed is not None
    assert removal.flag == "calculated"
    for told, left in ((removal.low, content.high), (removal.high, content.low)):
        assert told == pytest.approx(100 * (1 - kept.low / 100 * left / feed), abs=0.05)


def test_the_view_says_in_codes_what_a_step_cannot_remove_and_what_a_figure_is_of() -> None:
    shown = {step.code: step for step in views.steps()}["BALLISTIC_LOWCU"]
    assert {"Ni", "Cr", "Mo"} <= set(shown.cannot_remove_analytes)
    assert [(f.gives, f.of) for f in shown.figures if f.gives] == [
        (Gives.CONTENT, ("Cu",)),
        (Gives.YIELD, ()),
        (Gives.REMOVAL, ("Cu",)),
    ]
