"""One limit against one lot's composition: verdict, probability, reason and what would make it hold.

JCGM 106:2012 conformity decisions with normal uncertainty; intervals by rule 4, bounds by rule 5, sums by rule 6.
"""

import math
from collections.abc import Sequence

import msgspec

from matching.composition import Composition, Unknown, View
from matching.evaluation import LimitResult, Params
from matching.results import Interval, Normal, Result
from matching.tolerance import Band, band, judge_interval, judge_normal, quantile, relax_over, relax_under
from matching.values import Basis, Limit, Verdict


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """How one way of looking at the results judges a limit."""

    verdict: Verdict
    code: str
    probability: float | None = None
    known: Result | None = None
    params: Params = {}


def judge(limit: Limit, lot: Composition, confidence: float, origin: str) -> LimitResult:
    """Judge `limit` at the spec's `confidence`; a limit without a basis is judged both ways where they may differ."""
    views = _views(limit, lot)
    findings = [_judge(limit, view, lot, confidence) for view in views]
    verdicts = {f.verdict for f in findings}
    if len(verdicts) > 1:
        shown = findings[0]
        found = Finding(verdict=Verdict.NOT_EVALUATED, code="basis_matters", known=shown.known)
    else:
        found = min(findings, key=lambda f: 2.0 if f.probability is None else f.probability)
    return _written(limit, found, confidence, origin)


def _views(limit: Limit, lot: Composition) -> Sequence[View]:
    def view(basis: Basis | None) -> View:
        return View(limit.unit, basis, limit.conditions, limit.scope)

    if limit.basis is None and lot.moisture is not None and lot.states_basis(limit):
        return view(Basis.AS_RECEIVED), view(Basis.DRY)
    return (view(limit.basis),)


class Case(msgspec.Struct, frozen=True):
    """One way of looking at one limit: its band, the view on the results, the spec's confidence."""

    limits: Band
    view: View
    lot: Composition
    confidence: float

    @property
    def z(self) -> float:
        """Quantile that guards the uncertain ends of bounds."""
        return quantile(self.confidence)


def _judge(limit: Limit, view: View, lot: Composition, confidence: float) -> Finding:
    case = Case(band(limit), view, lot, confidence)
    return _single(limit.analytes[0], case) if len(limit.analytes) == 1 else _sum(limit.analytes, case)


def _single(code: str, case: Case) -> Finding:
    limits = case.limits
    known = case.lot.measured(code, case.view)
    bound = case.lot.bounded(code, case.view, case.z)
    if isinstance(known, Normal):
        verdict, p = judge_normal(known, limits, case.confidence)
        if verdict is Verdict.CONDITIONAL and bound and limits.contains(bound[0]):
            return _bounded(bound[0], limits, bound[1][0].source)
        return _found(verdict, known, limits, p)
    if isinstance(known, Interval):
        known = known.within(bound[0]) if bound else known
        verdict, p_or_none = judge_interval(known, limits)
        found = _found(verdict, known, limits, p_or_none)
    elif bound and known.code != "implausible_value":
        found = _bounded(bound[0], limits, bound[1][0].source)
    else:
        found = Finding(verdict=Verdict.NOT_EVALUATED, code=known.code, params=known.params)
    if found.verdict is not Verdict.NOT_EVALUATED or found.code == "implausible_value":
        return found
    return _closed((code,), case, settled=0.0) or found


def _bounded(known: Interval, limits: Band, source: str) -> Finding:
    verdict, p = judge_interval(known, limits)
    found = _found(verdict, known, limits, p)
    return msgspec.structs.replace(found, code=f"bounded_{found.code}", params={"source": source})


def _closed(codes: Sequence[str], case: Case, settled: float) -> Finding | None:
    """Closure to 100 % can only show that there is too little of something."""
    most = case.lot.left_over(codes, case.view, case.z)
    if most is None or not case.limits.surely_under(Interval(0.0, most + settled)):
        return None
    known = Interval(settled, max(settled, most + settled))
    return Finding(verdict=Verdict.OUT, code="closure_under", probability=0.0, known=known)


def _sum(codes: Sequence[str], case: Case) -> Finding:
    normals: list[Normal] = []
    intervals: list[Interval] = []
    missing: dict[str, Unknown] = {}
    unbounded: list[str] = []
    for code in codes:
        known = case.lot.measured(code, case.view)
        bound = case.lot.bounded(code, case.view, case.z)
        if isinstance(known, Normal):
            normals.append(known)
        elif isinstance(known, Interval):
            intervals.append(known.within(bound[0]) if bound else known)
        elif known.code == "implausible_value":
            return Finding(verdict=Verdict.NOT_EVALUATED, code=known.code, params=known.params)
        else:
            missing[code] = known
            intervals.append(bound[0] if bound else Interval(0.0, math.inf))
            unbounded += [] if bound else [code]
    found = _judge_sum(normals, intervals, case.limits, case.confidence)
    if found.verdict is not Verdict.NOT_EVALUATED or not missing:
        return found
    settled = math.fsum(n.high(case.z) for n in normals)
    settled += math.fsum(i.highest for i in intervals if math.isfinite(i.highest))
    closed = _closed(unbounded, case, settled) if unbounded else None
    if closed:
        return closed
    why = next(iter(missing.values())).code
    return msgspec.structs.replace(found, code="sum_member_missing", params={"missing": list(missing), "why": why})


def _judge_sum(normals: Sequence[Normal], intervals: Sequence[Interval], limits: Band, confidence: float) -> Finding:
    total = Normal(
        math.fsum(n.mean for n in normals),
        math.sqrt(math.fsum(n.u**2 for n in normals)),
        any(n.assumed for n in normals),
    )
    if not intervals:
        verdict, p = judge_normal(total, limits, confidence)
        return _found(verdict, total, limits, p)
    low, high = math.fsum(i.lowest for i in intervals), math.fsum(i.highest for i in intervals)
    span = Interval(
        total.mean + low,
        total.mean + high,
        any(i.low_open for i in intervals),
        any(i.high_open for i in intervals),
    )
    if not normals:
        verdict, p_or_none = judge_interval(span, limits)
        return _found(verdict, span, limits, p_or_none)
    return _both_ends(total, span, limits, confidence)


def _both_ends(total: Normal, span: Interval, limits: Band, confidence: float) -> Finding:
    """Decided where both ends agree, and fail on the same side if they fail."""
    undecided = _found(Verdict.NOT_EVALUATED, span, limits, None)
    ends = [Normal(end, total.u, total.assumed) for end in (span.lowest, span.highest) if math.isfinite(end)]
    judged = [judge_normal(end, limits, confidence) for end in ends]
    if math.isinf(span.highest):
        judged.append((Verdict.OUT, 0.0) if math.isfinite(limits.high) else (Verdict.IN, 1.0))
        ends.append(Normal(math.inf, 0.0))
    if len({v for v, _ in judged}) > 1:
        return undecided
    verdict = judged[0][0]
    if verdict is Verdict.OUT and _side(ends[0], limits) != _side(ends[-1], limits):
        return undecided
    return _found(verdict, span, limits, min(p for _, p in judged))


def _side(known: Result, limits: Band) -> str:
    """Which end of the band a result is nearer to breaking: `over` or `under`."""
    low, high = known.low(0.0), known.high(0.0)
    if not math.isfinite(limits.low):
        return "over"
    if not math.isfinite(limits.high):
        return "under"
    return "over" if high - limits.high > limits.low - low else "under"


def _found(verdict: Verdict, known: Result, limits: Band, p: float | None) -> Finding:
    side = _side(known, limits)
    if isinstance(known, Interval):
        out = f"range_{side}"
        codes = {Verdict.IN: "conforms", Verdict.NOT_EVALUATED: "straddles", Verdict.OUT: out}
        code = codes.get(verdict, "close_to_limit")
    else:
        wrong = not limits.admits(known.mean)
        near = f"{side}_within_uncertainty" if wrong else "close_to_limit"
        codes = {Verdict.IN: "conforms", Verdict.CONDITIONAL: near, Verdict.OUT: f"{side}_limit"}
        code = codes.get(verdict, "straddles")
    return Finding(verdict=verdict, code=code, probability=p, known=known)


def _written(limit: Limit, found: Finding, confidence: float, origin: str) -> LimitResult:
    limits, known = band(limit), found.known
    side = _side(known, limits) if known else "over"
    relax = None
    # closure proves that there is too little, not how much there is
    if known is not None and found.verdict is not Verdict.IN and found.code != "closure_under":
        widen = relax_over if side == "over" else relax_under
        relax = widen(known, limits, confidence)
    normal = known if isinstance(known, Normal) else None
    span = known if isinstance(known, Interval) else None
    params: Params = {
        "analytes": list(limit.analytes),
        "unit": limit.unit,
        "limit": _finite(limits.high if side == "over" else limits.low),
        "low_limit": _finite(limits.low),
        "high_limit": _finite(limits.high),
        "low_exclusive": limits.low_exclusive,
        "high_exclusive": limits.high_exclusive,
        "value": normal.mean if normal else None,
        "uncertainty": normal.u if normal else None,
        "low": _finite(span.lowest) if span else None,
        "high": _finite(span.highest) if span else None,
        "high_open": bool(span and span.high_open),
        "side": side,
        "probability": found.probability,
        "confidence": confidence,
        "relax_to": relax,
        **found.params,
    }
    return LimitResult(
        **{name: getattr(limit, name) for name in limit.__struct_fields__},
        measured=normal.mean if normal else None,
        uncertainty=normal.u if normal else None,
        low=_finite(span.lowest) if span else None,
        high=_finite(span.highest) if span else None,
        uncertainty_assumed=bool(normal and normal.assumed),
        probability=found.probability,
        origin=origin,
        verdict=found.verdict,
        code=found.code,
        params=params,
        relax_to=relax,
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
