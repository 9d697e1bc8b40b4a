"""What is drawn of the balance's rows."""

from typing import Any

from market.console.balance.asked import Measure
from market.console.balance.figures import amounts, label, months
from market.console.maps import Amount, Told
from market.console.text import LANGUAGES, Language
from market.insight.structs import BalanceRow, DemandSide, SupplySide

REGIONS = {"JP-13": "kanto", "JP-14": "kanto", "JP-27": "kinki"}


def row(*, unmet: float | None = None, unsold: float | None = None, **labels: str) -> BalanceRow:
    names: dict[str, Any] = dict.fromkeys(("family", "material", "grade", "region", "prefecture", "quarter", "month"))
    demand = None if unmet is None else DemandSide(tonnes=unmet, matched=0.0, near_miss=0.0, unmet=unmet)
    supply = None if unsold is None else SupplySide(tonnes=unsold, matched=0.0, near_miss=0.0, unsold=unsold)
    return BalanceRow(**(names | labels), rest=False, supply=supply, demand=demand)


def test_a_prefecture_is_drawn_with_its_own_figure() -> None:
    found = amounts([row(region="kanto", prefecture="JP-13", unmet=5.0)], Measure.UNMET, REGIONS)
    assert found["JP-13"] == Amount(5.0, Told.ITSELF)


def test_what_is_merged_is_drawn_as_its_region() -> None:
    rows = [row(region="kanto", prefecture="JP-13", unmet=5.0), row(region="kanto", unmet=7.0), row(unmet=9.0)]
    assert amounts(rows, Measure.UNMET, REGIONS)["JP-14"] == Amount(7.0, Told.REGION)


def test_what_is_merged_beyond_its_region_is_drawn_as_the_nation() -> None:
    rows = [row(region="kanto", unmet=7.0), row(unmet=9.0)]
    assert amounts(rows, Measure.UNMET, REGIONS)["JP-27"] == Amount(9.0, Told.NATION)


def test_one_side_says_nothing_of_the_other() -> None:
    rows = [row(region="kanto", prefecture="JP-13", unsold=5.0)]
    assert amounts(rows, Measure.UNMET, REGIONS)["JP-13"] == Amount(None, Told.NOTHING)


def under(*rows: BalanceRow, language: Language = "en") -> list[list[str]]:
    chart = months(rows, "demand", language)
    assert chart is not None
    assert all(y < chart.height for caption in chart.captions for y, _ in caption.lines)
    return [[line for _, line in caption.lines] for caption in chart.captions]


def test_the_rest_of_a_quarter_is_called_so() -> None:
    found = [label(row(quarter="2027-Q1"), language) for language in LANGUAGES]
    assert found == ["Q1 2027 the rest", "2027年第1四半期 その他"]


def test_under_a_bar_the_rest_of_a_quarter_is_called_so_on_lines_of_its_own() -> None:
    found = [under(row(quarter="2027-Q1", unmet=3.0), row(unmet=1.0), language=language) for language in LANGUAGES]
    assert found == [[["Q1", "2027", "the rest"], ["the rest"]], [["2027年", "第1四半期", "その他"], ["その他"]]]


def test_a_side_that_is_not_told_has_no_chart() -> None:
    assert months([row(month="2027-01", unsold=3.0)], "demand", "en") is None


def test_a_bar_is_drawn_for_each_month() -> None:
    rows = [row(month="2027-01", unmet=3.0), row(month="2027-02", unmet=4.0)]
    assert under(*rows) == [["Jan", "2027"], ["Feb", "2027"]]


def test_a_japanese_month_stands_under_its_year_where_there_is_little_room() -> None:
    assert under(row(month="2027-01", unmet=3.0), language="ja") == [["2027年", "1月"]]
