"""What the lots of a material bring to the limits of its specs, read once for each way of looking at an analyte.

Specs look at the same analytes in the same units over and over, so the parts (`blending.part`) of all lots are held
as columns, and the rows of a spec are gathered from them.
"""

from collections.abc import Sequence

import msgspec
import numpy as np

from matching.allocation.answer import Unblended
from matching.allocation.coupled import Limits
from matching.allocation.market import Places
from matching.allocation.screening import Screen
from matching.allocation.wish import Wanted
from matching.blending.candidates import gate
from matching.blending.mixing import BlendRefusedError, rule
from matching.blending.part import Bar, Column, Part, Question, part
from matching.blending.recipe import Terms, rows
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from matching.tolerance import band
from matching.values import Basis, Limit

_Key = tuple[object, ...]


def unblended(wanted: Wanted, catalogue: Catalogue) -> Unblended | None:
    """Why a spec that would take blends if possible takes none."""
    if not (wanted.mixes and wanted.if_possible):
        return None
    try:
        for limit in wanted.spec.limits:
            rule(limit, catalogue)
    except BlendRefusedError as error:
        return Unblended(spec=wanted.id, code=error.code, params=error.params)
    return None


class _Brought(msgspec.Struct, frozen=True):
    """Parts of all lots in one question; `usable` where a lot has one."""

    column: Column
    usable: Places


class Mixer:
    """The lots of one material; `enter` may be asked for spec after spec."""

    def __init__(self, lots: Sequence[Lot], screen: Screen, catalogue: Catalogue) -> None:
        self._lots = lots
        self._screen = screen
        self._catalogue = catalogue
        self._bases: dict[_Key, tuple[Basis | None, ...]] = {}
        self._brought: dict[_Key, _Brought] = {}

    def enter(self, spec: Spec, places: Places) -> tuple[Places, Limits]:
        """Of the lots that pass the gates, those that may enter a blend for the spec, and their rows."""
        if spec.grades or spec.regimes:
            passed = [i for i in places.tolist() if gate(spec, self._lots[i], self._catalogue) is None]
            places = np.array(passed, dtype=np.int64)
        asked = self._questions(spec)
        brought = [self._parts(question) for question in asked]
        for one in brought:
            places = places[np.isin(places, one.usable)]
        columns = [_taken(one.column, places) for one in brought]
        _, means, spreads = rows(asked, columns, Terms(spec.confidence))
        empty = np.zeros((0, len(places)))
        return places, Limits(means if len(means) else empty, spreads if len(means) else empty, 0.0)

    def _questions(self, spec: Spec) -> list[Question]:
        """As `blending.candidates.questions` has them, over all lots of the material."""
        found: list[Question] = []
        for place, limit in enumerate(spec.limits):
            mixing = rule(limit, self._catalogue)
            found += [Question(place, limit, basis, mixing) for basis in self._on(limit)]
        return found

    def _on(self, limit: Limit) -> tuple[Basis | None, ...]:
        key = _view(limit)
        if key not in self._bases:
            lots = (self._screen.composition(i) for i in range(len(self._lots)))
            bases = {basis for lot in lots for basis in lot.bases(limit)} or {limit.basis}
            known = bases if len(bases) == 1 or None not in bases else bases - {None}
            self._bases[key] = tuple(sorted(known, key=str))
        return self._bases[key]

    def _parts(self, question: Question) -> _Brought:
        limits = band(question.limit)
        ends = (np.isfinite(limits.low), np.isfinite(limits.high))
        key = (*_view(question.limit), question.basis, question.rule, ends)
        if key not in self._brought:
            each = [part(question, self._screen.composition(i), self._catalogue) for i in range(len(self._lots))]
            none = Part(0.0, 0.0, (0.0,) * len(question.limit.analytes), 1.0)
            column = Column.of([none if isinstance(p, Bar) else p for p in each], len(question.limit.analytes))
            usable = np.array([i for i, p in enumerate(each) if not isinstance(p, Bar)], dtype=np.int64)
            self._brought[key] = _Brought(column, usable)
        return self._brought[key]


def _view(limit: Limit) -> _Key:
    return (limit.analytes, limit.unit, limit.basis, tuple(sorted((limit.conditions or {}).items())), limit.scope)


def _taken(column: Column, places: Places) -> Column:
    return Column(
        column.low[places], column.high[places], column.weight[places], column.spreads[:, places], column.u[places]
    )
