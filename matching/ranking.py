"""Lots in the order in which a buyer should look at them, and the ones that only nearly fit."""

from collections.abc import Iterable

import msgspec

from matching.engine import Disclosure, evaluate
from matching.evaluation import Evaluation
from matching.listings import Lot, Spec
from matching.near_miss import relative_move
from matching.reference import Catalogue
from matching.values import Verdict


class Ranked(msgspec.Struct, frozen=True):
    """One candidate with its evaluation; `id` is the lot's for a spec, and the spec's for a lot."""

    id: str
    evaluation: Evaluation

    @property
    def near_miss(self) -> bool:
        """Blocked or out of specification: shown apart, with what would make it fit."""
        return is_near_miss(self.evaluation)


# (verdict class, -score, id), and (fixed gates, things to change, largest move, verdict class, id)
MatchKey = tuple[int, float, str]
NearKey = tuple[int, int, float, int, str]


def is_near_miss(evaluation: Evaluation) -> bool:
    """Whether the pair is no match as it stands."""
    return bool(evaluation.blockers) or evaluation.verdict is Verdict.OUT


def order(ranked: Ranked) -> MatchKey:
    """Sort key of matches: verdict class, then score, then id by code point (rule 11)."""
    return (ranked.evaluation.verdict.rank, -ranked.evaluation.score, ranked.id)


# what no negotiation and no treatment changes: another grade, form or history is another material
FIXED_GATES = frozenset({"material", "grade", "form", "origin", "custody_model", "legal_status", "hazard"})


def near_order(ranked: Ranked) -> NearKey:
    """Sort key of near misses: fewest fixed gates, fewest things to change, the smallest relative move, then id."""
    evaluation = ranked.evaluation
    changes = evaluation.near_miss.changes if evaluation.near_miss else ()
    move = max((relative_move(c.params.get("limit"), c.relax_to) for c in changes), default=0.0)
    fixed = sum(b.gate in FIXED_GATES for b in evaluation.blockers)
    return (fixed, len(evaluation.blockers) + len(changes), move, evaluation.verdict.rank, ranked.id)


def arranged(candidates: Iterable[Ranked]) -> list[Ranked]:
    """Matches first, near misses after them, each in its order; the input order never matters."""
    ranked = list(candidates)
    matches = sorted((r for r in ranked if not r.near_miss), key=order)
    return matches + sorted((r for r in ranked if r.near_miss), key=near_order)


def rank(
    spec: Spec,
    lots: Iterable[tuple[str, Lot]],
    catalogue: Catalogue,
    *,
    disclosure: Disclosure = Disclosure.FULL,
) -> list[Ranked]:
    """Evaluate every lot; O(lots × limits)."""
    return arranged(Ranked(name, evaluate(spec, lot, catalogue, disclosure=disclosure)) for name, lot in lots)
