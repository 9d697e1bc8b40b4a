"""Every published, constructed and computed case comes out as its source says."""

import msgspec
import pytest

from matching.engine import evaluate
from matching.faults import lot_faults, spec_faults
from matching.listings import Lot, Spec
from specs.catalogue.loader import catalogue
from tests.support.cases import EVALUATIONS, Case


@pytest.mark.parametrize("case", EVALUATIONS, ids=lambda case: case.id)
def test_the_case_is_judged_as_its_source_says(case: Case) -> None:
    evaluation = evaluate(case.spec, case.lot, catalogue())
    expected = case.expect
    if expected.verdict is not None:
        assert evaluation.verdict == expected.verdict
    judged = {"+".join(r.analytes): r for r in evaluation.limits}
    assert {name: judged[name].verdict for name in expected.limits} == expected.limits
    if expected.conformance_probability is not None:
        assert evaluation.conformance_probability == pytest.approx(expected.conformance_probability, abs=1e-6)
    if expected.blocked_by is not None:
        assert expected.blocked_by in {b.gate for b in evaluation.blockers}
        assert evaluation.score == 0


@pytest.mark.parametrize("case", EVALUATIONS, ids=lambda case: case.id)
def test_the_case_has_no_faults_and_one_result_for_each_limit_in_order(case: Case) -> None:
    assert spec_faults(case.spec, catalogue()) == ()
    assert lot_faults(case.lot, catalogue()) == ()
    evaluation = evaluate(case.spec, case.lot, catalogue())
    assert [r.analytes for r in evaluation.limits] == [limit.analytes for limit in case.spec.limits]


@pytest.mark.parametrize("case", EVALUATIONS, ids=lambda case: case.id)
def test_the_answer_is_the_same_byte_for_byte(case: Case) -> None:
    again = msgspec.convert(msgspec.to_builtins(case.spec), Spec), msgspec.convert(msgspec.to_builtins(case.lot), Lot)
    first = msgspec.json.encode(evaluate(case.spec, case.lot, catalogue()))
    assert msgspec.json.encode(evaluate(*again, catalogue())) == first
