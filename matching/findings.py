"""What judging one limit found, the code of its reason, and the result as it is shown."""

import math
from collections.abc import Sequence

import msgspec

from matching.evaluation import LimitResult, Params
from matching.results import Interval, Normal, Result
from matching.tolerance import Band, relax_over, relax_under
from matching.units import close
from matching.values import Limit, Verdict


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """How one way of looking at the results judges a limit."""

    verdict: Verdict
    code: str
    probability: float | None = None
    known: Result | None = None
    # what a relaxed limit must clear, where that is more than what is shown
    reach: Result | None = None
    params: Params = {}


def side(known: Result, limits: Band) -> str:
    """Which end of the band a result is nearer to breaking: `over` or `under`."""
    if limits.low == -math.inf:
        return "over"
    if limits.high == math.inf:
        return "under"
    return "over" if known.high(0.0) - limits.high > limits.low - known.low(0.0) else "under"


def found(verdict: Verdict, known: Result, limits: Band, p: float | None) -> Finding:
    """The finding with the code that says how the result stands to the limit."""
    code = "conforms"
    if verdict is not Verdict.IN:
        wrong = side(known, limits)
        code = _interval_code(verdict, wrong) if isinstance(known, Interval) else _value_code(verdict, known, limits)
    return Finding(verdict=verdict, code=code, probability=p, known=known)


def _interval_code(verdict: Verdict, wrong: str) -> str:
    if verdict is Verdict.NOT_EVALUATED:
        return "straddles"
    return f"range_{wrong}" if verdict is Verdict.OUT else "close_to_limit"


def _value_code(verdict: Verdict, known: Normal, limits: Band) -> str:
    over = known.mean > limits.high and not close(known.mean, limits.high)
    under = known.mean < limits.low and not close(known.mean, limits.low)
    if not (over or under):
        if limits.admits(known.mean):
            return "close_to_limit" if verdict is Verdict.CONDITIONAL else "wider_than_band"
        return "equals_exclusive_limit"
    wrong = "over" if over else "under"
    return f"{wrong}_within_uncertainty" if verdict is Verdict.CONDITIONAL else f"{wrong}_limit"


def relaxed(findings: Sequence[Finding], limits: Band, confidence: float) -> float | None:
    """The nearest limit, on the side that fails, at which every finding would conform; None where none is known."""
    failing = [f for f in findings if f.verdict is not Verdict.IN]
    # closure proves that there is too little, not how much there is
    if not failing or any(f.code == "closure_under" for f in failing):
        return None
    known = [k for f in failing if (k := f.reach or f.known) is not None]
    sides = {side(k, limits) for k in known}
    if len(sides) != 1 or len(known) < len(failing):
        return None
    over = sides == {"over"}
    ends = [(relax_over if over else relax_under)(k, limits, confidence) for k in known]
    wanted = [end for end in ends if end is not None]
    if len(wanted) < len(ends):
        return None
    return max(wanted) if over else min(wanted)


# reasons that name the limit at which the lot would conform, and what is said where no such limit exists
_WITHOUT_RELAXATION = {
    "close_to_limit": "wider_than_band",
    "over_within_uncertainty": "wider_than_band",
    "under_within_uncertainty": "wider_than_band",
    "equals_exclusive_limit": "outside_limits",
    "over_limit": "outside_limits",
    "under_limit": "outside_limits",
    "range_over": "range_over_open",
    "range_under": "outside_limits",
}


def _reason(shown: Finding, origin: str, relax: float | None) -> str:
    """A law names no limit that would do, though one exists: it is broken, not beyond moving."""
    if relax is not None or shown.code not in _WITHOUT_RELAXATION:
        return shown.code
    broken = origin == "regime" and shown.verdict is Verdict.OUT
    return "breaks_law" if broken else _WITHOUT_RELAXATION[shown.code]


def written(
    limit: Limit, limits: Band, shown: Finding, *, confidence: float, origin: str, relax: float | None
) -> LimitResult:
    """The limit echoed with its result; `params` hold every number that a reason may name."""
    normal = shown.known if isinstance(shown.known, Normal) else None
    span = shown.known if isinstance(shown.known, Interval) else None
    return LimitResult(
        analytes=limit.analytes,
        min=limit.min,
        max=limit.max,
        exclusive_min=limit.exclusive_min,
        exclusive_max=limit.exclusive_max,
        unit=limit.unit,
        basis=limit.basis,
        conditions=limit.conditions,
        scope=limit.scope,
        negotiable=limit.negotiable,
        measured=normal.mean if normal else None,
        uncertainty=normal.u if normal else None,
        low=_finite(span.lowest) if span else None,
        high=_finite(span.highest) if span else None,
        uncertainty_assumed=shown.known is not None and shown.known.assumed,
        probability=shown.probability,
        origin=origin,
        verdict=shown.verdict,
        code=_reason(shown, origin, relax),
        params={
            "analytes": list(limit.analytes),
            "unit": limit.unit,
            **_ends(limits, shown.known),
            "probability": shown.probability,
            "confidence": confidence,
            "relax_to": relax,
            **shown.params,
        },
        relax_to=relax,
    )


def _ends(limits: Band, known: Result | None) -> Params:
    """The band and what is known, end by end, and the side on which they part."""
    normal = known if isinstance(known, Normal) else None
    span = known if isinstance(known, Interval) else None
    wrong = side(known, limits) if known else _only_side(limits)
    return {
        "limit": _finite(limits.high if wrong == "over" else limits.low),
        "low_limit": _finite(limits.low),
        "high_limit": _finite(limits.high),
        "low_exclusive": limits.low_exclusive,
        "high_exclusive": limits.high_exclusive,
        "value": normal.mean if normal else None,
        "uncertainty": normal.u if normal else None,
        "low": _finite(span.lowest) if span else None,
        "high": _finite(span.highest) if span else None,
        "low_open": bool(span and span.low_open),
        "high_open": bool(span and span.high_open),
        "side": wrong,
    }


def _only_side(limits: Band) -> str:
    return "over" if math.isfinite(limits.high) else "under"


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
