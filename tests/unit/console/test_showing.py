"""Numbers, money and days as people read them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from market.console import showing
from market.console.text import Language
from specs.kit import clock


def test_yen_have_no_minor_unit_and_dollars_two() -> None:
    assert (showing.money(Decimal("45000.4")), showing.money(Decimal("12.345"), "USD")) == ("¥45,000", "$12.35")


def test_tonnes_are_told_to_the_kilogram() -> None:
    assert (showing.tonnes(1234.5), showing.tonnes(0.001), showing.tonnes(20)) == (
        "1,234.5\u00a0t",
        "0.001\u00a0t",
        "20\u00a0t",
    )


def test_a_share_is_rounded_down() -> None:
    assert showing.percent(0.9499) == "94.9\u00a0%"


def test_an_instant_is_told_in_japans_hours() -> None:
    late = datetime(2026, 11, 25, 15, 30, tzinfo=UTC)
    assert "2026年11月26日 00:30" in showing.moment(late, "ja")
    assert "26 Nov 2026 00:30" in showing.moment(late, "en")


def test_a_deadline_is_told_by_its_last_day() -> None:
    assert "30 Nov 2026" in showing.until(clock.end_of(date(2026, 11, 30)), "en")


@pytest.mark.parametrize(
    ("told", "era"),
    [
        (date(2026, 11, 26), "令和8年11月26日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
    ],
)
def test_official_papers_have_their_years_by_the_era(told: date, era: str) -> None:
    assert era in showing.era(told, "ja")


def test_nothing_is_a_dash_everywhere() -> None:
    dashes = {
        showing.money(None),
        showing.tonnes(None),
        showing.percent(None),
        showing.price(None),
        str(showing.day(None, "en")),
    }
    assert dashes == {showing.EMPTY}


def test_codes_are_told_by_their_names() -> None:
    assert showing.name("carbon_steel_scrap", "ja") != "carbon_steel_scrap"
    assert showing.place("JP-14", "ja") == "神奈川県"


@pytest.mark.parametrize(
    ("value", "typed"),
    [(95.0, "95"), (100, "100"), (0.25, "0.25"), (Decimal("44000.10"), "44000.1"), (1e-7, "0.0000001"), (None, "")],
)
def test_a_number_in_a_field_is_as_one_would_type_it(value: float | Decimal | None, typed: str) -> None:
    assert showing.plain(value) == typed


@pytest.mark.parametrize(
    ("amount", "currency", "told"),
    [
        ("44000", "JPY", "¥44,000"),
        ("44000.10", "JPY", "¥44,000.1"),
        ("0.0025", "JPY", "¥0.0025"),
        ("1234.5", "USD", "$1,234.50"),
        ("1E+3", "EUR", "€1,000.00"),
        ("12.3456", "USD", "$12.3456"),
    ],
)
def test_a_rate_is_told_to_its_last_digit(amount: str, currency: str, told: str) -> None:
    assert showing.rate(Decimal(amount), currency) == told


@pytest.mark.parametrize(("language", "told"), [("en", "New-cut press A"), ("ja", "新断プレスA")])
def test_a_grade_is_told_by_its_name(language: Language, told: str) -> None:
    assert showing.name("JP.SHINDACHI_PRESS_A", language) == told


def test_a_grade_has_its_code_beside_its_name_where_experts_look_for_it() -> None:
    assert showing.coded("JP.SHRED_B", "en") == "Shredder B (other mixtures) (<code>JP.SHRED_B</code>)"


@pytest.mark.parametrize(("language", "told"), [("en", "RoHS 2011/65/EU"), ("ja", "RoHS指令 2011/65/EU")])
def test_a_regulation_is_told_by_its_title(language: Language, told: str) -> None:
    assert showing.name("eu_rohs", language).startswith(told)


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (("temperature_c", 230.0), "at 230 °C"),
        (("load_kg", 2.16), "under 2.16 kg"),
        (("test_speed", 5.0), "test speed = 5"),
    ],
)
def test_a_condition_of_a_test_is_told_with_its_unit(held: tuple[str, float], told: str) -> None:
    assert showing.condition(held, "en") == told


@pytest.mark.parametrize(("code", "told"), [("end_of_life_vehicle", "使用済自動車"), ("own_yard", "own yard")])
def test_a_source_that_we_do_not_know_is_told_as_it_was_named(code: str, told: str) -> None:
    assert showing.source(code, "ja") == told


def _limit(unit: str = "%", **known: Any) -> Any:
    """A limit with what is known of a lot, as the engine tells it."""
    measured, low, high = (known.get(name) for name in ("measured", "low", "high"))
    params = {"unit": unit, "low_limit": None, "high_limit": 0.25, "value": measured, **known}
    return SimpleNamespace(
        unit=unit, measured=measured, uncertainty=known.get("uncertainty"), low=low, high=high, params=params
    )


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        (_limit(measured=0.22, uncertainty=0.02), "0.22\u00a0±\u00a00.02\u00a0%"),
        (_limit(low=0.0, high=0.002, high_open=True), "<\u00a00.002\u00a0%"),
        (_limit(low=0.0, high=0.002), "≤\u00a00.002\u00a0%"),
        (_limit(low=0.1, high=0.2), "0.1\u00a0to\u00a00.2\u00a0%"),
        (_limit(low=60.0, high=100.0, low_open=True), ">\u00a060\u00a0%"),
        (_limit("ppm", low=600_000.0, high=1_000_000.0), "≥\u00a0600,000\u00a0ppm"),
        (_limit(low=60.0, high=None), "≥\u00a060\u00a0%"),
        (_limit(), "–"),
    ],
)
def test_a_result_is_shown_as_a_laboratory_writes_it(limit: Any, told: str) -> None:
    assert showing.measured(limit, "en") == told


@pytest.mark.parametrize(
    ("typed", "told"), [("Cu", "Copper"), ("Cu+Sn", "Copper+Tin"), ("銅", "Copper"), ("copper", ""), ("", "")]
)
def test_a_code_is_told_by_its_name(typed: str, told: str) -> None:
    assert showing.analytes(typed, "en") == told
