"""What is drawn of the balance: amounts by prefecture, bars by month. Pure.

What is merged is drawn as what it is merged into: a prefecture without figures of its own has its region's rest, and
where that is not told either, the nation's.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from market.console.balance.asked import Measure
from market.console.charts import Chart, lengths, stacked
from market.console.maps import Amount, Told
from market.console.text import Language, text
from market.http.days import month
from market.insight.structs import BalanceRow, Reason

SUPPLY = ("matched", "near_miss", "unsold")
DEMAND = ("matched", "near_miss", "unmet")


class Bar(msgspec.Struct, frozen=True):
    """A reason with the length of its bar, of the longest, in per cent."""

    reason: Reason
    length: float


def amounts(rows: Iterable[BalanceRow], measure: Measure, regions: Mapping[str, str]) -> dict[str, Amount]:
    """By prefecture, of rows grouped by prefecture; `regions` are those of the prefectures."""
    own: dict[tuple[str | None, str | None], float] = {}
    for row in rows:
        tonnes = measure.of(row)
        if tonnes is not None:
            own[row.region, row.prefecture] = tonnes
    return {code: _amount(own, code, region) for code, region in regions.items()}


def _amount(own: Mapping[tuple[str | None, str | None], float], code: str, region: str) -> Amount:
    for key, told in (((region, code), Told.ITSELF), ((region, None), Told.REGION), ((None, None), Told.NATION)):
        if key in own:
            return Amount(own[key], told)
    return Amount(None, Told.NOTHING)


def label(row: BalanceRow, language: Language) -> str:
    """Of a row by month: the month, else the quarter's or all time's rest."""
    return " ".join(filter(None, _told(row, language)))


def months(rows: Sequence[BalanceRow], side: str, language: Language) -> Chart | None:
    """Bars of `supply` or `demand`, stacked as `SUPPLY` or `DEMAND`; None where that side is not told."""
    names = SUPPLY if side == "supply" else DEMAND
    bars = [
        (_under(row, language), tuple(getattr(found, name) for name in names))
        for row in rows
        if (found := getattr(row, side)) is not None
    ]
    return stacked(bars) if bars else None


def _under(row: BalanceRow, language: Language) -> str:
    """The same on lines of its own, the year's too: there is little room under a bar."""
    when, rest = _told(row, language)
    lines = when.replace("年", "年 ").split()
    return "\n".join([*lines, rest] if rest else lines)


def _told(row: BalanceRow, language: Language) -> tuple[str, str]:
    code = row.month or row.quarter
    when = "" if code is None else month(code, language)
    return when, "" if row.month is not None else text(language, "balance.rest")


def reasons(found: Sequence[Reason]) -> tuple[Bar, ...]:
    """The largest share first, as the service gives them."""
    return tuple(map(Bar, found, lengths([one.share for one in found])))
