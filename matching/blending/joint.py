"""The probability that a blend meets all limits together, by a seeded Monte Carlo.

The errors of lots and analytes are normal, so what the limits see of them is normal too: the covariance of the rows
is exact, and only their joint tail is sampled (100,000 draws: standard error at most 0.0016). A processor's claim errs
alike for every lot that it is made of.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

import msgspec
import numpy as np

from matching.blending.mixing import onto
from matching.blending.recipe import Recipe
from matching.blending.shared import Shared
from matching.results import Normal
from matching.solver import Vector
from matching.units import close

DRAWS = 100_000
_SEED = 20_261_124


def standing(recipe: Recipe, question: int, shares: Vector, correlation: float, *, upper: bool) -> Normal:
    """Mean and u of the blend for one limit on the scale of its rule, intervals at the end that is worse there."""
    if recipe.shared is not None:
        return _standing(recipe, recipe.shared, question, shares, correlation, upper=upper)
    used, brought = np.flatnonzero(shares), recipe.parts[question]
    weighed = brought.weight[used] * shares[used]
    mass = math.fsum(weighed.tolist())
    mean = math.fsum((weighed * (brought.high if upper else brought.low)[used]).tolist())
    errors = (weighed * brought.u[used]).tolist()
    own, common = math.fsum(e * e for e in errors), math.fsum(errors)
    return Normal(mean / mass, math.sqrt((1.0 - correlation) * own + correlation * common * common) / mass)


def _standing(
    recipe: Recipe, shared: Shared, question: int, shares: Vector, correlation: float, *, upper: bool
) -> Normal:
    asked, brought = recipe.questions[question], recipe.parts[question]
    end = asked.band.high if upper else asked.band.low
    values = brought.high if upper else brought.low
    over = (1.0 if upper else -1.0) * (values - (onto(asked.rule, end) if math.isfinite(end) else 0.0))
    used = np.flatnonzero(shares)
    weighed = brought.weighed(over)[used] * shares[used]
    mass = math.fsum(weighed.tolist())
    mean = math.fsum((weighed * values[used]).tolist())
    u = shared.size(brought.errors(1.0, upper=upper) * shares[shared.carrier], correlation)
    return Normal(mean / mass, float(u) / mass)


class Errors(msgspec.Struct, frozen=True):
    """What one standard error of each analyte does to the blend's value: by lot, and by processors' claims."""

    own: dict[str, Vector]
    claims: dict[str, Vector] = {}


def joint_probability(recipe: Recipe, shares: Vector, correlation: float) -> float:
    """P(all limits hold); analytes that two limits share are counted as one error."""
    used = np.flatnonzero(shares).tolist()
    rows = [_errors(recipe, i, used, shares) for i in range(len(recipe.questions))]
    spread = np.array([[_covariance(a, b, correlation) for b in rows] for a in rows])
    if not rows:
        return 1.0
    values, vectors = np.linalg.eigh(spread)
    errors = _draws(len(rows)) @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
    holds = np.ones(DRAWS, dtype=bool)
    for side in recipe.sides:
        known = standing(recipe, side.question, shares, correlation, upper=side.upper)
        room = (side.end - known.mean) if side.upper else (known.mean - side.end)
        if close(known.mean, side.end):
            room = 0.0
        error = errors[:, side.question] if side.upper else -errors[:, side.question]
        holds &= error <= room if known.u > 0.0 else np.full(DRAWS, room >= 0.0)
    return round(float(holds.mean()), 4)


@lru_cache(maxsize=1)
def _draws(rows: int) -> Vector:
    """The same draws whenever so many rows are asked about: blend after blend of like specs needs them only once."""
    return np.random.default_rng(_SEED).standard_normal((DRAWS, rows))


def _errors(recipe: Recipe, question: int, used: Sequence[int], shares: Vector) -> Errors:
    asked = recipe.questions[question]
    brought, shared = recipe.parts[question], recipe.shared
    codes: Sequence[str] = asked.limit.analytes
    if shared is None or brought.ends is None:
        weights = brought.weight[used] * shares[used]
        return Errors({code: weights * brought.spreads[j, used] / weights.sum() for j, code in enumerate(codes)})
    # of two ends the one that is less well known, for one error stands for both
    spreads = np.maximum(brought.ends.high, brought.ends.low) * (brought.ends.heavy * shares)[shared.carrier]
    errors = spreads / float(brought.weight @ shares)
    own, claims = shared.per_lot(errors[:, : len(shares)]), shared.per_offer(errors[:, len(shares) :])
    return Errors(dict(zip(codes, own, strict=True)), dict(zip(codes, claims, strict=True)))


def _covariance(a: Errors, b: Errors, correlation: float) -> float:
    shared = [code for code in a.own if code in b.own]
    own = math.fsum(float(a.own[c] @ b.own[c]) for c in shared)
    common = math.fsum(float(a.own[c].sum()) * float(b.own[c].sum()) for c in shared)
    claimed = math.fsum(float(a.claims[c] @ b.claims[c]) for c in a.claims if c in b.claims)
    return (1.0 - correlation) * own + correlation * common + claimed
