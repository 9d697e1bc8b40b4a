"""Which single assay would settle the most tonnes (rule 14)."""

import math
from collections.abc import Iterable

import msgspec

from matching.evaluation import Evaluation, LimitResult
from matching.values import Verdict


class NextTest(msgspec.Struct, frozen=True, kw_only=True):
    """`tonnes` of demand whose only unsettled limits this one result would settle, in `specs` specs.

    `tonnes_helped` also counts specs that would still lack other results.
    """

    analyte: str
    tonnes: float
    specs: int
    tonnes_helped: float


def next_best_tests(pairs: Iterable[tuple[float, Evaluation]]) -> tuple[NextTest, ...]:
    """Rank assays over (tonnes at stake, evaluation) pairs; blocked pairs and ones proven out do not count."""
    settled: dict[str, list[float]] = {}
    helped: dict[str, list[float]] = {}
    for tonnes, evaluation in pairs:
        if evaluation.blockers or evaluation.verdict is not Verdict.NOT_EVALUATED:
            continue
        open_limits = [r for r in evaluation.limits if r.verdict is Verdict.NOT_EVALUATED]
        wanted = {analyte for r in open_limits for analyte in lacking(r)}
        for analyte in wanted:
            helped.setdefault(analyte, []).append(tonnes)
        # what the spec leaves open (which basis counts, which conditions) no result can settle
        if len(wanted) == 1 and all(lacking(r) for r in open_limits):
            settled.setdefault(wanted.pop(), []).append(tonnes)
    found = [
        NextTest(
            analyte=a,
            tonnes=math.fsum(settled.get(a, ())),
            specs=len(settled.get(a, [])),
            tonnes_helped=math.fsum(helped[a]),
        )
        for a in helped
    ]
    return tuple(sorted(found, key=lambda t: (-t.tonnes, -t.tonnes_helped, t.analyte)))


def lacking(result: LimitResult) -> tuple[str, ...]:
    """The results that would evaluate a limit: the open members of a sum, moisture for a basis, else its own."""
    if result.code in ("basis_matters", "conditions_differ"):
        return ()
    missing = result.params.get("missing")
    if "basis_unknown" in (result.code, result.params.get("why")):
        return ("moisture",)
    return tuple(str(m) for m in missing) if isinstance(missing, list) else result.analytes
