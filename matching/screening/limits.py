"""Verdict, probability and margin of many lots against all limits that count: a spec's, a claimed grade's, the law's.

It adds up what `matching.engine` adds up for one pair (rules 6 to 8), limit by limit over all lots. O(lots · limits).
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from matching.columns import Listing, Slots
from matching.engine import bounds
from matching.listings import Lot, Spec
from matching.reference import Catalogue, Grade, RegulatedLimit
from matching.screening.judging import CONDITIONAL, IN, NOT_EVALUATED, OUT, REGIME, Flags, LimitRows, alone
from matching.screening.lots import LotColumns
from matching.screening.readings import in_terms_of
from matching.values import Limit

# rows that are remembered between questions, of all limits together: some 150 MB
_MOST_ROWS: Final = 400_000
# by limit and confidence, then by lot and revision
Found = dict[tuple[str, int], tuple[Any, ...]]


class Unjudged(msgspec.Struct, frozen=True):
    """A limit and the lots that only the exact judge can tell about; `judge` may run in a thread."""

    limit: Limit
    confidence: float
    origin: str
    lots: tuple[Listing[Lot], ...]

    def judge(self, catalogue: Catalogue) -> Found:
        """A row of `JUDGED` for each lot."""
        return {
            (lot.id, lot.rev): alone(self.limit, lot.content, self.confidence, self.origin, catalogue)
            for lot in self.lots
        }


class Judgements:
    """What the exact judge said, by limit. Nothing is forgotten while a question is being answered.

    Otherwise one about more than is remembered would lose its first limits to its last, and be asked for ever.
    """

    def __init__(self, most: int = _MOST_ROWS) -> None:
        self._most = most
        self._found: OrderedDict[bytes, Found] = OrderedDict()

    def of(self, limit: Limit, confidence: float, origin: str) -> Found:
        """What is known of a limit."""
        key = _name(limit, confidence, origin)
        if key not in self._found:
            return {}
        self._found.move_to_end(key)
        return self._found[key]

    def keep(self, asked: Unjudged, rows: Found) -> None:
        """Remember."""
        self._found.setdefault(_name(asked.limit, asked.confidence, asked.origin), {}).update(rows)

    def trim(self) -> None:
        """After an answer: forget limits, those first that nobody asked about for longest, until few enough are left.

        Rows of lots that have changed since go with their limit.
        """
        left = len(self)
        while left > self._most:
            _, rows = self._found.popitem(last=False)
            left -= len(rows)

    def __len__(self) -> int:
        return sum(len(rows) for rows in self._found.values())


class Tally:
    """Sums over the limits of one kind, an entry for each lot."""

    def __init__(self, lots: int) -> None:
        self.limits = np.zeros(lots, np.int32)
        self.evaluated = np.zeros(lots, np.int32)
        self.out = np.zeros(lots, np.int32)
        self.worst = np.full(lots, IN, np.int8)
        self.chance = np.ones(lots)
        self.margins = np.zeros(lots)

    def add(self, rows: NDArray[Any], at: Slots, counts: Flags | None = None) -> None:
        """One more limit for the lots `at`, of which only some may count."""
        if counts is not None:
            rows, at = rows[counts], at[counts]
        severity = rows["severity"]
        told = severity != NOT_EVALUATED
        self.limits[at] += 1
        self.evaluated[at] += told
        self.out[at] += severity == OUT
        self.worst[at] = np.minimum(self.worst[at], severity)
        self.chance[at] *= np.where(np.isnan(rows["p"]), 1.0, rows["p"])
        self.margins[at] += np.where(told, rows["margin"], 0.0)


class Part(msgspec.Struct, frozen=True):
    """A limit that is shown to the lots `at`, in rising order, or to those of them that `counts` names."""

    rows: LimitRows
    at: Slots
    counts: Flags

    def broken_by(self, entries: Slots) -> tuple[Flags, Slots]:
        """Which of the lots break the limit, and the rows of those that do."""
        if not len(self.at):
            return np.zeros(len(entries), np.bool_), np.zeros(0, np.intp)
        rows = np.minimum(np.searchsorted(self.at, entries), len(self.at) - 1)
        broken = (self.at[rows] == entries) & self.counts[rows] & (self.rows.rows["severity"][rows] == OUT)
        return broken, rows[broken]


class Weighed(msgspec.Struct, frozen=True):
    """What the limits say of each lot: `shown` are all that a person sees, `counted` those behind the probability."""

    severity: NDArray[np.int8]
    completeness: NDArray[np.float64]
    counted: Tally
    shown: Tally
    # broken laws block
    unlawful: NDArray[np.int32]
    parts: tuple[Part, ...]

    def moves(self, entries: Slots, catalogue: Catalogue) -> NDArray[np.float64]:
        """For each lot the largest relative move that it asks of the limits that it breaks; 0 where it breaks none."""
        found = np.zeros(len(entries))
        for part in self.parts:
            broken, rows = part.broken_by(entries)
            found[broken] = np.maximum(found[broken], part.rows.moves(rows, catalogue))
        return found


class Limits:
    """One question: a spec and the lots at `slots`; entries are places in `slots`."""

    def __init__(self, spec: Spec, lots: LotColumns, slots: Slots, catalogue: Catalogue, known: Judgements) -> None:
        self._spec, self._lots, self._slots, self._catalogue, self._known = spec, lots, slots, catalogue, known
        self._all = np.arange(len(slots))
        self._tested: Flags = lots.sheet["analytes"][slots] > 0
        self._shown = Tally(len(slots))
        self._parts: list[Part] = []
        self.unjudged: list[Unjudged] = []

    def weighed(self, grades: NDArray[np.object_], law: Sequence[tuple[RegulatedLimit, Flags]]) -> Weighed | None:
        """None where some are `unjudged`; all that is asked about has been read.

        `grades` are what the lots claim, `law` the regulated limits with the lots whose delivery they govern.
        """
        n = len(self._slots)
        counted, claimed, partial, lawful = (Tally(n) for _ in range(4))
        for limit in self._spec.limits:
            found = self._judged(limit, "spec", self._all)
            counted.add(found.rows, self._all)
            self._show(found, self._all)
        said = {bounds(limit) for limit in self._spec.limits}
        accepted = np.zeros(n, np.bool_)
        for code in sorted(set(self._spec.grades) & set(grades.tolist())):
            at = np.flatnonzero(grades == code)
            accepted[at] = True
            grade = self._catalogue.grades.get(code)
            if grade is not None:
                self._claim(grade, at, said, (counted, claimed, partial))
        unlawful = np.zeros(n, np.int32)
        for row, governs in law:
            at = np.flatnonzero(governs)
            found = self._judged(row.as_limit(), REGIME, at)
            broken = found.rows["severity"] == OUT
            unlawful[at] += broken
            self._show(found, at)
            counted.add(found.rows, at, ~broken)
            lawful.add(found.rows, at, ~broken)
        if self.unjudged:
            return None
        severity, completeness = self._concluded(accepted, counted, claimed, partial, lawful)
        return Weighed(severity, completeness, counted, self._shown, unlawful, tuple(self._parts))

    def _concluded(
        self, accepted: Flags, counted: Tally, claimed: Tally, partial: Tally, lawful: Tally
    ) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
        if self._spec.limits:
            return counted.worst, _share(counted.evaluated, counted.limits)
        if not self._spec.grades:
            return np.full(len(accepted), NOT_EVALUATED, np.int8), _share(counted.evaluated, counted.limits)
        proven = (claimed.limits > 0) & (claimed.worst == IN) & (partial.worst == IN) & (lawful.worst == IN)
        severity = np.where(proven, IN, CONDITIONAL).astype(np.int8)
        severity[~accepted | (lawful.evaluated < lawful.limits)] = NOT_EVALUATED
        severity[claimed.out > 0] = OUT
        return severity, _share(claimed.evaluated + lawful.evaluated, claimed.limits + lawful.limits)

    def _claim(
        self, grade: Grade, at: Slots, said: set[tuple[object, ...]], tallies: tuple[Tally, Tally, Tally]
    ) -> None:
        """The grade's own limits; of two sets that qualify alike, for each lot the one that its results meet better."""
        counted, claimed, partial = tallies
        qualifying = (grade.limits, grade.alternative) if grade.alternative else (grade.limits,)
        sets = [
            [self._judged(row.as_limit(), "grade", at) for row in rows if row.applies_to is None] for rows in qualifying
        ]
        whole = np.full(len(at), IN, np.int8)
        better = np.argmax(
            [np.min([whole, *(one.rows["severity"] for one in found)], axis=0) for found in sets], axis=0
        )
        for number, found in enumerate(sets):
            here = better == number
            for one in found:
                claimed.add(one.rows, at, here)
                if bounds(one.limit) not in said:
                    reported = here & ((one.rows["severity"] != NOT_EVALUATED) | one.rows["reported"])
                    counted.add(one.rows, at, reported)
                    self._show(one, at, reported)
        for row in (*grade.limits, *grade.alternative):
            if row.applies_to is not None and not self._spec.limits:
                partial.add(self._judged(row.as_limit(), "grade", at).rows, at)

    def _show(self, found: LimitRows, at: Slots, counts: Flags | None = None) -> None:
        self._shown.add(found.rows, at, counts)
        self._parts.append(Part(found, at, np.ones(len(at), np.bool_) if counts is None else counts))

    def _judged(self, limit: Limit, origin: str, at: Slots) -> LimitRows:
        """The limit against the entries `at`; what is not known yet is noted."""
        slots = self._slots[at]
        members = [
            in_terms_of(limit, code, self._lots.readings(code, slots, self._catalogue), self._catalogue)
            for code in limit.analytes
        ]
        found = LimitRows(limit, self._spec.confidence, origin, members, self._tested[at])
        known, missing = self._known.of(limit, self._spec.confidence, origin), []
        for entry in np.flatnonzero(found.odd).tolist():
            lot = self._lots.at(slots[entry])
            row = known.get((lot.id, lot.rev))
            if row is None:
                missing.append(lot)
            else:
                found.rows[entry] = row
        if missing:
            self.unjudged.append(Unjudged(limit, self._spec.confidence, origin, tuple(missing)))
        return found


def _name(limit: Limit, confidence: float, origin: str) -> bytes:
    return msgspec.json.encode((limit, confidence, origin))


def _share(some: NDArray[np.int32], of: NDArray[np.int32]) -> NDArray[np.float64]:
    return np.where(of > 0, some / np.maximum(of, 1), 0.0)
