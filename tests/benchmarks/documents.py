"""Lots to post and to load: the design's example of a lot, each a little different, the same for both sides."""

from typing import Any

GRADES = (("JP.SHRED_A", "shredded"), ("JP.H2", "loose"))


def document(i: int) -> dict[str, Any]:
    """The i-th lot as it is posted."""
    grade, form = GRADES[i % len(GRADES)]
    return {
        "title": f"Shredded steel, end-of-life vehicles, bay {i}",
        "material": "carbon_steel_scrap",
        "grade": grade,
        "form": form,
        "quantity": {"tonnes": 20.0 + i % 400, "min_take_tonnes": 20.0},
        "location": {"prefecture": f"JP-{1 + i % 47:02}", "lat": 35.53, "lon": 139.7},
        "available": {"from": f"2027-{1 + i % 6:02}-05", "until": f"2027-{7 + i % 6:02}-28"},
        "ask_price": {"amount": 40000 + i % 9000, "currency": "JPY", "per": "t", "incoterm": "EXW"},
        "assays": [
            {
                "analyte": "Cu",
                "value": (1 + i % 40) / 100,
                "unit": "%",
                "operator": "=",
                "uncertainty": 0.02,
                "basis": "as_received",
                "method": "OES",
                "sampled_on": "2026-10-20",
            }
        ],
        "origin": "post_consumer",
        "source": "end_of_life_vehicle",
        "legal_status": "valuable",
        "custody_model": "segregated",
        "hazards": [],
        "documents": ["assay_report"],
    }
