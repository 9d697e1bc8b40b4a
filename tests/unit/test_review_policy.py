"""Which deals a policy asks to review: a table of rules and facts."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from market.deals.review.policy import ReviewPolicy, ReviewPolicyDraft, faults, reviewed
from matching.values import Currency
from specs.catalogue.loader import catalogue
from tests.support.reviews import facts

WAIVE_ALL = {"when": {}, "review": False}
MILLION = {"amount": 1_000_000, "currency": "JPY"}


def policy(*rules: dict[str, Any]) -> ReviewPolicyDraft:
    return msgspec.json.decode(msgspec.json.encode({"rules": rules}), type=ReviewPolicyDraft)


@dataclass(frozen=True)
class Case:
    when: dict[str, Any]
    holds: dict[str, Any]
    fails: dict[str, Any] = field(default_factory=dict)


CASES = {
    "material": Case({"materials": ["lib_pack", "pp"]}, {"material": "pp"}, {"material": "carbon_steel_scrap"}),
    "family": Case({"families": ["battery"]}, {"family": "battery"}, {"family": "steel"}),
    "origin": Case({"origins": ["match"]}, {"origin": "match"}, {"origin": "near_miss"}),
    "at least": Case({"min_tonnes": 50}, {"tonnes": 50.0}, {"tonnes": 49.999}),
    "at most": Case({"max_tonnes": 50}, {"tonnes": 50.0}, {"tonnes": 50.001}),
    "sure": Case({"min_probability": 0.9}, {"probability": 0.9}, {"probability": 0.89}),
    "hazards": Case({"hazards": True}, {"hazards": ("radioactivity",)}, {"hazards": ()}),
    "no hazards": Case({"hazards": False}, {"hazards": ()}, {"hazards": ("radioactivity",)}),
    "first": Case({"first_deal": True}, {"newcomers": 1}, {"newcomers": 0}),
    "known": Case({"first_deal": False}, {"newcomers": 0}, {"newcomers": 2}),
    "worth at least": Case(
        {"min_value": MILLION},
        {"value": (Decimal(1_000_000), Currency.JPY)},
        {"value": (Decimal("999999.99"), Currency.JPY)},
    ),
    "worth at most": Case(
        {"max_value": MILLION},
        {"value": (Decimal(1_000_000), Currency.JPY)},
        {"value": (Decimal("1000000.01"), Currency.JPY)},
    ),
    "all of several": Case(
        {"families": ["steel"], "max_tonnes": 50},
        {"family": "steel", "tonnes": 40.0},
        {"family": "steel", "tonnes": 60.0},
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_rule_waives_what_it_holds_of_and_nothing_else(case: Case) -> None:
    waiving = policy({"when": case.when, "review": False})
    assert not reviewed(waiving, facts(**case.holds))
    assert reviewed(waiving, facts(**case.fails))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_rule_asks_for_what_it_holds_of_and_nothing_else(case: Case) -> None:
    asking = policy({"when": case.when, "review": True}, WAIVE_ALL)
    assert reviewed(asking, facts(**case.holds))
    assert not reviewed(asking, facts(**case.fails))


@pytest.mark.parametrize(
    ("when", "unknown"),
    [
        ({"min_probability": 0.5}, {"probability": None}),
        ({"min_value": MILLION}, {"value": None}),
        ({"max_value": MILLION}, {"value": None}),
        ({"max_value": MILLION}, {"value": (Decimal(1), Currency.USD)}),
    ],
)
def test_what_is_not_known_never_waives_a_review(when: dict[str, Any], unknown: dict[str, Any]) -> None:
    assert reviewed(policy({"when": when, "review": False}), facts(**unknown))
    assert reviewed(policy({"when": when, "review": True}, WAIVE_ALL), facts(**unknown))


def test_without_any_rule_every_deal_is_reviewed() -> None:
    assert reviewed(ReviewPolicy(), facts())


def test_the_first_rule_that_holds_decides() -> None:
    steel, small = {"families": ["steel"]}, {"max_tonnes": 50}
    deal = facts(family="steel", tonnes=10.0)
    assert not reviewed(policy({"when": small, "review": False}, {"when": steel, "review": True}), deal)
    assert reviewed(policy({"when": steel, "review": True}, {"when": small, "review": False}), deal)


def test_every_fault_of_a_policy_is_named_with_its_pointer() -> None:
    wrong = {
        "price_band_percent": 101,
        "rules": [
            {
                "when": {
                    "materials": ["unobtainium"],
                    "families": ["steel", "steel"],
                    "min_tonnes": 9,
                    "max_tonnes": 3,
                    "min_probability": 1.5,
                    "min_value": {"amount": -1},
                },
                "review": True,
            },
            {"when": {"max_tonnes": 0}, "review": False},
            WAIVE_ALL,
            {"review": True},
        ],
    }
    draft = msgspec.json.decode(msgspec.json.encode(wrong), type=ReviewPolicyDraft)
    assert [(one.pointer, one.code) for one in faults(draft, catalogue())] == [
        ("/price_band_percent", "out_of_range"),
        ("/rules/0/when/materials/0", "unknown_code"),
        ("/rules/0/when/families/1", "duplicate"),
        ("/rules/0/when/max_tonnes", "range_reversed"),
        ("/rules/0/when/min_probability", "out_of_range"),
        ("/rules/0/when/min_value/amount", "negative"),
        ("/rules/1/when/max_tonnes", "not_positive"),
        ("/rules/3", "rule_never_reached"),
    ]
