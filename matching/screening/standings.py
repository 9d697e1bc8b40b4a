"""The lots for a spec in their order (rules 11 and 13), a page at a time: nothing is evaluated but what is read."""

from collections.abc import Callable

import numpy as np

from matching.columns import Listing
from matching.listings import Lot
from matching.ranking import MatchKey, NearKey
from matching.reference import Catalogue
from matching.screening.lots import LotColumns
from matching.screening.screen import Screened

# the score of a lot as the engine rounds it
Score = Callable[[Listing[Lot]], float]


class Standings:
    """As of one moment: lots that change later are not in it as they are then."""

    def __init__(self, screened: Screened, lots: LotColumns, catalogue: Catalogue, score: Score) -> None:
        self._screened, self._catalogue = screened, catalogue
        self._listings = [lots.at(slot) for slot in screened.slots.tolist()]
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
        rank, score = self._screened.rank, self._screened.score
        left = np.flatnonzero(self._screened.fits)
        if after is not None:
            level = (rank[left] == after[0]) & (-score[left] == after[1])
            later = (rank[left] > after[0]) | ((rank[left] == after[0]) & (-score[left] > after[1]))
            later[level] = [self._listings[entry].id > after[2] for entry in left[level].tolist()]
            left = left[later]
        ordered = left[np.lexsort((-score[left], rank[left]))]
        if most is not None and len(ordered) > most:
            # all that stand level with the last one, since their ids decide
            last = ordered[most - 1]
            level = (rank[ordered] == rank[last]) & (score[ordered] == score[last])
            ordered = ordered[: int(np.flatnonzero(level)[-1]) + 1]
        found = [((int(rank[e]), -float(score[e]), self._listings[e].id), self._listings[e]) for e in ordered.tolist()]
        return sorted(found, key=lambda one: one[0])[:most]

    def nearest(self, most: int | None = None, after: NearKey | None = None) -> list[tuple[NearKey, Listing[Lot]]]:
        """Near misses in order, those that stand after a key, no more than `most`."""
        screened = self._screened
        left = np.flatnonzero(~screened.fits)
        found: list[tuple[NearKey, Listing[Lot]]] = []
        for fixed, things in np.unique(np.stack([screened.fixed[left], screened.things[left]]), axis=1).T.tolist():
            if after is not None and (fixed, things) < after[:2]:
                continue
            level = left[(screened.fixed[left] == fixed) & (screened.things[left] == things)]
            group = sorted((self._near_key(e), self._listings[e]) for e in level.tolist())
            found += [one for one in group if after is None or one[0] > after]
            if most is not None and len(found) >= most:
                break
        return found[:most]

    def _near_key(self, entry: int) -> NearKey:
        screened = self._screened
        move = screened.weighed.move(entry, self._catalogue)
        told = int(screened.fixed[entry]), int(screened.things[entry])
        return (*told, move, int(screened.rank[entry]), self._listings[entry].id)
