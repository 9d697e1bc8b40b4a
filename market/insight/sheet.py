"""Rows as CSV (RFC 4180) that a spreadsheet opens without running anything.

A text that begins as a formula could, in Excel or elsewhere, is written behind an apostrophe (OWASP, CSV injection).
"""

import csv
import io
from collections.abc import Iterable
from typing import Final

from market.insight.structs import Balance, Column

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
SUPPLY: Final = ("tonnes", "matched", "near_miss", "unsold")
DEMAND: Final = ("tonnes", "matched", "near_miss", "unmet")


def cell(value: object) -> str:
    """As text; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        # tonnes, to the kilogram
        return f"{value:.3f}".rstrip("0").rstrip(".")
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def sheet(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Lines end in CRLF, and a byte order mark tells Excel that it is UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([cell(name) for name in head])
    writer.writerows([cell(value) for value in row] for row in rows)
    return "\ufeff" + text.getvalue()


def balance_sheet(balance: Balance) -> str:
    """A line for each row, with the instant of the figures in each."""
    head = [*(str(c) for c in Column), "rest", *(f"supply_{n}" for n in SUPPLY), *(f"demand_{n}" for n in DEMAND)]
    at = balance.as_of.isoformat() if balance.as_of else None
    rows = (
        [
            *(getattr(row, column) for column in Column),
            row.rest,
            *(getattr(row.supply, name, None) for name in SUPPLY),
            *(getattr(row.demand, name, None) for name in DEMAND),
            at,
        ]
        for row in balance.items
    )
    return sheet([*head, "as_of"], rows)
