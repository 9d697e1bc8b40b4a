"""Which single assay would settle the most tonnes (rule 14)."""

from collections.abc import Iterable

import msgspec

from matching.evaluation import Evaluation
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
    helped: dict[str, float] = {}
    for tonnes, evaluation in pairs:
        if evaluation.blockers or evaluation.verdict is not Verdict.NOT_EVALUATED:
            continue
        wanted = [
            _wanted(r.code, r.analytes, r.params.get("missing"))
            for r in evaluation.limits
            if r.verdict is Verdict.NOT_EVALUATED
        ]
        lacking = {analyte for needs in wanted for analyte in needs}
        for analyte in lacking:
            helped[analyte] = helped.get(analyte, 0.0) + tonnes
        if len(lacking) == 1:
            settled.setdefault(lacking.pop(), []).append(tonnes)
    found = [
        NextTest(analyte=a, tonnes=sum(settled.get(a, [])), specs=len(settled.get(a, [])), tonnes_helped=helped[a])
        for a in helped
    ]
    return tuple(sorted(found, key=lambda t: (-t.tonnes, -t.tonnes_helped, t.analyte)))


def _wanted(code: str, analytes: tuple[str, ...], missing: object) -> tuple[str, ...]:
    """The results that would evaluate a limit: the missing members of a sum, moisture for a basis, else its own."""
    if code in ("basis_unknown", "basis_matters"):
        return ("moisture",) if code == "basis_unknown" else analytes
    return tuple(str(m) for m in missing) if isinstance(missing, list) else analytes
