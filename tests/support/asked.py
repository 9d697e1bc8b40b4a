"""Blends to ask for: of a size, with an optimum that takes more than one lot."""

import random
from typing import Any

from market.http.examples import LOT, SPEC

ELEMENTS = ("Cu", "Sn", "Cr", "Ni", "Mo", "S", "P", "Zn", "Pb", "As", "Sb", "B", "Co", "V", "W")


def lots_of(count: int, limits: int, seed: int = 1) -> list[dict[str, Any]]:
    """Lots with a result for each of so many elements."""
    chance = random.Random(seed)
    found = []
    for i in range(count):
        results = [
            {"analyte": e, "value": round(chance.uniform(0.05, 0.45), 3), "unit": "%", "uncertainty": 0.02}
            for e in ELEMENTS[:limits]
        ]
        price = {"amount": chance.randrange(38_000, 52_000), "currency": "JPY", "incoterm": "EXW"}
        found.append(LOT | {"id": f"lot-{i}", "grade": None, "assays": results, "ask_price": price,
                            "quantity": {"tonnes": chance.randrange(20, 200)}})  # fmt: skip
    return found


def spec_of(limits: int, tonnes: float = 500.0) -> dict[str, Any]:
    """A spec with so many limits; beyond the elements there are, looser ones on the same."""
    bounds = [
        {"analytes": [ELEMENTS[i % len(ELEMENTS)]], "max": 0.25 + i // len(ELEMENTS) / 10, "unit": "%"}
        for i in range(limits)
    ]
    return {
        "material": "carbon_steel_scrap",
        "quantity": {"tonnes": tonnes},
        "delivery": SPEC["delivery"],
        "limits": bounds,
    }


def asked(count: int, limits: int) -> dict[str, Any]:
    """A body of POST /v1/blends."""
    return {"spec": spec_of(limits), "lots": lots_of(count, limits)}


def large() -> dict[str, Any]:
    """Just over what is answered at once, in few bytes."""
    return asked(26, 40)
