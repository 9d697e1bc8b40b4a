"""Yards in Chiba, where scrap that is kept outdoors is delivered under the prefecture's permit only."""

from typing import Any

CHIBA: dict[str, Any] = {"location": {"prefecture": "JP-12"}}
# for as long as the deals of the tests last
FAR = "2999-12-31"
YARD: dict[str, Any] = {"kind": "CHIBA_PREF_YARD", "prefecture": "JP-12", "materials": ["steel"], "valid_until": FAR}
INDOORS: dict[str, Any] = {
    "kind": "YARD_INDOORS",
    "prefecture": "JP-12",
    "valid_until": FAR,
    "statement": "One hall with roof, walls and floor; nothing stands outdoors.",
}
