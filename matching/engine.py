"""Judge one lot against one spec (design section 3, rules 1 to 13).

Pure and deterministic: the same spec, lot and catalogue give the same evaluation, byte for byte. Reasons are
codes with parameters; `matching.explain` renders them.
"""

import math
from collections.abc import Sequence
from enum import StrEnum

import msgspec

from matching.composition import Composition
from matching.conformity import judge
from matching.evaluation import (
    ENGINE,
    Change,
    Criterion,
    Evaluation,
    Flag,
    LimitResult,
    NearMiss,
    Params,
)
from matching.freight import locate, quote
from matching.gates import blockers, flags, regime_blockers, regulated_limits
from matching.listings import Lot, Spec
from matching.reference import Catalogue, GradeLimit
from matching.score import criteria, delivered_cost, weighted
from matching.values import Limit, Verdict


class Disclosure(StrEnum):
    """What the evaluation may tell: `full` to one who knows both sides, `banded` across parties before an offer."""

    FULL = "full"
    BANDED = "banded"


class Judged(msgspec.Struct, frozen=True):
    """All limit results, and which regime or grade added the ones that the spec did not name."""

    limits: tuple[LimitResult, ...]
    regulated: tuple[tuple[str, LimitResult], ...]
    verdict: Verdict
    code: str
    params: Params
    completeness: float


def evaluate(spec: Spec, lot: Lot, catalogue: Catalogue, *, disclosure: Disclosure = Disclosure.FULL) -> Evaluation:
    """The verdict with every limit, gate, utility and near miss; codes must be in the catalogue (`matching.faults`)."""
    banded = disclosure is Disclosure.BANDED
    judged = _judged(spec, lot, catalogue)
    blocked = (*blockers(spec, lot, catalogue), *regime_blockers(judged.regulated))
    origin = locate(lot.location, catalogue, exact=not banded)
    freight = quote(origin, locate(spec.delivery.location, catalogue, exact=not banded), catalogue)
    found = criteria(spec, lot, judged.limits, freight, banded=banded)
    evaluated = [r.probability for r in judged.limits if r.probability is not None]
    probability = math.prod(evaluated) if evaluated else None
    fails = bool(blocked) or judged.verdict is Verdict.OUT
    return Evaluation(
        verdict=judged.verdict,
        code=judged.code,
        params=judged.params,
        conformance_probability=None if probability is None else round(probability, 6),
        completeness=round(judged.completeness, 6),
        score=0.0 if fails else _score(probability, judged.completeness, found),
        delivered_price=None if banded else delivered_cost(lot, freight),
        limits=judged.limits,
        criteria=found,
        blockers=blocked,
        flags=(*flags(spec, lot, judged.limits), *_price_flags(found)),
        near_miss=near_miss(judged.limits) if fails else None,
        engine=ENGINE,
        catalogue=catalogue.version,
    )


def _score(probability: float | None, completeness: float, found: Sequence[Criterion]) -> float:
    chance = 1.0 if probability is None else probability
    return round(chance * (1.0 + completeness) / 2.0 * weighted(found), 6)


def _price_flags(found: Sequence[Criterion]) -> list[Flag]:
    over = ("over_ceiling", "price_band_over")
    return [Flag(code="price_over_ceiling", params=c.params) for c in found if c.code in over]


def _judged(spec: Spec, lot: Lot, catalogue: Catalogue) -> Judged:
    composition = Composition(lot, catalogue)
    own = [judge(limit, composition, spec.confidence, "spec") for limit in spec.limits]
    grade = catalogue.grades.get(lot.grade) if lot.grade in spec.grades and lot.grade else None
    rows = [_limit(row) for row in grade.limits if row.applies_to is None] if grade else []
    claimed = [judge(limit, composition, spec.confidence, "grade") for limit in rows]
    regulated = [
        (code, judge(limit, composition, spec.confidence, "regime"))
        for code, limit in regulated_limits(spec, lot, catalogue)
    ]
    laws = [result for _, result in regulated]
    with_results = [r for r in claimed if _has_results(r)]
    if spec.limits or not spec.grades:
        limits = (*own, *with_results, *laws)
        verdict, code, params = _worst(limits)
        completeness = _share(limits)
    else:
        limits = (*with_results, *laws)
        verdict, code, params = _by_grade(lot, claimed, laws, accepted=grade is not None)
        completeness = _share((*claimed, *laws))
    return Judged(limits, tuple(regulated), verdict, code, params, completeness)


def _limit(row: GradeLimit) -> Limit:
    return Limit(
        analytes=row.analytes,
        min=row.min,
        max=row.max,
        exclusive_min=row.exclusive_min,
        exclusive_max=row.exclusive_max,
        unit=row.unit,
    )


def _has_results(result: LimitResult) -> bool:
    known = (result.measured, result.low, result.high)
    return any(k is not None for k in known) and result.code != "sum_member_missing"


def _share(limits: Sequence[LimitResult]) -> float:
    evaluated = sum(r.verdict is not Verdict.NOT_EVALUATED for r in limits)
    return evaluated / len(limits) if limits else 0.0


_LOT_CODES = {
    Verdict.IN: "all_limits_hold",
    Verdict.CONDITIONAL: "limits_close",
    Verdict.NOT_EVALUATED: "limits_not_evaluated",
    Verdict.OUT: "limits_exceeded",
}
# out, then not evaluated, then conditional, then in (rule 8)
_SEVERITY = (Verdict.OUT, Verdict.NOT_EVALUATED, Verdict.CONDITIONAL, Verdict.IN)


def _worst(limits: Sequence[LimitResult]) -> tuple[Verdict, str, Params]:
    if not limits:
        return Verdict.NOT_EVALUATED, "no_limits_and_no_grades", {}
    verdict = min((r.verdict for r in limits), key=_SEVERITY.index)
    names = sorted({"+".join(r.analytes) for r in limits if r.verdict is verdict})
    return verdict, _LOT_CODES[verdict], {"analytes": names, "count": len(names), "limits": len(limits)}


def _by_grade(
    lot: Lot, claimed: Sequence[LimitResult], laws: Sequence[LimitResult], *, accepted: bool
) -> tuple[Verdict, str, Params]:
    """A claim is accepted until results disprove it, and proven only by results for all of the grade's limits."""
    named: Params = {"grade": lot.grade}
    verdict, code, params = _worst((*claimed, *laws))
    if verdict is Verdict.OUT:
        return verdict, code, {**params, **named}
    if any(r.verdict is Verdict.NOT_EVALUATED for r in laws):
        return _worst([r for r in laws if r.verdict is not Verdict.IN])
    if not accepted:
        return Verdict.NOT_EVALUATED, "grade_not_claimed", named
    if claimed and verdict is Verdict.IN:
        return Verdict.IN, "grade_proven", named
    return Verdict.CONDITIONAL, "by_grade_only", named


def near_miss(limits: Sequence[LimitResult]) -> NearMiss:
    """What would make each failing limit hold, the smallest relative move first."""
    failing = [(i, r) for i, r in enumerate(limits) if r.verdict is Verdict.OUT]
    ordered = sorted(failing, key=lambda pair: (_move(pair[1]), pair[0]))
    return NearMiss(changes=tuple(_change(i, r) for i, r in ordered))


def _move(result: LimitResult) -> float:
    limit, target = result.params.get("limit"), result.relax_to
    if target is None or not isinstance(limit, float):
        return math.inf
    return abs(target - limit) / abs(limit) if limit else math.inf


def _change(index: int, result: LimitResult) -> Change:
    limit, target = result.params.get("limit"), result.relax_to
    removal = None
    over = result.params.get("side") == "over"
    if over and target and isinstance(limit, float) and target > 0.0:
        removal = math.ceil((1.0 - limit / target) * 1e4) / 1e2
    params: Params = {
        **{k: result.params[k] for k in ("analytes", "unit", "limit", "side")},
        "relax_to": target,
        "remove_percent": removal,
    }
    possible = "relax_or_remove" if removal is not None else "relax"
    code = possible if target is not None else "relax_unknown"
    return Change(limit=index, relax_to=target, remove_percent=removal, code=code, params=params)
