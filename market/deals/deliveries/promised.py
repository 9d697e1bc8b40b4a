"""What a portion has to keep to: the agreed limits, or of a blend what its own lot was taken for.

The lots of a blend hold the spec together, and not each by itself: a lean lot may make up for a rich one. So a limit
that the pinned lot does not hold alone gives way for its portions as far as the lot's own figures go: to the end of
the interval of its pinned result at the spec's confidence, mean ± z·u, or to the end of a range. Where the lot reports
nothing, the agreed limit stays. Pure, O(limits).
"""

from enum import StrEnum
from typing import Final

import msgspec

from matching.engine import evaluate
from matching.evaluation import LimitResult
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from matching.tolerance import quantile
from matching.values import Limit, Verdict

_UPPER: Final = ("max", "exclusive_max")
_LOWER: Final = ("min", "exclusive_min")


class JudgedBy(StrEnum):
    """What a portion was held against: the agreed limits, or in a blend the figures of its own lot."""

    AGREED_LIMITS = "agreed_limits"
    OWN_LOT = "own_lot"


def promised(spec: Spec, lot: Lot, catalogue: Catalogue) -> Spec:
    """The agreed spec with limits moved to what the pinned lot was said to have."""
    own = evaluate(spec, lot, catalogue).limits[: len(spec.limits)]
    z = quantile(spec.confidence)
    return msgspec.structs.replace(
        spec, limits=tuple(_moved(limit, result, z) for limit, result in zip(spec.limits, own, strict=True))
    )


def _moved(limit: Limit, result: LimitResult, z: float) -> Limit:
    ends = _ends(result, z)
    if ends is None or result.verdict is Verdict.IN:
        return limit
    low, high = ends
    given: dict[str, float] = {}
    for names, end, beyond in ((_UPPER, high, max), (_LOWER, low, min)):
        for name in names:
            bound: float | None = getattr(limit, name)
            if bound is not None and end is not None:
                given[name] = beyond(bound, end)
    return msgspec.structs.replace(limit, **given)


def _ends(result: LimitResult, z: float) -> tuple[float | None, float | None] | None:
    if result.measured is not None:
        spread = z * (result.uncertainty or 0.0)
        return result.measured - spread, result.measured + spread
    return None if result.low is None and result.high is None else (result.low, result.high)
