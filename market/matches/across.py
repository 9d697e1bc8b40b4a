"""What the seller is told of an evaluation: nothing of the spec that its redacted form hides.

The engine judges by the whole spec, so what it says echoes texts that the buyer may have written where codes
belong (a document, a hazard, a test condition). The seller is told that such a one stands in the way, not its text.
"""

from typing import TypeVar

import msgspec

from matching.evaluation import Blocker, Evaluation
from matching.values import Limit
from specs.listing.seen import coded

L = TypeVar("L", bound=Limit)

# which parameter of a blocker holds a text of the spec, and the code that does without it
_TEXTS = {
    "hazard_refused": ("hazard", "hazard_refused_unnamed"),
    "document_missing": ("document", "document_missing_unnamed"),
}


def told_to_seller(evaluation: Evaluation) -> Evaluation:
    """Before its reasons are rendered."""
    return msgspec.structs.replace(
        evaluation,
        limits=tuple(map(limit_to_seller, evaluation.limits)),
        blockers=tuple(map(_blocker, evaluation.blockers)),
        criteria=tuple(msgspec.structs.replace(c, weight=None) for c in evaluation.criteria),
    )


def limit_to_seller(result: L) -> L:
    """Without names of test conditions that are no codes."""
    conditions = result.conditions
    if not conditions or len(named := coded(conditions)) == len(conditions):
        return result
    return msgspec.structs.replace(result, conditions={name: conditions[name] for name in named} or None)


def _blocker(blocker: Blocker) -> Blocker:
    if blocker.code not in _TEXTS:
        return blocker
    param, unnamed = _TEXTS[blocker.code]
    if coded([str(blocker.params[param])]):
        return blocker
    return msgspec.structs.replace(blocker, code=unnamed, params={})
