"""Reasons in words: a code and its parameters, rendered through the message files of a language.

Templates are whole sentences with named holes; every hole is filled with a finished word or number
(`matching.words`), so a translator can order them freely.
"""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from matching.evaluation import Blocker, Change, Criterion, Evaluation, Flag, LimitResult, NearMiss, Remedy
from matching.reference import Catalogue
from matching.words import messages, step_name, words

T = TypeVar("T", LimitResult, Criterion, Blocker, Flag, Change)


def render(code: str, params: Mapping[str, object], language: str = "en", names: Catalogue | None = None) -> str:
    """One reason. A code without a template is shown as it is: a missing translation must not hide a reason."""
    template = messages(language).get(code)
    if template is None:
        return code
    return template.format_map(_Holes(words(params, language, names)))


class _Holes(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def explain(evaluation: Evaluation, language: str, names: Catalogue | None = None) -> Evaluation:
    """The evaluation with every `reason` filled in."""

    def told(part: T) -> T:
        return msgspec.structs.replace(part, reason=render(part.code, part.params, language, names))

    limits = tuple(map(told, evaluation.limits))
    decisive = evaluation.params.get("decisive")
    sentence = {"decisive": limits[decisive].reason} if isinstance(decisive, int) else {}
    reason = render(evaluation.code, {**evaluation.params, **sentence}, language, names)
    near = evaluation.near_miss
    if near is not None:
        changes = tuple(msgspec.structs.replace(told(c), steps=named(c.steps, language, names)) for c in near.changes)
        near = NearMiss(changes=changes, cost_per_tonne=near.cost_per_tonne)
    return msgspec.structs.replace(
        evaluation,
        reason=reason,
        limits=limits,
        criteria=tuple(map(told, evaluation.criteria)),
        blockers=tuple(map(told, evaluation.blockers)),
        flags=tuple(map(told, evaluation.flags)),
        near_miss=near,
    )


def named(steps: tuple[Remedy, ...], language: str, names: Catalogue | None) -> tuple[Remedy, ...]:
    """Steps with their names in a language; without the catalogue the code stands for the name."""
    return tuple(Remedy(code=step.code, name=step_name(step.code, language, names)) for step in steps)
