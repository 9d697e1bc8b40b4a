"""What speaks for a closer look at a deal, and how the reasons add up."""

from decimal import Decimal
from string import Formatter
from typing import Any

import pytest

from market.deals.approval import VoidCode
from market.deals.review.facts import LikeDeals
from market.deals.review.risk import assessed
from market.deals.review.structs import RejectReason
from market.deals.review.words import risk_told, worded
from market.deals.structs import RiskCode
from matching.values import Currency, Price
from matching.words import LANGUAGES, messages
from tests.support.reviews import facts


def jpy(amount: int) -> Price:
    return Price(amount=Decimal(amount), currency=Currency.JPY)


LIKE = {"JPY": LikeDeals(Decimal(40_000), 5)}
REASONS: dict[RiskCode, dict[str, Any]] = {
    RiskCode.LOW_PROBABILITY: {"probability": 0.93},
    RiskCode.ASSAYS_MISSING: {"probability": None, "not_evaluated": ("Cr", "Ni")},
    RiskCode.HAZARDOUS_STREAM: {"hazards": ("radioactivity",)},
    RiskCode.BATTERY_STREAM: {"family": "battery", "material": "lib_pack"},
    RiskCode.PERMIT_UNPROVEN: {"permits_unproven": ("sangyo_collection",)},
    RiskCode.PERMIT_ENDING: {"permits_ending": ("sangyo_disposal",)},
    RiskCode.YARD_RULES_UNKNOWN: {"yards_unknown": ("JP-14",)},
    RiskCode.FIRST_DEAL: {"newcomers": 2},
    RiskCode.PRICE_UNUSUAL: {"prices": (jpy(50_001),), "like": LIKE},
    RiskCode.FAR_APART: {"road_km": 400.0, "sea_km": 100.0},
    RiskCode.LIMITS_RELAXED: {"relaxed": ("Cu",)},
    RiskCode.OPENED_BY_COORDINATOR: {"opened_by_coordinator": True},
}


def test_a_plain_deal_has_no_risk() -> None:
    assert (assessed(facts()).level, assessed(facts()).reasons) == (0.0, ())


@pytest.mark.parametrize("code", RiskCode)
def test_each_reason_is_found_alone(code: RiskCode) -> None:
    risk = assessed(facts(**REASONS[code]))
    assert [reason.code for reason in risk.reasons] == [code]
    assert risk.level == risk.reasons[0].weight > 0


def test_the_level_grows_with_every_reason_and_stays_below_one() -> None:
    changes: dict[str, Any] = {}
    levels = []
    for code in (code for code in RiskCode if code is not RiskCode.LOW_PROBABILITY):
        changes |= REASONS[code]
        levels.append(assessed(facts(**changes)).level)
    assert levels == sorted(set(levels))
    assert levels[-1] < 1


def test_two_reasons_add_up_as_independent_chances() -> None:
    risk = assessed(facts(opened_by_coordinator=True, family="battery"))
    assert [reason.weight for reason in risk.reasons] == [0.5, 0.2]
    assert risk.level == 0.6


@pytest.mark.parametrize("amount", [30_000, 50_000])
def test_a_price_a_quarter_from_the_median_is_still_usual(amount: int) -> None:
    assert not assessed(facts(prices=(jpy(amount),), like=LIKE)).reasons


def test_of_fewer_than_five_like_deals_nothing_is_said() -> None:
    assert not assessed(facts(prices=(jpy(90_000),), like={"JPY": LikeDeals(Decimal(40_000), 4)})).reasons


def test_prices_are_compared_in_their_own_currency() -> None:
    assert not assessed(facts(prices=(Price(amount=Decimal(300), currency=Currency.USD),), like=LIKE)).reasons


def test_of_several_legs_the_farthest_price_is_told() -> None:
    (reason,) = assessed(facts(prices=(jpy(55_000), jpy(20_000)), like=LIKE)).reasons
    assert (reason.params["price"], reason.params["percent"]) == (20_000, 50.0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", RiskCode)
def test_every_reason_is_told_without_a_gap(code: RiskCode, language: str) -> None:
    (reason,) = risk_told(assessed(facts(**REASONS[code])), language).reasons
    assert reason.reason != f"risk.{code}"
    assert "?" not in reason.reason


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_words_and_no_words_are_left_over(language: str) -> None:
    codes = {
        f"{about}.{code}"
        for about, kind in (("risk", RiskCode), ("reject", RejectReason), ("void", VoidCode))
        for code in kind
    }
    assert {code for code in messages(language) if code.partition(".")[0] in ("risk", "reject", "void")} == codes
    for code in RejectReason:
        assert not [name for _, name, _, _ in Formatter().parse(messages(language)[f"reject.{code}"]) if name]
        assert worded("reject", code, {}, language)
