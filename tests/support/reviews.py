"""Facts of a deal that nothing speaks against, but for what a test changes."""

from typing import Any

from market.deals.review.facts import Facts


def facts(**changes: Any) -> Facts:
    """A certain deal of steel between known parties, near each other."""
    plain: dict[str, Any] = {
        "material": "carbon_steel_scrap",
        "family": "steel",
        "tonnes": 100.0,
        "origin": "match",
        "opened_by_coordinator": False,
        "probability": 0.99,
        "confidence": 0.95,
        "not_evaluated": (),
        "relaxed": (),
        "hazards": (),
        "permits_unproven": (),
        "permits_ending": (),
        "yards_unknown": (),
        "newcomers": 0,
        "road_km": 30.0,
        "sea_km": 0.0,
        "prices": (),
        "value": None,
        "like": {},
    }
    return Facts(**plain | changes)
