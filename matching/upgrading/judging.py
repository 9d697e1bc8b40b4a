"""A lot as it would be against a spec: each limit at the worse of its two ends, and whether that is good enough."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from matching.conformity import SEVERITY
from matching.engine import evaluate
from matching.evaluation import Evaluation, Flag, LimitResult, Params
from matching.listings import Spec
from matching.ranking import is_near_miss
from matching.reference import Catalogue
from matching.upgrading.answer import ProjectedLimit, Projection
from matching.upgrading.projecting import Twin
from matching.values import Verdict

_Key = tuple[object, ...]
# the gates that a step can open
_CURED = ("regime", "form")


def curable(before: Evaluation) -> bool:
    """Only what composition keeps out can be upgraded into a spec, or what a step brings into another form."""
    return is_near_miss(before) and all(blocker.gate in _CURED for blocker in before.blockers)


def projection(spec: Spec, twin: Twin, before: Evaluation, catalogue: Catalogue) -> Projection:
    """Both ends evaluated, and of each limit the worse one shown."""
    high, low = (evaluate(spec, lot, catalogue) for lot in (twin.high, twin.low))
    others, earlier = _keyed(low.limits), _keyed(before.limits)
    limits = tuple(
        _limit(_worse(result, others.get(key, result)), earlier.get(key, result).verdict)
        for key, result in _keyed(high.limits).items()
    )
    leading = low if SEVERITY[low.verdict] < SEVERITY[high.verdict] else high
    probabilities = [r.probability for r in limits if r.probability is not None]
    return Projection(
        verdict=leading.verdict,
        code=leading.code,
        params=_decisive(leading, list(_keyed(leading.limits)), list(_keyed(high.limits))),
        conformance_probability=round(math.prod(probabilities), 6) if probabilities else None,
        limits=limits,
        blockers=high.blockers + tuple(b for b in low.blockers if b not in high.blockers),
        flags=(Flag(code="projected_only", params={}), *(f for f in high.flags if f.code != "uncertainty_assumed")),
    )


def _keyed(limits: Iterable[LimitResult]) -> dict[_Key, LimitResult]:
    """By what they ask, so that limits meet although one end of a lot has results for fewer of them."""
    seen: Counter[_Key] = Counter()
    found: dict[_Key, LimitResult] = {}
    for r in limits:
        key = (r.origin, r.analytes, r.unit, r.min, r.max, r.exclusive_min, r.exclusive_max, r.scope, r.basis)
        seen[key] += 1
        found[(*key, seen[key])] = r
    return found


def _worse(a: LimitResult, b: LimitResult) -> LimitResult:
    return min(a, b, key=lambda r: (SEVERITY[r.verdict], 2.0 if r.probability is None else r.probability))


def _limit(result: LimitResult, before: Verdict) -> ProjectedLimit:
    return ProjectedLimit(
        analytes=result.analytes,
        min=result.min,
        max=result.max,
        exclusive_min=result.exclusive_min,
        exclusive_max=result.exclusive_max,
        unit=result.unit,
        basis=result.basis,
        conditions=result.conditions,
        scope=result.scope,
        negotiable=result.negotiable,
        expected=result.measured,
        uncertainty=result.uncertainty,
        low=result.low,
        high=result.high,
        probability=result.probability,
        origin=result.origin,
        before=before,
        verdict=result.verdict,
        code=result.code,
        params=result.params,
    )


def _decisive(leading: Evaluation, own: Sequence[_Key], shown: Sequence[_Key]) -> Params:
    """The parameters with `decisive` pointing into the limits that are shown."""
    params: Params = dict(leading.params)
    place = params.get("decisive")
    if isinstance(place, int):
        params["decisive"] = shown.index(own[place])
    return params


def accepted(found: Projection, spoken: frozenset[str]) -> bool:
    """Whether a path is a cure: nothing blocks, nothing is out, and what was out is in specification.

    A limit on an analyte of `spoken` (what the claims name, and what those results bound) is no worse than before.
    """
    if found.blockers or found.verdict is Verdict.OUT:
        return False
    return all(_cured(limit, touched=bool(set(limit.analytes) & spoken)) for limit in found.limits)


def _cured(limit: ProjectedLimit, *, touched: bool) -> bool:
    if limit.before is Verdict.OUT:
        return limit.verdict is Verdict.IN
    return limit.verdict is not Verdict.OUT and not (touched and SEVERITY[limit.verdict] < SEVERITY[limit.before])
