"""Ranked lots on a terminal."""

from io import StringIO

import msgspec
import pytest
from rich.console import Console

from market.commands.table import SHOWN, show
from matching.explain import explain
from matching.listings import Lot, Spec
from matching.ranking import Ranked, rank
from specs.catalogue.loader import catalogue

SPEC = msgspec.convert(
    {
        "title": "[red]EAF[/] charge",
        "material": "carbon_steel_scrap",
        "limits": [{"analytes": [name], "max": 0.25, "unit": "%"} for name in ("Cu", "Sn", "Cr", "Ni")],
        "quantity": {"tonnes": 300},
        "delivery": {"location": {"prefecture": "JP-13"}, "from": "2027-01-01", "until": "2027-03-31"},
    },
    Spec,
)


def lot(copper: float, title: str | None = None) -> Lot:
    assays = [{"analyte": name, "value": 0.1, "unit": "%", "uncertainty": 0.01} for name in ("Sn", "Cr", "Ni")]
    return msgspec.convert(
        {
            "title": title,
            "material": "carbon_steel_scrap",
            "quantity": {"tonnes": 1200},
            "location": {"prefecture": "JP-14"},
            "available": {"from": "2027-01-01", "until": "2027-03-31"},
            "ask_price": {"amount": 45000, "incoterm": "EXW"},
            "assays": [{"analyte": "Cu", "value": copper, "unit": "%", "uncertainty": 0.01}, *assays],
        },
        Lot,
    )


def shown(lots: dict[str, Lot], width: int = 160) -> str:
    known = catalogue()
    ranked = [Ranked(r.id, explain(r.evaluation, "en", known)) for r in rank(SPEC, list(lots.items()), known)]
    output = StringIO()
    show(SPEC, lots, ranked, Console(width=width, file=output))
    return output.getvalue()


def test_matches_come_first_with_their_closest_limits() -> None:
    text = shown({"good": lot(0.2, "Shredded"), "high": lot(0.31)})
    matches, _, near = text.partition("Near misses")
    assert "Matches for [red]EAF[/] charge" in matches
    assert "good: Shredded" in matches
    assert "1,200 t" in matches
    assert "Cu 0.2 % conforms to ≤ 0.25 %" in matches
    assert "and 2 more" in matches
    assert "high" not in matches
    assert "Cu 0.31 % is over 0.25 %; conforms from " in near
    assert "→ Cu holds if its limit is moved from 0.25" in near


def test_no_match_is_said_in_words() -> None:
    assert shown({"high": lot(0.31)}).startswith("No lot matches [red]EAF[/] charge as it is.")


def test_a_long_ranking_is_cut_and_says_so() -> None:
    text = shown({f"lot-{n:04d}": lot(0.1) for n in range(SHOWN + 5)})
    assert f"the first {SHOWN} of {SHOWN + 5}" in text
    assert "lot-0049" in text
    assert "lot-0050" not in text


@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_verdict_is_never_cut(width: int) -> None:
    assert "specification" in shown({"good": lot(0.1), "high": lot(0.31)}, width)
