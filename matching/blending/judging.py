"""A blend judged again by the rules of a single lot, from its shares alone and without the solver's arrays."""

import math

import msgspec

from matching.blending.answer import BlendLimit
from matching.blending.joint import standing
from matching.blending.mixing import Rule, back, onto
from matching.blending.part import Question
from matching.blending.recipe import Recipe, Side
from matching.results import Normal
from matching.solver import SolverError, Vector
from matching.tolerance import SIMPLE_ACCEPTANCE, Band
from matching.values import Verdict

# The solver meets a row to 1e-10 of its limit; a probability follows to about as much.
_P_TOLERANCE = 1e-8
_MET = 1e-9


class _End(msgspec.Struct, frozen=True):
    """The blend at one end of a limit, on the scale of its rule: where it stands, and guarded by z."""

    side: Side
    known: Normal
    guarded: float
    slack: float


def judged(recipe: Recipe, shares: Vector, confidence: float) -> tuple[BlendLimit, ...]:
    """Every limit of the spec in its order; raises `SolverError` where one does not hold after all."""
    by_place: dict[int, list[BlendLimit]] = {}
    for i, question in enumerate(recipe.questions):
        one = _limit(recipe, i, shares, confidence)
        if one.verdict is not Verdict.IN:
            raise SolverError(f"judged again: {'+'.join(question.limit.analytes)} {one.guarded} does not conform")
        by_place.setdefault(question.place, []).append(one)
    return tuple(min(same, key=lambda r: (r.probability, r.slack)) for _, same in sorted(by_place.items()))


def _limit(recipe: Recipe, i: int, shares: Vector, confidence: float) -> BlendLimit:
    question = recipe.questions[i]
    ends = [_end(recipe, side, shares) for side in recipe.sides if side.question == i]
    nearest = min(ends, key=lambda e: e.slack / e.side.scale) if ends else None
    known = nearest.known if nearest else standing(recipe, i, shares, recipe.correlation, upper=True)
    limits = _band(question)
    tails = [_tail(limits, e) for e in ends]
    probability = max(0.0, 1.0 - math.fsum(tails))
    if confidence <= SIMPLE_ACCEPTANCE:
        holds = all(_one_ended(limits, e.side).admits(e.known.mean) for e in ends)
    else:
        holds = probability >= confidence - _P_TOLERANCE
    mean = back(question.rule, known.mean)
    guarded = back(question.rule, nearest.guarded) if nearest else mean
    room = 0.0 if nearest is None else (back(question.rule, nearest.side.end) - guarded)
    slack = max(0.0, room if nearest is None or nearest.side.upper else -room)
    if nearest is not None and abs(nearest.slack) <= _MET * nearest.side.scale:
        slack, guarded = 0.0, back(question.rule, nearest.side.end)
    return BlendLimit(
        **{f: getattr(question.limit, f) for f in question.limit.__struct_fields__},
        mean=_digits(mean),
        uncertainty=_digits(known.u if question.rule is Rule.MASS else known.u * mean),
        guarded=_digits(guarded),
        slack=_digits(slack),
        probability=round(probability, 6),
        verdict=Verdict.IN if holds else Verdict.OUT,
    )


def _tail(limits: Band, end: _End) -> float:
    """P(the truth lies beyond the limit). Where nothing spreads, it is an interval's end: on the limit it holds."""
    if end.known.u == 0.0:
        return 0.0 if _one_ended(limits, end.side).admits(end.known.mean) else 1.0
    return limits.tail_over(end.known) if end.side.upper else limits.tail_under(end.known)


def _end(recipe: Recipe, side: Side, shares: Vector) -> _End:
    known = standing(recipe, side.question, shares, recipe.correlation, upper=side.upper)
    guarded = known.mean + side.z * known.u if side.upper else known.mean - side.z * known.u
    slack = side.end - guarded if side.upper else guarded - side.end
    return _End(side, known, guarded, slack)


def _band(question: Question) -> Band:
    limits, scale = question.band, question.rule
    if scale is Rule.MASS:
        return limits
    high = onto(scale, limits.high) if math.isfinite(limits.high) else math.inf
    low = onto(scale, limits.low) if math.isfinite(limits.low) else -math.inf
    return Band(low, high, limits.low_exclusive, limits.high_exclusive)


def _one_ended(limits: Band, side: Side) -> Band:
    if side.upper:
        return Band(-math.inf, limits.high, high_exclusive=limits.high_exclusive)
    return Band(limits.low, math.inf, low_exclusive=limits.low_exclusive)


def _digits(value: float) -> float:
    return float(f"{value:.12g}")
