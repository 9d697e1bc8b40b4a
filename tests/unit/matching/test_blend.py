"""A blend is the cheapest that conforms, says why lots stay out, and never shows a number that does not hold."""

import math
from statistics import NormalDist

import msgspec
import numpy as np
import pytest

from matching.blend import Wish, blend
from matching.blending.candidates import Sense
from matching.blending.mixing import BlendRefusedError
from matching.listings import Delivery, Demand
from matching.solver import Program, SolverError
from matching.values import Basis, Operator, Place, Verdict
from specs.catalogue.loader import catalogue
from tests.support.blends import BLENDS, GATE, Case, blended, offered
from tests.support.pairs import FIRST, LAST, assay, limit, spec

WANTED = {"delivery": Delivery(location=GATE, from_=FIRST, until=LAST)}


@pytest.mark.parametrize("case", BLENDS, ids=lambda case: case.name)
def test_the_case_comes_out_at_its_independent_optimum(case: Case) -> None:
    found = blend(case.spec, [(one.id, one) for one in case.lots], catalogue())
    assert found.status == case.expect.status
    if case.expect.cost is None:
        assert found.takes == ()
        return
    assert found.objective.amount == pytest.approx(case.expect.cost, rel=1e-6)
    assert found.gap == 0.0
    assert math.fsum(t.tonnes for t in found.takes) == pytest.approx(case.spec.quantity.tonnes, rel=1e-9)
    paid = math.fsum(t.tonnes * (t.delivered_cost or 0.0) for t in found.takes)
    assert found.objective.amount == pytest.approx(paid, rel=1e-9)
    assert [r.analytes for r in found.limits] == [x.analytes for x in case.spec.limits]
    assert {r.verdict for r in found.limits} == {Verdict.IN}


@pytest.mark.parametrize("case", BLENDS, ids=lambda case: case.name)
def test_the_answer_is_the_same_byte_for_byte_and_whatever_the_order_of_the_lots(case: Case) -> None:
    lots = [(one.id, one) for one in case.lots]
    first = msgspec.json.encode(blend(case.spec, lots, catalogue()))
    assert msgspec.json.encode(blend(case.spec, lots[::-1], catalogue())) == first


def test_the_cheap_dirty_lot_is_taken_up_to_the_guarded_limit() -> None:
    wanted = spec(limit("Cu", max=0.25), confidence=0.95, **WANTED)
    dirty = offered(30_000, 100, assay("Cu", 0.4, uncertainty=0.03))
    clean = offered(50_000, 100, assay("Cu", 0.1, uncertainty=0.01))
    z, low, high = NormalDist().inv_cdf(0.95), 0.0, 1.0
    for _ in range(80):
        w = (low + high) / 2
        guarded = 0.4 * w + 0.1 * (1 - w) + z * math.hypot(0.03 * w, 0.01 * (1 - w))
        low, high = (w, high) if guarded <= 0.25 else (low, w)
    found = blended(wanted, dirty, clean)
    assert found.takes[0].tonnes == pytest.approx(100 * low, rel=1e-8)
    assert found.limits[0].guarded == 0.25
    assert found.limits[0].probability == pytest.approx(0.95, abs=1e-6)


def test_each_side_of_a_band_gets_half_the_doubt() -> None:
    wanted = spec(limit("Mn", min=0.8, max=1.0), confidence=0.9, **WANTED)
    rich = offered(10_000, 100, assay("Mn", 2.0, uncertainty=0.04))
    poor = offered(20_000, 100, assay("Mn", 0.1, uncertainty=0.01))
    found = blended(wanted, rich, poor)
    known = found.limits[0]
    assert known.guarded == 1.0
    assert known.mean + NormalDist().inv_cdf(0.95) * known.uncertainty == pytest.approx(1.0, rel=1e-8)


def test_joint_confidence_holds_over_all_limits_together() -> None:
    case = next(c for c in BLENDS if c.name == "chance-200")
    lots = [(one.id, one) for one in case.lots]
    each, joint = (blend(case.spec, lots, catalogue(), Wish(joint=on)) for on in (False, True))
    assert each.joint_probability is not None
    assert joint.joint_probability is not None
    assert each.joint_probability < 0.95 <= joint.joint_probability
    assert each.objective.amount < joint.objective.amount


def test_error_that_laboratories_share_makes_the_blend_dearer_and_is_told_either_way() -> None:
    case = next(c for c in BLENDS if c.name == "chance-200")
    lots = [(one.id, one) for one in case.lots]
    apart = blend(case.spec, lots, catalogue())
    shared = blend(case.spec, lots, catalogue(), Wish(lab_correlation=0.5))
    assert apart.objective.amount < shared.objective.amount
    assert shared.joint_probability == shared.joint_probability_shared_error
    assert apart.joint_probability_shared_error is not None
    assert apart.joint_probability is not None
    assert apart.joint_probability_shared_error < apart.joint_probability
    assert {r.verdict for r in shared.limits} == {Verdict.IN}


def test_a_limit_on_dry_basis_weighs_dry_mass() -> None:
    wanted = spec(limit("Cu", max=0.25, basis=Basis.DRY), **WANTED)
    wet = offered(10_000, 100, assay("Cu", 0.4, basis=Basis.DRY), assay("moisture", 50))
    dry = offered(20_000, 100, assay("Cu", 0.1, basis=Basis.DRY), assay("moisture", 0))
    taken = {t.lot: t.tonnes for t in blended(wanted, wet, dry).takes}
    # 0.5 x (0.4 - 0.25) = (100 - x) (0.25 - 0.1)
    assert taken == pytest.approx({"a": 100 / 1.5, "b": 50 / 1.5})


def test_a_lot_without_its_moisture_cannot_be_weighed_dry() -> None:
    wanted = spec(limit("Cu", max=0.25, basis=Basis.DRY), **WANTED)
    found = blended(wanted, offered(10_000, 100, assay("Cu", 0.1, basis=Basis.DRY)))
    assert (found.status, [b.code for b in found.barred]) == ("infeasible", ["moisture_unknown"])


def test_intervals_count_at_their_worst_end() -> None:
    wanted = spec(limit("Pb", max=0.02), **WANTED)
    below = offered(10_000, 100, assay("Pb", 0.04, operator=Operator.BELOW))
    clean = offered(20_000, 100, assay("Pb", 0.0))
    assert blended(wanted, below, clean).takes[0].tonnes == pytest.approx(50.0, rel=1e-6)


def test_what_is_not_measured_bars_the_lot_and_says_so() -> None:
    wanted = spec(limit("Cu", "Sn", max=0.25), **WANTED)
    found = blended(wanted, offered(1, 100, assay("Cu", 0.1)), offered(2, 100, assay("Cu", 0.1), assay("Sn", 0.1)))
    assert [t.lot for t in found.takes] == ["b"]
    assert [(b.lot, b.code, b.params["analyte"]) for b in found.barred] == [("a", "unmeasured", "Sn")]


def test_lots_of_another_material_window_or_currency_stay_out() -> None:
    wanted = spec(limit("Cu", max=0.25), **WANTED)
    good = offered(5, 100, assay("Cu", 0.1))
    copper = msgspec.structs.replace(good, material="copper_scrap")
    unpriced = msgspec.structs.replace(good, ask_price=None)
    found = blended(wanted, copper, unpriced, good)
    assert [t.lot for t in found.takes] == ["c"]
    assert [b.code for b in found.barred] == ["material_differs", "no_ask_price"]


def test_a_law_is_met_by_each_lot_and_not_by_dilution() -> None:
    wanted = spec(limit("Cu", max=0.25), regimes=("eu_pack",), **WANTED)
    found = blended(wanted, offered(5, 100, assay("Cu", 0.1)))
    assert [b.code for b in found.barred] == ["regulated_limit_not_proven"]


def test_least_co2_takes_the_near_lot_that_costs_more() -> None:
    wanted = spec(limit("Cu", max=0.25), **WANTED)
    near = offered(90_000, 100, assay("Cu", 0.1))
    far = offered(10_000, 100, assay("Cu", 0.1), location=Place(prefecture="JP-40"))
    assert [t.lot for t in blended(wanted, near, far).takes] == ["b"]
    greenest = blended(wanted, near, far, wish=Wish(sense=Sense.CO2))
    assert [t.lot for t in greenest.takes] == ["a"]
    assert (greenest.objective.amount, greenest.objective.unit) == (0.0, "kg CO2")


def test_traces_in_ppb_are_held_as_well_as_percentages() -> None:
    # 0.00000005 % is 0.5 ppb: as a mass fraction 5e-10, under the smallest coefficient that the solver keeps
    wanted = spec(limit("Cd", max=5e-8), **WANTED)
    dirty, clean = offered(1, 100, assay("Cd", 2e-7)), offered(2, 100, assay("Cd", 1e-8))
    known = blended(wanted, dirty, clean).limits[0]
    assert known.mean == pytest.approx(5e-8, rel=1e-8)
    in_ppb = spec(limit("Cd", max=0.5, unit="ppb"), **WANTED)
    assert blended(in_ppb, dirty, clean).takes == blended(wanted, dirty, clean).takes


def test_a_warning_of_the_solver_is_an_error() -> None:
    program = Program()
    program.add_columns(np.ones(1), np.zeros(1), np.ones(1), np.zeros((0, 1)))
    with pytest.raises(SolverError):
        program.add_row(1.0, math.nan, np.ones(1))


def test_melt_flow_blends_by_its_logarithm() -> None:
    at = {"temperature_c": 230.0, "load_kg": 2.16}
    wanted = spec(limit("MFR", min=8, unit="g/10min", conditions=at), **WANTED)
    low = offered(10_000, 100, assay("MFR", 2, "g/10min", conditions=at))
    high = offered(20_000, 100, assay("MFR", 32, "g/10min", conditions=at))
    found = blended(wanted, low, high)
    assert [t.tonnes for t in found.takes] == pytest.approx([50.0, 50.0])
    assert found.limits[0].mean == pytest.approx(8.0)


def test_a_melt_flow_of_nothing_bars_its_lot_and_no_other() -> None:
    at = {"temperature_c": 230.0, "load_kg": 2.16}
    wanted = spec(limit("MFR", max=10, unit="g/10min", conditions=at), **WANTED)
    still = offered(1, 100, assay("MFR", 0, "g/10min", conditions=at, uncertainty=0.1))
    found = blended(wanted, still, offered(2, 100, assay("MFR", 3, "g/10min", conditions=at)))
    assert ([t.lot for t in found.takes], [b.lot for b in found.barred]) == (["b"], ["a"])


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (limit("charpy_notched_23", min=5, unit="kJ/m2"), "property_does_not_blend"),
        (limit("strain_at_break", min=5), "property_does_not_blend"),
        (limit("MFR", min=5, unit="g/10min"), "blend_conditions_missing"),
    ],
)
def test_what_does_not_blend_is_refused_by_name(asked: object, code: str) -> None:
    with pytest.raises(BlendRefusedError) as refused:
        blended(spec(asked, **WANTED), offered(1, 100))
    assert (refused.value.code, refused.value.params) == (code, {"analyte": asked.analytes[0]})  # type: ignore[attr-defined]


def test_an_exclusive_limit_is_not_reached() -> None:
    wanted = spec(limit("Cu", exclusive_max=0.2), **WANTED)
    found = blended(wanted, offered(1, 100, assay("Cu", 0.4)), offered(2, 100, assay("Cu", 0.1)))
    assert found.limits[0].mean < 0.2
    assert found.limits[0].mean == pytest.approx(0.2, rel=1e-7)


def test_lots_that_lie_on_the_limit_make_a_blend_on_the_limit() -> None:
    wanted = spec(limit("Cu", max=0.25), quantity=Demand(tonnes=150), **WANTED)
    found = blended(wanted, offered(1, 100, assay("Cu", 0.25)), offered(2, 100, assay("Cu", 0.25)))
    assert (found.status, [t.tonnes for t in found.takes]) == ("optimal", [100.0, 50.0])


@pytest.mark.parametrize("lots", [(), (offered(1, 100, assay("Cu", 0.9)),)])
def test_nothing_to_blend_is_an_answer(lots: tuple) -> None:
    found = blended(spec(limit("Cu", max=0.25), **WANTED), *lots)
    assert (found.status, found.takes, found.bound, found.tonnes) == ("infeasible", (), None, 0.0)


def test_no_limits_and_prices_of_nothing_still_blend() -> None:
    found = blended(spec(**WANTED), offered(0, 60), offered(0, 60))
    assert (found.status, found.objective.amount) == ("optimal", 0.0)
    assert math.fsum(t.tonnes for t in found.takes) == pytest.approx(100.0)


def test_a_guaranteed_maximum_on_the_limit_holds_in_a_blend_as_it_does_alone() -> None:
    lot = offered(1, 200, assay("Cu", 0.25, operator=Operator.AT_MOST))
    found = blended(spec(limit("Cu", max=0.25), confidence=0.95, **WANTED), lot)

    assert (found.status, found.limits[0].verdict, found.limits[0].probability) == ("optimal", Verdict.IN, 1.0)
    strict = blended(spec(limit("Cu", exclusive_max=0.25), confidence=0.95, **WANTED), lot)
    assert strict.status == "infeasible"
