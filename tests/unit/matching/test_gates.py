"""Gates besides composition (rule 9): each failed one is a blocker, and the limits are judged all the same."""

from datetime import date

import pytest

from matching.listings import Lot, Spec
from matching.values import Assay, CustodyModel, LegalStatus, Operator, Origin, Window
from tests.support.pairs import FIRST, LAST, assay, judged, limit, lot, spec

CU = limit("Cu", max=0.25)
GOOD = assay("Cu", 0.1)


def delivered(first: date, last: date) -> dict[str, object]:
    place = spec().delivery
    return {"delivery": type(place)(location=place.location, from_=first, until=last)}


@pytest.mark.parametrize(
    ("wanted", "offered", "gate", "code"),
    [
        ({}, {"material": "stainless_scrap"}, "material", "material_differs"),
        ({"grades": ("JP.H2",)}, {}, "grade", "grade_missing"),
        ({"grades": ("JP.H2",)}, {"grade": "JP.SHRED_A"}, "grade", "grade_not_accepted"),
        ({"grades": ("JP.H2",)}, {"grade": "ISRI.205"}, "grade", "grade_name_conflict"),
        ({"forms": ("shredded",)}, {}, "form", "form_missing"),
        ({"forms": ("shredded",)}, {"form": "bale"}, "form", "form_not_accepted"),
        ({}, {"available": Window(from_=date(2027, 4, 1), until=date(2027, 5, 1))}, "window", "windows_apart"),
        ({"refused_hazards": ("radioactivity",)}, {"hazards": ("oil", "radioactivity")}, "hazard", "hazard_refused"),
        ({"required_documents": ("assay_report",)}, {"documents": ("sds",)}, "documents", "document_missing"),
        ({"origins": (Origin.POST_CONSUMER,)}, {"origin": Origin.INTERNAL}, "origin", "origin_not_accepted"),
        ({"custody_models": (CustodyModel.SEGREGATED,)}, {}, "custody_model", "custody_model_missing"),
        (
            {"legal_statuses": (LegalStatus.VALUABLE,)},
            {"legal_status": LegalStatus.WASTE},
            "legal_status",
            "legal_status_not_accepted",
        ),
    ],
)
def test_a_failed_gate_blocks_and_the_limits_are_still_judged(
    wanted: dict[str, object], offered: dict[str, object], gate: str, code: str
) -> None:
    evaluation = judged(spec(CU, **wanted), lot(GOOD, **offered))
    assert [(b.gate, b.code) for b in evaluation.blockers] == [(gate, code)]
    assert (evaluation.verdict, evaluation.score) == ("in_specification", 0.0)


@pytest.mark.parametrize(
    ("wanted", "offered"),
    [
        ({"grades": ("JP.SHRED_A", "JP.H2")}, {"grade": "JP.H2"}),
        ({"forms": ("shredded",)}, {"form": "shredded"}),
        ({"refused_hazards": ("radioactivity",)}, {"hazards": ("oil",)}),
        ({"required_documents": ("assay_report",)}, {"documents": ("sds", "assay_report")}),
        ({}, {"available": Window(from_=LAST, until=date(2027, 9, 1))}),
        ({}, {"available": Window(from_=date(2026, 9, 1), until=FIRST)}),
    ],
)
def test_a_gate_that_is_met_is_silent(wanted: dict[str, object], offered: dict[str, object]) -> None:
    assert judged(spec(CU, **wanted), lot(GOOD, **offered)).blockers == ()


def regime(name: str, first: date, last: date, *results: object, **rest: object) -> tuple[Spec, Lot]:
    return (
        spec(regimes=(name,), material="abs", **delivered(first, last)),
        lot(*results, material="abs", available=Window(from_=first, until=last), **rest),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("first", "last", "most"),
    [
        (date(2025, 1, 1), date(2025, 12, 29), [500]),
        (date(2025, 12, 30), date(2027, 12, 29), [350]),
        (date(2027, 12, 1), date(2028, 2, 1), [350, 200]),
        (date(2027, 12, 30), date(2028, 2, 1), [200]),
    ],
)
def test_a_regulated_limit_is_the_one_in_force_at_the_delivery(first: date, last: date, most: list[float]) -> None:
    evaluation = judged(*regime("eu_pop_pbde_recovered", first, last, assay("PBDE", 300, "mg/kg")))
    assert [r.max for r in evaluation.limits] == most
    assert [b.gate for b in evaluation.blockers] == (["regime"] if 200 in most else [])


def test_only_the_days_on_which_both_sides_are_ready_count() -> None:
    wanted, _ = regime("eu_pop_pbde_recovered", date(2027, 6, 1), date(2028, 6, 1))
    offered = lot(
        assay("PBDE", 300, "mg/kg"), material="abs", available=Window(from_=date(2027, 6, 1), until=date(2027, 7, 1))
    )
    assert judged(wanted, offered).blockers == ()


def test_a_spec_without_regimes_is_not_judged_by_any_law() -> None:
    assert judged(spec(CU), lot(GOOD, assay("Pb", 3.0))).blockers == ()


def test_a_regulated_limit_without_a_result_is_never_passed() -> None:
    evaluation = judged(*regime("eu_rohs", FIRST, LAST, assay("Pb", 10, "ppm")))
    assert evaluation.verdict == "not_evaluated"
    assert {r.origin for r in evaluation.limits} == {"regime"}


@pytest.mark.parametrize(
    "lead", [assay("Pb", 0.3), assay("Pb", low=0.3, high=0.4), assay("Pb", 0.1, operator=Operator.ABOVE)]
)
def test_a_broken_law_is_not_said_to_be_beyond_moving(lead: Assay) -> None:
    found = judged(*regime("eu_rohs", FIRST, LAST, lead)).limits[0]
    assert (found.verdict, found.code, found.relax_to) == ("out_of_specification", "breaks_law", None)


def test_a_limit_that_no_result_could_reach_is_asked_about() -> None:
    """It is judged all the same: not to would be a lower class for a looser limit (rule 12)."""
    both = [judged(spec(limit("Cu", max=2500, unit=unit)), lot(GOOD)) for unit in ("%", "ppm")]
    asked = [[f.params["given"] for f in e.flags if f.code == "implausible_limit"] for e in both]
    assert asked == [[2500], []]


def test_a_limit_that_nobody_has_read_up_says_so() -> None:
    known = judged(*regime("eu_rohs", FIRST, LAST, assay("Pb", 0.01)))
    memory = judged(*regime("eu_elv", FIRST, LAST, assay("Pb", 0.01)))
    assert {(r.src, r.flag) for r in known.limits} == {("r_rohs", "read")}
    assert {(r.src, r.flag) for r in memory.limits} == {("k_elv", "knowledge")}
    told = [[f.params for f in e.flags if f.code == "limits_from_memory"] for e in (known, memory)]
    assert told == [[], [{"analytes": ["Cd", "Cr6", "Hg", "Pb"]}]]
    assert judged(spec(CU), lot(GOOD)).limits[0].flag is None


def test_the_regimes_name_the_scope_of_a_group() -> None:
    bromine = assay("Br", 200, "mg/kg")
    rohs = judged(*regime("eu_rohs", FIRST, LAST, bromine)).limits
    pops = judged(*regime("eu_pop_pbde_recovered", FIRST, LAST, bromine)).limits
    assert next(r.high for r in rohs if r.analytes == ("PBDE",)) == pytest.approx(0.02 / 0.321)
    assert pops[0].high == pytest.approx(200 / 0.658)
