"""What would make a lot fit (rule 13): for each failing limit, how far to move it, how much to remove, and by what."""

import math
from collections.abc import Sequence

from matching.evaluation import Change, LimitResult, NearMiss, Params, Remedy
from matching.reference import Catalogue, Step
from matching.results import Interval, Normal
from matching.tolerance import Band, band, judge_interval, judge_normal, relax_over
from matching.units import MASS_FRACTION, dimension
from matching.values import Verdict

# a length or a melt flow is not removed, and neither is a share that is wanted
_REMOVABLE = ("element", "oxide", "contaminant", "substance")


def near_miss(limits: Sequence[LimitResult], confidence: float, material: str, catalogue: Catalogue) -> NearMiss:
    """One change for each failing limit, the smallest relative move first; `material` is what the lot is made of."""
    failing = [(i, r) for i, r in enumerate(limits) if r.verdict is Verdict.OUT]
    ordered = sorted(failing, key=lambda pair: (_move(pair[1]), pair[0]))
    return NearMiss(changes=tuple(_change(i, r, confidence, material, catalogue) for i, r in ordered))


def relative_move(limit: object, target: float | None) -> float:
    """How far a limit must move, as a share of itself; infinite where no move is known."""
    if target is None or not isinstance(limit, float) or limit == 0.0:
        return math.inf
    return abs(target - limit) / abs(limit)


def _move(result: LimitResult) -> float:
    return relative_move(result.params.get("limit"), result.relax_to)


def _change(index: int, result: LimitResult, confidence: float, material: str, catalogue: Catalogue) -> Change:
    target = result.relax_to
    removal = _removal(result, confidence, catalogue)
    params: Params = {
        **{k: result.params[k] for k in ("analytes", "unit", "limit", "side")},
        "relax_to": target,
        "remove_percent": removal,
    }
    if result.origin == "regime":
        code = "remove" if removal is not None else "law_broken"
    else:
        possible = "relax_or_remove" if removal is not None else "relax"
        code = possible if target is not None else "relax_unknown"
    over = result.params["side"] == "over"
    helps = over and (removal is not None or not _removable(result, catalogue))
    steps = remedies(result.analytes, material, catalogue) if helps else ()
    return Change(limit=index, relax_to=target, remove_percent=removal, code=code, params=params, steps=steps)


def remedies(analytes: Sequence[str], material: str, catalogue: Catalogue) -> tuple[Remedy, ...]:
    """The steps that can remove some of the analytes: most of them first, then those with a figure, as in a process."""
    known = catalogue.materials.get(material)
    steps = [s for s in catalogue.steps.values() if known is not None and known.family in s.families]
    hits = [(s, removed) for s in steps if (removed := set(analytes) & set(s.removes) - set(s.cannot_remove))]
    ordered = sorted(hits, key=lambda hit: (-len(hit[1]), not _figured(hit[0], hit[1])))
    return tuple(Remedy(code=step.code) for step, _ in ordered)


def _figured(step: Step, removed: set[str]) -> bool:
    return any(removed & set(figure.of) for figure in step.figures)


def _removal(result: LimitResult, confidence: float, catalogue: Catalogue) -> float | None:
    """Per cent of the analytes whose removal makes the limit hold: value and uncertainty shrink alike."""
    limits = band(result)
    over = result.params.get("side") == "over"
    target = result.relax_to if result.origin != "regime" else _lawful(result, limits, confidence)
    if not over or target is None or target <= 0.0 or not limits.high > 0.0 or not _removable(result, catalogue):
        return None
    percent = math.ceil((1.0 - limits.high / target) * 1e4) / 1e2
    left = 1.0 - percent / 100.0
    return percent if _holds(result, limits, left, confidence) else None


def _lawful(result: LimitResult, limits: Band, confidence: float) -> float | None:
    """The upper limit that the lot would meet, which a law does not offer but a removal is measured by."""
    if result.measured is not None and result.uncertainty is not None:
        return relax_over(Normal(result.measured, result.uncertainty), limits, confidence)
    if result.low is None or result.high is None:
        return None
    return relax_over(Interval(result.low, result.high), limits, confidence)


def _removable(result: LimitResult, catalogue: Catalogue) -> bool:
    kinds = [a.kind for code in result.analytes if (a := catalogue.analytes.get(code))]
    return dimension(result.unit, catalogue) == MASS_FRACTION and all(kind in _REMOVABLE for kind in kinds)


def _holds(result: LimitResult, limits: Band, left: float, confidence: float) -> bool:
    """Whether what is left stays inside a band, which removing too much would leave at the other end."""
    if not math.isfinite(limits.low):
        return True
    if result.measured is not None and result.uncertainty is not None:
        rest = Normal(result.measured, result.uncertainty).scaled(left)
        return judge_normal(rest, limits, confidence)[0] is Verdict.IN
    if result.low is None or result.high is None:
        return False
    return judge_interval(Interval(result.low, result.high).scaled(left), limits)[0] is Verdict.IN
