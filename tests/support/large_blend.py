"""A blend of thousands of lots, made from a seed."""

import numpy as np

from matching.blending.mixing import Rule
from matching.blending.part import Column, Question
from matching.blending.recipe import Recipe, Terms, rows
from matching.values import Limit

PRICE = 45_000.0
# relative uncertainty of an assay, spread of lots about their median, and how the price follows cleanness
_U, _SPREAD, _CLEAN = 0.08, 0.5, 9_000.0


def instance(confidence: float, *, lots: int, limits: int, tonnes: float, seed: int) -> Recipe:
    """Log-normal impurities from 10 ppm to 1 %, limits a little over the median, dirty lots cheaper."""
    chance = np.random.default_rng(seed)
    typical = 10.0 ** chance.uniform(-3.0, 0.0, limits)
    deviation = chance.normal(0.0, _SPREAD, (lots, limits))
    means = typical * np.exp(deviation)
    cost = PRICE - _CLEAN * deviation.mean(axis=1) + chance.normal(0.0, 1_500.0, lots)
    asked = tuple(
        Question(i, Limit(analytes=(f"a{i}",), max=float(np.median(means[:, i]) * 1.05), unit="%"), None, Rule.MASS)
        for i in range(limits)
    )
    parts = tuple(
        Column(mean, mean, np.ones(lots), (mean * _U)[np.newaxis], mean * _U) for mean in np.ascontiguousarray(means.T)
    )
    sides, centres, spreads = rows(asked, parts, Terms(confidence))
    return Recipe(
        questions=asked,
        parts=parts,
        sides=sides,
        means=centres,
        spreads=spreads,
        correlation=0.0,
        cost=cost,
        available=chance.uniform(20.0, 200.0, lots),
        least=np.zeros(lots),
        tonnes=tonnes,
        max_suppliers=None,
    )
