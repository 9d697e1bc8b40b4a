"""The columns of a lot, made ready for the load step of both sides; it begins with these in memory."""

from datetime import date
from decimal import Decimal
from typing import Any

from tests.benchmarks.documents import document


def columns(i: int) -> dict[str, Any]:
    """Column values of the i-th lot, under the names that both tables use; `content` is a plain object."""
    posted = document(i)
    return {
        "material": posted["material"],
        "grade": posted["grade"],
        "form": posted["form"],
        "prefecture": posted["location"]["prefecture"],
        "lat": posted["location"]["lat"],
        "lon": posted["location"]["lon"],
        "window_from": date.fromisoformat(posted["available"]["from"]),
        "window_until": date.fromisoformat(posted["available"]["until"]),
        "kg": round(posted["quantity"]["tonnes"] * 1000),
        "price": Decimal(posted["ask_price"]["amount"]),
        "currency": posted["ask_price"]["currency"],
        "visibility": "matched",
        "content": posted | {"visibility": "matched"},
    }
