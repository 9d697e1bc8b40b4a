"""A day as laboratories write it: ISO, with slashes or dots, or by the Japanese era; what may mean two days is none."""

import re
from datetime import date
from typing import Final

from market.console.pasting.cells import narrow

# the year before an era's first
_ERAS: Final = {"令和": 2018, "令": 2018, "r": 2018, "平成": 1988, "平": 1988, "h": 1988}
_SEP: Final = r"\s*[-/.・年]\s*"
_THEN: Final = r"\s*[-/.・月]\s*"
_WESTERN: Final = re.compile(rf"(?P<y>[0-9]{{4}}){_SEP}(?P<m>[0-9]{{1,2}}){_THEN}(?P<d>[0-9]{{1,2}})日?", re.ASCII)
_COMPACT: Final = re.compile(r"(?P<y>20[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})", re.ASCII)
_ERA: Final = re.compile(
    rf"(?P<era>令和|平成|令|平|r|h)\s*\.?\s*(?P<y>元|[0-9]{{1,2}}){_SEP}(?P<m>[0-9]{{1,2}}){_THEN}(?P<d>[0-9]{{1,2}})日?",
    re.ASCII | re.IGNORECASE,
)
_NAMED: Final = re.compile(
    r"(?:(?P<d>[0-9]{1,2})[ -](?P<m>[a-z]{3,9})|(?P<m2>[a-z]{3,9})\.? (?P<d2>[0-9]{1,2})),?[ -](?P<y>[0-9]{4})",
    re.ASCII | re.IGNORECASE,
)
_TURNED: Final = re.compile(r"(?P<a>[0-9]{1,2})[/.-](?P<b>[0-9]{1,2})[/.-](?P<y>[0-9]{4})", re.ASCII)
# a spreadsheet writes midnight behind a day
_CLOCK: Final = re.compile(r"(?:[ T]|(?<=日) ?)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?$", re.ASCII)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def day(text: str) -> date | None:
    """None where it is no day, or might be two: 03/04/2026 is a day in March or in April."""
    told = _CLOCK.sub("", narrow(text))
    if found := _WESTERN.fullmatch(told) or _COMPACT.fullmatch(told):
        return _date(int(found["y"]), int(found["m"]), int(found["d"]))
    if found := _ERA.fullmatch(told):
        year = 1 if found["y"] == "元" else int(found["y"])
        return _date(_ERAS[found["era"].lower()] + year, int(found["m"]), int(found["d"]))
    if found := _NAMED.fullmatch(told):
        month = (found["m"] or found["m2"]).lower()[:3]
        return _date(
            int(found["y"]), _MONTHS.index(month) + 1 if month in _MONTHS else 0, int(found["d"] or found["d2"])
        )
    if found := _TURNED.fullmatch(told):
        first, second, year = int(found["a"]), int(found["b"]), int(found["y"])
        days = {_date(year, second, first), _date(year, first, second)} - {None}
        return days.pop() if len(days) == 1 else None
    return None


def _date(year: int, month: int, day_: int) -> date | None:
    try:
        return date(year, month, day_)
    except ValueError:
        return None
