"""How a lot stands to a spec in the market's balance: it matches, nearly does or does not, and by what it fails.

A pair *matches* where nothing blocks it, its verdict is `in_specification` or `conditionally_acceptable`, both sides'
least amounts allow it, and the delivered price is not over the ceiling. It is a *near miss* where all that it fails by
could be changed: a limit moved or met after treatment, a result filed, a price, a window, a paper. Where it fails by a
gate that nothing changes (another grade, form or history) it is neither.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from matching.evaluation import Evaluation, LimitResult
from matching.listings import Lot, Spec
from matching.next_test import lacking
from matching.ranking import FIXED_GATES
from matching.values import Verdict


class Cause(StrEnum):
    """By what a pair fails; `supply` is what no pair explains: there is no lot left to fail."""

    LIMIT = "limit"
    TEST = "test"
    PRICE = "price"
    DISTANCE = "distance"
    WINDOW = "window"
    AMOUNT = "amount"
    GATE = "gate"
    SUPPLY = "supply"


class Lever(StrEnum):
    """A single change that would make a near miss match."""

    RELAX = "relax"
    STEP = "step"
    TEST = "test"
    PRICE = "price"
    FREIGHT = "freight"
    WINDOW = "window"


# the cause and what it is about (analytes joined by +, or the name of a gate), and the same of a lever
Why = tuple[Cause, str]
By = tuple[Lever, str]
_TOO_LITTLE: Final = frozenset({"below_min_lot", "min_take_over_demand"})
# elsewhere a limit without a result stands in nobody's way, as where a grade is accepted by its name
_UNSETTLED: Final = (Verdict.OUT, Verdict.NOT_EVALUATED)
_ALONE: Final = {Cause.PRICE: Lever.PRICE, Cause.DISTANCE: Lever.FREIGHT, Cause.WINDOW: Lever.WINDOW}


class Standing(msgspec.Struct, frozen=True):
    """Of a pair: all that it fails by, and each single change that would be enough."""

    why: tuple[Why, ...]
    by: tuple[By, ...] = ()

    @property
    def rank(self) -> int:
        """0 where the pair matches, 1 for a near miss, 2 where no change helps."""
        if not self.why:
            return 0
        fixed = any(cause is Cause.GATE and about in FIXED_GATES for cause, about in self.why)
        return 2 if fixed else 1


def standing(spec: Spec, lot: Lot, judged: Evaluation) -> Standing:
    """From the evaluation of the pair as both sides may know it."""
    why = tuple(dict.fromkeys(_causes(spec, lot, judged)))
    return Standing(why, tuple(dict.fromkeys(_levers(why, judged))))


def _causes(spec: Spec, lot: Lot, judged: Evaluation) -> Iterator[Why]:
    yield from _failing(judged)
    # a law that is broken is told as the limit that it is
    gates = [blocker.gate for blocker in judged.blockers if blocker.gate != "regime"]
    yield from ((Cause.WINDOW, "") if gate == "window" else (Cause.GATE, gate) for gate in gates)
    codes = {flag.code for flag in judged.flags}
    if codes & _TOO_LITTLE:
        yield Cause.AMOUNT, ""
    if "price_over_ceiling" in codes:
        yield _dear(spec, lot), ""


def _failing(judged: Evaluation) -> Iterator[Why]:
    for result in judged.limits:
        if result.verdict is Verdict.OUT:
            yield Cause.LIMIT, label(result)
        elif result.verdict is Verdict.NOT_EVALUATED and judged.verdict in _UNSETTLED:
            for analyte in lacking(result) or (label(result),):
                yield Cause.TEST, analyte
    if judged.verdict is Verdict.NOT_EVALUATED and not judged.limits:
        yield Cause.TEST, ""


def _dear(spec: Spec, lot: Lot) -> Cause:
    """What makes the delivered price too high: the freight, where the lot alone would be within the ceiling."""
    ask, ceiling = lot.ask_price, spec.max_price
    return Cause.DISTANCE if ask is not None and ceiling is not None and ask.amount <= ceiling.amount else Cause.PRICE


def _levers(why: Sequence[Why], judged: Evaluation) -> Iterator[By]:
    causes = {cause for cause, _ in why}
    if causes == {Cause.LIMIT}:
        changes = judged.near_miss.changes if judged.near_miss else ()
        if len(why) == 1 and changes and all(change.relax_to is not None for change in changes):
            yield Lever.RELAX, why[0][1]
        steps = [{remedy.code for remedy in change.steps} for change in changes]
        for code in sorted(set.intersection(*steps)) if steps else ():
            yield Lever.STEP, code
    elif len(why) == 1:
        ((cause, about),) = why
        if cause is Cause.TEST and about:
            yield Lever.TEST, about
        elif cause in _ALONE:
            yield _ALONE[cause], ""


def label(result: LimitResult) -> str:
    """The analytes of a limit, joined."""
    return "+".join(result.analytes)
