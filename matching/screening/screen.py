"""A spec against all lots of its material: which fit, how they score, and what still has to be found out for that.

The oracle is `matching.engine.evaluate`: verdict, score and near miss of every lot are those that it gives. What is
counted here is arithmetic on arrays; the rest is asked of the engine's own parts, once for all lots that are alike in
it: gates once for each set of traits, prices once for each price and haul. O(lots · limits).
"""

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from matching.columns import Listing, Slots
from matching.freight import Quote
from matching.gates import blockers
from matching.listings import Lot, Spec
from matching.permits.needs import Move
from matching.permits.permit import Held
from matching.permits.standing import Fulfilment, standings
from matching.ranking import FIXED_GATES
from matching.reference import Catalogue, RegulatedLimit
from matching.score import FRESH_DAYS, FULL_OVERLAP_DAYS, NEUTRAL, STALE_DAYS, banded_price, distance
from matching.screening.judging import IN, OUT, Flags, Reals
from matching.screening.limits import Found, Judgements, Limits, Unjudged, Weighed, analytes
from matching.screening.lots import UNDATED, LotColumns, Unread
from matching.screening.readings import Reading
from matching.values import Window

Counts = NDArray[np.int32]
Findings = tuple[list[list[Reading]], list[Found]]
# utilities and scores are told to six digits; so near to the middle between two, the engine itself rounds
_SCALE: Final = 1e6
_DOUBT: Final = 1e-4
_SPAN: Final = STALE_DAYS - FRESH_DAYS


class Asked(msgspec.Struct, frozen=True):
    """A spec and all that its lots are judged by: freight by the prefecture of a lot, and the day (JST)."""

    spec: Listing[Spec]
    lots: LotColumns
    catalogue: Catalogue
    quote: Callable[[str], Quote]
    day: date | None
    known: Judgements


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
    unread: Unread | None
    unjudged: tuple[Unjudged, ...]

    @property
    def lots(self) -> int:
        """How many lots have to be looked at by themselves."""
        return len(self.unread.lots if self.unread else ()) + sum(len(one.lots) for one in self.unjudged)

    def find(self) -> Findings:
        """Only of values that never change, so it may run in a thread."""
        catalogue = self.asked.catalogue
        return self.unread.read(catalogue) if self.unread else [], [one.judge(catalogue) for one in self.unjudged]

    def keep(self, found: Findings) -> None:
        """Where the columns are kept, and nowhere else."""
        if self.unread:
            self.asked.lots.keep(self.unread, found[0])
        for unjudged, rows in zip(self.unjudged, found[1], strict=True):
            self.asked.known.keep(unjudged, rows)


def screen(asked: Asked) -> Screened | Wanting:
    """All lots of others, in no order."""
    spec, lots = asked.spec.content, asked.lots
    lots.describe()
    slots = lots.slots(None, not_of=asked.spec.owner)
    first = np.maximum(lots.sheet["first"][slots], spec.delivery.from_.toordinal())
    last = np.minimum(lots.sheet["last"][slots], spec.delivery.until.toordinal())
    days = np.maximum(0, last - first + 1)
    kinds, which = np.unique(lots.sheet["traits"][slots], return_inverse=True)
    examples = [lots.example("traits", kind) for kind in kinds.tolist()]
    grades = np.array([one.content.grade for one in examples], object)[which]
    unread = lots.unread(analytes(spec, asked.catalogue), slots)
    if unread is not None:
        return Wanting(asked, unread, ())
    limits = Limits(spec, lots, slots, asked.catalogue, asked.known)
    weighed = limits.weighed(grades, list(_law(spec, asked.catalogue, first, last)))
    if weighed is None:
        return Wanting(asked, None, tuple(limits.unjudged))
    fixed, stopped = np.array([_gates(spec, one, asked.catalogue) for one in examples], np.int32).reshape(-1, 2).T
    barred = _unpermitted(asked, examples, which, first)
    stops = stopped[which] + (days == 0) + barred + weighed.unlawful
    fits = (stops == 0) & (weighed.severity != OUT)
    score, doubtful = _scored(asked, slots, days, weighed)
    return Screened(
        slots=slots,
        rank=IN - weighed.severity,
        fits=fits,
        score=np.where(fits, score, 0.0),
        doubtful=doubtful & fits,
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
    moves, back = np.unique(np.stack([which, day]), axis=1, return_inverse=True)
    found = [_barriers(asked, examples[kind], date.fromordinal(on)) for kind, on in moves.T.tolist()]
    return np.array(found, np.int32)[back.ravel()]


def _barriers(asked: Asked, example: Listing[Lot], day: date) -> int:
    spec, held = asked.spec, Held(owner=example.permits, receiver=asked.spec.permits, day=day)
    if example.permits is None and spec.permits is None:
        return 0
    move = Move(lot=example.content, to=spec.content.delivery.location.prefecture, day=day)
    return sum(one.fulfilment is Fulfilment.BLOCKED for one in standings(move, held, asked.catalogue))


def _scored(asked: Asked, slots: Slots, days: Counts, weighed: Weighed) -> tuple[Reals, Flags]:
    """As `matching.score` and rule 11, and where the last digit is the engine's to say."""
    spec, lots, shown = asked.spec.content, asked.lots, weighed.shown
    weights = spec.weights
    hauls = [asked.quote(str(lots.numbers["place"][n])) for n in range(len(lots.numbers["place"]))]
    place = lots.sheet["place"][slots]
    utilities = (
        (weights.quality, np.where(shown.limits > 0, shown.margins / np.maximum(shown.limits, 1), NEUTRAL)),
        (weights.quantity, _quantity(spec, lots.sheet["tonnes"][slots])),
        (weights.timing, np.minimum(1.0, days / FULL_OVERLAP_DAYS)),
        (weights.price, _prices(spec, lots, lots.sheet["price"][slots], place, hauls)),
        (weights.distance, np.array([distance(haul).value for haul in hauls])[place]),
        (weights.evidence, _evidence(spec, lots, slots)),
    )
    doubtful = np.zeros(len(slots), np.bool_)
    rounded = []
    for weight, utility in utilities:
        value, unsure = _rounded(utility)
        doubtful |= unsure
        rounded.append((weight, value))
    total = math.fsum(weight for weight, _ in rounded)
    parts = [value * weight / total for weight, value in rounded] if total else [v / len(rounded) for _, v in rounded]
    score, unsure = _rounded(weighed.counted.chance * (1.0 + weighed.completeness) / 2.0 * np.sum(parts, axis=0))
    return score, doubtful | unsure


def _rounded(values: Reals) -> tuple[Reals, Flags]:
    scaled = values * _SCALE
    return np.rint(scaled) / _SCALE, np.abs(scaled - np.floor(scaled) - 0.5) < _DOUBT


def _quantity(spec: Spec, tonnes: Reals) -> Reals:
    wanted, least = spec.quantity.tonnes, spec.quantity.min_lot_tonnes
    share = np.minimum(1.0, tonnes / wanted) if wanted > 0 else np.ones(len(tonnes))
    return share if least is None else np.where(tonnes < least, 0.0, share)


def _prices(spec: Spec, lots: LotColumns, price: Slots, place: Slots, hauls: Sequence[Quote]) -> Reals:
    """Once for each price on the grid and each haul."""
    pairs, back = np.unique(np.stack([price, place]), axis=1, return_inverse=True)
    found = [banded_price(spec, lots.example("price", p).content, hauls[at]).value for p, at in pairs.T.tolist()]
    return np.array(found, np.float64)[back.ravel()]


def _evidence(spec: Spec, lots: LotColumns, slots: Slots) -> Reals:
    wanted = spec.delivery.from_.toordinal()
    fresh = np.zeros(len(slots))
    for newest in lots.newest(slots):
        age = np.maximum(0, wanted - newest)
        fresh += np.where(newest > UNDATED, np.clip((STALE_DAYS - age) / _SPAN, 0.0, 1.0), 0.0)
    counts = lots.sheet["methods"][slots] + lots.sheet["laboratories"][slots]
    analytes = lots.sheet["analytes"][slots]
    shares = np.where(analytes > 0, (fresh + counts) / np.maximum(analytes, 1), 0.0)
    worth: Reals = (shares + lots.sheet["custody"][slots]) / 4.0
    return worth
