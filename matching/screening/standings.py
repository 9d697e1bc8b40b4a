"""The lots for a spec in their order (rules 11 and 13), a page at a time: nothing is evaluated but what is read."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.columns import Listing, Slots
from matching.listings import Lot
from matching.ranking import MatchKey, NearKey
from matching.reference import Catalogue
from matching.screening.alike import alike
from matching.screening.judging import Flags
from matching.screening.lots import LotColumns
from matching.screening.screen import Screened

# the score of a lot as the engine rounds it
Score = Callable[[Listing[Lot]], float]
Columns = tuple[NDArray[Any], NDArray[Any]]


class Standings:
    """As of one moment: lots that change later are not in it as they are then."""

    def __init__(self, screened: Screened, lots: LotColumns, catalogue: Catalogue, score: Score) -> None:
        self._screened, self._catalogue = screened, catalogue
        self._moves = np.zeros(len(screened.slots))
        self._listings = lots.listings(screened.slots)
        for entry in np.flatnonzero(screened.doubtful).tolist():
            screened.score[entry] = score(self._listings[entry])

    def __len__(self) -> int:
        return len(self._listings)

    @property
    def matches(self) -> int:
        """How many lots fit."""
        return int(np.count_nonzero(self._screened.fits))

    def best(self, most: int | None = None, after: MatchKey | None = None) -> list[tuple[MatchKey, Listing[Lot]]]:
        """Matches in order, those that stand after a key, no more than `most`."""
        entries = np.flatnonzero(self._screened.fits)
        found = self._ordered(entries, (self._screened.rank, -self._screened.score), most, after)
        return [((int(rank), score, lot.id), lot) for (rank, score), lot in found]

    def nearest(self, most: int | None = None, after: NearKey | None = None) -> list[tuple[NearKey, Listing[Lot]]]:
        """Near misses in order, those that stand after a key, no more than `most`."""
        screened, left = self._screened, most
        entries = np.flatnonzero(~screened.fits)
        found: list[tuple[NearKey, Listing[Lot]]] = []
        levels, which = alike(screened.fixed[entries], screened.things[entries])
        for number, (fixed, things) in enumerate(levels):
            if (after is not None and (fixed, things) < after[:2]) or left == 0:
                continue
            level = entries[which == number]
            self._moves[level] = screened.weighed.moves(level, self._catalogue)
            within = after[2:] if after is not None and (fixed, things) == after[:2] else None
            more = self._ordered(level, (self._moves, screened.rank), left, within)
            found += [((fixed, things, move, int(rank), lot.id), lot) for (move, rank), lot in more]
            left = None if most is None else most - len(found)
        return found

    def _ordered(
        self, entries: Slots, columns: Columns, most: int | None, after: tuple[float, float, str] | None
    ) -> list[tuple[tuple[float, float], Listing[Lot]]]:
        """By both columns, then by id; only as many ids are compared as stand level with the last one wanted."""
        first, second = columns
        if after is not None:
            entries = entries[self._later(entries, columns, after)]
        ordered = entries[np.lexsort((second[entries], first[entries]))]
        if most is not None and len(ordered) > most:
            last = ordered[most - 1]
            level = (first[ordered] == first[last]) & (second[ordered] == second[last])
            ordered = ordered[: int(np.flatnonzero(level)[-1]) + 1]
        keyed = [((float(first[e]), float(second[e])), self._listings[e]) for e in ordered.tolist()]
        return sorted(keyed, key=lambda one: (one[0], one[1].id))[:most]

    def _later(self, entries: Slots, columns: Columns, after: tuple[float, float, str]) -> Flags:
        first, second = (column[entries] for column in columns)
        level = (first == after[0]) & (second == after[1])
        later: Flags = (first > after[0]) | ((first == after[0]) & (second > after[1]))
        later[level] = [self._listings[entry].id > after[2] for entry in entries[level].tolist()]
        return later
