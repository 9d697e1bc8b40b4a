"""One limit against one lot's composition: verdict, probability, reason and what would make it hold.

JCGM 106:2012 conformity decisions with normal uncertainty; intervals by rule 4, bounds by rule 5, sums by rule 6.
"""

import math
from collections.abc import Sequence

import msgspec

from matching.composition import Composition, Unknown, View
from matching.evaluation import LimitResult
from matching.findings import Finding, found, relaxed, written
from matching.reference import Bound
from matching.results import Interval, Normal
from matching.tolerance import SIMPLE_ACCEPTANCE, Band, band, judge_interval, judge_normal, quantile
from matching.values import Limit, Verdict

# out, then not evaluated, then conditional, then in (rule 8)
SEVERITY = {Verdict.OUT: 0, Verdict.NOT_EVALUATED: 1, Verdict.CONDITIONAL: 2, Verdict.IN: 3}


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


def judge(limit: Limit, lot: Composition, confidence: float, origin: str) -> LimitResult:
    """Judge `limit` at the spec's `confidence`; a limit without a basis is judged both ways where they may differ."""
    limits = band(limit)
    views = [View(limit.unit, basis, limit.conditions, limit.scope) for basis in lot.bases(limit)]
    findings = [_judge(limit.analytes, Case(limits, view, lot, confidence)) for view in views]
    if lot.moisture is None:
        # what cannot be brought onto a basis says nothing against what is known on the other
        findings = [f for f in findings if not _lacks_moisture(f)] or findings
    shown = findings[0]
    if len(findings) > 1:
        shown = min(findings, key=_severity)
        if len({f.verdict for f in findings}) > 1:
            shown = Finding(verdict=Verdict.NOT_EVALUATED, code="basis_matters", known=shown.known)
    # a law is not negotiable: it names no limit at which the lot would conform
    relax = relaxed(findings, limits, confidence) if origin != "regime" else None
    relax = relax if relax is not None and lot.offers(relax, limit) else None
    return written(limit, limits, shown, confidence=confidence, origin=origin, relax=relax)


def _lacks_moisture(finding: Finding) -> bool:
    return finding.verdict is Verdict.NOT_EVALUATED and "basis_unknown" in (finding.code, finding.params.get("why"))


def _severity(finding: Finding) -> tuple[int, float]:
    return SEVERITY[finding.verdict], 2.0 if finding.probability is None else finding.probability


def _judge(codes: tuple[str, ...], case: Case) -> Finding:
    return _single(codes[0], case) if len(codes) == 1 else _sum(codes, case)


def _single(code: str, case: Case) -> Finding:
    limits = case.limits
    known = case.lot.measured(code, case.view)
    bound = case.lot.bounded(code, case.view, case.z)
    if isinstance(known, Normal):
        verdict, p = judge_normal(known, limits, case.confidence)
        if verdict is Verdict.CONDITIONAL and bound and limits.contains(bound[0]):
            return _bounded(*bound, limits)
        return found(verdict, known, limits, p)
    if isinstance(known, Interval):
        known = known.within(bound[0]) if bound else known
        verdict, p_or_none = judge_interval(known, limits)
        finding = found(verdict, known, limits, p_or_none)
    elif known.doubtful:
        return _unknown(known)
    else:
        finding = _bounded(*bound, limits) if bound else _unknown(known)
    if finding.verdict is not Verdict.NOT_EVALUATED:
        return finding
    return _closed((code,), case, settled=0.0) or finding


def _unknown(why: Unknown) -> Finding:
    return Finding(verdict=Verdict.NOT_EVALUATED, code=why.code, params=why.params)


def _bounded(known: Interval, used: Sequence[Bound], limits: Band) -> Finding:
    verdict, p = judge_interval(known, limits)
    finding = found(verdict, known, limits, p)
    sources = list(dict.fromkeys(bound.source for bound in used))
    return msgspec.structs.replace(finding, code=f"bounded_{finding.code}", params={"source": sources})


def _closed(codes: Sequence[str], case: Case, settled: float) -> Finding | None:
    """Closure to 100 % can only show that there is too little of something."""
    if case.limits.low == -math.inf:
        return None
    most = case.lot.left_over(codes, case.view, case.z)
    if most is None or not case.limits.surely_under(Interval(0.0, most + settled)):
        return None
    known = Interval(settled, max(settled, most + settled))
    return Finding(verdict=Verdict.OUT, code="closure_under", probability=0.0, known=known)


def _sum(codes: Sequence[str], case: Case) -> Finding:
    normals: list[Normal] = []
    intervals: dict[str, Interval] = {}
    missing: dict[str, Unknown] = {}
    unbounded: list[str] = []
    for code in codes:
        known = case.lot.measured(code, case.view)
        if isinstance(known, Normal):
            normals.append(known)
            continue
        if isinstance(known, Unknown) and known.doubtful:
            return _unknown(known)
        bound = case.lot.bounded(code, case.view, case.z)
        if isinstance(known, Interval):
            intervals[code] = known.within(bound[0]) if bound else known
        else:
            missing[code] = known
            intervals[code] = bound[0] if bound else Interval(0.0, math.inf)
            unbounded += [] if bound else [code]
    finding = _judge_sum(normals, tuple(intervals.values()), case.limits, case.confidence)
    if finding.verdict is not Verdict.NOT_EVALUATED:
        return finding
    if not missing:
        return msgspec.structs.replace(finding, params={"missing": list(intervals)})
    settled = math.fsum(n.high(case.z) for n in normals)
    settled += math.fsum(i.highest for code, i in intervals.items() if code not in unbounded)
    closed = _closed(unbounded, case, settled) if unbounded else None
    if closed:
        return closed
    reasons = [unknown.code for unknown in missing.values()]
    why = "basis_unknown" if "basis_unknown" in reasons else reasons[0]
    return msgspec.structs.replace(finding, code="sum_member_missing", params={"missing": list(missing), "why": why})


def _judge_sum(normals: Sequence[Normal], intervals: Sequence[Interval], limits: Band, confidence: float) -> Finding:
    total = Normal(
        math.fsum(n.mean for n in normals),
        math.sqrt(math.fsum(n.u**2 for n in normals)),
        any(n.assumed for n in normals),
    )
    if not intervals:
        verdict, p = judge_normal(total, limits, confidence)
        return found(verdict, total, limits, p)
    low, high = math.fsum(i.lowest for i in intervals), math.fsum(i.highest for i in intervals)
    span = Interval(
        total.mean + low,
        total.mean + high,
        any(i.low_open for i in intervals),
        any(i.high_open for i in intervals),
        total.assumed or any(i.assumed for i in intervals),
    )
    if not normals:
        verdict, p_or_none = judge_interval(span, limits)
        return found(verdict, span, limits, p_or_none)
    return _both_ends(total, span, limits, confidence)


def _both_ends(total: Normal, span: Interval, limits: Band, confidence: float) -> Finding:
    """Decided where both ends agree; they agree to fail where nothing between them would do either."""
    one_sided = math.isinf(limits.low) or math.isinf(limits.high)
    guard = quantile(confidence if one_sided else (1.0 + confidence) / 2.0) * total.u
    guard = guard if confidence > SIMPLE_ACCEPTANCE else 0.0
    reach = Interval(span.lowest - guard, span.highest + guard, span.low_open, span.high_open)
    ends = [Normal(end, total.u, total.assumed) for end in (span.lowest, span.highest) if math.isfinite(end)]
    judged = [judge_normal(end, limits, confidence) for end in ends]
    if math.isinf(span.highest):
        judged.append((Verdict.OUT, 0.0) if math.isfinite(limits.high) else (Verdict.IN, 1.0))
    verdict = judged[0][0]
    if len({v for v, _ in judged}) > 1:
        verdict = Verdict.NOT_EVALUATED
    if verdict is Verdict.OUT and not one_sided:
        nearest = min(max((limits.low + limits.high) / 2.0, span.lowest), span.highest)
        if judge_normal(Normal(nearest, total.u), limits, confidence)[0] is not Verdict.OUT:
            verdict = Verdict.NOT_EVALUATED
    if confidence <= SIMPLE_ACCEPTANCE:
        # the values themselves decide, so that an open end (`< 0.05`) is not itself reached
        verdict, _ = judge_interval(span, limits)
    p = None if verdict is Verdict.NOT_EVALUATED else min(p for _, p in judged)
    return msgspec.structs.replace(found(verdict, span, limits, p), reach=reach)
