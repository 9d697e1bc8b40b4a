"""Basis, oxides, conditions, bounds and closure: what a lot's results say of a limit's analyte (rules 1, 2 and 5)."""

import pytest

from matching.evaluation import LimitResult
from matching.values import Assay, Basis, Limit, Operator, Scope
from tests.support.pairs import assay, limit, only

WET, DRY = Basis.AS_RECEIVED, Basis.DRY
MOISTURE = assay("moisture", 5.0)


def state(result: LimitResult) -> tuple[str, str]:
    return result.verdict.value, result.code


def test_neodymium_oxide_is_judged_as_neodymium_and_back() -> None:
    as_metal = only(limit("Nd", max=25.8), assay("Nd2O3", 30.0))
    assert as_metal.measured == pytest.approx(25.722)
    assert only(limit("Nd2O3", min=30.0), assay("Nd", 25.722)).verdict == "in_specification"
    assert only(limit("Nd", max=0.03, unit="%"), assay("Nd2O3", 300.0, "ppm")).measured == pytest.approx(0.025722)


def test_results_are_brought_to_the_basis_of_the_limit() -> None:
    dry = only(limit("Cu", max=1.0, basis=DRY), assay("Cu", 0.96, basis=WET), MOISTURE)
    assert dry.measured == pytest.approx(0.96 / 0.95)
    wet = only(limit("Cu", max=9600, unit="ppm", basis=WET), assay("Cu", 1.0, basis=DRY), MOISTURE)
    assert wet.measured == pytest.approx(9500)


def test_an_oxide_in_ppm_on_another_basis_converts_in_one_go() -> None:
    result = only(
        limit("Nd", min=2.0, basis=DRY), assay("Nd2O3", 22_000, "ppm", basis=WET), assay("moisture", 80_000, "ppm")
    )
    assert result.measured == pytest.approx(2.2 * 0.8574 / 0.92)
    assert result.verdict == "in_specification"


@pytest.mark.parametrize(
    "moisture", [(), (assay("moisture", 5.0, operator=Operator.BELOW),), (assay("moisture", 120.0),)]
)
def test_bases_that_differ_with_an_unknown_moisture_are_not_evaluated(moisture: tuple[Assay, ...]) -> None:
    result = only(limit("Cu", max=1.0, basis=DRY), assay("Cu", 0.1, basis=WET), *moisture)
    assert state(result) == ("not_evaluated", "basis_unknown")


def test_a_result_without_a_basis_is_taken_on_that_of_the_limit() -> None:
    assert only(limit("Cu", max=1.0, basis=DRY), assay("Cu", 1.0), MOISTURE).measured == 1.0


def test_a_limit_without_a_basis_is_judged_both_ways() -> None:
    decided = only(limit("Cu", max=1.1), assay("Cu", 1.0, basis=WET), MOISTURE)
    assert (decided.verdict, decided.measured) == ("in_specification", pytest.approx(1.0 / 0.95))
    torn = only(limit("Cu", max=1.02), assay("Cu", 1.0, basis=WET), MOISTURE)
    assert state(torn) == ("not_evaluated", "basis_matters")
    assert only(limit("Cu", max=1.02), assay("Cu", 1.0, basis=WET)).verdict == "in_specification"
    assert only(limit("Cu", max=1.02), assay("Cu", 1.0), MOISTURE).verdict == "in_specification"


def test_results_on_two_bases_are_never_averaged_without_the_moisture() -> None:
    pair = (assay("Cu", 23.33, basis=WET), assay("Cu", 23.56, basis=DRY))
    assert only(limit("Cu", min=20, basis=DRY), *pair).measured == 23.56
    assert only(limit("Cu", min=20), *pair).verdict == "in_specification"
    assert state(only(limit("Cu", min=23.4), *pair)) == ("not_evaluated", "basis_matters")
    members = (assay("Ni", 15, basis=WET), assay("Co", 9, basis=DRY))
    assert state(only(limit("Ni", "Co", min=20), *members)) == ("not_evaluated", "sum_member_missing")


def test_moisture_itself_and_lengths_have_no_basis() -> None:
    assert only(limit("moisture", max=5, basis=DRY), assay("moisture", 5.0, basis=WET)).verdict == "in_specification"
    assert only(limit("length", max=60, unit="in"), assay("length", 1.5, "m")).verdict == "in_specification"


@pytest.mark.parametrize(
    ("wanted", "given", "code"),
    [
        ({"temperature_c": 230, "load_kg": 2.16}, {"temperature_c": 230, "load_kg": 2.16}, "conforms"),
        ({"temperature_c": 230}, {"temperature_c": 230, "load_kg": 2.16}, "conforms"),
        ({"temperature_c": 230, "load_kg": 2.16}, {"temperature_c": 190, "load_kg": 2.16}, "other_conditions"),
        ({"temperature_c": 230, "load_kg": 2.16}, {"temperature_c": 230}, "conditions_missing"),
        ({"temperature_c": 230}, None, "conditions_missing"),
        (None, None, "conforms"),
    ],
)
def test_conditions_that_the_limit_names_must_be_those_of_the_test(
    wanted: dict[str, float] | None, given: dict[str, float] | None, code: str
) -> None:
    wished = limit("MFR", min=6, max=10, unit="g/10min", conditions=wanted)
    assert only(wished, assay("MFR", 8, "g/10min", conditions=given)).code == code


def test_melt_flows_at_two_loads_are_not_one_quantity() -> None:
    flows = [
        assay("MFR", v, "g/10min", conditions={"temperature_c": 230, "load_kg": kg}) for v, kg in ((8, 2.16), (20, 5))
    ]
    assert state(only(limit("MFR", min=6, max=25, unit="g/10min"), *flows)) == ("not_evaluated", "conditions_differ")
    named = limit("MFR", min=6, max=10, unit="g/10min", conditions={"temperature_c": 230, "load_kg": 2.16})
    assert only(named, *flows).measured == 8


@pytest.mark.parametrize(
    ("wanted", "given", "code"),
    [
        (limit("izod_notched_iso", min=7, unit="kJ/m2"), assay("izod_notched_astm", 60, "J/m"), "different_test"),
        (limit("izod_notched_iso", min=7, unit="kJ/m2"), assay("izod_notched_iso", 60, "J/m"), "other_unit"),
        (limit("Cl_total", max=0.3), assay("Cl", 0.1), "different_test"),
        (limit("Cu", max=0.25), assay("Cu", 2500.0), "implausible_value"),
        (limit("Cu", max=0.25), assay("Cu", -0.1), "implausible_value"),
        (limit("density", max=0.92, unit="g/cm3"), assay("density", 910, "g/cm3"), "implausible_value"),
        (limit("Cu", max=0.25), assay("Cu", low=0.1, high=250), "implausible_value"),
        (limit("Cu", max=0.25), assay("Sn", 0.1), "not_measured"),
        (limit("Cu", max=5, unit="mm"), assay("Cu", 3, "mm"), "other_unit"),
        (limit("Pb", max=0.1), assay("Pb", 3, "mg/L"), "other_unit"),
    ],
)
def test_what_cannot_be_compared_is_not_evaluated_and_says_why(wanted: object, given: Assay, code: str) -> None:
    assert state(only(wanted, given)) == ("not_evaluated", code)  # type: ignore[arg-type]


def test_an_unbelievable_result_is_asked_about_even_beside_a_good_one() -> None:
    result = only(limit("Cu", max=0.25), assay("Cu", 0.1), assay("Cu", 1000.0))
    assert state(result) == ("not_evaluated", "implausible_value")


@pytest.mark.parametrize(
    ("wanted", "given", "expected"),
    [
        (limit("Cr6", max=0.1), assay("Cr", 26, "ppm"), "in_specification"),
        (limit("Cr6", max=0.1), assay("Cr", 1500, "ppm"), "not_evaluated"),
        (limit("Cr6", min=0.2), assay("Cr", 1500, "ppm"), "out_of_specification"),
        (limit("Cr6", max=100, unit="mg/kg"), assay("Cr", 100, "mg/kg", operator=Operator.AT_MOST), "in_specification"),
        (
            limit("Cr6", exclusive_max=100, unit="mg/kg"),
            assay("Cr", 100, "mg/kg", operator=Operator.BELOW),
            "in_specification",
        ),
        (
            limit("Cr6", exclusive_max=100, unit="mg/kg"),
            assay("Cr", 100, "mg/kg", operator=Operator.AT_MOST),
            "not_evaluated",
        ),
        (limit("F_water_soluble", max=0.4), assay("F", 0.3), "in_specification"),
        (limit("F_water_soluble", max=0.4), assay("F", 0.5), "not_evaluated"),
        (limit("PBDE", max=350, unit="mg/kg"), assay("decaBDE", 400, "mg/kg"), "out_of_specification"),
        (limit("PBDE", max=350, unit="mg/kg"), assay("decaBDE", 300, "mg/kg"), "not_evaluated"),
        (limit("Fe_metallic", min=80), assay("Fe_total", 70), "out_of_specification"),
        (limit("Cr", max=0.1), assay("Cr6", 0.05), "not_evaluated"),
        (limit("Cr", max=0.1), assay("Cr6", 0.2), "out_of_specification"),
        (limit("Fe_total", min=80), assay("Fe_metallic", 85), "in_specification"),
        (limit("Br", max=1000, unit="mg/kg"), assay("PBDE", 3100, "mg/kg"), "not_evaluated"),
        (limit("Br", max=1000, unit="mg/kg"), assay("PBDE", 3200, "mg/kg"), "out_of_specification"),
        (limit("Br", max=1000, unit="mg/kg", scope=Scope.POPS), assay("PBDE", 1600, "mg/kg"), "out_of_specification"),
    ],
)
def test_another_result_may_bound_an_unmeasured_analyte(wanted: object, given: Assay, expected: str) -> None:
    assert only(wanted, given).verdict == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "results"),
    [
        (limit("Fe", min=90, basis=DRY), (assay("Fe", 60, basis=WET), assay("moisture", 50))),
        (limit("Fe", min=90, basis=DRY), (assay("Fe", low=51, high=60, basis=WET), assay("moisture", 50))),
        (limit("P2O5", min=50), (assay("P", 50),)),
    ],
)
def test_a_result_that_converts_to_more_than_all_there_is_is_asked_about(
    wanted: Limit, results: tuple[Assay, ...]
) -> None:
    assert state(only(wanted, *results)) == ("not_evaluated", "implausible_converted")


def test_an_uncertainty_that_is_assumed_inside_a_bound_or_a_sum_is_flagged() -> None:
    chrome, nickel = assay("Cr", 0.05), assay("Ni", 0.1, operator=Operator.AT_MOST)
    for wanted in (limit("Cr6", max=0.1), limit("Cr", "Ni", max=0.2)):
        assert only(wanted, chrome, nickel).uncertainty_assumed
    stated = assay("Cr", 0.05, uncertainty=0.002)
    assert not only(limit("Cr6", max=0.1), stated).uncertainty_assumed
    assert not only(limit("Cr", "Ni", max=0.2), stated, nickel).uncertainty_assumed


@pytest.mark.parametrize(
    ("scope", "most", "expected"),
    [
        (Scope.ROHS, 267, "not_evaluated"),
        (Scope.ROHS, 268, "in_specification"),
        (None, 267, "not_evaluated"),
        (None, 268, "in_specification"),
        (Scope.POPS, 130, "not_evaluated"),
        (Scope.POPS, 131, "in_specification"),
    ],
)
def test_bromine_bounds_pbde_by_the_scope_of_the_group(scope: Scope | None, most: float, expected: str) -> None:
    wanted = limit("PBDE", max=most, unit="mg/kg", scope=scope)
    assert only(wanted, assay("Br", 86, "ppm", operator=Operator.AT_MOST)).verdict == expected


def test_the_end_of_an_uncertain_bound_is_guarded_by_the_confidence() -> None:
    wanted, chrome = limit("Cr6", max=0.1), assay("Cr", 0.095, uncertainty=0.01)
    assert only(wanted, chrome, confidence=0.5).verdict == "in_specification"
    assert only(wanted, chrome, confidence=0.95).verdict == "not_evaluated"


def test_closure_fails_a_minimum_and_never_passes_anything() -> None:
    rest = [assay("Al", 10.38), assay("Cu", 0.92)]
    assert state(only(limit("Zn", min=90), *rest)) == ("out_of_specification", "closure_under")
    assert only(limit("Zn", min=90), *rest).relax_to is None
    assert state(only(limit("Zn", min=88), *rest)) == ("not_evaluated", "not_measured")
    assert state(only(limit("Zn", max=89), *rest)) == ("not_evaluated", "not_measured")
    assert only(limit("Zn", max=89)).verdict == "not_evaluated"


def test_closure_counts_an_element_once_and_only_elements() -> None:
    twice = [assay("Nd", 20), assay("Nd2O3", 23.3), assay("Nd_in_RE", 75)]
    assert only(limit("Fe", min=60), *twice).verdict == "not_evaluated"
    assert only(limit("Fe", min=80.1), *twice).verdict == "out_of_specification"


def test_closure_also_caps_the_missing_members_of_a_sum() -> None:
    rest = [assay("Ni", 20), assay("Fe", 60)]
    assert state(only(limit("Ni", "Co", min=45), *rest)) == ("out_of_specification", "closure_under")
    assert only(limit("Ni", "Co", min=35), *rest).verdict == "not_evaluated"


def test_closure_caps_no_sum_with_a_member_that_has_no_upper_end() -> None:
    rest = [assay("Fe", 60), assay("decaBDE", 3)]
    assert only(limit("Zn", "PBDE", min=50), *rest).verdict == "not_evaluated"


def test_a_cold_bound_may_lie_under_zero() -> None:
    cold = assay("vicat", 5, "℃", operator=Operator.BELOW)
    assert only(limit("vicat", min=-10, unit="℃"), cold).verdict == "not_evaluated"


def test_hiding_a_result_on_the_other_basis_never_pays() -> None:
    both = only(limit("Ni", "Co", min=35), assay("Co", 60, basis=DRY), assay("Ni", 1, basis=WET))
    hidden = only(limit("Ni", "Co", min=35), assay("Co", 60, basis=DRY))
    assert both.verdict == hidden.verdict == "in_specification"


def test_the_same_reason_is_shown_whatever_the_order_of_the_results() -> None:
    odd = (assay("Cu", 2500), assay("Cu", 3000), assay("Cu", -1))
    assert only(limit("Cu", max=0.25), *odd) == only(limit("Cu", max=0.25), *reversed(odd))
