"""Lots of shredded steel for a scene, with results for all that the design's spec limits."""

from typing import Any

from tests.support.market import LOT

# nothing of a seller that a buyer may read before an offer
SECRETS = ("Deal Yard", "Secret Title", "45000", "45,000", "35.53", "Lab A")
ALLOYS = [{"analyte": code, "value": 0.02, "unit": "%"} for code in ("Cr", "Ni", "Mo")]


def steel(copper: float, **changes: Any) -> dict[str, Any]:
    """A lot with so much copper, in per cent; its days are the scene's."""
    measured = {"analyte": "Cu", "value": copper, "unit": "%", "uncertainty": 0.005, "laboratory": "Lab A"}
    said = LOT | {"assays": [measured, *ALLOYS], "title": "Secret Title"} | changes
    return {name: value for name, value in said.items() if name != "available"}
