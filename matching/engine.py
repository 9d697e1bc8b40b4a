"""Judge one lot against one spec (design section 3, rules 1 to 13).

Pure and deterministic: the same spec, lot and catalogue give the same evaluation, byte for byte. Reasons are
codes with parameters; `matching.explain` renders them.
"""

import math
from collections.abc import Sequence
from enum import StrEnum

import msgspec

from matching.composition import Composition
from matching.conformity import SEVERITY, judge
from matching.evaluation import (
    ENGINE,
    Blocker,
    Criterion,
    Evaluation,
    Flag,
    LimitResult,
    Params,
)
from matching.freight import Quote, between
from matching.gates import blockers, flags, regime_blockers, regulated_limits
from matching.listings import Lot, Spec
from matching.near_miss import near_miss
from matching.permits import gate as permit_gate
from matching.permits.permit import Held
from matching.reference import Catalogue, Grade, GradeLimit
from matching.score import criteria, delivered_cost, weighted
from matching.values import Limit, Verdict


class Disclosure(StrEnum):
    """What the evaluation may tell: `full` to one who knows both sides, `banded` across parties before an offer."""

    FULL = "full"
    BANDED = "banded"


class Judged(msgspec.Struct, frozen=True):
    """All limit results; `counted` are those behind the verdict: a law that is proven broken blocks instead."""

    limits: tuple[LimitResult, ...]
    counted: tuple[LimitResult, ...]
    regulated: tuple[tuple[str, LimitResult], ...]
    verdict: Verdict
    code: str
    params: Params
    completeness: float


def evaluate(
    spec: Spec,
    lot: Lot,
    catalogue: Catalogue,
    *,
    disclosure: Disclosure = Disclosure.FULL,
    held: Held | None = None,
    freight: Quote | None = None,
) -> Evaluation:
    """The verdict with every limit, gate, utility and near miss; codes must be in the catalogue (`matching.faults`).

    Without `held` nothing is known of permits, and their gate is not judged. `freight` is given by who knows it.
    """
    banded = disclosure is Disclosure.BANDED
    judged = _judged(spec, lot, Composition(lot, catalogue), catalogue)
    unpermitted, about_permits = permit_gate.judged(spec, lot, held, catalogue, banded=banded)
    blocked = (*blockers(spec, lot, catalogue), *unpermitted, *regime_blockers(judged.regulated))
    haul = freight or between(lot.location, spec.delivery.location, catalogue, exact=not banded)
    found = criteria(spec, lot, judged.limits, haul, banded=banded)
    evaluated = [r.probability for r in judged.counted if r.probability is not None]
    probability = math.prod(evaluated) if evaluated else None
    fails = bool(blocked) or judged.verdict is Verdict.OUT
    return Evaluation(
        verdict=judged.verdict,
        code=judged.code,
        params=judged.params,
        conformance_probability=None if probability is None else round(probability, 6),
        completeness=round(judged.completeness, 6),
        score=0.0 if fails else _score(probability, judged.completeness, found),
        delivered_price=None if banded else delivered_cost(lot, haul),
        limits=judged.limits,
        criteria=found,
        blockers=blocked,
        flags=(*flags(spec, lot, judged.limits, catalogue), *about_permits, *_price_flags(found)),
        near_miss=near_miss(judged.limits, spec.confidence, lot.material, catalogue) if fails else None,
        engine=ENGINE,
        catalogue=catalogue.version,
        freight=haul.tables,
    )


def verdict(
    spec: Spec, lot: Lot, composition: Composition, catalogue: Catalogue
) -> tuple[Verdict, tuple[Blocker, ...]]:
    """What `evaluate` says where nothing is known of permits; the lot's `composition` is read once for many specs."""
    judged = _judged(spec, lot, composition, catalogue)
    return judged.verdict, (*blockers(spec, lot, catalogue), *regime_blockers(judged.regulated))


def _score(probability: float | None, completeness: float, found: Sequence[Criterion]) -> float:
    chance = 1.0 if probability is None else probability
    return round(chance * (1.0 + completeness) / 2.0 * weighted(found), 6)


def _price_flags(found: Sequence[Criterion]) -> list[Flag]:
    over = ("over_ceiling", "price_band_over")
    return [Flag(code="price_over_ceiling", params=c.params) for c in found if c.code in over]


def _judged(spec: Spec, lot: Lot, composition: Composition, catalogue: Catalogue) -> Judged:
    own = [judge(limit, composition, spec.confidence, "spec") for limit in spec.limits]
    accepted = lot.grade is not None and lot.grade in spec.grades
    grade = catalogue.grades.get(lot.grade or "") if accepted else None
    claimed = _claimed(grade, composition, spec.confidence) if grade else ()
    regulated = [
        (code, _published(row, composition, spec.confidence, "regime"))
        for code, row in regulated_limits(spec, lot, catalogue)
    ]
    laws = [result for _, result in regulated]
    unbroken = [result for result in laws if result.verdict is not Verdict.OUT]
    said = {bounds(r) for r in own}
    with_results = [
        r
        for r in claimed
        if bounds(r) not in said and (r.verdict is not Verdict.NOT_EVALUATED or composition.reports(r))
    ]
    limits = (*own, *with_results, *laws)
    counted = (*own, *with_results, *unbroken)
    if spec.limits or not spec.grades:
        # laws are gates: to name them alone is not yet to say what is wanted (rule 8)
        verdict, code, params = _worst(counted if spec.limits else (), limits)
        completeness = _share(counted)
    else:
        partial = _partial(grade, composition, spec.confidence) if grade else ()
        proven = bool(claimed) and all(r.verdict is Verdict.IN for r in (*claimed, *partial, *unbroken))
        verdict, code, params = _by_grade(lot, claimed, unbroken, limits, proven=proven if accepted else None)
        completeness = _share((*claimed, *unbroken))
    return Judged(limits, counted, tuple(regulated), verdict, code, params, completeness)


def bounds(limit: Limit) -> tuple[object, ...]:
    """What a limit asks for; a spec that repeats its grade's limit asks once."""
    return (limit.analytes, limit.unit, limit.min, limit.max, limit.exclusive_min, limit.exclusive_max)


def _claimed(grade: Grade, composition: Composition, confidence: float) -> tuple[LimitResult, ...]:
    """The grade's own limits judged; of two sets that qualify alike, the one that the results meet better."""
    sets = [grade.limits, grade.alternative] if grade.alternative else [grade.limits]
    judged = [
        tuple(_published(row, composition, confidence, "grade") for row in rows if row.applies_to is None)
        for rows in sets
    ]
    return max(judged, key=lambda results: min((SEVERITY[r.verdict] for r in results), default=SEVERITY[Verdict.IN]))


def _partial(grade: Grade, composition: Composition, confidence: float) -> list[LimitResult]:
    """The limits for some of the grade only (flattened cans): nothing says whether they apply, so none disproves."""
    rows = (row for row in (*grade.limits, *grade.alternative) if row.applies_to is not None)
    return [_published(row, composition, confidence, "grade") for row in rows]


def _published(row: GradeLimit, composition: Composition, confidence: float, origin: str) -> LimitResult:
    """A limit of the catalogue judged; it is shown with its source."""
    result = judge(row.as_limit(), composition, confidence, origin)
    return msgspec.structs.replace(result, src=row.src, flag=row.flag)


def _share(limits: Sequence[LimitResult]) -> float:
    evaluated = sum(r.verdict is not Verdict.NOT_EVALUATED for r in limits)
    return evaluated / len(limits) if limits else 0.0


# the reason of the lot is the decisive limit's own sentence, and how many more stand beside it
_LOT_CODES = {
    Verdict.CONDITIONAL: ("limit_close", "limits_close"),
    Verdict.NOT_EVALUATED: ("limit_not_evaluated", "limits_not_evaluated"),
    Verdict.OUT: ("limit_exceeded", "limits_exceeded"),
}


def _worst(counted: Sequence[LimitResult], shown: Sequence[LimitResult]) -> tuple[Verdict, str, Params]:
    """The worst verdict of `counted`; `decisive` is the index in `shown` of the first limit that has it."""
    if not counted:
        return Verdict.NOT_EVALUATED, "no_limits_and_no_grades", {}
    verdict = min((r.verdict for r in counted), key=SEVERITY.__getitem__)
    alike = [r for r in counted if r.verdict is verdict]
    params: Params = {"analytes": sorted({"+".join(r.analytes) for r in alike}), "limits": len(counted)}
    if verdict is Verdict.IN:
        return verdict, "all_limits_hold", params
    decisive = min(alike, key=lambda r: 2.0 if r.probability is None else r.probability)
    one, several = _LOT_CODES[verdict]
    place = next(i for i, r in enumerate(shown) if r is decisive)
    return verdict, several if len(alike) > 1 else one, {**params, "decisive": place, "more": len(alike) - 1}


def _by_grade(
    lot: Lot,
    claimed: Sequence[LimitResult],
    laws: Sequence[LimitResult],
    shown: Sequence[LimitResult],
    *,
    proven: bool | None,
) -> tuple[Verdict, str, Params]:
    """A claim is accepted until results disprove it, and `proven` only by results for all of the grade's limits.

    `proven` is None where no accepted grade is claimed.
    """
    named: Params = {"grade": lot.grade}
    broken = [r for r in claimed if r.verdict is Verdict.OUT]
    if broken:
        verdict, code, params = _worst(broken, shown)
        return verdict, code, {**params, **named}
    if any(r.verdict is Verdict.NOT_EVALUATED for r in laws):
        return _worst(laws, shown)
    if proven is None:
        return Verdict.NOT_EVALUATED, "grade_not_claimed", named
    return (Verdict.IN, "grade_proven", named) if proven else (Verdict.CONDITIONAL, "by_grade_only", named)
