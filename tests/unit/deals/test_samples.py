"""What is wanted of a sample, what may be filed, how what is final is reported, and the table of its life."""

import math
from decimal import Decimal
from typing import Any

import pytest

from market.deals.contract.structs import Splitting
from market.deals.errors import SampleRefused
from market.deals.machine import Actor
from market.deals.offers.structs import Terms
from market.deals.samples.agreed import Agreed
from market.deals.samples.findings import as_assay, certificate, filing_faults, settled
from market.deals.samples.machine import TABLE, Act, State, Turn, allowed, check, turn
from market.deals.samples.settling import Settling
from market.deals.samples.structs import LimitSource, Wanted, WantedDraft
from market.deals.samples.wanted import wanted
from matching.results import Interval, Normal
from matching.values import Basis, Operator, Price, Statistic
from specs.catalogue.loader import catalogue
from tests.support.pairs import assay, limit, lot, spec

KNOWN = catalogue()
LOT = lot()


def terms(*splitting: Splitting, **of_spec: Any) -> Agreed:
    limits = of_spec.pop("limits", (limit("Cu", max=0.25, basis=Basis.DRY),))
    price = Price(amount=Decimal(44000))
    return Agreed(terms=Terms(price=price, tonnes=100), splitting=splitting, spec=spec(*limits), lots={})


def asked(analyte: str = "Cu", **more: Any) -> Wanted:
    plain: dict[str, Any] = {"unit": "%", "basis": Basis.AS_RECEIVED, "conditions": None, "splitting_limit": None}
    return Wanted(analyte=analyte, **plain | more)


def split(one: Wanted, buyer: Any, seller: Any) -> Any:
    found = [certificate((one,), (filed,), LOT, KNOWN) for filed in (buyer, seller)]
    return settled(one, *found, None)


def test_unit_and_basis_are_those_of_the_specs_limit():
    (one,) = wanted((WantedDraft(analyte="Cu"),), terms(), KNOWN)
    assert (one.unit, one.basis) == ("%", Basis.DRY)


def test_what_the_request_says_goes_before_the_spec():
    (one,) = wanted((WantedDraft(analyte="Cu", unit="ppm", basis=Basis.AS_RECEIVED),), terms(), KNOWN)
    assert (one.unit, one.basis) == ("ppm", Basis.AS_RECEIVED)


def test_what_the_spec_does_not_limit_is_measured_as_received():
    (one,) = wanted((WantedDraft(analyte="Zn"),), terms(), KNOWN)
    assert (one.unit, one.basis) == (KNOWN.analytes["Zn"].unit, Basis.AS_RECEIVED)


def test_the_splitting_limit_of_the_contract_is_brought_into_the_unit_of_the_sample():
    term = Splitting(analyte="Cu", limit=Decimal(300), unit="ppm")
    (one,) = wanted((WantedDraft(analyte="Cu"),), terms(term), KNOWN)
    assert one.splitting_limit == Decimal("0.03")


def test_a_difference_of_exactly_the_contracts_limit_is_split():
    one = asked(splitting_limit=Decimal("0.03"))
    within, beyond = split(one, assay("Cu", 0.25), assay("Cu", 0.28)), split(one, assay("Cu", 0.25), assay("Cu", 0.281))
    assert (within.how, within.limit_from, within.assay.value) == (Settling.MEAN, LimitSource.CONTRACT, 0.265)
    assert (beyond.how, beyond.assay) == (None, None)


def test_without_one_a_stated_uncertainty_does_not_widen_the_limit():
    precise, vague = (split(asked(), assay("Cu", 0.25, uncertainty=u), assay("Cu", 0.31)) for u in (None, 0.1))
    assert precise.limit == vague.limit
    assert precise.how is vague.how is None


def test_results_of_other_units_and_bases_are_compared_after_conversion():
    dry = (assay("Cu", 0.25, basis=Basis.DRY), assay("moisture", 20.0))
    one = asked()
    found = [certificate((one,), filed, LOT, KNOWN) for filed in (dry, (assay("Cu", 2000.0, unit="ppm"),))]
    assert settled(one, *found, None).difference == 0


@pytest.mark.parametrize(
    ("final", "expected"),
    [
        (Normal(0.25, 0.0123456789), {"value": 0.25, "uncertainty": 0.0123457, "statistic": Statistic.MEAN}),
        (Interval(0.0, 0.01, high_open=True), {"value": 0.01, "operator": Operator.BELOW}),
        (Interval(0.0, 0.01), {"value": 0.01, "operator": Operator.AT_MOST}),
        (Interval(2.0, math.inf, low_open=True), {"value": 2.0, "operator": Operator.ABOVE}),
        (Interval(0.1, 0.2), {"low": 0.1, "high": 0.2}),
    ],
)
def test_what_is_final_is_reported_as_it_is_known(final, expected):
    found = as_assay(asked(), final)
    assert found == assay("Cu", expected.pop("value", None), basis=Basis.AS_RECEIVED, **expected)


def test_a_result_under_other_conditions_is_not_compared():
    one = asked("MFR", unit="g/10min", basis=None, conditions={"temperature_c": 230, "load_kg": 2.16})
    other = assay("MFR", 8.0, unit="g/10min", conditions={"temperature_c": 190, "load_kg": 2.16})
    assert [(f.pointer, f.code) for f in filing_faults((one,), (other,), LOT, KNOWN)] == [
        ("/assays/0", "not_comparable")
    ]


def test_nothing_leads_out_of_an_end_and_everything_else_leads_somewhere():
    sources = {source for row in TABLE for source in row.sources}
    assert sources == {state for state in State if not state.over}


def test_every_act_has_one_row():
    assert sorted(row.act for row in TABLE) == sorted(Act)


@pytest.mark.parametrize(
    ("filed", "whose"), [((), Turn.BOTH), ((Actor.BUYER,), Turn.SELLER), ((Actor.SELLER,), Turn.BUYER)]
)
def test_who_has_not_filed_has_the_turn(filed, whose):
    assert turn(State.RECEIVED, filed) is whose


def test_after_a_result_is_filed_nobody_calls_the_sample_off():
    assert Act.CANCEL in allowed(State.RECEIVED, (), Actor.BUYER)
    assert allowed(State.RECEIVED, (Actor.SELLER,), Actor.BUYER) == (Act.FILE,)
    assert allowed(State.RECEIVED, (Actor.SELLER,), Actor.SELLER) == ()


def test_a_refusal_names_the_state_the_turn_and_what_is_allowed():
    with pytest.raises(SampleRefused) as refused:
        check(Act.DECIDE, State.TO_UMPIRE, (Actor.BUYER, Actor.SELLER), Actor.UMPIRE)
    assert refused.value.params == {"act": "decide", "state": "to_umpire", "turn": "both", "allowed": []}
