"""Days in words: 26 Nov 2026, 2026年11月26日, and by the era where official papers have them so."""

from datetime import date, datetime
from typing import Final

from specs.kit import clock

_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905 - reads as a list of months
_ERAS: Final = ((date(2019, 5, 1), "令和"), (date(1989, 1, 8), "平成"))


def day(value: date, language: str) -> str:
    """26 Nov 2026, or 2026年11月26日."""
    if language == "ja":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def era(value: date, language: str) -> str:
    """As `day`; in Japanese by the era, 令和8年11月26日, from Heisei on."""
    began, name = next(((b, n) for b, n in _ERAS if value >= b), (None, ""))
    if language != "ja" or began is None:
        return day(value, language)
    year = value.year - began.year + 1
    return f"{name}{'元' if year == 1 else year}年{value.month}月{value.day}日"


def moment(value: datetime, language: str) -> str:
    """Day and minute in Japan."""
    local = value.astimezone(clock.JST)
    return f"{day(local.date(), language)} {local:%H:%M}"


def month(code: str, language: str) -> str:
    """Jan 2027, or 2027年1月, of 2027-01; a quarter, 2027-Q1, likewise."""
    year, _, part = code.partition("-")
    if part.startswith("Q"):
        return f"{year}年第{part[1:]}四半期" if language == "ja" else f"{part} {year}"
    return f"{year}年{int(part)}月" if language == "ja" else f"{_MONTHS[int(part) - 1]} {year}"
