"""Dozens of lots about the limits of a spec, and processors beside the buyer, made from a seed."""

import numpy as np

from matching.listings import Delivery, Demand, Lot, Spec
from matching.upgrading.offer import UpgradeOffer
from tests.support.blends import GATE, offered
from tests.support.offers import offer
from tests.support.pairs import FIRST, LAST, assay, limit, spec

ELEMENTS = {"Cu": 0.3, "Sn": 0.02, "Ni": 0.1, "Cr": 0.1}


def scattered(seed: int, count: int = 40) -> tuple[Spec, list[Lot], list[UpgradeOffer]]:
    """Lots scattered about limits near their medians, dirty ones cheaper, and four processors at the buyer's gate."""
    draw, lots = np.random.default_rng(seed), []
    for _ in range(count):
        values = {code: typical * float(np.exp(draw.normal(0, 0.4))) for code, typical in ELEMENTS.items()}
        price = float(round(50_000 - 60_000 * (values["Cu"] - 0.3) + draw.uniform(0, 5_000)))
        results = [assay(code, value, uncertainty=value * 0.08) for code, value in values.items()]
        lots.append(offered(price, float(draw.integers(10, 60)), *results))
    steps = ("BALLISTIC_LOWCU", "HAND_PICKING", "HAND_PICKING", "PRECISE_DISMANTLING")
    offers = [
        offer(
            step,
            float(draw.uniform(0.7, 1)),
            float(round(draw.uniform(200, 4000))),
            Cu=float(draw.uniform(0.2, 0.7)),
            Sn=0.2,
            location=GATE,
            capacity_tonnes=float(draw.integers(30, 200)),
            id=f"p{i}",
        )
        for i, step in enumerate(steps)
    ]
    asked = [limit(code, max=typical * float(draw.uniform(0.85, 1.3))) for code, typical in ELEMENTS.items()]
    at = Delivery(location=GATE, from_=FIRST, until=LAST)
    return spec(*asked, confidence=0.95, quantity=Demand(tonnes=count * 10.0), delivery=at), lots, offers
