"""Gates besides composition (rule 9): each that fails is a blocker with its reason.

What a lot does not state cannot pass a gate that asks for it. A price over the ceiling is no gate.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from matching.evaluation import Blocker, Flag, LimitResult, Params
from matching.listings import Lot, Spec
from matching.measure_faults import implausible_ends
from matching.reference import FROM_MEMORY, Catalogue, Grade, RegulatedLimit
from matching.values import Verdict


def blockers(spec: Spec, lot: Lot, catalogue: Catalogue) -> list[Blocker]:
    """Every gate that the lot does not pass, in a fixed order."""
    found: list[Blocker] = []
    if lot.material != spec.material:
        found.append(_blocked("material", "material_differs", wanted=spec.material, offered=lot.material))
    found += _grade(spec, lot, catalogue)
    found += _stated("form", spec.forms, lot.form)
    if not spec.delivery.overlap_days(lot.available):
        found.append(
            _blocked(
                "window",
                "windows_apart",
                wanted_from=spec.delivery.from_.isoformat(),
                wanted_until=spec.delivery.until.isoformat(),
                offered_from=lot.available.from_.isoformat(),
                offered_until=lot.available.until.isoformat(),
            )
        )
    found += [
        _blocked("hazard", "hazard_refused", hazard=hazard) for hazard in spec.refused_hazards if hazard in lot.hazards
    ]
    found += [
        _blocked("documents", "document_missing", document=document)
        for document in spec.required_documents
        if document not in lot.documents
    ]
    found += _stated("origin", spec.origins, lot.origin)
    found += _stated("custody_model", spec.custody_models, lot.custody_model)
    found += _stated("legal_status", spec.legal_statuses, lot.legal_status)
    return found


def _blocked(gate: str, code: str, **params: str | list[str]) -> Blocker:
    return Blocker(gate=gate, code=code, params=dict(params))


def _grade(spec: Spec, lot: Lot, catalogue: Catalogue) -> list[Blocker]:
    if not spec.grades or lot.grade in spec.grades:
        return []
    accepted = list(spec.grades)
    if lot.grade is None:
        return [_blocked("grade", "grade_missing", accepted=accepted)]
    claimed = catalogue.grades.get(lot.grade)
    clash = _clash(claimed, spec.grades, catalogue) if claimed else None
    if clash is not None:
        return [_blocked("grade", "grade_name_conflict", offered=lot.grade, accepted=accepted, conflict=clash)]
    return [_blocked("grade", "grade_not_accepted", offered=lot.grade, accepted=accepted)]


def _clash(claimed: Grade, accepted: Iterable[str], catalogue: Catalogue) -> str | None:
    """A published warning that two grade names are taken for each other."""
    for code in accepted:
        grade = catalogue.grades.get(code)
        shared = set(claimed.conflicts) & set(grade.conflicts) if grade else set()
        if shared:
            return min(shared)
    return None


def _stated(gate: str, accepted: Iterable[str], offered: str | None) -> list[Blocker]:
    wanted = [str(a) for a in accepted]
    if not wanted or (offered is not None and str(offered) in wanted):
        return []
    if offered is None:
        return [_blocked(gate, f"{gate}_missing", accepted=wanted)]
    return [_blocked(gate, f"{gate}_not_accepted", accepted=wanted, offered=str(offered))]


def regulated_limits(spec: Spec, lot: Lot, catalogue: Catalogue) -> list[tuple[str, RegulatedLimit]]:
    """The limits of the regimes that the spec names, in force on any day on which the delivery can happen."""
    first = max(spec.delivery.from_, lot.available.from_)
    last = min(spec.delivery.until, lot.available.until)
    if first > last:
        first, last = spec.delivery.from_, spec.delivery.until
    return [
        (code, row)
        for code in spec.regimes
        if code in catalogue.regimes
        for row in catalogue.regimes[code].limits
        if _in_force(row, first, last)
    ]


def _in_force(row: RegulatedLimit, first: date, last: date) -> bool:
    begun = row.valid_from is None or row.valid_from <= last
    return begun and (row.valid_to is None or row.valid_to >= first)


def regime_blockers(judged: Iterable[tuple[str, LimitResult]]) -> list[Blocker]:
    """A regulated limit that the lot is proven to break blocks it; one that is not evaluated does not pass either."""
    return [
        Blocker(gate="regime", code="regulated_limit_exceeded", params={**result.params, "regime": code})
        for code, result in judged
        if result.verdict is Verdict.OUT
    ]


def flags(spec: Spec, lot: Lot, limits: Sequence[LimitResult], catalogue: Catalogue) -> list[Flag]:
    """What a person should know that decides nothing by itself."""
    found = [
        Flag(code="implausible_limit", params={"analytes": list(limit.analytes), **told})
        for limit in spec.limits
        for _, told in implausible_ends(limit, catalogue)
    ]
    least, take = spec.quantity.min_lot_tonnes, lot.quantity.min_take_tonnes
    if least is not None and lot.quantity.tonnes < least:
        params: Params = {"tonnes": lot.quantity.tonnes, "min_lot_tonnes": least}
        found.append(Flag(code="below_min_lot", params=params))
    if take is not None and take > spec.quantity.tonnes:
        params = {"tonnes": spec.quantity.tonnes, "min_take_tonnes": take}
        found.append(Flag(code="min_take_over_demand", params=params))
    assumed = sorted({"+".join(r.analytes) for r in limits if r.uncertainty_assumed})
    if assumed:
        found.append(Flag(code="uncertainty_assumed", params={"analytes": assumed}))
    unread = sorted({"+".join(r.analytes) for r in limits if r.flag == FROM_MEMORY})
    if unread:
        found.append(Flag(code="limits_from_memory", params={"analytes": unread}))
    return found
