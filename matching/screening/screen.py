"""A spec against all lots of its material: which fit, how they score, and what still has to be found out for that.

The oracle is `matching.engine.evaluate`: verdict, score and near miss of every lot are those that it gives. What is
counted here is arithmetic on arrays; the rest is asked of the engine's own parts, once for all lots that are alike in
it: gates once for each set of traits, prices once for each price and haul. O(lots · limits).
"""

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec
import numpy as np
from numpy.typing import NDArray

from matching.columns import Listing, Slots
from matching.gates import blockers
from matching.listings import Lot, Spec
from matching.permits.needs import Move
from matching.permits.permit import Held
from matching.permits.standing import Fulfilment, standings
from matching.ranking import FIXED_GATES
from matching.reference import Catalogue, RegulatedLimit
from matching.screening.alike import alike
from matching.screening.asked import Asked
from matching.screening.judging import IN, OUT, Flags, Reals
from matching.screening.limits import Found, Limits, Unjudged, Weighed
from matching.screening.scores import scored
from matching.values import Window

Counts = NDArray[np.int32]


class Screened(msgspec.Struct, frozen=True):
    """Each lot at `slots`: `rank` of its verdict (0 is best), whether it fits, and its score; 0 where it does not.

    `doubtful` scores are the engine's to round. `fixed` gates no change opens; `things` are all that would have to
    change, of which `limits` some.
    """

    slots: Slots
    rank: NDArray[np.int8]
    fits: Flags
    score: Reals
    doubtful: Flags
    fixed: Counts
    things: Counts
    weighed: Weighed


class Wanting(msgspec.Struct, frozen=True):
    """What has to be found out of single lots before they can be screened: `keep` what was found, and ask again."""

    asked: Asked
    unjudged: tuple[Unjudged, ...]

    def find(self) -> list[Found]:
        """Only of values that never change, so it may run in a thread."""
        return [one.judge(self.asked.catalogue) for one in self.unjudged]

    def keep(self, found: Sequence[Found]) -> None:
        """Where the judgements are kept, and nowhere else."""
        for unjudged, rows in zip(self.unjudged, found, strict=True):
            self.asked.known.keep(unjudged, rows)


def screen(asked: Asked) -> Screened | Wanting:
    """All lots of others, in no order; they have been described."""
    spec, lots = asked.spec.content, asked.lots
    slots = lots.slots(None, not_of=asked.spec.owner)
    first = np.maximum(lots.sheet["first"][slots], spec.delivery.from_.toordinal())
    last = np.minimum(lots.sheet["last"][slots], spec.delivery.until.toordinal())
    days = np.maximum(0, last - first + 1)
    kinds, which = np.unique(lots.sheet["traits"][slots], return_inverse=True)
    examples = [lots.example("traits", kind) for kind in kinds.tolist()]
    grades = np.array([one.content.grade for one in examples], object)[which]
    limits = Limits(spec, lots, slots, asked.catalogue, asked.known)
    weighed = limits.weighed(grades, list(_law(spec, asked.catalogue, first, last)))
    if weighed is None:
        return Wanting(asked, tuple(limits.unjudged))
    fixed, stopped = np.array([_gates(spec, one, asked.catalogue) for one in examples], np.int32).reshape(-1, 2).T
    barred = _unpermitted(asked, examples, which, first)
    stops = stopped[which] + (days == 0) + barred + weighed.unlawful
    fits = (stops == 0) & (weighed.severity != OUT)
    at = np.flatnonzero(fits)
    score, doubtful = np.zeros(len(slots)), np.zeros(len(slots), np.bool_)
    score[at], doubtful[at] = scored(asked, slots, days, weighed, at)
    return Screened(
        slots=slots,
        rank=IN - weighed.severity,
        fits=fits,
        score=score,
        doubtful=doubtful,
        fixed=fixed[which],
        things=stops + weighed.shown.out,
        weighed=weighed,
    )


def _law(spec: Spec, catalogue: Catalogue, first: Counts, last: Counts) -> Iterator[tuple[RegulatedLimit, Flags]]:
    """As `matching.gates.regulated_limits`: each with the lots that it governs."""
    apart = first > last
    begin = np.where(apart, spec.delivery.from_.toordinal(), first)
    end = np.where(apart, spec.delivery.until.toordinal(), last)
    for code in spec.regimes:
        for row in catalogue.regimes[code].limits if code in catalogue.regimes else ():
            begun = end >= row.valid_from.toordinal() if row.valid_from else np.ones(len(end), np.bool_)
            yield row, begun & (begin <= row.valid_to.toordinal()) if row.valid_to else begun


def _gates(spec: Spec, example: Listing[Lot], catalogue: Catalogue) -> tuple[int, int]:
    """How many gates such lots do not pass, windows and permits apart: those that nothing changes, and all."""
    ready = Window(from_=spec.delivery.from_, until=spec.delivery.until)
    found = blockers(spec, msgspec.structs.replace(example.content, available=ready), catalogue)
    return sum(blocker.gate in FIXED_GATES for blocker in found), len(found)


def _unpermitted(asked: Asked, examples: Sequence[Listing[Lot]], which: Slots, begins: Counts) -> Counts:
    """Blockers of permits; once for all lots of like traits that move on one day."""
    if asked.spec.permits is None and all(one.permits is None for one in examples):
        return np.zeros(len(which), np.int32)
    day = np.maximum(begins, asked.day.toordinal()) if asked.day else begins
    moves, move = alike(which, day)
    found = [_barriers(asked, examples[kind], date.fromordinal(on)) for kind, on in moves]
    return np.array(found, np.int32)[move]


def _barriers(asked: Asked, example: Listing[Lot], day: date) -> int:
    spec, held = asked.spec, Held(owner=example.permits, receiver=asked.spec.permits, day=day)
    if example.permits is None and spec.permits is None:
        return 0
    move = Move(lot=example.content, to=spec.content.delivery.location.prefecture, day=day)
    return sum(one.fulfilment is Fulfilment.BLOCKED for one in standings(move, held, asked.catalogue))
